"""What a person has before them when an entry is open: the set, what they may see of it, and what they may write."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minhbach.indices import disclosure, figures, queries
from minhbach.indices.models import Entry, ExplanationRequest, Score
from minhbach.indices.permissions import APPRAISE, APPROVE, REVIEW, SURVEY
from minhbach.indices.rules import APPRAISAL_1, APPRAISAL_2, GRANTED, SELF, Status, scoring_stage, why_locked
from minhbach.org.models import Unit
from minhbach.org.permissions import asks, may
from minhbach.org.permissions.views import sign_in_first
from minhbach.scoring.model import IndicatorSet, Node


def lang() -> str:
    """The language of domain texts: vi or en."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def capital(text: str) -> str:
    """Titles of inputs stand inside sentences; as labels they begin with a capital."""
    return text[:1].upper() + text[1:]


class Desk:
    """One person at one entry. Everything is read once."""

    def __init__(self, account, entry: Entry):
        self.account = account
        self.entry = entry
        self.indicator_set: IndicatorSet = figures.set_of(entry.set_version)

    @cached_property
    def inside(self) -> bool:
        """By their own roles, and not only because the round is published."""
        return queries.entries_inside(self.account).filter(pk=self.entry.pk).exists()

    @cached_property
    def visible(self) -> set[str]:
        return queries.criteria_visible(self.account, self.entry, self.indicator_set)

    @cached_property
    def sees_all(self) -> bool:
        return self.visible >= set(self.indicator_set.nodes)

    @cached_property
    def leaves(self) -> list[Node]:
        """The criteria this person sees, in the order of the set."""
        return [leaf for leaf in self.indicator_set.leaves if leaf.id in self.visible]

    @cached_property
    def bodies(self) -> dict[str, Unit]:
        return queries.bodies(self.entry, self.indicator_set)

    @cached_property
    def answerable(self) -> set[str]:
        return queries.answerable(self.account, self.entry, self.indicator_set)

    @cached_property
    def appraisable(self) -> set[str]:
        return {leaf.id for leaf in self.indicator_set.leaves if may(self.account, APPRAISE, self.bodies[leaf.id])}

    @cached_property
    def own_bodies(self) -> list[Unit]:
        """The bodies this person appraises for, among those of the entry."""
        found = {self.bodies[code].pk: self.bodies[code] for code in self.appraisable}
        return sorted(found.values(), key=lambda unit: unit.sort_key)

    @cached_property
    def concluded(self) -> set[tuple[int, str]]:
        """(body, stage) of the fields concluded."""
        return set(self.entry.conclusions.values_list("body_id", "stage"))

    @cached_property
    def may_review(self) -> bool:
        return may(self.account, REVIEW, self.entry.unit)

    @cached_property
    def may_approve(self) -> bool:
        return may(self.account, APPROVE, self.entry.unit)

    @cached_property
    def leads_appraisal(self) -> bool:
        return may(self.account, APPRAISE, self.entry.round.unit)

    @cached_property
    def sight(self) -> disclosure.Sight:
        """Which stages the person may see."""
        return disclosure.sight(self.account, self.entry, self.bodies)

    @cached_property
    def _all_scores(self) -> list[Score]:
        """All of the entry in one query; for rules that read other criteria, not for showing."""
        return list(self.entry.scores.select_related("by__person"))

    @cached_property
    def scores(self) -> dict[tuple[str, str], Score]:
        """(criterion, stage) → row, without the points the person may not see yet."""
        sees = self.sight.sees
        return {(row.criterion, row.stage): row for row in self._all_scores if sees(row.criterion, row.stage)}

    @cached_property
    def requests(self) -> dict[str, ExplanationRequest]:
        """Criterion → what is asked about it, as far as the person may know."""
        rows = self.entry.requests.select_related("asked_by__person", "answered_by__person")
        return {each.criterion: each for each in rows if self.sight.asks(each.criterion)}

    def totals_of(self, node: Node) -> dict[str, list]:
        """Stage → score, maximum and open leaves of a part; none with a criterion the person does not see, which the
        total would give away."""
        leaves = [leaf.id for leaf in node.walk() if leaf.is_leaf]
        if not self.visible.issuperset(leaves):
            return {}
        found = {stage: parts[node.id] for stage, parts in self.entry.parts.items() if node.id in parts}
        return {stage: part for stage, part in found.items() if self.sight.sees_all(leaves, stage)}

    @property
    def hides_appraisal(self) -> bool:
        """Whether an appraisal of this entry runs or ran whose points the person does not see yet."""
        if self.entry.status in (Status.SCORING, Status.REVIEW, Status.APPROVED) and not self.entry.round.is_over:
            return False
        stage = disclosure.FINAL if self.entry.round.is_over else self.stage
        if self.entry.status == Status.EXPLANATION:
            stage = APPRAISAL_1
        return not self.sight.sees_all([leaf.id for leaf in self.leaves], stage)

    @cached_property
    def stage(self) -> str:
        return scoring_stage(self.entry)

    def stage_of(self, node: Node) -> str:
        """The stage at which this criterion is being scored now."""
        return Score.Stage.SURVEY if self.indicator_set.stream_of(node) == "survey" else self.stage

    def may_write(self, node: Node) -> bool:
        """Whether the person may score the criterion at its present stage, dates aside."""
        stage = self.stage_of(node)
        if stage == Score.Stage.SURVEY:
            return may(self.account, SURVEY, self.entry.round.unit)
        if stage == SELF:
            return node.id in self.answerable
        return node.id in self.appraisable

    def why_not(self, node: Node) -> str:
        """Why the criterion cannot be scored now by one who may: the stage is locked, or the body has concluded."""
        stage = self.stage_of(node)
        if why := why_locked(self.entry, stage):
            return str(why)
        if stage in (APPRAISAL_1, APPRAISAL_2) and (self.bodies[node.id].pk, stage) in self.concluded:
            return _("%(body)s has concluded this appraisal.") % {"body": self.bodies[node.id]}
        return ""

    def rows(self, stage: str) -> list[Score]:
        """The rows of a stage and the survey's."""
        return [row for row in self._all_scores if row.stage in (stage, Score.Stage.SURVEY)]

    def shown(self, criterion: str) -> Score | None:
        """The row of the latest stage that the criterion has come to."""
        for stage in (Score.Stage.SURVEY, APPRAISAL_2, APPRAISAL_1, SELF):
            if row := self.scores.get((criterion, stage)):
                return row
        return None

    @property
    def is_part(self) -> bool:
        """Only a part of the official set: never an index out of 100."""
        return self.indicator_set.extent == "part"

    @property
    def is_appraised_now(self) -> bool:
        return self.entry.status in (Status.SUBMITTED, Status.APPRAISAL_1, Status.EXPLANATION, Status.APPRAISAL_2)

    def url(self, criterion: str = "", name: str = "") -> str:
        """The address of the entry, of a criterion, or of an action on it."""
        if not criterion:
            return reverse(f"indices:{name or 'entry'}", args=[self.entry.pk])
        return reverse(f"indices:{name or 'criterion'}", args=[self.entry.pk, criterion])


