"""From dossiers to files: what is read, in a number of queries that does not grow with their number, and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.dossiers.following import token_of
from minhbach.dossiers.models import Dossier, Involvement
from minhbach.dossiers.permissions import PERSONAL
from minhbach.dossiers.printing.offices import Offices
from minhbach.dossiers.printing.saying import case_of, form_set_of, issued_of, said_of
from minhbach.dossiers.printing.tracing import handovers, line_of
from minhbach.dossiers.queries import may_see
from minhbach.org.errors import NotPossible
from minhbach.org.permissions import Refused, unit_ids
from minhbach.papers import Document, batch_pdf, to_docx, to_xlsx
from minhbach.papers.one_stop import Form, Issue, control_slip, letter, register

_ROW = ("agency", "office", "version", "applicant")
_LETTER = ("issued__by", "papers", "pauses", "stays")
_MORE = {
    "control": ("issued__by", "pauses", "stays__unit", "stays__person", "stays__given_by", "opinions__unit"),
    "register": (),
}

Dossiers = Dossier | Iterable[Dossier]


def form_pdf(dossiers: Dossiers, kind: str, *, follow: str = "", subject: str = "", acting) -> bytes:
    """The form of each dossier, in one PDF; `subject` says of what a register is.

    Raises Refused; NotPossible with code `no_form` when the set of a dossier has no such form, `not_yet` when nothing
    happened that it could tell of, `nothing` for no dossier.
    """
    return batch_pdf(documents(dossiers, kind, follow=follow, subject=subject, acting=acting))


def form_docx(dossiers: Dossiers, kind: str, *, follow: str = "", subject: str = "", acting) -> bytes:
    """The form of one dossier, or the register of many, as a Word file. Raises as `form_pdf`."""
    return to_docx(_single(documents(dossiers, kind, follow=follow, subject=subject, acting=acting)))


def form_xlsx(dossiers: Dossiers, kind: str = "register", *, subject: str = "", acting) -> bytes:
    """The register, or a control slip, as a workbook. Raises as `form_pdf`."""
    return to_xlsx(_single(documents(dossiers, kind, subject=subject, acting=acting)))


def documents(dossiers: Dossiers, kind: str, *, follow: str = "", subject: str = "", acting) -> list[Document]:
    """What the forms say, before they are drawn. Raises as `form_pdf`."""
    given = [dossiers] if isinstance(dossiers, Dossier) else list(dossiers)
    if not given:
        raise NotPossible(_("There is no dossier to print."), "nothing")
    # Read anew: what the caller holds may be older than what was just done to it.
    rows = Dossier.objects.select_related(*_ROW).prefetch_related(*_MORE.get(kind, _LETTER))
    by_key = rows.in_bulk([dossier.pk for dossier in given])
    found = [by_key[dossier.pk] for dossier in given]
    _require_reading(found, kind, acting)
    if kind == "register":
        return [_register(found, subject)]
    units: set[int] = set()
    if kind == "control":
        for dossier in found:
            units |= {dossier.office_id, *(row.unit_id for row in (*dossier.stays.all(), *dossier.opinions.all()))}
    offices = Offices((dossier.agency for dossier in found), units)
    return [_document(dossier, kind, offices, follow) for dossier in found]


def _document(dossier: Dossier, kind: str, offices: Offices, follow: str) -> Document:
    form = _form(dossier, kind)
    issued = issued_of(dossier, kind)
    day = timezone.localdate(issued.at) if issued else None
    begun = timezone.localdate(dossier.received_at or dossier.submitted_at)
    office = offices.office(dossier.agency, day or begun)
    issue = Issue(
        number=issued.number if issued else None,
        day=day,
        officer=issued.by.full_name if issued and issued.by else "",
        follow=follow.replace("{code}", dossier.code).replace("{token}", token_of(dossier.code)),
    )
    said = said_of(dossier, issued, kind)
    if said is None:
        raise NotPossible(
            _("There is nothing yet that the form “%(form)s” could tell."), "not_yet", {"form": form.title}
        )
    if kind != "control":
        return letter(form, case_of(dossier, said, office, {}), office, issue)
    partners = dict.fromkeys(offices.name(opinion.unit, begun) for opinion in dossier.opinions.all())
    names = {"office": offices.name(dossier.office, begun), "partners": tuple(partners)}
    return control_slip(form, case_of(dossier, said, office, names), office, handovers(dossier, offices), issue)


def _register(dossiers: Sequence[Dossier], subject: str) -> Document:
    """In the order in which they were received."""
    ordered = sorted(dossiers, key=lambda dossier: (dossier.received_at or dossier.submitted_at, dossier.pk))
    offices = Offices(dossier.agency for dossier in ordered)
    latest = ordered[-1]
    day = timezone.localdate(latest.received_at or latest.submitted_at)
    lines = [line_of(dossier, offices) for dossier in ordered]
    return register(_form(latest, "register"), lines, offices.office(latest.agency, day), subject=subject)


def _form(dossier: Dossier, kind: str) -> Form:
    forms = form_set_of(dossier)
    form = forms.by_kind.get(kind)
    if form is None:
        raise NotPossible(_("%(set)s has no such form."), "no_form", {"set": forms.title})
    return form


def _single(found: Sequence[Document]) -> Document:
    if len(found) != 1:
        raise ValueError("a Word file or a workbook holds the form of one dossier")
    return found[0]


def _require_reading(dossiers: Sequence[Dossier], kind: str, acting) -> None:
    """Personal data are for those who may see them at the handling office, or at a unit that received the dossier."""
    if kind == "control":
        for dossier in dossiers:
            if not may_see(acting, dossier):
                raise Refused(PERSONAL, dossier.office)
        return
    units = unit_ids(acting, PERSONAL)
    if units is None:
        return
    outside = [dossier for dossier in dossiers if dossier.office_id not in units]
    received = set(Involvement.objects.filter(dossier__in=outside, unit__in=units).values_list("dossier_id", flat=True))
    for dossier in outside:
        if dossier.pk not in received:
            raise Refused(PERSONAL, dossier.office)
