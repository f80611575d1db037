"""The files one may take away, for the panels on the pages of an entry and of a round."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from minhbach.indices import queries
from minhbach.indices.actions import reports
from minhbach.indices.models import Entry, Round
from minhbach.indices.permissions import MANAGE_ROUND, REVIEW
from minhbach.indices.rules import Status
from minhbach.org.permissions import may

register = template.Library()


@register.simple_tag(takes_context=True)
def files_of(context, entry: Entry, inside: bool | str | None = None) -> list[dict]:
    """{% files_of entry as files %}: what this person may download. `inside` spares a query where it is known."""
    account = context["request"].user
    if inside in (None, ""):
        inside = queries.entries_inside(account).filter(pk=entry.pk).exists()

    def links(kind: str, *endings: str) -> list[dict]:
        return [{"label": e.upper(), "url": reverse("indices:export", args=[entry.pk, kind, e])} for e in endings]

    found = [_file(_("Self-score sheet"), _("in the official columns"), links("self-score", "xlsx", "docx", "pdf"))]
    if inside:
        label = _("Write the report") if reports.may_write(account, entry) else _("Read the report")
        report = {"label": label, "url": reverse("indices:report", args=[entry.pk])}
        folder = {"label": "ZIP", "url": reverse("indices:evidence_folder", args=[entry.pk])}
        found += [
            _file(
                _("Self-score report"),
                _("with explanations, difficulties and proposals"),
                [report, *links("report", "docx", "pdf", "xlsx")],
            ),
            _file(_("List of evidence"), _("numbered as in the folder"), links("evidence", "xlsx", "docx", "pdf")),
            _file(_("Evidence folder"), _("all files, numbered, with list and sheet"), [folder]),
        ]
        if entry.status not in (Status.SCORING, Status.REVIEW, Status.APPROVED, Status.SUBMITTED):
            found.append(
                _file(_("Explanations"), _("answers to the appraisers"), links("explanations", "xlsx", "docx", "pdf"))
            )
    found += [
        _file(_("Figures"), _("for the command minhbach score"), links("facts", "csv")),
        _file(_("Result as data"), _("with the explanation of every criterion"), links("scores", "json")),
    ]
    if entry.round.is_over and entry.status == Status.CONCLUDED:
        hint = _("sealed, with figures and sources; the data can be verified")
        found.append(_file(_("Explanation of the concluded result"), hint, links("sealed", "pdf", "docx", "json")))
    waits = entry.status in (Status.SUBMITTED, Status.APPRAISAL_1) and not entry.round.is_over
    if inside and waits and (may(account, MANAGE_ROUND, entry.round.unit) or may(account, REVIEW, entry.unit)):
        enter = {"label": _("Enter the result"), "url": reverse("indices:appraised_import", args=[entry.pk])}
        found.append(_file(_("Appraised elsewhere"), _("from the province's software, XLSX or CSV"), [enter]))
    return found


@register.simple_tag
def files_of_round(round_: Round) -> list[dict]:
    """{% files_of_round round as files %}: for those who see the ranking."""

    def link(kind: str, ending: str) -> dict:
        return {"label": ending.upper(), "url": reverse("indices:round_export", args=[round_.pk, kind, ending])}

    return [
        _file(_("Results and ranking"), _("official layout"), [link("ranking", e) for e in ("xlsx", "docx", "pdf")]),
        _file(_("Figures of all units"), _("from which anyone can recompute the ranking"), [link("facts", "csv")]),
    ]


def _file(name: str, hint: str, links: list[dict]) -> dict:
    return {"name": name, "hint": hint, "links": links}
