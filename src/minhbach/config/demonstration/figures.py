"""Believable figures, always the same: what a unit of some size and care would report, consistent with itself.

One `Workload` per unit and year gives the dossiers, procedures and documents that the criteria then count in their own
ways, so that the same dossiers are received, handled, overdue and returned everywhere.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

Facts = dict[str, str]

YES, NO = "yes", "no"

#: Dossiers received in a year and procedures within the unit's competence; how careful the unit is (0–1).
SIZES = {
    "hm-vp": (412, 14, 0.90),
    "hm-snv": (2986, 96, 0.85),
    "hm-stp": (18452, 88, 0.95),
    "hm-stc": (9377, 131, 0.89),
    "hm-sxd": (14618, 142, 0.66),
    "hm-sct": (21904, 118, 0.92),
    "hm-snnmt": (11263, 187, 0.62),
    "hm-skhcn": (1874, 103, 0.88),
    "hm-svhtt": (1536, 121, 0.78),
    "hm-sdl": (768, 24, 0.78),
    "hm-sgddt": (6240, 118, 0.82),
    "hm-syt": (8115, 146, 0.70),
    "hm-sdttg": (693, 47, 0.74),
    "hm-sngv": (1105, 19, 0.60),
    "hm-sqhkt": (2291, 33, 0.68),
    "hm-sattp": (5480, 41, 0.80),
    "hm-tt": (236, 11, 0.84),
    "hm-kkt": (1942, 58, 0.87),
    "hm-kcn": (1377, 52, 0.76),
    "hm-hcc": (3268, 22, 0.97),
}
#: Units that report the same shares on figures of another size: in a year with ties they share a rank.
TWINS = {"hm-sdl": ("hm-svhtt", 2)}


@dataclass(frozen=True)
class Workload:
    """A unit's year in figures."""

    received: int
    handled: int
    overdue: int
    online: int
    by_post_in: int
    by_post_out: int
    procedures: int
    online_procedures: int
    post_procedures: int
    outgoing: int
    tasks: int
    petitions: int

    @classmethod
    def of(cls, unit: str, year: int, done: float = 1.0) -> Workload:
        """`done` is how much of the year is over."""
        received, procedures, care = SIZES[unit]
        dice = _dice(unit, year, "workload")
        received = round(received * dice.uniform(0.93, 1.08) * done)
        handled = round(received * dice.uniform(0.955, 0.985))
        late = max(0.0, dice.gauss(0.055 * (1 - care) * 2, 0.004))
        return cls(
            received=received,
            handled=handled,
            overdue=0 if care > 0.91 else round(handled * late),
            online=round(received * min(0.97, max(0.28, dice.gauss(care - 0.08, 0.07)))),
            by_post_in=round(received * dice.uniform(0.04, 0.23)),
            by_post_out=round(handled * dice.uniform(0.10, 0.30)),
            procedures=procedures,
            online_procedures=round(procedures * dice.uniform(0.62, 0.9)),
            post_procedures=round(procedures * dice.uniform(0.5, 0.8)),
            outgoing=round((700 + received * dice.uniform(0.15, 0.4)) * done),
            tasks=max(6, round(dice.uniform(14, 46) * done)),
            petitions=round(received * dice.uniform(0.0005, 0.003)),
        )


