"""What a form says about a dossier apart from who the applicant is: it is kept when the form is issued.

Moments are ISO texts, so that it can be kept as JSON; personal data stay with the applicant, where they can be erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from minhbach.dossiers import clock, events
from minhbach.dossiers.models import Dossier, Extension, Issued, Pause
from minhbach.dossiers.states import Digitised, Outcome
from minhbach.org.models import Event
from minhbach.papers.one_stop import Case, Form, FormSet, Office, Party, forms_on

PAPER = {
    "original": "bản chính",
    "copy": "bản sao",
    "certified_copy": "bản sao có chứng thực",
    "shown": "xuất trình để đối chiếu",
}
RETURN = {
    "counter": "",
    "online": "Trực tuyến (bản điện tử)",
    "post": "Địa chỉ của người nộp, qua dịch vụ bưu chính công ích",
}

Said = dict[str, Any]


def form_set_of(dossier: Dossier) -> FormSet:
    """The forms the dossier keeps: those of the day it was received, or sent if it was not received."""
    return forms_on(timezone.localdate(dossier.received_at or dossier.submitted_at))


def said_now(dossier: Dossier, kind: str) -> Said | None:
    """What the form says as the dossier stands; None when there is nothing yet that it could say.

    `about` tells what it is about, the same for the same occasion: the second request for a supplement is another form.
    """
    match kind:
        case "receipt":
            return _receipt(dossier) if dossier.received_at else None
        case "supplement":
            pauses = [pause for pause in dossier.pauses.all() if pause.kind == Pause.SUPPLEMENT]
            return _supplement(pauses[-1]) if pauses else None
        case "refusal":
            return _ended(dossier) if dossier.outcome == Outcome.NOT_RECEIVED else None
        case "apology":
            return _apology(dossier) if dossier.apologised_at else None
        case "stop":
            return _ended(dossier) if dossier.outcome in (Outcome.STOPPED, Outcome.WITHDRAWN) else None
        case "control":
            return {"about": "control", "received": _text(dossier.received_at), "due": _text(dossier.due_at)}
    raise ValueError(f"{kind!r} is no form of one dossier")


@dataclass(frozen=True)
class Possible:
    """A form that can be printed about a dossier as it stands; `issued` once it has its number for this occasion."""

    form: Form
    issued: Issued | None


def possible_forms(dossier: Dossier) -> list[Possible]:
    """What can be printed now, of the dossier's own set of forms; registers are of many dossiers."""
    found, rows = [], list(dossier.issued.all())
    for form in form_set_of(dossier).forms:
        said = said_now(dossier, form.kind) if form.kind != "register" else None
        if said is None:
            continue
        same = [row for row in rows if row.form == form.code and row.data.get("about") == said["about"]]
        found.append(Possible(form, same[-1] if same else None))
    return found


def said_of(dossier: Dossier, issued: Issued | None, kind: str) -> Said | None:
    """What the issued form said, or what it would say; the control slip goes on as the dossier does."""
    return issued.data if issued and kind != "control" else said_now(dossier, kind)


def issued_of(dossier: Dossier, kind: str) -> Issued | None:
    """The form issued last."""
    form = form_set_of(dossier).by_kind.get(kind)
    found = [row for row in dossier.issued.all() if form and row.form == form.code]
    return found[-1] if found else None


def case_of(dossier: Dossier, said: Said, office: Office, names: Said) -> Case:
    """The dossier with what the form says; `names` are those of its office and of the units that took part."""
    return Case(
        code=dossier.code,
        applicant=_party(dossier),
        representative=_representative(dossier),
        procedure=dossier.version.name,
        request=dossier.subject,
        papers=tuple(said.get("papers", ())),
        sets=dossier.sets,
        allowed=said.get("allowed", ""),
        received=_moment(said.get("received")),
        due=_moment(said.get("due")),
        return_at=RETURN[dossier.return_by] or office.shop,
        missing=tuple(said.get("missing", ())),
        reason=said.get("reason", ""),
        again_because=said.get("again_because", ""),
        until=date.fromisoformat(said["until"]) if said.get("until") else None,
        old_due=_moment(said.get("old_due")),
        new_due=_moment(said.get("new_due")),
        ended=_moment(said.get("ended")),
        withdrawn=bool(said.get("withdrawn")),
        **names,
    )


