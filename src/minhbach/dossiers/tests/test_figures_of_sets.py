"""The figures that indicator sets name, each counted by hand: now, and as of a past day."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from minhbach.dossiers.models import (
    Dossier,
    Due,
    GatewayNotice,
    Paper,
    Pause,
    Payment,
    Result,
    StatementAccount,
    StatementImport,
    StatementLine,
)
from minhbach.dossiers.states import Channel, Digitised
from minhbach.measures import figures, tallies
from minhbach.measures.declaring import REGISTRY
from minhbach.measures.figures import FIGURES
from minhbach.org.models import Attachment
from minhbach.procedures.models import Offer, Version

YEAR = date(2026, 1, 1), date(2026, 12, 31)
APRIL = date(2026, 4, 1), date(2026, 4, 30)


def moment(day: int, hour: int = 9, month: int = 3) -> datetime:
    """In March 2026: the 2nd is a Monday."""
    return timezone.make_aware(datetime(2026, month, day, hour))


def values(desk, *keys, period=YEAR, at=None) -> list[int]:
    found = figures.values(keys, figures.counted_for([desk.agency]), *period, at=at)[desk.agency.pk]
    assert list(found) == list(keys)
    return list(found.values())


def rows(desk, key, *, period=YEAR, at=None, without=None):
    offices = figures.counted_for([desk.agency])[desk.agency.pk]
    other = FIGURES[without] if without else None
    return set(figures.rows(FIGURES[key], offices, *period, at=at, without=other))


@pytest.fixture
def received(make_dossier):
    """received(6, …): received on 2 March, due on the 9th at 9:00, ended on the day; None: still open."""

    def make(day=None, hour=9, *, channel=Channel.COUNTER, **changes):
        dossier = make_dossier(submitted_at=moment(2), at=moment(2), channel=channel)
        if day is not None:
            changes = {"status": 9, "outcome": "granted", "finished_at": moment(day, hour), **changes}
        Dossier.objects.filter(pk=dossier.pk).update(**changes)
        return Dossier.objects.get(pk=dossier.pk)

    return make


@pytest.fixture
def scan(desk):
    """A file, used once."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from minhbach.org.files.actions import file_attach

    def make() -> Attachment:
        file = SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")
        made = file_attach(file, kind="dossiers.paper", chain="x", subject_id=1, acting=desk.counter)
        Attachment.objects.filter(pk=made.pk).update(at=moment(3))
        return made

    return make


def test_late_dossiers_by_every_way_of_counting(desk, received):
    extended = {"extended": True, "due_at": moment(12), "apologised_at": moment(6)}
    received(6)
    silent = received(11)  # late, and nobody apologised
    late = received(11, apologised_at=moment(10))
    put_off = received(11, **extended)  # late by the first due moment alone
    still = received(None)

    assert values(desk, "dossiers_handled", "dossiers_on_time", "dossiers_on_time_extended") == [4, 1, 2]
    apologised = "dossiers_overdue", "dossiers_apologised", "dossiers_apologised_on_time"
    assert values(desk, *apologised) == [3, 2, 1]
    assert rows(desk, "dossiers_overdue", without="dossiers_apologised_on_time") == {silent, late}
    assert rows(desk, "dossiers_apologised_on_time") == {put_off}
    either = "dossiers_overdue_or_open", "dossiers_overdue_or_open_apologised"
    assert values(desk, "dossiers_handled_or_overdue", *either, f"{either[1]}_on_time") == [5, 4, 2, 1]
    by_the_last = "dossiers_overdue_extended", "dossiers_overdue_extended_apologised"
    assert values(desk, *by_the_last, f"{by_the_last[1]}_on_time") == [2, 1, 0]
    of_received = "dossiers_received_handled_on_time", "dossiers_received_overdue"
    more = "dossiers_received_overdue_apologised", "dossiers_received_overdue_apologised_on_time"
    assert values(desk, "dossiers_received", *of_received, *more) == [5, 1, 4, 2, 1]
    assert still in rows(desk, "dossiers_received_overdue", without="dossiers_received_overdue_apologised")
    assert values(desk, *apologised, at=moment(10, 8)) == [0, 0, 0]
    assert values(desk, "dossiers_overdue_or_open", "dossiers_received_overdue", at=moment(10, 8)) == [4, 4]


