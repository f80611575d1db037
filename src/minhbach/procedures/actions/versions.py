"""Versions of procedures: drafted, put in force, repealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org import trail
from minhbach.org.errors import NotPossible
from minhbach.org.models import Unit
from minhbach.org.permissions import require
from minhbach.procedures import events
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.reading import digest_of, from_data, place, to_json
from minhbach.procedures.models import Procedure, Version
from minhbach.procedures.permissions import EDIT, RELEASE
from minhbach.records.problems import Problem, Problems
from minhbach.vietnamese import fold


def chain_of(procedure: Procedure) -> str:
    return f"procedure:{procedure.pk}"


@transaction.atomic
def draft_save(content: Content, *, keeper: Unit, edition: int = 0, acting) -> Version:
    """Save what the next version is to say; the procedure itself is made with its first draft.

    `edition` is that of the draft the person saw; 0 if there was none. Raises Refused; NotPossible with code
    `conflict` when somebody saved in between (nothing is overwritten), or `keeper` when another unit keeps it.
    """
    procedure = Procedure.objects.select_for_update(of=("self",)).filter(code=content.code).first()
    require(acting, EDIT, procedure.keeper if procedure else keeper)
    if procedure is None:
        procedure = Procedure.objects.create(code=content.code, keeper=keeper)
    elif procedure.keeper_id != keeper.pk:
        raise NotPossible(
            _("%(code)s is kept by %(unit)s."), "keeper", {"code": content.code, "unit": procedure.keeper}
        )
    draft = procedure.versions.filter(is_draft=True).first()
    if (draft.edition if draft else 0) != edition:
        raise NotPossible(_("Somebody saved this procedure after you opened it."), "conflict")
    if draft is None:
        last = procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0
        draft = Version(procedure=procedure, number=last + 1, edition=0, begins=date.max)
    _fill(draft, content, acting)
    draft.edition += 1
    draft.save()
    trail.record(
        chain_of(procedure),
        events.SAVED,
        acting=acting,
        subject=draft,
        data={"code": content.code, "version": draft.number, "digest": draft.digest},
    )
    return draft


@transaction.atomic
def version_release(draft: Version, *, begins: date, acting) -> Version:
    """Put a draft in force from a day on; the version before ends the day before.

    Dossiers filed under an earlier version keep it. Raises Refused; NotPossible with code `released`, `order`, or
    `unsound` when the check finds errors in it.
    """
    draft = Version.objects.select_for_update(of=("self",)).select_related("procedure__keeper").get(pk=draft.pk)
    procedure = draft.procedure
    require(acting, RELEASE, procedure.keeper)
    if not draft.is_draft:
        raise NotPossible(_("This version is in force already."), "released")
    problems = Problems(locate=lambda path: (0, place(path)))
    if from_data(draft.content, problems) is None or problems.errors:
        raise NotPossible(
            _("%(code)s cannot be put in force: %(errors)s"),
            "unsound",
            {"code": procedure.code, "errors": "; ".join(_said(problem) for problem in problems.errors[:3])},
        )
    before = procedure.versions.filter(is_draft=False, ends=None).first()
    if before is not None:
        if before.begins >= begins:
            raise NotPossible(
                _("Version %(number)s begins on %(day)s; the next one begins later."),
                "order",
                {"number": before.number, "day": f"{before.begins:%d/%m/%Y}"},
            )
        before.ends = begins - timedelta(days=1)
        before.save(update_fields=["ends"])
    draft.is_draft, draft.begins = False, begins
    draft.save(update_fields=["is_draft", "begins"])
    procedure.current = draft
    procedure.repealed_on, procedure.repealed_by = None, ""
    procedure.save(update_fields=["current", "repealed_on", "repealed_by"])
    trail.record(
        chain_of(procedure),
        events.RELEASED,
        acting=acting,
        subject=draft,
        data={"code": procedure.code, "version": draft.number, "digest": draft.digest, "begins": begins},
    )
    return draft


@transaction.atomic
def draft_discard(draft: Version, *, acting) -> None:
    """Throw a draft away; with the first one goes the procedure. Raises Refused; NotPossible with code `released`."""
    draft = Version.objects.select_for_update(of=("self",)).select_related("procedure__keeper").get(pk=draft.pk)
    procedure = draft.procedure
    require(acting, EDIT, procedure.keeper)
    if not draft.is_draft:
        raise NotPossible(_("A version in force is not thrown away; repeal the procedure."), "released")
    trail.record(chain_of(procedure), events.DISCARDED, acting=acting, subject=draft, data={"version": draft.number})
    draft.delete()
    if not procedure.versions.exists():
        procedure.delete()


@transaction.atomic
def procedure_repeal(
    procedure: Procedure, *, ends: date, decision: str, replaced_by: Iterable[Procedure] = (), acting
) -> Procedure:
    """Repeal a procedure from the day after `ends`; nothing new is filed under it, and what is filed goes on.

    Raises Refused; NotPossible with code `not_in_force`, `order`, or `heir` when it is said to replace itself.
    """
    procedure = Procedure.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=procedure.pk)
    require(acting, RELEASE, procedure.keeper)
    version = procedure.versions.filter(is_draft=False, ends=None).first()
    if version is None:
        raise NotPossible(_("The procedure is not in force."), "not_in_force")
    if ends < version.begins:
        raise NotPossible(
            _("The version in force begins on %(day)s; it cannot end before."),
            "order",
            {"day": f"{version.begins:%d/%m/%Y}"},
        )
    version.ends = ends
    version.save(update_fields=["ends"])
    procedure.repealed_on, procedure.repealed_by = ends + timedelta(days=1), decision
    procedure.save(update_fields=["repealed_on", "repealed_by"])
    heirs = list(replaced_by)
    if procedure in heirs:
        raise NotPossible(_("A procedure does not replace itself."), "heir")
    procedure.replaced_by.set(heirs)
    data = {"ends": ends, "decision": decision, "replaced_by": [heir.code for heir in heirs]}
    trail.record(chain_of(procedure), events.REPEALED, acting=acting, subject=procedure, data=data)
    return procedure


@transaction.atomic
def procedures_load(contents: Iterable[Content], *, keeper: Unit, begins: date, acting) -> list[Version]:
    """Bring procedures in and put them in force at once: all or none. Those that say already just this are left alone.

    Returns the versions made. Raises as `draft_save` and `version_release`; NotPossible with code `draft` when somebody
    is working on one of them.
    """
    made = []
    for content in contents:
        procedure = Procedure.objects.filter(code=content.code).select_related("current").first()
        if procedure is not None:
            if procedure.versions.filter(is_draft=True).exists():
                raise NotPossible(_("%(code)s has a draft; finish it first."), "draft", {"code": content.code})
            if procedure.current is not None and procedure.current.digest == digest_of(to_json(content)):
                continue
        draft = draft_save(content, keeper=keeper, acting=acting)
        made.append(version_release(draft, begins=begins, acting=acting))
    return made


def _said(problem: Problem) -> str:
    lang = "en" if (get_language() or "").startswith("en") else "vi"
    return " ".join(filter(None, (problem.where, problem.says.in_(lang))))


def _fill(version: Version, content: Content, acting) -> None:
    version.content = to_json(content)
    version.digest = digest_of(version.content)
    version.changed_by = acting if acting.is_authenticated else None
    version.name, version.name_en = content.name.vi[:1000], content.name.en[:1000]
    version.field = content.field[:200]
    version.level = content.level or ""
    version.online = content.online or ""
    version.internal = content.internal
    said = content.publication
    version.decided_on, version.effective_on, version.public_on = said.decided_on, said.effective_on, said.public_on
    version.public_parts = len(set(said.parts))
    version.search_key = fold(f"{content.code} {content.name.vi} {content.name.en} {content.field}")[:2000]
