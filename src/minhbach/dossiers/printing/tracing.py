"""The control slip and the register, from the stays of the dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from django.utils import timezone

from minhbach.dossiers import clock
from minhbach.dossiers.models import Dossier, Stay
from minhbach.dossiers.printing.offices import Offices
from minhbach.dossiers.states import Outcome
from minhbach.papers.one_stop import Handover, Line
from minhbach.procedures.content.reading import stored
from minhbach.vietnamese import format_datetime
from minhbach.worktime.rules import EARLIER_DAY

STANDING = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn"}
MOVES = {
    "back": "Chuyển lại",
    "assigned": "Giao lại người xử lý",
    "recalled": "Thu hồi kết quả",
    "finished": "Đã có kết quả",
    "returned": "Đã trả kết quả",
    "stopped": "Dừng giải quyết",
    "declined": "Không tiếp nhận",
}
WAYS = {"counter": "Trực tiếp", "online": "Trực tuyến", "post": "Bưu chính công ích"}
OUTCOMES = {
    Outcome.REFUSED: "Từ chối giải quyết",
    Outcome.NOT_RECEIVED: "Không tiếp nhận",
    Outcome.STOPPED: "Dừng giải quyết",
    Outcome.WITHDRAWN: "Rút hồ sơ",
}


def handovers(dossier: Dossier, offices: Offices) -> list[Handover]:
    """Each passing from hand to hand, with the moment of the stay that began by it; where the dossier lies now, a line
    to be filled."""
    # Registered online and then received at the same shop is no passing on.
    stays = [stay for stay in dossier.stays.all() if stay.move != "received"]
    process = stored(dossier.version.content).process
    titles = {step.key: step.title.vi for step in process.steps} if process else {}
    lines = [
        Handover(
            giver=_unit(before, offices),
            taker=_unit(after, offices),
            at=timezone.localtime(after.arrived_at),
            given_by=str(after.given_by or before.person or ""),
            taken_by=str(after.person or ""),
            result=_result(dossier, before),
            note=_note(dossier, before, titles.get(after.step, "")),
        )
        for before, after in pairwise(stays)
    ]
    if stays:
        lines += _last(dossier, stays[-1], offices)
    return lines


def line_of(dossier: Dossier, offices: Offices) -> Line:
    """The dossier in the register."""
    applicant = dossier.applicant
    begun = dossier.received_at or dossier.submitted_at
    return Line(
        code=dossier.code,
        procedure=dossier.version.name,
        applicant=applicant.name,
        contact="; ".join(filter(None, (applicant.address, applicant.phone))),
        agency=offices.name(dossier.agency, timezone.localdate(begun)),
        sets=dossier.sets,
        received=_local(dossier.received_at),
        due=_local(dossier.due_at),
        returned=_local(dossier.returned_at),
        way=WAYS[dossier.return_by],
        note=OUTCOMES.get(Outcome(dossier.outcome), ""),
    )


def _last(dossier: Dossier, stay: Stay, offices: Offices) -> Iterator[Handover]:
    giver = _unit(stay, offices)
    if stay.left_at is None:
        yield Handover(giver, note=_waits(dossier, stay))
    elif stay.move == "returned":
        yield Handover(
            giver,
            "Cá nhân, tổ chức nộp hồ sơ",
            timezone.localtime(stay.left_at),
            given_by=str(stay.person or ""),
            note=MOVES["returned"],
        )
    else:
        yield Handover(giver, "–", timezone.localtime(stay.left_at), note=_note(dossier, stay, ""))


def _unit(stay: Stay, offices: Offices) -> str:
    return offices.name(stay.unit, timezone.localdate(stay.arrived_at))


def _result(dossier: Dossier, stay: Stay) -> str:
    """How the giver kept its time: the whole dossier's once its processing is over, else that of the step if it had
    one of its own; otherwise nothing can be said."""
    if stay.move == "finished" and stay.left_at:
        reading = clock.reading_of(dossier, stay.left_at)
        return STANDING[reading.standing] if reading else ""
    if stay.due_at is None or stay.left_at is None:
        return ""
    if stay.left_at > stay.due_at:
        return STANDING["late"]
    by_day = clock.rules_for(dossier.received_at or stay.arrived_at).early.value == EARLIER_DAY
    days = (timezone.localdate(stay.left_at), timezone.localdate(stay.due_at))
    early = days[0] < days[1] if by_day else stay.left_at < stay.due_at
    return STANDING["early" if early else "on_time"]


def _note(dossier: Dossier, stay: Stay, step: str) -> str:
    return "; ".join(filter(None, (MOVES.get(stay.move, ""), step, stay.note, _waits(dossier, stay))))


def _waits(dossier: Dossier, stay: Stay) -> str:
    """When the dossier waited for the applicant in these hands."""
    waits = []
    for pause in dossier.pauses.all():
        if pause.asked_at < stay.arrived_at or (stay.left_at is not None and pause.asked_at > stay.left_at):
            continue
        until = f" đến {_short(pause.answered_at)}" if pause.answered_at else ""
        what = "bổ sung hồ sơ" if pause.kind == pause.SUPPLEMENT else "thực hiện nghĩa vụ tài chính"
        waits.append(f"chờ {what} từ {_short(pause.asked_at)}{until}")
    return "; ".join(waits)


def _short(moment: datetime) -> str:
    return format_datetime(timezone.localtime(moment))


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