def department_facts(unit: str, year: int, done: float = 1.0, ties: bool = False) -> dict[str, Facts]:
    """The facts of every criterion of Hải Phòng 2023 that has a rule."""
    if ties and unit in TWINS:
        twin, times = TWINS[unit]
        of_twin = department_facts(twin, year, done, ties)
        # 7.3 counts items, not a share of anything.
        return {code: facts if code == "7.3" else _halved(facts, times) for code, facts in of_twin.items()}
    care = SIZES[unit][2]
    dice = _dice(unit, year, "facts")
    work = Workload.of(unit, year, done)
    even = ties and unit in {twin for twin, _times in TWINS.values()}

    def likely(harder: float = 0.0) -> bool:
        return dice.random() < care + 0.12 - harder

    def nearly(whole: int, chance: float = 0.0, least: float = 0.9) -> int:
        """All of them if the unit managed, else almost all."""
        return whole if likely(chance) else max(0, round(whole * dice.uniform(least, 0.99)) - (whole < 60))

    def share(whole: int, middle: float, spread: float = 0.06) -> int:
        return round(whole * min(1.0, max(0.05, dice.gauss(middle, spread))))

    found = dice.randint(3, 12)
    electronic = share(work.outgoing, 0.55 + care * 0.42)
    apologised = work.overdue if likely(0.25) else round(work.overdue * dice.uniform(0.6, 0.95))
    done_tasks = share(work.tasks, 0.72 + care * 0.27, 0.03)
    results = work.handled - round(work.handled * 0.01)
    plan = likely(-0.1)
    items = 2 * round(dice.triangular(10, 95, 30 + care * 60)) + (96 if likely(0.3) else 0)
    facts: dict[str, dict[str, object]] = {
        "3.1": {"plan_issued": True, "plan_on_time": plan, "tasks_completed": likely(0.05)},
        "3.2": {
            "review_held": True,
            "reported": True,
            "report_late": not likely(),
            "issues_found": found,
            "issues_handled": found if likely(0.1) else found - 1,
        },
        "3.3.1": dict(zip(("complete", "timely"), (True, likely(0.1)), strict=True)),
        "3.3.2": {"procedures": work.procedures, "announced": nearly(work.procedures)},
        "3.3.3": {"procedures": work.procedures, "posted": nearly(work.procedures)},
        "3.3.4": {"procedures": work.procedures, "published": nearly(work.procedures, -0.05)},
        "3.3.5": {"posted_fully": likely(-0.1)},
        "3.3.6": {"posting": "full" if likely(-0.1) else "none"},
        "3.4.1": {"procedures": work.procedures, "one_stop": nearly(work.procedures, 0.1)},
        "3.4.2": {"handled": work.handled, "on_time": work.handled - work.overdue},
        "3.4.3": {"overdue": work.overdue, "apologised": apologised, "apologised_on_time": apologised},
        "3.4.4": {"grade": "excellent" if care > 0.9 else "good" if likely(0.15) else "fair"},
        "3.4.5": {"petitions": work.petitions, "handled": nearly(work.petitions, 0.05, 0.86)},
        "3.5": {"results": results, "digitised": share(results, 0.45 + care * 0.45)},
        "phan-cap-kiem-tra": {"inspected": likely()},
        "phan-cap-xu-ly": {"issues_found": 4 + found, "issues_handled": nearly(4 + found, 0.1)},
        "7.1.3": {
            "outgoing": work.outgoing,
            "electronic": electronic,
            "parallel": round((work.outgoing - electronic) * dice.uniform(0.5, 0.9)),
        },
        "7.1.4": {"electronic": electronic, "signed": share(electronic, 0.3 + care * 0.55, 0.09)},
        "7.2": {"decree_43": likely(-0.1), "access_law": likely(0.1), "contacts": likely(-0.1)},
        "7.3": {"items": items + 12 if items == 200 else items},  # the rule says nothing of exactly 200
        "7.4.1": {"online": work.online_procedures, "with_dossiers": share(work.online_procedures, 0.28 + care * 0.42)},
        "7.4.2": {"received": work.received, "online": work.online},
        "7.5.1": {"by_post": work.post_procedures, "with_dossiers": share(work.post_procedures, 0.3 + care * 0.4)},
        "7.5.2": {"received": work.received, "by_post": work.by_post_in},
        "7.5.3": {"returned": work.handled, "by_post": work.by_post_out},
        "7.6.1": {"fulfilled": likely(-0.1)},
        "7.6.2": {"fulfilled": likely(-0.05)},
        "7.6.3": {
            "law_changes": found,
            "law_changes_in_time": found if likely(0.1) else found - 1,
            "audits": 1,
            "reviews": 1 if likely() else 0,
        },
        "7.6.4": {"fulfilled": likely(0.1)},
        "7.6.5": {"extent": "full" if likely(0.1) else "partial"},
        "7.7.1": {"procedures": work.procedures, "under_iso": nearly(work.procedures, 0.05)},
        "7.7.2": {"dossiers": work.handled, "by_process": nearly(work.handled, 0.35, 0.93)},
        "8.1": {"assigned": work.tasks, "completed": done_tasks},
        "8.2": {"assigned": work.tasks, "on_time": min(done_tasks, share(work.tasks, 0.6 + care * 0.36, 0.04))},
    }
    return {code: _typed(_evened(values) if even else values) for code, values in facts.items()}