def test_received_or_in_process_by_the_rules_of_766(desk, received):
    received(6)
    twice = received(6, supplements=2)
    for number in (1, 2):
        asked = {"asked_at": moment(2 + number), "answered_at": moment(2 + number, 15)}
        Pause.objects.create(dossier=twice, kind=Pause.SUPPLEMENT, number=number, **asked)
    late = received(11)
    open_ = received(None)
    keys = "dossiers_received_or_in_process", "dossiers_within_due", "dossiers_past_due"
    assert values(desk, *keys) == [4, 1, 3]
    assert rows(desk, keys[0], without=keys[1]) == {twice, late, open_}
    # April began with the open one alone; it was late then and still is.
    assert values(desk, *keys, period=APRIL) == [1, 0, 1]
    assert rows(desk, keys[0], period=APRIL) == rows(desk, keys[2], period=APRIL) == {open_}
    Dossier.objects.filter(pk=open_.pk).update(status=9, outcome="granted", finished_at=moment(10, month=4))
    assert values(desk, *keys, period=APRIL) == [1, 0, 1]
    assert values(desk, *keys, period=(date(2026, 5, 1), date(2026, 5, 31))) == [0, 0, 0]
    # March is judged by how it stood when it was over.
    assert values(desk, *keys, period=(date(2026, 3, 1), date(2026, 3, 31))) == [4, 1, 3]
    assert values(desk, *keys, period=(date(2026, 3, 1), date(2026, 3, 5))) == [4, 3, 1]
    assert values(desk, *keys, period=(date(2026, 3, 1), date(2026, 3, 3))) == [4, 4, 0]


def test_why_a_dossier_counts_as_late_by_766(received):
    twice, late = received(6, supplements=2), received(11)
    why = FIGURES["dossiers_within_due"].why_not
    assert "2 " in why(twice, moment(20)) and "09/03/2026" not in why(twice, moment(20))
    assert "09/03/2026 09:00" in why(late, moment(20))


def test_procedures_online_and_by_post(desk, received):
    received(6, channel=Channel.ONLINE)
    received(None)
    keys = "procedures_online", "procedures_online_with_dossiers", "services_online", "services_online_with_dossiers"
    assert values(desk, *keys) == [1, 1, 1, 1]
    of_online = "dossiers_of_online_procedures", "dossiers_online_of_online_procedures"
    assert values(desk, *of_online, "procedures_online_with_any_dossiers") == [2, 1, 1]
    post = "procedures_by_post", "procedures_by_post_with_dossiers", "dossiers_of_post_procedures"
    assert values(desk, *post, "dossiers_by_post_of_post_procedures") == [1, 0, 2, 0]
    assert rows(desk, "procedures_by_post", without="procedures_by_post_with_dossiers") == {desk.offer}

    returned = received(6, returned_at=moment(6), return_by=Channel.POST)
    assert values(desk, *post) == [1, 1, 3] and rows(desk, post[1]) == {returned}
    of_post = "dossiers_returned_of_post_procedures", "dossiers_returned_by_post_of_post_procedures"
    assert values(desk, "dossiers_returned", "dossiers_returned_by_post", *of_post) == [1, 1, 1, 1]
    Offer.objects.filter(pk=desk.offer.pk).update(online="none", post=False)
    assert values(desk, *keys) == [0, 0, 0, 0] and values(desk, *of_online) == [0, 0]
    assert values(desk, *post, *of_post) == [0, 0, 0, 0, 0]


def test_procedures_of_one_unit_do_not_lend_themselves_to_another(desk, received, make_unit):
    """Another agency offers the procedure online; this one does not."""
    received(None, channel=Channel.ONLINE)
    other = make_unit("so-khac", kind="so")
    places = {"agency": other, "one_stop": other, "office": other}
    Offer.objects.create(procedure=desk.offer.procedure, begins=date(2020, 1, 1), online="full", **places)
    Offer.objects.filter(pk=desk.offer.pk).update(online="none")
    keys = ["procedures_online", "procedures_online_with_dossiers", "dossiers_of_online_procedures"]
    found = figures.values(keys, figures.counted_for([desk.agency, other]), *YEAR)
    assert list(found[desk.agency.pk].values()) == [0, 0, 0]
    assert list(found[other.pk].values()) == [1, 0, 0]


def test_the_former_levels(desk, received):
    received(6, channel=Channel.ONLINE)
    received(None)
    keys = [
        f"dossiers_{what}" for level in (3, 4) for what in (f"online_level_{level}", f"of_level_{level}_procedures")
    ]
    assert values(desk, *keys) == [0, 0, 0, 0]
    version = Version.objects.get(pk=desk.version.pk)
    Version.objects.filter(pk=version.pk).update(content={**version.content, "former_level": 3})
    assert values(desk, *keys) == [1, 2, 0, 0]


