"""One procedure on one page, and as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.org.dates import today
from minhbach.org.models import Chain
from minhbach.org.permissions import holds, may, public
from minhbach.org.permissions.org_verbs import TRAIL_READ
from minhbach.org.ui.figures import language
from minhbach.procedures import page, queries
from minhbach.procedures.actions.versions import chain_of
from minhbach.procedures.content.bpmn import bpmn
from minhbach.procedures.content.differing import Difference, differences
from minhbach.procedures.content.reading import stored, to_yaml
from minhbach.procedures.content.workbook import to_workbook
from minhbach.procedures.models import Procedure, Version
from minhbach.procedures.permissions import EDIT, OFFER, RELEASE, REVIEW
from minhbach.procedures.views.common import XLSX, YAML, attachment, readable, status_tag, whole


def chosen(request: HttpRequest, versions: list[Version]) -> Version:
    """The version the address asks for, else that of today."""
    number = whole(request.GET.get("version", ""))
    if number:
        found = next((version for version in versions if version.number == number), None)
        if found is None:
            raise Http404
        return found
    version = queries.version_on(versions, today())
    assert version is not None
    return version


@public
@require_safe
def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    found, versions = readable(request, pk)
    version = chosen(request, versions)
    offers = list(queries.offers_of(found, today()))
    context = {
        "procedure": found,
        "version": version,
        "status": status_tag(version),
        "versions": _history(versions),
        "newest": queries.version_on(versions, today()),
        "draft": next((one for one in versions if one.is_draft), None),
        "offers": offers,
        "heirs": queries.heirs_of(request.user, found) if found.repealed_on else [],
        "replaced": queries.replaced_by(request.user, found),
        "form_url": reverse("procedures:form", args=[pk]) + f"?version={version.number}",
        **page.context(stored(version.content), language()),
        **_may(request, found, version, offers),
    }
    return render(request, "procedures/procedure.html", context)


def _may(request: HttpRequest, found: Procedure, version: Version, offers: list) -> dict:
    """What the person may do with it, and where its trail is."""
    account = request.user
    if not account.is_authenticated:
        return {}
    chain = None
    if holds(account, TRAIL_READ) and may(account, TRAIL_READ, found.keeper):
        chain = Chain.objects.filter(name=chain_of(found)).first()
    in_force = found.current_id is not None and found.repealed_on is None
    return {
        "may_edit": may(account, EDIT, found.keeper),
        "may_repeal": in_force and not version.is_draft and may(account, RELEASE, found.keeper),
        "may_offer": in_force and holds(account, OFFER),
        "my_offers": {offer.pk for offer in offers if may(account, OFFER, offer.agency)},
        "may_review": in_force and holds(account, REVIEW),
        "chain": chain,
    }


def _history(versions: list[Version]) -> list[dict]:
    """Each version with what it changed of the one before it."""
    rows = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes: list[Difference] = []
        if before is not None:
            changes = differences(stored(before.content), stored(version.content))
        rows.append({"version": version, "before": before, "changes": changes, "status": status_tag(version)})
    return rows


@public
@require_safe
def procedure_file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """A version as YAML or XLSX, its process as BPMN 2.0."""
    found, versions = readable(request, pk)
    version = chosen(request, versions)
    content = stored(version.content)
    name = f"{content.code}-v{version.number}"
    if format == "yaml":
        return attachment(to_yaml([content]), YAML, f"{name}.yaml")
    if format == "xlsx":
        return attachment(to_workbook([content]), XLSX, f"{name}.xlsx")
    if format == "bpmn" and content.process is not None and content.process.steps:
        return attachment(bpmn(content, language()), "application/xml; charset=utf-8", f"{name}.bpmn")
    raise Http404(_("There is no such file."))