def school_facts(code: str, group: str, year: int) -> dict[str, Facts]:
    """The facts of the illustrative set for schools, the survey aside; `year` is the one the school year ends in."""
    dice = _dice(code, year, "school")
    care = dice.uniform(0.55, 0.98)
    pupils = {"upper_secondary": dice.randint(900, 1700), "lower_secondary": dice.randint(420, 1100)}.get(
        group, dice.randint(350, 980)
    )
    dossiers = dice.randint(14, 62) if group != "primary" else dice.randint(0, 26)
    outgoing = dice.randint(180, 420)
    electronic = round(outgoing * min(1.0, dice.gauss(care, 0.06)))
    overdue = 0 if dice.random() < care else dice.randint(1, 4)
    overdue = min(overdue, dossiers)
    tasks, petitions, fees = dice.randint(9, 18), dice.randint(0, 9), dice.randint(6, 11)

    def part(whole: int, middle: float, spread: float = 0.05) -> int:
        return round(whole * min(1.0, max(0.1, dice.gauss(middle, spread))))

    def likely(harder: float = 0.0) -> bool:
        return dice.random() < care + 0.1 - harder

    month, day = ("09", dice.randint(5, 29)) if likely() else ("10", dice.randint(2, 28))
    facts: dict[str, dict[str, object]] = {
        "A.1": {
            "issued_on": f"{year - 1}-{month}-{day:02}",
            "tasks": tasks,
            "tasks_done": part(tasks, 0.6 + care * 0.38),
        },
        "A.2": {"late": 0 if likely() else dice.randint(1, 5), "not_sent": 0 if likely(-0.1) else 1},
        "A.3": {
            "general": True,
            "finance": likely(),
            "conditions": likely(-0.1),
            "results": likely(),
            "on_website": likely(),
            "posted": likely(-0.1),
        },
        "A.4": {"items": round(dice.uniform(18, 40) + care * 60)},
        "B.1": {"procedures": 4, "published": 4 if likely(-0.05) else 3},
        "B.2": {"handled": dossiers, "on_time": dossiers - overdue},
        "B.3": {"received": dossiers, "online": part(dossiers, care - 0.1, 0.12)},
        "B.4": {"petitions": petitions, "handled": petitions if likely() else max(0, petitions - 1)},
        "C.1": {"outgoing": outgoing, "electronic": electronic, "parallel": round((outgoing - electronic) * 0.7)},
        "C.2": {"pupils": pupils, "signed": part(pupils, 0.7 + care * 0.28)},
        "C.3": {"records": pupils, "verified": part(pupils, 0.75 + care * 0.24, 0.02)},
        "C.4": {
            "fees": fees,
            "fees_cashless": part(fees, care),
            "parents": pupils,
            "parents_cashless": part(pupils, 0.35 + care * 0.55),
        },
        "E.1": {"assigned": tasks + 6, "on_time": part(tasks + 6, 0.65 + care * 0.33)},
        "E.2": {"inspections": dice.randint(2, 5) if likely(0.1) else 1},
        "E.3": {"ideas": dice.choice((0, 0, 1, 1, 2, 3))},
        "E.4": {"overdue": overdue, "overdue@previous": overdue + dice.choice((-1, 0, 1, 2)) if overdue else 2},
        "E.5": {"visits": dice.randint(4000, 52000)},
        "THUONG": {"award": dice.choice(("none", "none", "none", "department", "department", "province"))},
        "PHAT": {"violations": 1 if dice.random() > 0.92 else 0},
    }
    return {criterion: _typed(values) for criterion, values in facts.items()}


def survey_facts(code: str, year: int, pupils: int) -> dict[str, Facts]:
    """What a survey of parents found."""
    dice = _dice(code, year, "survey")
    invited = max(60, pupils // 3)
    answered = round(invited * dice.uniform(0.45, 0.93))
    facts: dict[str, Facts] = {"D.3": {"invited": str(invited), "answered": str(answered)}}
    for criterion in ("D.1", "D.2"):
        best = round(answered * dice.uniform(0.42, 0.8))
        good = round((answered - best) * dice.uniform(0.6, 0.9))
        fair = round((answered - best - good) * 0.8)
        counts = (best, good, fair, answered - best - good - fair)
        facts[criterion] = {f"replies.{option}": str(n) for option, n in zip("ABCD", counts, strict=True)}
    return facts


def _dice(*seed: object) -> random.Random:
    return random.Random(":".join(map(str, seed)))  # noqa: S311 - figures, not secrets


def _typed(values: dict[str, object]) -> Facts:
    return {key: (YES if value else NO) if isinstance(value, bool) else str(value) for key, value in values.items()}


def _evened(values: dict[str, object]) -> dict[str, object]:
    """Even counts, so that a twin of half the size has exactly the same shares. No part outgrows its whole by that."""
    return {
        key: value + value % 2 if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in values.items()
    }


def _halved(facts: Facts, times: int) -> Facts:
    return {key: str(int(value) // times) if value.isdigit() else value for key, value in facts.items()}