def _receipt(dossier: Dossier) -> Said:
    day = dossier.counted_from
    return {
        # Once it is stated from when the time counts, the receipt says another due moment: that is another paper.
        "about": f"receipt:{day}" if day else "receipt",
        "received": _text(dossier.received_at),
        "due": _text(dossier.first_due_at),
        "allowed": _allowed(dossier),
        "papers": [_paper(paper) for paper in dossier.papers.all() if paper.pause_id is None and not paper.removed_at],
    }


def _allowed(dossier: Dossier) -> str:
    """The time allowed, with what it is counted from where that is not the reception."""
    event = clock.counts_from(dossier)
    if not event:
        return dossier.allowed
    if dossier.counted_from is None:
        return f"{dossier.allowed}, tính từ {event.vi}; hẹn trả dưới đây tạm tính từ khi tiếp nhận"
    return f"{dossier.allowed}, tính từ {event.vi} ({dossier.counted_from:%d/%m/%Y}, {dossier.counted_by})"


def _supplement(pause: Pause) -> Said:
    return {
        "about": f"supplement:{pause.number}",
        "missing": pause.items,
        "reason": pause.reason,
        "again_because": pause.again_because,
        "until": pause.until.isoformat() if pause.until else "",
    }


def _apology(dossier: Dossier) -> Said:
    extension = Extension.objects.filter(dossier=dossier).first() if dossier.extended else None
    said = {"received": _text(dossier.received_at), "about": f"apology:{_text(dossier.apologised_at)}"}
    if extension is not None and extension.at == dossier.apologised_at:
        return {
            **said,
            "reason": extension.reason,
            "old_due": _text(extension.due_before),
            "new_due": _text(extension.due_after),
        }
    # An apology without an extension promises no new moment: whoever issues the form may.
    told = Event.objects.filter(chain__name=dossier.chain, verb=events.APOLOGISED).order_by("-seq").first()
    return {**said, "reason": told.data.get("because", "") if told else "", "old_due": _text(dossier.due_at)}


def _ended(dossier: Dossier) -> Said:
    stays = list(dossier.stays.all())
    return {
        "about": f"ended:{_text(dossier.finished_at)}",
        "received": _text(dossier.received_at),
        "ended": _text(dossier.finished_at),
        "reason": stays[-1].note if stays else "",
        "withdrawn": dossier.outcome == Outcome.WITHDRAWN,
    }


def _paper(paper) -> str:
    told = [PAPER[paper.handed_in]] if paper.handed_in in PAPER else []
    if paper.handed_in != "shown":
        told.append(f"{paper.copies:02} bản")
    if paper.digitised in (Digitised.REUSED, Digitised.REUSED_RESULT):
        told = ["sử dụng lại dữ liệu, bản điện tử đã có"]
    return f"{paper.title} ({', '.join(told)})"


def _party(dossier: Dossier) -> Party:
    applicant = dossier.applicant
    return Party(
        applicant.name,
        applicant.id_number,
        applicant.address,
        applicant.phone,
        applicant.email,
        is_organisation=applicant.kind == applicant.ORGANISATION,
    )


def _representative(dossier: Dossier) -> Party | None:
    """Whoever sent it for the applicant; `warrant` is the paper by which they act."""
    sender = dossier.sender
    if not sender.get("name"):
        return None
    fields = ("name", "id_number", "address", "phone", "email", "warrant")
    return Party(**{field: str(sender.get(field) or "") for field in fields})


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str | None) -> datetime | None:
    return timezone.localtime(datetime.fromisoformat(text)) if text else None
