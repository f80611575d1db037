"""Acting on dossiers: every deed of doing.DEEDS is an operation, checked by its page's form and done by its action.

So a deed means, asks and refuses here what it does on the screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, Literal

from django.db.transaction import atomic
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path
from pydantic import Field

from minhbach.dossiers.actions import opinions
from minhbach.dossiers.api import shapes
from minhbach.dossiers.api.fitting import fitting
from minhbach.dossiers.api.reading import as_row, dossier_to_act_on
from minhbach.dossiers.api.router import router
from minhbach.dossiers.api.sending import PaperIn, handed
from minhbach.dossiers.doing import DEEDS
from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import ACT_SCOPE, FEES_SCOPE
from minhbach.dossiers.views.deeds import form_of, perform
from minhbach.org.api.problems import ApiError, documented
from minhbach.org.api.tokens import scope
from minhbach.org.api.types import Code, Day, Key, Moment, Strict, Yes, sensible, text, whole
from minhbach.org.models import Person, Unit


class Deed(Strict):
    edition: whole(1) | None = Field(  # type: ignore[valid-type]
        None, description="The edition you saw: if somebody acted since, you are told (409, conflict)."
    )


class Because(Deed):
    because: text(4000, 1)  # type: ignore[valid-type]


class Move(Deed):
    to: Key | None = Field(None, description="Key of the step; one of `to` of the deed.")
    person: whole(1) | None = Field(None, description="Identifier of the person who shall have it.")  # type: ignore[valid-type]
    note: text(1000) = ""  # type: ignore[valid-type]


class Back(Deed):
    to: Key | None = None
    note: text(1000, 1)  # type: ignore[valid-type]


class Assign(Deed):
    person: whole(1)  # type: ignore[valid-type]
    note: text(1000) = ""  # type: ignore[valid-type]


class Ask(Deed):
    items: list[text(500, 1)] = Field(min_length=1, max_length=50)  # type: ignore[valid-type]
    because: text(4000, 1)  # type: ignore[valid-type]
    until: Day | None = None


class AskPapers(Ask):
    again_because: text(4000) = Field("", description="Why a second time, if it was asked before.")  # type: ignore[valid-type]


class Settled(Deed):
    answer: text(4000) = ""  # type: ignore[valid-type]


class Supplemented(Settled):
    papers: list[PaperIn] = Field([], max_length=200)


class Return(Deed):
    by: Literal["counter", "online", "post"] = "counter"
    sent_on: Day | None = Field(None, description="Handed to the post on; only by post.")
    tracking: text(50) = ""  # type: ignore[valid-type]
    fee: whole(0, 10**9) | None = Field(None, description="Collected by the post, in đồng.")  # type: ignore[valid-type]


class AskOpinion(Deed):
    unit: Key = Field(description="Code of the unit asked.", min_length=1)
    question: text(4000, 1)  # type: ignore[valid-type]
    until: Day | None = None


class Extend(Because):
    due_at: Moment


class Begin(Deed):
    day: Day = Field(description="Of the event from which the law counts; it does not count itself.")
    document: text(300, 1) = Field(description="The document that says so.")  # type: ignore[valid-type]


class DuePaid(Strict):
    due: whole(1)  # type: ignore[valid-type]
    amount: whole(1) = Field(description="As you saw it: if it is another by now, you are told (409, changed).")  # type: ignore[valid-type]


class Cash(Deed):
    dues: list[DuePaid] = Field(min_length=1, max_length=50)
    payer: text(300) = Field("", description="Only if it is somebody other than the applicant.")  # type: ignore[valid-type]


class Exempt(Deed):
    due: whole(1)  # type: ignore[valid-type]
    amount: whole(0) = Field(description="What is still to be paid, in đồng.")  # type: ignore[valid-type]
    exempt_as: text(500, 1)  # type: ignore[valid-type]
    source: text(300) = ""  # type: ignore[valid-type]
    paper: whole(1) | None = None  # type: ignore[valid-type]


class Undue(Because):
    due: whole(1)  # type: ignore[valid-type]


class GiveOpinion(Strict):
    agrees: Yes | None = None
    answer: text(4000, 1)  # type: ignore[valid-type]


SENT: dict[str, type[Deed]] = {
    "accept": Deed,
    "decline": Because,
    "forward": Move,
    "back": Back,
    "assign": Assign,
    "supplement": AskPapers,
    "supplemented": Supplemented,
    "finance": Ask,
    "settled": Settled,
    "cash": Cash,
    "exempt": Exempt,
    "undue": Undue,
    "opinion": AskOpinion,
    "waive": Because,
    "approve": Move,
    "number": Deed,
    "discard": Because,
    "finish": Deed,
    "refuse": Because,
    "stop": Because,
    "withdraw": Because,
    "go-on": Because,
    "return": Return,
    "recall": Because,
    "begin": Begin,
    "extend": Extend,
    "apologise": Because,
}
"""What each deed is told."""
FEES = {"cash", "exempt", "undue"}
"""Money takes a scope of its own."""


def act(
    dossier: Dossier, name: str, sent: Deed, acting, *, files: Mapping[str, Any] | None = None, **given: Any
) -> Any:
    """Do the deed as the form of its page takes it; `given` is what no form asks. Raises what the action does, and
    ApiError with code `not_fitting`."""
    data, more = _as_typed(sent)
    data.setdefault("edition", dossier.edition)
    form = form_of(name, dossier, data, files, acting=acting, signer=given.get("signer"))
    # What the page does not ask as things stand is told to the action, which judges it.
    more |= {field: value for field, value in data.items() if field not in form.fields and value != ""} | given
    fitting(form)
    if "person" in more:
        more["person"] = person_of(more["person"])
    return perform(name, dossier, form, acting, **more)


def _as_typed(sent: Deed) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the form of the page would have been sent; and what only a system sends."""
    data = sent.model_dump(exclude_none=True, exclude={"papers", "file", "certificate"})
    more: dict[str, Any] = {}
    if isinstance(sent, Ask):
        data["items"] = "\n".join(" ".join(item.split()) for item in sent.items)
    if isinstance(sent, Cash):
        data["dues"] = [f"{one.due}:{one.amount}" for one in sent.dues]
    if isinstance(sent, Exempt):
        data["what"], data["amount"] = f"{data.pop('due')}:", str(sent.amount)
    if isinstance(sent, AskOpinion):
        data["unit"] = Unit.objects.filter(code=sent.unit).values_list("pk", flat=True).first() or 0
    if isinstance(sent, Extend):
        due_at = timezone.localtime(sensible(sent.due_at))
        data |= {"day": due_at.date(), "hour": due_at.time()}
        del data["due_at"]
    return data, more