def test_results_and_their_files(desk, received, scan):
    nothing, paper, unscanned, electronic, recalled = (received(6) for _n in range(5))
    refused = received(6, outcome="refused")

    def result(dossier, **more):
        made = {"title": "Bản sao", "drafted_at": moment(4), "sealed_at": moment(6), "numbered_at": moment(5)}
        file = more.pop("pdf", True)
        symbol = {"symbol": f"{dossier.pk}/QĐ", "pdf": scan() if file else None, "on_paper": True}
        return Result.objects.create(dossier=dossier, **{**made, **symbol, **more})

    result(paper)
    result(unscanned, pdf=False)
    signed = {"signed_at": moment(4), "signed_by": desk.head.person, "number": 1, "series": "x"}
    result(electronic, on_paper=False, issued_on=date(2026, 3, 5), **signed)
    result(recalled, recalled_at=moment(20))
    result(refused)

    assert values(desk, "results_issued", "results_digitised") == [5, 2]
    assert rows(desk, "results_issued", without="results_digitised") == {nothing, unscanned, recalled}
    assert values(desk, "results_on_paper", "results_on_paper_digitised") == [2, 1]
    assert values(desk, "dossiers_with_written_result", "dossiers_with_result_file") == [5, 2]
    # What was recalled on the 20th was there on the 10th.
    assert values(desk, "results_digitised", "results_on_paper", at=moment(10)) == [3, 3]

    # The paper of one is scanned, that of another reused; the recalled one has no result any more.
    Paper.objects.filter(dossier=paper).update(digitised=Digitised.DIGITISED, attachment=scan())
    Paper.objects.filter(dossier=electronic).update(digitised=Digitised.REUSED)
    Paper.objects.filter(dossier=recalled).update(digitised=Digitised.REUSED)
    assert values(desk, "dossiers_handled", "dossiers_digitised", "dossiers_reusing_data") == [6, 2, 2]
    assert rows(desk, "dossiers_digitised") == {paper, electronic}
    assert rows(desk, "dossiers_handled", without="dossiers_digitised") == {nothing, unscanned, recalled, refused}
    Paper.objects.filter(dossier=electronic).update(removed_at=moment(12))
    assert values(desk, "dossiers_digitised", "dossiers_reusing_data") == [1, 1]
    assert values(desk, "dossiers_digitised", "dossiers_reusing_data", at=moment(10)) == [3, 2]
    Version.objects.filter(pk=desk.version.pk).update(content={})
    assert values(desk, "dossiers_with_written_result", "dossiers_with_result_file") == [0, 0]


def test_what_was_paid(desk, paid_desk, make_paid, make_dossier):
    make_dossier(submitted_at=moment(2), at=moment(2))  # of the procedure without a fee
    unpaid, cash, gateway, transfer, waived = (make_paid(submitted_at=moment(2), at=moment(2)) for _n in range(5))
    Due.objects.update(asked_at=moment(2))

    def paid(dossier, way, **more):
        if way == Payment.GATEWAY:
            more["notice"] = GatewayNotice.objects.create(agency=desk.agency, number="1", amount=1, at=moment(3))
        if way == Payment.TRANSFER:
            account = StatementAccount.objects.create(agency=desk.agency, number="1")
            source = StatementImport.objects.create(account=account, at=moment(3))
            booked = {"booked_on": date(2026, 3, 3), "amount": 1}
            more["line"] = StatementLine.objects.create(account=account, source=source, **booked)
        more |= {"receipt": 1} if way == Payment.CASH else {}
        return Payment.objects.create(
            dossier=dossier, agency=desk.agency, way=way, amount=1, settled=1, at=moment(3), year=2026, **more
        )

    paid(cash, Payment.CASH)
    paid(gateway, Payment.GATEWAY)
    by_bank = paid(transfer, Payment.TRANSFER)
    Due.objects.filter(dossier=waived).update(amount=0, exempt_as="hộ nghèo", exempt_at=moment(4))

    keys = "dossiers_of_fee_procedures", "dossiers_zero_fee", "dossiers_paid_online", "dossiers_paid_cashless"
    assert values(desk, "dossiers_received", *keys) == [6, 5, 1, 1, 2]
    assert rows(desk, keys[0], without="dossiers_paid_online") == {unpaid, cash, transfer, waived}
    procedures = "procedures_with_payment_due", "procedures_with_online_payments", "procedures_with_cashless_payments"
    assert values(desk, "procedures_competent", *procedures) == [2, 1, 1, 1]
    # Before the 4th nothing was waived yet; before the 3rd nothing was paid.
    assert values(desk, *keys, at=moment(3, 10)) == [5, 0, 1, 2]
    assert values(desk, *keys, *procedures[1:], at=moment(3, 8)) == [5, 0, 0, 0, 0, 0]
    Payment.objects.filter(pk=by_bank.pk).update(cancelled_at=moment(5))
    assert values(desk, *keys) == [5, 1, 1, 1]
    assert values(desk, *keys, at=moment(4, 10)) == [5, 1, 1, 2]


def test_every_tally_is_true_after_papers_results_and_money(desk, received, make_paid):
    """Rows of other tables mark the dossier they belong to."""
    dossier, paid = received(6), make_paid(submitted_at=moment(2), at=moment(2))
    for table in REGISTRY.values():
        tallies.refresh([table], [desk.office.pk])
    Paper.objects.filter(dossier=dossier).update(digitised=Digitised.REUSED)
    Due.objects.filter(dossier=paid).update(cancelled_at=moment(3))
    assert values(desk, "dossiers_reusing_data", "dossiers_zero_fee") == [1, 1]
    for table in REGISTRY.values():
        assert list(tallies.verify(table)) == []
