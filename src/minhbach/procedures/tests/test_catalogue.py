"""The catalogue in the database: versions, repeal, offers, reviews, and who may read what."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from minhbach.org.dates import today
from minhbach.org.errors import NotPossible
from minhbach.org.models import Event
from minhbach.org.permissions import SYSTEM, Refused
from minhbach.procedures import queries
from minhbach.procedures.actions import (
    draft_discard,
    draft_save,
    offer_end,
    offer_set,
    procedure_repeal,
    procedures_load,
    review_add,
    review_decide,
    version_release,
)
from minhbach.procedures.content.model import Process
from minhbach.procedures.content.reading import stored
from minhbach.procedures.models import Offer, Procedure, Review
from minhbach.procedures.queries import Wanted
from minhbach.procedures.testing import BARE, COPY, LONG_AGO, contents_of
from minhbach.procedures.views.reviewing import totals
from minhbach.records.texts import Text

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def codes(found):
    return [version.procedure.code for version in found]


def changed(procedure, **more):
    return replace(stored(procedure.current.content), **more)


def next_version(procedure, begins, acting=SYSTEM, **more):
    draft = draft_save(changed(procedure, **more), keeper=procedure.keeper, acting=acting)
    return version_release(draft, begins=begins, acting=acting)


@contextmanager
def refusal(code):
    with pytest.raises(NotPossible) as refused:
        yield
    assert refused.value.code == code


# Reading --------------------------------------------------------------------------------------------------------


def test_visitors_read_released_procedures_for_citizens(catalogue):
    draft_save(changed(catalogue.bare, name=Text("Tên mới")), keeper=catalogue.agency, acting=SYSTEM)
    assert codes(queries.listed(VISITOR, Wanted())) == ["1.900101", "2.900102"]
    assert codes(queries.listed(catalogue.specialist, Wanted())) == ["1.900101", "2.900102", "NB.01"]
    assert codes(queries.listed(VISITOR, Wanted(status="draft"))) == []
    assert codes(queries.listed(catalogue.outsider, Wanted(status="draft"))) == []
    assert codes(queries.listed(catalogue.officer, Wanted(status="draft"))) == ["2.900102"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ban sao", ["1.900101"]),
        ("BẰNG số gốc", ["1.900101"]),
        ("900102", ["2.900102"]),
        ("giai the", ["2.900102"]),
        ("van bang chung chi", ["1.900101"]),
        ("diploma", ["1.900101"]),
        ("không có", []),
    ],
)
def test_a_few_letters_without_marks_find_it(catalogue, text, found):
    assert codes(queries.listed(VISITOR, Wanted(text=text))) == found


def test_filters(catalogue):
    def listed(**wanted):
        return codes(queries.listed(VISITOR, Wanted(**wanted)))

    assert listed(level="commune") == ["2.900102"]
    assert listed(online="full") == ["1.900101"]
    assert listed(field="Giáo dục thường xuyên") == ["2.900102"]
    assert listed(agency=catalogue.agency) == ["1.900101"]
    assert listed(agency=catalogue.other) == []
    assert listed(day=LONG_AGO - timedelta(days=1)) == []
    assert listed(day=LONG_AGO - timedelta(days=1), status="coming") == ["1.900101", "2.900102"]
    assert queries.fields_of(VISITOR) == ["Giáo dục thường xuyên", "Văn bằng, chứng chỉ"]


def test_a_list_of_any_length_is_one_query(catalogue, django_assert_num_queries):
    for number in (1, 20):
        made = [replace(contents_of(BARE)[0], code=f"3.{number:03}{n:03}") for n in range(number)]
        procedures_load(made, keeper=catalogue.agency, begins=LONG_AGO, acting=SYSTEM)
        with django_assert_num_queries(1):
            found = list(queries.listed(VISITOR, Wanted(text="trung tam")))
            assert all(version.procedure.keeper for version in found)


# Versions -------------------------------------------------------------------------------------------------------


def test_a_version_holds_until_the_day_before_the_next(catalogue):
    begins = date(2024, 3, 1)
    new = next_version(catalogue.copy, begins, name=Text("Tên khác"))
    old = catalogue.copy.versions.get(number=1)
    assert (old.ends, new.begins, new.ends) == (date(2024, 2, 29), begins, None)
    assert codes(queries.listed(VISITOR, Wanted(text="ten khac"))) == ["1.900101"]
    assert codes(queries.listed(VISITOR, Wanted(text="ban sao", day=date(2024, 2, 29)))) == ["1.900101"]
    with refusal("order"):
        next_version(catalogue.copy, date(2024, 2, 1))


def test_an_unsound_draft_is_kept_but_not_put_in_force(catalogue):
    wrong = changed(catalogue.copy, process=Process(()))
    draft = draft_save(wrong, keeper=catalogue.agency, acting=catalogue.officer)
    with refusal("unsound"):
        version_release(draft, begins=today(), acting=catalogue.officer)
    assert catalogue.copy.versions.get(number=2).is_draft
    assert catalogue.copy.versions.get(number=1).ends is None


def test_of_two_people_the_later_sees_both(catalogue):
    first = draft_save(changed(catalogue.copy), keeper=catalogue.agency, acting=catalogue.officer)
    with refusal("conflict"):
        draft_save(changed(catalogue.copy), keeper=catalogue.agency, edition=0, acting=catalogue.officer)
    again = draft_save(changed(catalogue.copy), keeper=catalogue.agency, edition=first.edition, acting=SYSTEM)
    assert again.edition == 2


def test_only_the_keeper_writes(catalogue):
    with pytest.raises(Refused):
        draft_save(changed(catalogue.copy), keeper=catalogue.other, acting=catalogue.outsider)
    with pytest.raises(Refused):
        draft_save(changed(catalogue.copy), keeper=catalogue.agency, acting=catalogue.head)
    with refusal("keeper"):
        draft_save(changed(catalogue.copy), keeper=catalogue.other, acting=SYSTEM)


def test_a_first_draft_thrown_away_leaves_nothing(catalogue):
    [content] = contents_of(BARE.replace("2.900102", "2.900999"))
    draft = draft_save(content, keeper=catalogue.agency, acting=catalogue.officer)
    draft_discard(draft, acting=catalogue.officer)
    assert not Procedure.objects.filter(code="2.900999").exists()
    with refusal("released"):
        draft_discard(catalogue.copy.versions.get(), acting=catalogue.officer)


def test_loading_again_changes_nothing_and_one_bad_one_stops_all(catalogue):
    events = Event.objects.count()
    assert procedures_load(contents_of(COPY, BARE), keeper=catalogue.agency, begins=today(), acting=SYSTEM) == []
    assert Event.objects.count() == events
    [good] = contents_of(BARE.replace("2.900102", "2.900998"))
    bad = changed(catalogue.copy, process=Process(()))
    with refusal("unsound"):
        procedures_load([good, bad], keeper=catalogue.agency, begins=today(), acting=SYSTEM)
    assert not Procedure.objects.filter(code="2.900998").exists()
    assert not catalogue.copy.versions.filter(is_draft=True).exists()


def test_repealed_from_the_day_after_and_replaced(catalogue):
    ends = today() - timedelta(days=1)
    procedure_repeal(
        catalogue.copy, ends=ends, decision="2295/QĐ-UBND", replaced_by=[catalogue.bare], acting=catalogue.head
    )
    assert codes(queries.listed(VISITOR, Wanted())) == ["2.900102"]
    assert codes(queries.listed(VISITOR, Wanted(status="repealed"))) == ["1.900101"]
    assert codes(queries.listed(VISITOR, Wanted(day=ends))) == ["1.900101", "2.900102"]
    catalogue.copy.refresh_from_db()
    assert codes(queries.heirs_of(VISITOR, catalogue.copy)) == ["2.900102"]
    assert codes(queries.replaced_by(VISITOR, catalogue.bare)) == ["1.900101"]
    with refusal("not_in_force"):
        procedure_repeal(catalogue.copy, ends=today(), decision="1", acting=SYSTEM)
    with refusal("heir"):
        procedure_repeal(catalogue.bare, ends=today(), decision="1", replaced_by=[catalogue.bare], acting=SYSTEM)


def test_which_version_is_shown(catalogue):
    later = next_version(catalogue.copy, today() + timedelta(days=30))
    versions = queries.versions_of(VISITOR, catalogue.copy)
    assert [version.number for version in versions] == [2, 1]
    assert queries.version_on(versions, today()).number == 1
    assert queries.version_on(versions, later.begins) == later
    assert queries.version_on(versions, LONG_AGO - timedelta(days=1)).number == 1
    assert queries.version_on([], today()) is None


# Offers ---------------------------------------------------------------------------------------------------------


def test_an_offer_changes_from_a_day_on(catalogue):
    given = {"agency": catalogue.agency, "one_stop": catalogue.one_stop, "office": catalogue.agency}
    new = offer_set(
        catalogue.copy, begins=date(2025, 5, 1), committed="02 ngày làm việc", **given, acting=catalogue.officer
    )
    catalogue.offer.refresh_from_db()
    assert (catalogue.offer.ends, new.committed) == (date(2025, 4, 30), "2 ngày làm việc")
    assert list(queries.offers_of(catalogue.copy, date(2025, 4, 30))) == [catalogue.offer]
    offer_end(new, ends=date(2025, 6, 30), acting=catalogue.officer)
    assert list(queries.offers_of(catalogue.copy, date(2025, 7, 1))) == []
    assert Offer.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"committed": "khoảng 3 ngày"}, "time"),
        ({"begins": date(2019, 1, 1)}, "order"),
        ({"office": "other"}, "outside"),
    ],
)
def test_offers_that_cannot_be(catalogue, more, code):
    given = {"one_stop": catalogue.one_stop, "office": catalogue.office, "begins": today(), **more}
    given["office"] = catalogue.other if given["office"] == "other" else given["office"]
    with refusal(code):
        offer_set(catalogue.copy, agency=catalogue.agency, **given, acting=SYSTEM)


def test_an_agency_is_offered_by_its_own_people(catalogue):
    given = {"agency": catalogue.agency, "one_stop": catalogue.one_stop, "office": catalogue.office}
    with pytest.raises(Refused):
        offer_set(catalogue.copy, begins=today(), **given, acting=catalogue.outsider)


# Reviews --------------------------------------------------------------------------------------------------------


def reviewed(catalogue, day, **more):
    return review_add(
        catalogue.copy,
        unit=catalogue.agency,
        reviewed_on=day,
        finding="Thừa một bước",
        acting=catalogue.officer,
        **more,
    )


def test_reviews_and_what_became_of_them(catalogue):
    day = date(2026, 3, 1)
    one = reviewed(catalogue, day, cuts_steps=2, cuts_days=Decimal("1.5"))
    other = reviewed(catalogue, day, cuts_components=1, cuts_fee=20_000)
    reviewed(catalogue, date(2025, 3, 1), cuts_steps=5)
    review_decide(one, status=Review.ACCEPTED, decided_on=date(2026, 4, 1), acting=catalogue.head)
    review_decide(one, status=Review.DONE, decided_on=date(2026, 5, 1), acting=catalogue.head)
    review_decide(other, status=Review.REJECTED, decided_on=date(2026, 4, 1), acting=catalogue.head)
    found = totals(queries.reviews_readable(catalogue.officer).filter(reviewed_on__year=2026))
    assert found == {
        "all": 2,
        "procedures": 1,
        "proposed": 0,
        "accepted": 0,
        "rejected": 1,
        "done": 1,
        "cuts_steps": 2,
        "cuts_days": Decimal("1.5"),
        "cuts_components": 1,
        "cuts_fee": 20_000,
        "done_cuts_steps": 2,
        "done_cuts_days": Decimal("1.5"),
        "done_cuts_components": 0,
        "done_cuts_fee": 0,
    }
    assert queries.review_years(catalogue.officer) == [2026, 2025]
    assert not queries.reviews_readable(catalogue.outsider).exists()
    assert not queries.reviews_readable(VISITOR).exists()
    with refusal("decided"):
        review_decide(one, status=Review.ACCEPTED, decided_on=date(2026, 6, 1), acting=catalogue.head)
    with refusal("future"):
        reviewed(catalogue, today() + timedelta(days=1))
