"""Reviews of procedures: what was found, what is proposed to be cut, what became of it; totals of a year."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from minhbach.org.dates import today
from minhbach.org.permissions import may, needs, units_where, visible
from minhbach.org.templatetags.ui import state
from minhbach.org.ui.forms import DayField, LineField, attempt
from minhbach.org.ui.unitfields import UnitField, found_units
from minhbach.procedures import queries
from minhbach.procedures.actions import review_add, review_decide
from minhbach.procedures.models import Review
from minhbach.procedures.permissions import DECIDE, REVIEW, SEE_REVIEWS
from minhbach.procedures.views.common import readable, whole

PER_PAGE = 30
CUTS = ("cuts_steps", "cuts_days", "cuts_components", "cuts_fee")
_KINDS = {Review.PROPOSED: "waiting", Review.ACCEPTED: "info", Review.REJECTED: "neutral", Review.DONE: "ok"}


def totals(reviews: QuerySet[Review]) -> dict:
    """Of some reviews: how many, how many of each outcome, and what was cut by those carried out and proposed by all.

    One query.
    """
    done = {
        f"done_{name}": Sum(Case(When(status=Review.DONE, then=F(name)), default=Value(0), output_field=DecimalField()))
        for name in CUTS
    }
    counts = {status: Count("pk", filter=Q(status=status)) for status in _KINDS}
    found = reviews.order_by().aggregate(
        all=Count("pk"), procedures=Count("procedure", distinct=True), **counts, **done, **{n: Sum(n) for n in CUTS}
    )
    return {name: value or 0 for name, value in found.items()}


@require_safe
@needs(SEE_REVIEWS)
def reviews(request: HttpRequest) -> HttpResponse:
    years = queries.review_years(request.user)
    year = whole(request.GET.get("year", "")) or (years[0] if years else today().year)
    status = request.GET.get("status", "")
    found = queries.reviews_readable(request.user).filter(reviewed_on__year=year)
    listed = found.filter(status=status) if status in _KINDS else found
    page = Paginator(listed.order_by("-reviewed_on", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "years": years,
        "year": year,
        "status": status,
        "statuses": [(code, label) for code, label in Review._meta.get_field("status").choices],
        "totals": totals(found),
        "page": page,
        "rows": [(one, status_tag(one), may(request.user, DECIDE, one.unit)) for one in page],
    }
    return render(request, "procedures/reviews.html", context)


def status_tag(review: Review):
    word = str(review.get_status_display())
    return state(_KINDS[review.status], word[:1].upper() + word[1:])


class ReviewForm(forms.Form):
    reviewed_on = DayField(label=gettext_lazy("Date of the review"))
    finding = forms.CharField(
        label=gettext_lazy("What was found"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    proposal = forms.CharField(
        label=gettext_lazy("Proposal"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    cuts_steps = forms.IntegerField(label=gettext_lazy("Steps cut"), min_value=0, max_value=99, initial=0)
    cuts_days = forms.DecimalField(
        label=gettext_lazy("Working days cut"), min_value=0, max_digits=6, decimal_places=2, initial=0, localize=True
    )
    cuts_components = forms.IntegerField(label=gettext_lazy("Papers cut"), min_value=0, max_value=99, initial=0)
    cuts_fee = forms.IntegerField(
        label=gettext_lazy("Cost cut (đồng per dossier)"), min_value=0, max_value=2_000_000_000, initial=0
    )
    document = LineField(label=gettext_lazy("Document"), required=False, max_length=200)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"unit": UnitField(label=_("Reviewing unit"), units=units), **self.fields}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REVIEW)
def review_new(request: HttpRequest, pk: int) -> HttpResponse:
    procedure, versions = readable(request, pk)
    open_ = Q(ends__isnull=True) | Q(ends__gte=today())
    units = units_where(request.user, REVIEW).filter(open_).order_by("path")
    form = ReviewForm(request.POST or None, units=units, initial={"reviewed_on": today(), "unit": units.first()})
    if answer := found_units(request, form):
        return answer
    if form.is_valid():
        places = {"future": "reviewed_on", "empty": "finding"}
        if attempt(form, lambda: review_add(procedure, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("The review is recorded."))
            return redirect("procedures:reviews")
    version = queries.version_on(versions, today())
    context = {"form": form, "procedure": procedure, "version": version}
    return render(request, "procedures/review_new.html", context, status=422 if form.is_bound else 200)


class DecideForm(forms.Form):
    status = forms.ChoiceField(label=gettext_lazy("What became of it"), widget=forms.RadioSelect)
    decided_on = DayField(label=gettext_lazy("Decided on"))
    answer = forms.CharField(
        label=gettext_lazy("Answer"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = LineField(label=gettext_lazy("Document"), required=False, max_length=200)

    def __init__(self, *args, review: Review, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Review._meta.get_field("status").choices
        now = (Review.PROPOSED, review.status)
        self.fields["status"].choices = [
            (code, str(label)[:1].upper() + str(label)[1:]) for code, label in choices if code not in now
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DECIDE)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of a proposal."""
    mine = visible(Review.objects.select_related("procedure__current", "unit"), request.user, DECIDE)
    found = get_object_or_404(mine, pk=pk)
    form = DecideForm(request.POST or None, review=found, initial={"decided_on": today(), "document": found.document})
    if form.is_valid():
        places = {"order": "decided_on", "decided": "status"}
        if attempt(form, lambda: review_decide(found, **form.cleaned_data, acting=request.user), places):
            messages.success(request, _("What became of the proposal is recorded."))
            return redirect("procedures:reviews")
    over = found.status in (Review.REJECTED, Review.DONE)
    context = {"form": None if over else form, "review": found, "tag": status_tag(found)}
    return render(request, "procedures/review.html", context, status=422 if form.is_bound else 200)