def with_entry(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The decision for pages of an entry: whoever sees the entry; a criterion in the address must be visible too."""

    @asks("queries.entries_visible and queries.criteria_visible")
    @wraps(view)
    def opened(request: HttpRequest, pk: int, **more) -> HttpResponse:
        entry = (
            queries.entries_visible(request.user)
            .select_related("round__unit", "unit", "set_version")
            .prefetch_related(GRANTED)
            .filter(pk=pk)
            .first()
        )
        if entry is None:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            raise Http404(_("There is no such self-score, or it is not for you to see."))
        desk = Desk(request.user, entry)
        if "criterion" in more:
            node = desk.indicator_set.nodes.get(more.pop("criterion"))
            if node is None or not node.is_leaf or node.id not in desk.visible:
                raise Http404(_("There is no such criterion, or it is not for you to see."))
            more["node"] = node
        return view(request, desk, **more)

    return opened


def posted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the address a form is sent to. Whoever comes there otherwise (back from signing in, or by the address bar
    after a page that said what was wrong) is led to the page of the form."""

    @wraps(view)
    def sent(request: HttpRequest, desk: Desk, **more) -> HttpResponse:
        if request.method == "POST":
            return view(request, desk, **more)
        return redirect(desk.url(more["node"].id if "node" in more else ""))

    return sent


def code_and_title(node: Node) -> str:
    """3.4.2 Handling of dossiers"""
    return f"{node.code} {node.title.in_(lang())}".strip()