def person_of(pk: int) -> Person:
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise ApiError(409, "no_person", _("There is no person %(person)s.") % {"person": pk})
    return person


def _operation(name: str, shape: type[Deed]) -> Callable:
    def operation(request: HttpRequest, code: Path[Code], sent: shape):  # type: ignore[valid-type]
        dossier = dossier_to_act_on(request, code)
        given: dict[str, Any] = {}
        with atomic() if isinstance(sent, Supplemented) else nullcontext():  # with the files they name
            if isinstance(sent, Supplemented):
                given["papers"] = [handed(paper, request) for paper in sent.papers]
            act(dossier, name, sent, request.user, **given)
        return as_row(dossier.code)

    operation.__annotations__ |= {"code": Path[Code], "sent": shape}
    operation.__name__ = f"deed_{name.replace('-', '_')}"
    operation.__doc__ = None
    return operation


for _name, _shape in SENT.items():
    router.post(
        f"/dossiers/{{code}}/{_name}",
        response={200: shapes.Row, **documented(404, 409, 413)},
        summary=DEEDS[_name].title,
        **scope(FEES_SCOPE if _name in FEES else ACT_SCOPE),
    )(_operation(_name, _shape))


@router.post(
    "/dossiers/{code}/opinions/{opinion}",
    response={200: shapes.Row, **documented(404, 409, 413)},
    summary=gettext_lazy("Give the opinion asked for"),
    **scope(ACT_SCOPE),
)
def give_opinion(request: HttpRequest, code: Path[Code], opinion: Path[int], sent: GiveOpinion):
    """As the unit that was asked."""
    dossier = dossier_to_act_on(request, code)
    asked = dossier.opinions.filter(pk=opinion).first() if 0 < opinion < 2**63 else None
    if asked is None:
        raise ApiError(404, "not_found", _("No such opinion was asked for on this dossier."))
    opinions.opinion_give(asked, **sent.model_dump(), acting=request.user)
    return as_row(code)
