"""What is checked of indicator sets and rounds."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minhbach.indices import figures
from minhbach.indices.models import Entry, Publication, Round, RoundSet, SetVersion
from minhbach.org.health import ERROR, HINT, WARNING, Check, Fault, Look, register
from minhbach.org.ui.figures import language
from minhbach.records.problems import Problems
from minhbach.scoring.checking import check
from minhbach.scoring.reading import from_yaml


def _address(version: SetVersion) -> str:
    return reverse("indices:set", args=[version.pk])


def _changed(look: Look) -> Iterator[Fault]:
    for version in SetVersion.objects.filter(is_draft=False).order_by("code", "version").iterator(20):
        if figures.digest_of(version.text) != version.digest:
            said = _("%(code)s, version %(version)s") % {"code": version.code, "version": version.version}
            yield Fault(said, version.unit_id, _address(version))


register(
    Check(
        "indices.set_changed",
        ERROR,
        gettext_lazy("Released indicator sets that were changed behind the product's back"),
        gettext_lazy("The text is not the one that was released: what was scored on it cannot be recomputed."),
        gettext_lazy("Bring the text back from a backup; its SHA-256 stands in the trail."),
        find=_changed,
    )
)


def _unsound(look: Look) -> Iterator[Fault]:
    used = RoundSet.objects.filter(round__status=Round.Status.OPEN).values("set_version")
    for version in SetVersion.objects.filter(pk__in=used).order_by("code", "version"):
        indicator_set, problems = from_yaml(version.text)
        if indicator_set is not None:
            check(indicator_set, problems, cases=look.whole)
        for problem in Problems(found=problems.found).errors[:5]:
            yield Fault(f"{version.code}: {problem.in_(language())}", version.unit_id, _address(version))


register(
    Check(
        "indices.set_with_errors",
        ERROR,
        gettext_lazy("Indicator sets in use with errors"),
        gettext_lazy(
            "An open round is scored on a set in which the check finds errors: points may be wrong and look right."
        ),
        gettext_lazy(
            "See the findings on the page of the set, and correct them in a new version before the round goes on."
        ),
        find=_unsound,
    )
)


def _overdue(look: Look) -> QuerySet[Round]:
    return Round.objects.filter(status=Round.Status.OPEN, appraisal_2_closes__lt=look.now).order_by("-year", "pk")


register(
    Check(
        "indices.round_overdue",
        HINT,
        gettext_lazy("Rounds whose last stage is over and that are not concluded"),
        gettext_lazy("Units wait for their results."),
        gettext_lazy("Conclude the appraisal of every unit and then the round, or give the stage more time."),
        find=_overdue,
        unit="unit",
        says=lambda round_: (
            _("%(round)s, ended on %(day)s")
            % {"round": round_, "day": f"{timezone.localdate(round_.appraisal_2_closes):%d/%m/%Y}"}
        ),
        address=lambda round_: reverse("indices:round", args=[round_.pk]),
    )
)


def _unmade(look: Look) -> QuerySet[Publication]:
    return Publication.objects.filter(stored=None).exclude(failure="").order_by("pk")


register(
    Check(
        "indices.open_data_failed",
        ERROR,
        gettext_lazy("Published rounds whose open data could not be made"),
        gettext_lazy("The results are published, but nobody can recompute them from the file that belongs to them."),
        gettext_lazy("Remove the cause, which the page of the round tells, and let the file be made again there."),
        find=_unmade,
        unit="round__unit",
        says=lambda publication: str(publication.round),
        address=lambda publication: reverse("indices:round_manage", args=[publication.round_id]),
        related=("round",),
    )
)


def _unanswered(look: Look) -> QuerySet[Entry]:
    due = Entry.objects.filter(round__status=Round.Status.OPEN, round__self_closes__lt=look.now)
    return due.filter(status=Entry.Status.SCORING, answered__lt=F("criteria")).defer("sealed").order_by("round", "pk")


def _left(entry: Entry) -> str:
    left = entry.criteria - entry.answered
    words = ngettext("%(round)s: %(count)s criterion not answered", "%(round)s: %(count)s criteria not answered", left)
    return words % {"round": entry.round, "count": left}


register(
    Check(
        "indices.entry_unanswered",
        WARNING,
        gettext_lazy("Units that have not answered all criteria, though self-scoring is over"),
        gettext_lazy("The unit did not submit: without a reopening it has no result in this round."),
        gettext_lazy("Open self-scoring again for the unit until a day, or conclude the round without it."),
        find=_unanswered,
        unit="unit",
        says=_left,
        address=lambda entry: reverse("indices:entry", args=[entry.pk]),
        related=("round",),
    )
)
