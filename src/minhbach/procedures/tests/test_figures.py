"""What of the procedures offered can be counted, by hand: as it stands on a day."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from minhbach.measures import figures
from minhbach.measures.declaring import STANDING
from minhbach.measures.figures import FIGURES
from minhbach.org.calendars.actions import day_set
from minhbach.org.models import Chain
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.actions import draft_save, offer_set, procedures_load, version_release
from minhbach.procedures.models import Offer, Version
from minhbach.procedures.testing import COPY, contents_of

YEAR = date(2026, 1, 1), date(2026, 12, 31)
PUBLIC = """
publication:
  decision: 12/QĐ-UBND
  decided_on: 2026-03-02
  effective_on: 2026-03-16
  public_on: 2026-03-06
  parts: [name, order, way, dossier, time, applicants, agency]
"""
SOURCE = "  illustrative: true\n  steps:\n    - key: receive"


def values(catalogue, *keys, day=None, at=None) -> list[int]:
    period = (YEAR[0], day) if day else YEAR
    found = figures.values(keys, figures.counted_for([catalogue.agency]), *period, at=at)
    return [found[catalogue.agency.pk][key] for key in keys]


@pytest.fixture
def offered(catalogue, system):
    """offered(text, since): one more procedure that the agency offers."""

    def make(text, begins=date(2026, 1, 1), **more):
        [version] = procedures_load(contents_of(text), keeper=catalogue.agency, begins=date(2020, 1, 1), acting=system)
        places = {"agency": catalogue.agency, "one_stop": catalogue.one_stop, "office": catalogue.office}
        return offer_set(version.procedure, **places, begins=begins, acting=system, **more)

    return make


BARE = "code: 1.900200\nname: Thủ tục trống\nlevel: province\n"


def test_what_is_offered_counts_from_its_first_day_to_its_last(catalogue, offered):
    offered(BARE, begins=date(2026, 3, 1))
    assert values(catalogue, "procedures_competent") == [2]
    assert values(catalogue, "procedures_competent", day=date(2026, 2, 28)) == [1]
    Offer.objects.filter(procedure__code="1.900200").update(ends=date(2026, 3, 31))
    assert values(catalogue, "procedures_competent", day=date(2026, 3, 31)) == [2]
    assert values(catalogue, "procedures_competent", day=date(2026, 4, 1)) == [1]


def test_procedures_between_agencies_are_not_for_citizens(catalogue, system):
    places = {"agency": catalogue.agency, "one_stop": catalogue.one_stop, "office": catalogue.office}
    offer_set(catalogue.internal, **places, begins=date(2026, 1, 1), acting=system)
    assert values(catalogue, "procedures_competent") == [1]


def test_what_a_procedure_says(catalogue, offered):
    """The one of the catalogue is online, with a fee, a result and a process that no document announces."""
    keys = ["procedures_online", "services_online", "procedures_with_payment_due", "procedures_with_written_result"]
    keys += ["procedures_in_system", "procedures_with_electronic_process", "procedures_internal_process_announced"]
    keys += ["procedures_published", "procedures_published_complete", "procedures_published_on_portal"]
    assert values(catalogue, *keys) == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
    offered(BARE)
    assert values(catalogue, *keys) == [1, 1, 1, 1, 2, 1, 0, 0, 0, 0]
    announced = COPY.replace("1.900101", "1.900201").replace(SOURCE, "  source: {number: 7/QĐ-SGDĐT}\n" + SOURCE[21:])
    assert "7/QĐ-SGDĐT" in announced
    offered(announced + PUBLIC, online="none", mode=Offer.MIRROR)
    assert values(catalogue, *keys) == [1, 1, 2, 2, 2, 1, 1, 1, 1, 1]
    part = PUBLIC.replace(", agency]", "]")
    offered(COPY.replace("1.900101", "1.900202") + part)
    assert values(catalogue, *keys[-3:]) == [2, 1, 1]
    # Before the 6th of March nothing was public.
    assert values(catalogue, *keys[-3:], day=date(2026, 3, 5)) == [0, 0, 0]


def test_a_new_version_counts_from_its_day(catalogue, system):
    [said] = contents_of(COPY.replace("online: full\n", ""))
    draft = draft_save(said, keeper=catalogue.agency, acting=system)
    assert values(catalogue, "procedures_online") == [1]
    version_release(draft, begins=date(2026, 6, 1), acting=system)
    assert values(catalogue, "procedures_online") == [0]
    assert values(catalogue, "procedures_online", day=date(2026, 5, 31)) == [1]


def test_the_procedures_that_cost_points_are_shown(client, catalogue, offered, django_assert_num_queries):
    offer = offered(BARE)
    offices = figures.counted_for([catalogue.agency])[catalogue.agency.pk]
    every, online = FIGURES["procedures_competent"], FIGURES["procedures_online"]
    found = figures.rows(every, offices, *YEAR, without=online)
    listing = every.of.listing
    with django_assert_num_queries(1), translation.override("en"):
        [line] = [[said(row) for _title, said in listing.columns] for row in listing.laid(found)]
    assert line == ["1.900200 Thủ tục trống", str(catalogue.agency), str(catalogue.office), "01/01/2026"]
    with translation.override("vi"):
        assert online.why_not(offer, date(2026, 6, 1)) == "không cung cấp trực tuyến"
    client.force_login(catalogue.specialist)
    assert client.get(listing.address(offer)).status_code == 200


def announced(code, decided, effective, public):
    """A version announced, in force and public on these days of March 2026."""
    text = PUBLIC.replace("2026-03-02", decided).replace("2026-03-16", effective).replace("2026-03-06", public)
    return f"code: {code}\nname: Thủ tục {code}\nlevel: province\n{text}"


def test_procedures_announced_and_made_public_in_time(catalogue, system):
    """By working days: 28 February, 1, 7, 8, 14 and 15 March 2026 are Saturdays and Sundays."""

    def load(code, *days):
        [version] = procedures_load(
            contents_of(announced(code, *(f"2026-03-{day:02}" for day in days))),
            keeper=catalogue.agency,
            begins=date(2026, 3, 20),
            acting=system,
        )
        return version

    load("1.900301", 2, 9, 9)  # five working days before, public on the fifth after
    soon = load("1.900302", 3, 9, 9)  # four before
    load("1.900303", 2, 20, 10)  # public on the sixth
    march, keys = date(2026, 3, 31), ["procedures_announced", "procedures_announced_on_time"]
    keys += ["procedures_published_on_time"]
    assert values(catalogue, *keys) == [3, 2, 2] == values(catalogue, *keys, day=march)
    assert values(catalogue, *keys, day=date(2026, 3, 2)) == [2, 2, 1]  # public later, but in time
    units = [catalogue.agency.pk]
    every, in_time = FIGURES["procedures_announced"], FIGURES["procedures_announced_on_time"]
    assert list(figures.rows(every, units, *YEAR, without=in_time)) == [soon]
    with translation.override("en"):
        why = in_time.why_not(soon, march)
    assert why == "announced on 03/03/2026, takes effect on 09/03/2026: less than 5 working days before"

    # A second decision for the first procedure, too late: it counts once, and as late.
    [said] = contents_of(announced("1.900301", "2026-04-06", "2026-04-07", "2026-04-08"))
    version_release(draft_save(said, keeper=catalogue.agency, acting=system), begins=date(2026, 4, 7), acting=system)
    assert values(catalogue, *keys) == [3, 1, 2]
    assert values(catalogue, *keys, day=march) == [3, 2, 2]


def test_what_changes_behind_the_actions_is_seen_at_once(catalogue, offered):
    """The same process asks again and again: what it remembers holds until a row changes, however it does."""
    offered(BARE)
    keys = "procedures_competent", "procedures_online", "procedures_announced_on_time", "procedures_announced"
    assert values(catalogue, *keys) == [2, 1, 0, 0]
    Offer.objects.filter(procedure__code="1.900200").update(online="full")
    assert values(catalogue, *keys) == [2, 2, 0, 0]
    Version.objects.filter(procedure__code="1.900200").update(internal=True)
    assert values(catalogue, *keys) == [1, 1, 0, 0]
    offered(BARE.replace("900200", "900203") + PUBLIC.replace("2026-03-16", "2026-03-09"))
    assert values(catalogue, *keys) == [2, 1, 1, 1]
    # From Monday the 2nd to Monday the 9th are five working days; with a holiday between them four.
    day_set(unit=catalogue.agency, day=date(2026, 3, 4), kind="off", reason="Mưa bão", acting=SYSTEM)
    assert values(catalogue, *keys) == [2, 1, 0, 1]
    Offer.objects.filter(procedure__code="1.900203").delete()
    assert values(catalogue, *keys) == [1, 1, 0, 1]


@pytest.mark.parametrize("table", STANDING.values(), ids=STANDING)
def test_whatever_the_conditions_ask_is_declared_to_feed_them(table, db):
    """A table that is asked and not declared could change without anybody knowing."""
    with CaptureQueriesContext(connection) as queries:
        table.parts([1], *YEAR, None)
    asked = " ".join(query["sql"] for query in queries)
    # The head of their chain tells whether the calendars that are known still hold; it changes with their rows.
    models = [model for model in apps.get_models() if model is not Chain]
    named = {model._meta.db_table for model in models if f'"{model._meta.db_table}"' in asked}
    declared = {apps.get_model(label)._meta.db_table for label in (table.model, *table.fed_by)}
    assert named and named <= declared
