"""Bank statements: read a file, tell its columns, see what each row would do, take it in; and what waits for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.dossiers.actions.incoming import incoming_match, incoming_put_aside, known_keys, statement_read
from minhbach.dossiers.models import Dossier, GatewayNotice, StatementAccount, StatementImport, StatementLine
from minhbach.dossiers.models.statements import PAID
from minhbach.dossiers.money import accounts, statements
from minhbach.dossiers.money import queries as money_queries
from minhbach.dossiers.money.forms import AsideForm, DuesForm, FindDossier
from minhbach.dossiers.money.references import keys_in
from minhbach.dossiers.permissions import CASH
from minhbach.dossiers.views.money import ROWS, money_tabs
from minhbach.org.files.actions import clean_name
from minhbach.org.models import Unit
from minhbach.org.permissions import needs
from minhbach.org.ui.figures import language, number
from minhbach.org.ui.forms import LineField, attempt

SALT = "dossiers.statement"
SHOWN = 200
FIELD_WORDS = {
    "day": gettext_lazy("Day"),
    "credit": gettext_lazy("Money in"),
    "debit": gettext_lazy("Money out"),
    "amount": gettext_lazy("Amount with its sign"),
    "text": gettext_lazy("Words of the transfer"),
    "reference": gettext_lazy("Bank's reference"),
    "payer": gettext_lazy("Paid by"),
    "balance": gettext_lazy("Balance"),
}


class StatementForm(forms.Form):
    """The file, and of which account it is."""

    def __init__(self, *args, agencies: list[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self._agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"] = forms.ChoiceField(
            label=_("Agency"), choices=[(key, str(agency)) for key, agency in self._agencies.items()]
        )
        self.fields["number"] = LineField(label=_("Account number"), max_length=30)
        self.fields["file"] = forms.FileField(
            label=_("Statement"), help_text=_("XLSX or CSV, as the bank gives it to download.")
        )

    def clean_agency(self) -> Unit:
        return self._agencies[self.cleaned_data["agency"]]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > min(5_000_000, settings.MAX_UPLOAD_BYTES):
            raise forms.ValidationError(_("The file is larger than 5 MB; download a statement of a shorter time."))
        return upload


@dataclass(frozen=True)
class Shown:
    """A row with what it would do."""

    row: statements.Row
    kind: str
    word: Any
    dossier: Dossier | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASH)
def statement(request: HttpRequest) -> HttpResponse:
    """First what the file says, then all of it, or the rows that can be read."""
    agencies = money_queries.cash_agencies(request.user)
    if request.method == "POST" and "grid" in request.POST:
        return _again(request, agencies)
    initial = {}
    if agencies:
        into = accounts.settings_of(agencies[0].pk)
        initial = {"agency": agencies[0].pk, "number": into.account_number if into else ""}
    form = StatementForm(request.POST or None, request.FILES or None, agencies=agencies, initial=initial)
    if form.is_valid():
        said, upload = form.cleaned_data, form.cleaned_data["file"]
        name = clean_name(upload.name or "") or "?"
        sheet = statements.read_grid(upload.read(), name)
        if sheet.problem is not None:
            lang = language()
            form.add_error("file", f"{sheet.problem.in_(lang)}: {sheet.remedy.in_(lang) if sheet.remedy else ''}")
        else:
            account = _account(said["agency"], said["number"])
            head, columns = statements.guess(sheet, account.columns if account else None)
            kept = {"name": name, "agency": said["agency"].pk, "number": said["number"], "head": max(head, 0)}
            return _preview(request, sheet, kept, columns, said["agency"])
    rows = StatementImport.objects.filter(account__agency__in=[agency.pk for agency in agencies])
    context = {
        "form": form,
        "agencies": agencies,
        "imports": rows.select_related("account", "by")[:10],
        "tabs": money_tabs(request.user, "statement"),
    }
    return render(request, "dossiers/money/statement.html", context, status=422 if form.is_bound else 200)


def _again(request: HttpRequest, agencies: list[Unit]) -> HttpResponse:
    """The file comes back through the browser under our signature, with the columns as the person tells them."""
    try:
        kept = signing.loads(request.POST["grid"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        messages.error(request, _("The page was open for too long. Choose the file once more."))
        return redirect("dossiers:statement")
    agency = next((one for one in agencies if one.pk == kept["agency"]), None)
    if agency is None:
        raise Http404
    sheet = statements.Sheet(tuple((place, tuple(values)) for place, values in kept.pop("rows")))
    heads = set(statements.heads(sheet, kept["head"]))
    columns = {
        name: request.POST[f"column_{name}"]
        for name in statements.FIELDS
        if request.POST.get(f"column_{name}") in heads
    }
    if "take" not in request.POST or statements.missing(columns):
        return _preview(request, sheet, kept, columns, agency)
    read = statements.read_rows(sheet, kept["head"], columns)
    if read.bad and "leave" not in request.POST:
        return _preview(request, sheet, kept, columns, agency, refused=True)
    form = forms.Form({})
    done = attempt(
        form,
        lambda: statement_read(
            agency,
            kept["number"],
            read.rows,
            name=kept["name"],
            columns=columns,
            bad=len(read.bad),
            acting=request.user,
        ),
    )
    if done is None:
        return _preview(request, sheet, kept, columns, agency, error=" ".join(form.non_field_errors()))
    said = ngettext(
        "%(new)s new row, %(matched)s matched, %(known)s known already.",
        "%(new)s new rows, %(matched)s matched, %(known)s known already.",
        done.source.taken,
    )
    figures = {"new": done.source.taken, "matched": done.matched, "known": done.source.known}
    messages.success(request, said % {key: number(value) for key, value in figures.items()})
    return redirect("dossiers:money_open" if done.source.taken > done.matched else "dossiers:fees_paid")


def _preview(request, sheet, kept, columns, agency, *, refused=False, error="") -> HttpResponse:
    missing = statements.missing(columns)
    read = statements.Statement() if missing else statements.read_rows(sheet, kept["head"], columns)
    rows = _judged(read.rows, agency, kept["number"])
    lang = language()
    grid = {**kept, "rows": [(place, values) for place, values in sheet.rows]}
    context = {
        "name": kept["name"],
        "number": kept["number"],
        "agency": agency,
        "fields": [(name, FIELD_WORDS[name], columns.get(name, "")) for name in statements.FIELDS],
        "heads": statements.heads(sheet, kept["head"]),
        "missing": [FIELD_WORDS[name] for name in missing],
        "rows": rows[:SHOWN],
        "count": len(rows),
        "matched": sum(one.kind == "ok" for one in rows),
        "known": sum(one.kind == "neutral" for one in rows),
        "open": sum(one.kind == "warn" for one in rows),
        "out": read.out,
        "bad": [(one.place, one.says.in_(lang), one.remedy.in_(lang)) for one in read.bad][:SHOWN],
        "bad_count": len(read.bad),
        "refused": refused,
        "error": error,
        "grid": signing.dumps(grid, salt=SALT, compress=True),
    }
    status = 422 if refused or error or missing else 200
    return render(request, "dossiers/money/statement_preview.html", context, status=status)


def _account(agency: Unit, number: str) -> StatementAccount | None:
    return StatementAccount.objects.filter(agency=agency, number=accounts.bare_number(number)).first()


def _judged(rows: list[statements.Row], agency: Unit, account_number: str) -> list[Shown]:
    """What each row would do, by the rule by which it is done. Four queries, however many rows."""
    account = _account(agency, account_number)
    known = known_keys(account, rows)
    named = {row.key: keys_in(row.text) for row in rows}
    wanted = {key for keys in named.values() for key in keys}
    found = Dossier.objects.select_related("agency").prefetch_related("dues").in_bulk(wanted)
    taken: set[int] = set()
    shown = []
    for row in rows:
        if row.key in known:
            shown.append(Shown(row, "neutral", _("known already")))
            continue
        keys = named[row.key]
        dossier = found.get(next(iter(keys))) if len(keys) == 1 else None
        dues = [due for due in dossier.dues.all() if due.is_open] if dossier and dossier.pk not in taken else []
        why = accounts.why_not(agency, keys, dossier, dues, row.amount)
        if why:
            shown.append(Shown(row, "warn", accounts.WHY[why], None if why == "other" else dossier))
        else:
            assert dossier is not None
            taken.add(dossier.pk)
            shown.append(Shown(row, "ok", _("pays what is due"), dossier))
    return shown


# What waits for a person --------------------------------------------------------------------------------------------


@require_safe
@needs(CASH)
def money_open(request: HttpRequest) -> HttpResponse:
    """Money that came in and was not matched by itself."""
    page = Paginator(money_queries.open_lines(request.user), ROWS).get_page(request.GET.get("page"))
    for line in page.object_list:
        line.reason = accounts.WHY.get(line.why, "")
    notices = list(money_queries.open_notices(request.user)[:50])
    for notice in notices:
        notice.reason = accounts.WHY.get(notice.why, "")
    context = {"page": page, "notices": notices, "tabs": money_tabs(request.user, "money_open")}
    return render(request, "dossiers/money/open.html", context)


_KINDS: dict[str, Any] = {"line": StatementLine, "notice": GatewayNotice}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASH)
def money_match(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say by hand what it paid, or put it aside."""
    row = get_object_or_404(_KINDS[kind].objects.select_related(*_RELATED[kind]), pk=pk)
    agency = row.account.agency if kind == "line" else row.agency
    if not money_queries.may_cash(request.user, agency):
        raise Http404
    code = request.GET.get("code", row.dossier.code if row.dossier else "")
    find = FindDossier({"code": code} if code else None)
    dossier = money_queries.dossier_to_pay(request.user, code)
    if code and dossier is None:
        find.add_error("code", _("There is no dossier %(code)s whose fees you take.") % {"code": code})
    dues = DuesForm(request.POST if "match" in request.POST else None, dossier=dossier, amount=row.amount)
    aside = AsideForm(request.POST if "aside" in request.POST else None)
    done: object = None
    if dossier is not None and dues.is_valid():
        done = attempt(dues, lambda: incoming_match(row, dossier, dues=dues.cleaned_data["dues"], acting=request.user))
    elif aside.is_valid():
        done = attempt(aside, lambda: incoming_put_aside(row, note=aside.cleaned_data["note"], acting=request.user))
    if done is not None:
        messages.success(request, _("Matched.") if dues.is_bound else _("Put aside."))
        return redirect("dossiers:money_open")
    context = {
        "row": row,
        "kind": kind,
        "reason": accounts.WHY.get(row.why, ""),
        "find": find,
        "dossier": dossier,
        "dues": dues,
        "aside": aside,
        "is_done": row.state == PAID,
        "back": reverse("dossiers:money_open"),
    }
    return render(request, "dossiers/money/match.html", context, status=422 if dues.is_bound or aside.is_bound else 200)


_RELATED = {"line": ("account__agency", "dossier"), "notice": ("agency", "dossier")}
