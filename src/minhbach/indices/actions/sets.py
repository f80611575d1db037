"""Indicator sets kept here: drafts written and checked, doubts of an import answered, released, thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from minhbach.indices import events, figures
from minhbach.indices.models import SetDoubt, SetVersion
from minhbach.indices.permissions import EDIT_SETS
from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import SYSTEM, may, require
from minhbach.records.problems import ERROR, Problem, Problems
from minhbach.records.texts import Text
from minhbach.scoring.catalogue import set_files
from minhbach.scoring.drafting import MARK
from minhbach.scoring.reading import from_yaml

CONFIRMED = Text("Theo nguồn", "From the source")


class Unsound(NotPossible):
    """The set has errors; `problems` lists them with their lines."""

    def __init__(self, problems: Problems):
        self.problems = problems
        super().__init__(
            _("The set has %(count)s errors; they are listed with their lines."),
            "unsound",
            {"count": len(problems.errors)},
        )


class OpenDoubts(NotPossible):
    """What the import was not sure of and nobody has answered yet; `doubts` lists it."""

    def __init__(self, doubts: list[SetDoubt]):
        self.doubts = doubts
        super().__init__(
            ngettext(
                "%(count)s doubtful place of the import has not been looked at yet; it is listed below.",
                "%(count)s doubtful places of the import have not been looked at yet; they are listed below.",
                len(doubts),
            )
            % {"count": len(doubts)},
            "open_doubts",
        )


@transaction.atomic
def set_save(
    *,
    text: str,
    unit: Unit | None,
    version: SetVersion | None = None,
    edition: int = 0,
    renamed: Mapping[str, str] | None = None,
    acting,
) -> SetVersion:
    """Save a draft, new or changed. A draft may be unsound, but must say its code and title.

    `renamed` tells old names of criteria with their new ones, "" for those taken away: what is doubtful about them
    goes along.

    Raises Refused; Unsound when not even its structure can be read; NotPossible with code `frozen`, `taken` or
    `conflict` (somebody saved in between; nothing is overwritten).
    """
    require(acting, EDIT_SETS, version.unit if version else unit)
    indicator_set, problems = from_yaml(text)
    if indicator_set is None:
        raise Unsound(problems)
    if version is not None:
        version = SetVersion.objects.select_for_update().get(pk=version.pk)
        if not version.is_draft:
            raise NotPossible(_("A released set is not changed; make a new version."), "frozen")
        if version.edition != edition:
            raise NotPossible(_("Somebody saved this set after you opened it."), "conflict")
    else:
        version = SetVersion(unit=unit, edition=0)
    _require_code(version, indicator_set.code, acting)
    taken = SetVersion.objects.filter(code=indicator_set.code, version=indicator_set.version).exclude(pk=version.pk)
    if taken.exists():
        raise NotPossible(
            _("Version %(version)s of %(code)s exists already; give the draft another version."),
            "taken",
            {"version": indicator_set.version, "code": indicator_set.code},
        )
    version.code, version.version = indicator_set.code, indicator_set.version
    version.title, version.title_en = indicator_set.title.vi[:500], indicator_set.title.en[:500]
    version.year, version.text, version.digest = indicator_set.year, text, figures.digest_of(text)
    version.changed_by = acting if acting.is_authenticated else None
    version.edition += 1
    version.save()
    trail.record(
        version.chain,
        events.SET_SAVED,
        acting=acting,
        subject=version,
        data={"version": version.version, "digest": version.digest},
    )
    _carry_doubts(version, {old: new for old, new in (renamed or {}).items() if old and old != new}, acting)
    return version


def _carry_doubts(version: SetVersion, renamed: Mapping[str, str], acting) -> None:
    for doubt in version.doubts.filter(criterion__in=renamed) if renamed else ():
        if new := renamed[doubt.criterion]:
            doubt.criterion = new
            doubt.save(update_fields=["criterion"])
        elif doubt.is_open:
            _answer(doubt, SetDoubt.Outcome.SETTLED, acting)


@transaction.atomic
def draft_import(*, text: str, doubts: Iterable[tuple[str, Problem]], unit: Unit | None, acting) -> SetVersion:
    """Keep a set out of a file as a draft, with what the reading was not sure of: criterion ("" for the whole) and
    finding. Raises as `set_save`."""
    version = set_save(text=text, unit=unit, acting=acting)
    made = SetDoubt.objects.bulk_create(
        SetDoubt(
            version=version,
            criterion=criterion,
            severity=problem.severity,
            code=problem.code,
            says=problem.says.vi,
            says_en=problem.says.en,
            remedy=problem.remedy.vi,
            remedy_en=problem.remedy.en,
            line=problem.line,
            place=problem.where.removeprefix(criterion).strip()[:200],
        )
        for criterion, problem in doubts
        if problem.severity != ERROR
    )
    if made:
        data = {"version": version.version, "doubts": len(made)}
        trail.record(version.chain, events.SET_IMPORTED, acting=acting, subject=version, data=data)
    return version


@transaction.atomic
def doubt_answer(doubt: SetDoubt, outcome: str, *, acting) -> SetDoubt:
    """Say of a doubtful place that it was put right, or is right as it is; with "" it is doubtful again.

    Raises Refused; NotPossible with code `frozen`.
    """
    version = SetVersion.objects.select_for_update().get(pk=doubt.version_id)
    require(acting, EDIT_SETS, version.unit)
    if not version.is_draft:
        raise NotPossible(_("A released set is not changed; make a new version."), "frozen")
    doubt = SetDoubt.objects.select_for_update().select_related("version").get(pk=doubt.pk)
    if doubt.outcome != outcome:
        _answer(doubt, SetDoubt.Outcome(outcome), acting)
    return doubt


_ANSWERED = {
    SetDoubt.Outcome.OPEN: events.DOUBT_REOPENED,
    SetDoubt.Outcome.SETTLED: events.DOUBT_SETTLED,
    SetDoubt.Outcome.DISMISSED: events.DOUBT_DISMISSED,
}


def _answer(doubt: SetDoubt, outcome: SetDoubt.Outcome, acting) -> None:
    doubt.outcome = outcome
    doubt.by = acting if outcome and acting.is_authenticated else None
    doubt.at = timezone.now() if outcome else None
    doubt.save(update_fields=["outcome", "by", "at"])
    data = {"version": doubt.version.version, "criterion": doubt.criterion, "doubt": doubt.says}
    trail.record(doubt.version.chain, _ANSWERED[outcome], acting=acting, subject=doubt, data=data)


def _require_code(version: SetVersion, code: str, acting) -> None:
    """A code belongs to whoever keeps its versions: nobody else puts a version among them."""
    if version.pk and version.code == code:
        return
    for other in SetVersion.objects.filter(code=code, unit__isnull=False).select_related("unit").defer("text"):
        if acting is not SYSTEM and not may(acting, EDIT_SETS, other.unit):
            raise NotPossible(
                _("The code %(code)s belongs to a set of %(unit)s; give yours another code."),
                "taken",
                {"code": code, "unit": other.unit},
            )


@transaction.atomic
def set_release(version: SetVersion, *, acting) -> SetVersion:
    """Make a sound draft usable in rounds; it is not changed any more.

    Raises Refused; Unsound; OpenDoubts; NotPossible (`frozen`).
    """
    require(acting, EDIT_SETS, version.unit)
    version = SetVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotPossible(_("The set has been released already."), "frozen")
    _set, problems = figures.checked(version.text)
    if problems.errors:
        raise Unsound(problems)
    if waiting := [doubt for doubt in version.doubts.all() if doubt.hinders]:
        raise OpenDoubts(waiting)
    # Whoever releases it has confirmed it: notes from the source are no longer to be confirmed.
    for mark, confirmed in ((MARK.vi, CONFIRMED.vi), (MARK.en, CONFIRMED.en)):
        version.text = version.text.replace(f"{mark}:", f"{confirmed}:")
    version.digest = figures.digest_of(version.text)
    version.is_draft = False
    version.save(update_fields=["text", "digest", "is_draft", "changed_at"])
    trail.record(
        version.chain,
        events.SET_RELEASED,
        acting=acting,
        subject=version,
        data={"version": version.version, "digest": version.digest},
    )
    return version


@transaction.atomic
def set_discard(version: SetVersion, *, acting) -> None:
    """Throw a draft away. Its last content stays readable in the trail only as a digest. Raises Refused; NotPossible
    (`frozen`)."""
    require(acting, EDIT_SETS, version.unit)
    version = SetVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise NotPossible(_("A released set stays."), "frozen")
    trail.record(
        version.chain,
        events.SET_DISCARDED,
        acting=acting,
        subject=version,
        data={"version": version.version, "digest": version.digest},
    )
    version.delete()


@transaction.atomic
def catalogue_load(code: str, *, unit: Unit | None = None, acting) -> SetVersion:
    """A set of the catalogue as a released version here; the one there is, if it is the same. Raises Refused; Unsound;
    NotPossible with code `unknown_set` or `taken`."""
    require(acting, EDIT_SETS, unit)
    if code not in set_files():
        raise NotPossible(_("The catalogue has no set %(code)s."), "unknown_set", {"code": code})
    text = set_files()[code].read_text(encoding="utf-8")
    same = SetVersion.objects.filter(code=code, digest=figures.digest_of(text), is_draft=False).first()
    if same is not None:
        return same
    return set_release(set_save(text=text, unit=unit, acting=acting), acting=acting)
