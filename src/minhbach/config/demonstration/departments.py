"""The departments' rounds: last year's, ranked and published, and this year's, in its middle."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from minhbach.config.demonstration import education, words
from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.documents import KINDS, attach, cited, file_of
from minhbach.config.demonstration.figures import Facts, department_facts
from minhbach.config.demonstration.people import People
from minhbach.config.demonstration.province import Province
from minhbach.indices import figures, jobs
from minhbach.indices.actions import appraisal, concluding, criteria, entries, opening, preparing, publishing
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.org.models import Account, Unit

GROUP = "so"
NEVER_SUBMITTED = "hm-sngv"
APOLOGISED_LATE = "hm-snnmt"
"""A department whose apologies were all made, some of them late: a case the decision does not provide for."""

#: Who appraises what: the nearest part or criterion decides, the home affairs department the rest.
FIELDS = {"3": "hm-vp", "3.2": "hm-stp", "3.3": "hm-stp", "7": "hm-skhcn", "8": "hm-vp"}
APPRAISERS = {"hm-vp": "tham-dinh-vp", "hm-stp": "tham-dinh-tp", "hm-skhcn": "tham-dinh-kh", "hm-snv": "tham-dinh-nv"}


def round_dates(year: int) -> dict[str, datetime]:
    """The stages of a department round of a past year, over on 25 January."""
    days = (
        date(year, 11, 1),
        date(year, 11, 20),
        date(year, 12, 10),
        date(year, 12, 31),
        date(year + 1, 1, 10),
        date(year + 1, 1, 25),
    )
    return {name: at(day, 0 if n == 0 else 17) for n, (name, day) in enumerate(zip(preparing.DATES, days, strict=True))}


def open_dates(today: date) -> dict[str, datetime]:
    """The stages of the round that is in its middle today."""
    days = (-45, -2, 12, 26, 36, 50)
    return {
        name: at(today + timedelta(days=n), 0 if name == "self_opens" else 17)
        for name, n in zip(preparing.DATES, days, strict=True)
    }


class Departments:
    """Plays both rounds through the actions, each by the person whose work it is."""

    def __init__(self, province: Province, people: People, clock: Clock, version: SetVersion):
        self.province, self.people, self.clock = province, people, clock
        self.version = version
        self.set = figures.set_of(version)
        # The year of the open round: the one that is mostly over.
        self.year = (clock.today - timedelta(days=60)).year

    # Preparing --------------------------------------------------------------------------------------------------

    def offices(self) -> None:
        """Which office answers for which code of the set."""
        answers = {"VP": ["gd-vp"], "P": ["gd-gdph", "gd-qlcl"], "LQ": ["gd-khtc"], "TTRA": ["gd-tccb"]}
        department = self.province["hm-sgddt"]
        for code, offices in answers.items():
            preparing.office_answer_for(
                department, code=code, offices=[self.province[o] for o in offices], acting=self.people["van-thu"]
            )

    def _prepare(self, year: int, dates: dict[str, datetime], previous: Round | None, note: str) -> Round:
        manager = self.people["quan-tri"]
        round_ = preparing.round_prepare(
            unit=self.province["hm-snv"],
            title=f"Chỉ số cải cách hành chính các sở, ban, ngành năm {year}",
            title_en=f"Administrative reform index of the departments, {year}",
            year=year,
            dates=dates,
            previous=previous,
            carried_forward=True,
            note=note,
            acting=manager,
        )
        fields = {node: self.province[body] for node, body in FIELDS.items()}
        preparing.round_set_assign(round_, group=GROUP, set_version=self.version, fields=fields, acting=manager)
        return round_

    # Scoring ----------------------------------------------------------------------------------------------------

    def _officer(self, unit: Unit) -> Account:
        return self.people.of(unit, "reform_officer")

    def score(
        self, entry: Entry, criterion: str, facts: dict[str, Facts], year: int, acting: Account, files: bool
    ) -> None:
        """One criterion at self-scoring, with its document."""
        if criterion in words.UNSTATED:
            criteria.criterion_score(
                entry, criterion, stage="self", inputs={}, note=words.UNSTATED[criterion], acting=acting
            )
        else:
            late = criterion == "3.4.3" and entry.unit.code == APOLOGISED_LATE
            note = (
                "Đã xin lỗi đủ, có hồ sơ xin lỗi sau thời hạn; văn bản không quy định trường hợp này." if late else ""
            )
            criteria.criterion_score(entry, criterion, stage="self", inputs=facts[criterion], note=note, acting=acting)
        if criterion in KINDS:
            self.cite(entry, criterion, facts.get(criterion, {}), year, acting, files)

    def cite(self, entry: Entry, criterion: str, facts: Facts, year: int, acting: Account, files: bool) -> None:
        """The document behind a criterion; with its file where asked."""
        paper = cited(
            criterion, entry.unit.code, self.province.symbols[entry.unit.code], year, self.clock.read().date()
        )
        node = self.set.nodes[criterion]
        lines = [f"Nội dung: {node.title.vi}."] + [
            f"- {node.inputs[key].title.vi.capitalize()}: {value}" for key, value in facts.items() if key in node.inputs
        ]
        upload = file_of(paper, entry.unit.name, lines, word=criterion.startswith("7.6")) if files else None
        attach(entry, criterion, paper, upload, acting)

    def facts(self, unit: Unit, year: int, done: float = 1.0, ties: bool = False) -> dict[str, Facts]:
        facts = department_facts(unit.code, year, done, ties)
        if unit.code == APOLOGISED_LATE and int(facts["3.4.3"]["overdue"]) > 3:
            overdue = facts["3.4.3"]["overdue"]
            facts["3.4.3"] = {"overdue": overdue, "apologised": overdue, "apologised_on_time": str(int(overdue) - 3)}
        return facts

    def self_score(self, entry: Entry, facts: dict[str, Facts], year: int, until: float = 1.0) -> None:
        """The unit's own scoring, as far as it has come."""
        leaves = [leaf.id for leaf in self.set.leaves]
        for criterion in leaves[: round(len(leaves) * until)]:
            files = criterion in ("3.4.2", "7.1.3")
            self.score(entry, criterion, facts, year, self._officer(entry.unit), files)

    def submit(self, entry: Entry) -> None:
        officer = self._officer(entry.unit)
        entries.entry_review(entry, acting=officer)
        entries.entry_approve(entry, acting=self.people.of(entry.unit, "head"))
        entries.entry_submit(entry, acting=officer)

    # Appraisal --------------------------------------------------------------------------------------------------

    def findings(self, entry: Entry, year: int) -> list[str]:
        """What the appraisers find with this unit; nothing with the two that tie."""
        dice = random.Random(f"{entry.unit.code}:{year}:findings")  # noqa: S311
        if entry.unit.code in ("hm-sdl", "hm-svhtt"):
            return []
        return sorted(dice.sample(list(words.FINDINGS), dice.choice((1, 2, 2, 3, 4))))

    def appraise(
        self, entry: Entry, facts: dict[str, Facts], year: int, bodies: list[str], conclude: bool = True
    ) -> None:
        """The first appraisal by these bodies: what they found, the rest as self-scored, questions noted."""
        found = self.findings(entry, year)
        own = self._own_fields(entry)
        for body in bodies:
            appraiser = self.people[APPRAISERS[body]]
            for criterion in found:
                if own[criterion] == body:
                    self._find(entry, criterion, facts[criterion], appraiser)
            if entry.unit.code == APOLOGISED_LATE and own["3.4.3"] == body:
                criteria.criterion_score(
                    entry,
                    "3.4.3",
                    stage="appraisal_1",
                    inputs=facts["3.4.3"],
                    given_points="0.25",
                    reason=words.HALF_FOR_APOLOGIES,
                    acting=appraiser,
                )
            appraisal.scores_copy(entry, stage="appraisal_1", acting=appraiser)
            if conclude:
                appraisal.field_conclude(entry, self.province[body], stage="appraisal_1", acting=appraiser)

    def _own_fields(self, entry: Entry) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self.set.nodes.values():
            parent = self.set.parents.get(node.id)
            found[node.id] = FIELDS.get(node.id) or (found[parent] if parent else "hm-snv")
        return found

    def _find(self, entry: Entry, criterion: str, facts: Facts, appraiser: Account) -> None:
        found = words.FINDINGS[criterion]
        old = int(facts[found.input])
        new = min(old - 1, round(old * found.stands)) if old else 0
        told = {"old": f"{old:,}".replace(",", "."), "new": f"{new:,}".replace(",", ".")}
        criteria.criterion_score(
            entry,
            criterion,
            stage="appraisal_1",
            inputs={**facts, found.input: str(new)},
            note=found.remark.format(**told),
            acting=appraiser,
        )
        if found.question:
            appraisal.explanation_ask(entry, criterion, question=found.question.format(**told), acting=appraiser)

    def explain(self, entry: Entry, year: int, hand_in: bool = True, most: int = 9) -> None:
        """The unit's answers, each with a document."""
        officer = self._officer(entry.unit)
        for n, request in enumerate(entry.requests.order_by("criterion")[:most]):
            found = words.FINDINGS.get(request.criterion)
            answer = found.answer if found else words.EXTRACT_SENT
            appraisal.explanation_give(request, answer=answer, acting=officer)
            criteria.evidence_add(
                entry,
                request.criterion,
                document_number=f"{931 + n}/{self.province.symbols[entry.unit.code]}-VP",
                document_date=self.clock.read().date(),
                document_title="Công văn giải trình, bổ sung tài liệu kiểm chứng",
                acting=officer,
            )
        if hand_in:
            appraisal.explanations_hand_in(entry, acting=officer)

    def second(self, entry: Entry, facts: dict[str, Facts]) -> None:
        """The second appraisal: about half of the explanations are accepted."""
        own = self._own_fields(entry)
        for n, request in enumerate(entry.requests.order_by("criterion")):
            if n % 2 == 0 and request.criterion != "7.4.2":
                criteria.criterion_score(
                    entry,
                    request.criterion,
                    stage="appraisal_2",
                    inputs=facts[request.criterion],
                    note=words.ACCEPTED,
                    acting=self.people[APPRAISERS[own[request.criterion]]],
                )

    # Last year --------------------------------------------------------------------------------------------------

    def last_year(self, say: Callable[[str], None]) -> Round:
        year = self.year - 1
        dates = round_dates(year)
        self.clock.set(date(year, 10, 20))
        round_ = self._prepare(
            year, dates, None, "Dùng bộ chỉ số năm 2023 để minh họa: số liệu của mọi đơn vị là giả định."
        )
        made = opening.round_open(round_, units=self.province.departments, acting=self.people["quan-tri"])
        facts = {entry.unit.code: self.facts(entry.unit, year, ties=True) for entry in made}
        submitted = [entry for entry in made if entry.unit.code != NEVER_SUBMITTED]
        for n, entry in enumerate(made):
            self.clock.set(date(year, 11, 6 + n % 20), 8 + n % 3)
            own = facts[entry.unit.code]
            if entry.unit.code == NEVER_SUBMITTED:
                self.self_score(entry, own, year, until=0.45)
            elif entry.unit.code == "hm-sgddt":
                education.last_year(self, entry, own, year)
            else:
                self.self_score(entry, own, year)
        for n, entry in enumerate(submitted):
            self.clock.set(date(year, 12, 1 + n % 9), 10 + n % 6)
            self.submit(entry)
        say("appraisal")
        for n, entry in enumerate(submitted):
            self.clock.set(date(year, 12, 12 + n % 16), 9 + n % 7)
            self.appraise(entry, facts[entry.unit.code], year, list(APPRAISERS))
            appraisal.explanations_send(entry, acting=self.people["tham-dinh-nv"])
        for entry in submitted:
            entry.refresh_from_db()
            self.clock.set(date(year + 1, 1, 6), 9)
            if entry.status == Entry.Status.EXPLANATION:
                self.explain(entry, year)
        for n, entry in enumerate(submitted):
            self.clock.set(date(year + 1, 1, 14 + n % 8), 14)
            self.second(entry, facts[entry.unit.code])
            appraisal.entry_conclude(entry, acting=self.people["tham-dinh-nv"])
        self.clock.set(date(year + 1, 1, 26))
        concluding.round_close(round_, acting=self.people["quan-tri"])
        self.clock.set(date(year + 1, 2, 5))
        publishing.round_publish(
            round_,
            decision=f"Quyết định số 214/QĐ-UBND ngày 05/02/{year + 1} của Chủ tịch UBND thành phố Hải Minh",
            acting=self.people["quan-tri"],
        )
        jobs.open_data_settle()
        return round_

    # This year --------------------------------------------------------------------------------------------------

    def this_year(self, previous: Round, say: Callable[[str], None]) -> Round:
        today = self.clock.today
        dates = open_dates(today)
        self.clock.set(today - timedelta(days=52))
        round_ = self._prepare(
            self.year,
            dates,
            previous,
            "Thành phố chưa ban hành bộ chỉ số mới: bộ năm 2023 được dùng tiếp cho đến khi có bộ mới.",
        )
        made = opening.round_open(round_, units=self.province.departments, acting=self.people["quan-tri"])
        by_code = {entry.unit.code: entry for entry in made}
        facts = {code: self.facts(entry.unit, self.year, done=0.86) for code, entry in by_code.items()}

        def day(ago: int, hour: int = 9) -> None:
            self.clock.set(today - timedelta(days=ago), hour)

        begun = {"hm-sxd": 0.6, "hm-snnmt": 0.35, "hm-sattp": 0.8, "hm-kcn": 0.15, "hm-sngv": 0.0, "hm-sqhkt": 0.5}
        for n, (code, entry) in enumerate(by_code.items()):
            if code != "hm-sgddt":
                day(30 - n)
                self.self_score(entry, facts[code], self.year, begun.get(code, 1.0))
        day(8)
        entries.entry_review(by_code["hm-syt"], acting=self._officer(by_code["hm-syt"].unit))
        entries.entry_review(by_code["hm-svhtt"], acting=self._officer(by_code["hm-svhtt"].unit))
        entries.entry_approve(by_code["hm-svhtt"], acting=self.people.of(by_code["hm-svhtt"].unit, "head"))
        appraised = ("hm-hcc", "hm-tt", "hm-kkt", "hm-stp", "hm-vp", "hm-skhcn", "hm-snv")
        for code in ("hm-stc", "hm-sdl", "hm-sct", "hm-sdttg", *appraised):
            self.submit(by_code[code])
        day(6)
        withdrawn = by_code["hm-sdttg"]
        entries.entry_withdraw(
            withdrawn, why="Bổ sung số liệu hồ sơ trực tuyến tháng gần nhất.", acting=self._officer(withdrawn.unit)
        )
        say("appraisal")
        day(5)
        self.appraise(by_code["hm-hcc"], facts["hm-hcc"], self.year, ["hm-vp"])
        self.appraise(by_code["hm-tt"], facts["hm-tt"], self.year, ["hm-skhcn"], conclude=False)
        self.appraise(by_code["hm-kkt"], facts["hm-kkt"], self.year, ["hm-vp", "hm-stp", "hm-skhcn"])
        for code in ("hm-stp", "hm-vp", "hm-snv"):
            entry = by_code[code]
            self.appraise(entry, facts[code], self.year, list(APPRAISERS))
            self._ask(entry)
            appraisal.explanations_send(entry, acting=self.people["tham-dinh-nv"])
        self.appraise(by_code["hm-skhcn"], facts["hm-skhcn"], self.year, list(APPRAISERS))
        day(3)
        self.explain(by_code["hm-stp"], self.year, hand_in=False, most=1)
        self.explain(by_code["hm-snv"], self.year)
        education.this_year(self, by_code["hm-sgddt"], facts["hm-sgddt"])
        return round_

    def _ask(self, entry: Entry) -> None:
        """At least two questions, so that there is one to answer and one answered."""
        for criterion in ("3.4.2", "7.2"):
            if entry.requests.count() < 2:
                own = self._own_fields(entry)[criterion]
                appraisal.explanation_ask(
                    entry,
                    criterion,
                    question=words.EXTRACT_ASKED,
                    acting=self.people[APPRAISERS[own]],
                )
