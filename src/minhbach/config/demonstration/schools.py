"""The schools' rounds, run by the education department on the illustrative set: one ranked, one open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.documents import KINDS, attach, cited, file_of
from minhbach.config.demonstration.figures import Facts, school_facts, survey_facts
from minhbach.config.demonstration.people import People
from minhbach.config.demonstration.province import SCHOOL_GROUPS, Province
from minhbach.indices import figures, jobs
from minhbach.indices.actions import appraisal, concluding, criteria, entries, opening, preparing, publishing
from minhbach.indices.actions.sets import catalogue_load, set_release, set_save
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.scoring.catalogue import set_files

SET = "truong-minh-hoa"
SET_YEAR = 2026
"""The year in which the school year ends for which the catalogue's set is written."""

BODIES = {"VPS": "gd-vp", "KHTC": "gd-khtc", "GDPT": "gd-gdph"}
NEVER_SUBMITTED = "thcs-bl"
NO_SURVEY = ("th-bl", "th-lk")
STRICTER = {
    "A.4": ("items", 0.9, "Trừ tin, bài đăng lại của cơ quan khác."),
    "C.2": ("signed", 0.96, "Cơ sở dữ liệu ngành ghi nhận ít hơn số báo cáo."),
    "E.1": ("on_time", 0.93, "Có nhiệm vụ báo cáo sau thời hạn Sở giao."),
}


class Schools:
    """Plays the rounds of the schools."""

    def __init__(self, province: Province, people: People, clock: Clock):
        self.province, self.people, self.clock = province, people, clock
        self.manager = people["quan-tri-gd"]
        today = clock.today
        # The last school year whose round is over by now.
        self.year = today.year if today >= date(today.year, 8, 1) else today.year - 1

    def _version(self, year: int) -> SetVersion:
        """The catalogue's set, or a version of it with its dates moved to another school year."""
        if year == SET_YEAR:
            return catalogue_load(SET, unit=self.province["hm-sgddt"], acting=self.people["quan-tri"])
        text = set_files()[SET].read_text(encoding="utf-8")
        years = "\0".join(str(SET_YEAR + n) for n in (-1, 0)).split("\0")
        for n, old in enumerate(years):
            text = text.replace(old, f"<{n}>")
        for n in range(len(years)):
            text = text.replace(f"<{n}>", str(year - 1 + n))
        text = text.replace(f"code: {SET}\n", f'code: {SET}\nversion: "{year}"\n', 1)
        manager = self.people["quan-tri"]
        return set_release(set_save(text=text, unit=self.province["hm-sgddt"], acting=manager), acting=manager)

    def _prepare(self, year: int, days: list[date], title: tuple[str, str], previous: Round | None) -> list[Entry]:
        dates = {
            name: at(day, 0 if n == 0 else 17) for n, (name, day) in enumerate(zip(preparing.DATES, days, strict=True))
        }
        version = self._version(year)
        round_ = preparing.round_prepare(
            unit=self.province["hm-sgddt"],
            title=title[0],
            title_en=title[1],
            year=year,
            dates=dates,
            previous=previous,
            period=(date(year - 1, 9, 1), date(year, 8, 31)),
            carried_forward=previous is not None,
            note="Bộ chỉ số minh họa, không do cơ quan nào ban hành.",
            acting=self.manager,
        )
        nodes = figures.set_of(version).nodes.values()
        fields = {node.id: self.province[BODIES[node.appraised_by]] for node in nodes if node.appraised_by}
        for group in SCHOOL_GROUPS:
            preparing.round_set_assign(round_, group=group, set_version=version, fields=fields, acting=self.manager)
        return opening.round_open(round_, units=self.province.schools, acting=self.manager)

    def self_score(self, entry: Entry, year: int, until: float = 1.0) -> dict[str, Facts]:
        """The school's own scoring with its documents; returns the facts."""
        indicator_set = figures.set_of(entry.set_version)
        facts = school_facts(entry.unit.code, entry.group, year)
        reporter = self.people.of(entry.unit, "school_reporter")
        own = [leaf.id for leaf in indicator_set.leaves if indicator_set.stream_of(leaf) == "self"]
        for criterion in own[: round(len(own) * until)]:
            criteria.criterion_score(entry, criterion, stage="self", inputs=facts[criterion], acting=reporter)
            commended = criterion != "THUONG" or facts[criterion]["award"] != "none"
            if criterion in KINDS and commended:
                symbol = (
                    entry.unit.name.replace("Trường ", "").replace("chuyên ", "").replace("Tiểu học", "TH").split()[0]
                )
                paper = cited(criterion, entry.unit.code, symbol, year, self.clock.read().date())
                lines = [f"Nội dung: {indicator_set.nodes[criterion].title.vi}."]
                upload = file_of(paper, entry.unit.name, lines) if criterion == "A.1" else None
                attach(entry, criterion, paper, upload, reporter)
            elif criterion == "THUONG":
                row = entry.scores.get(criterion=criterion, stage="self")
                criteria.criterion_score(
                    entry,
                    criterion,
                    stage="self",
                    inputs=facts[criterion],
                    note="Không đề nghị điểm thưởng.",
                    edition=row.edition,
                    acting=reporter,
                )
        return facts

    def submit(self, entry: Entry) -> None:
        reporter = self.people.of(entry.unit, "school_reporter")
        entries.entry_review(entry, acting=reporter)
        entries.entry_approve(entry, acting=self.people.of(entry.unit, "head"))
        entries.entry_submit(entry, acting=reporter)

    def survey(self, entry: Entry, year: int, facts: dict[str, Facts]) -> None:
        if entry.unit.code in NO_SURVEY:
            opening.block_held(entry, block="D", held=False, acting=self.manager)
            return
        for criterion, inputs in survey_facts(entry.unit.code, year, int(facts["C.2"]["pupils"])).items():
            criteria.criterion_score(entry, criterion, stage="survey", inputs=inputs, acting=self.manager)

    def last_year(self, say: Callable[[str], None]) -> Round:
        year = self.year
        days = [
            date(year, 5, 15),
            date(year, 6, 5),
            date(year, 6, 15),
            date(year, 6, 28),
            date(year, 7, 5),
            date(year, 7, 15),
        ]
        self.clock.set(date(year, 5, 8))
        title = (
            f"Chỉ số cải cách hành chính của trường học, năm học {year - 1}–{year}",
            f"Administrative reform index of schools, school year {year - 1}–{year}",
        )
        made = self._prepare(year, days, title, None)
        facts = {}
        for n, entry in enumerate(made):
            self.clock.set(date(year, 5, 20 + n % 11), 9)
            done = 0.5 if entry.unit.code == NEVER_SUBMITTED else 1.0
            facts[entry.pk] = self.self_score(entry, year, done)
        made = [entry for entry in made if entry.unit.code != NEVER_SUBMITTED]
        for n, entry in enumerate(made):
            self.clock.set(date(year, 6, 8 + n % 7), 14)
            self.submit(entry)
        for n, entry in enumerate(made):
            self.clock.set(date(year, 6, 17 + n % 9), 9)
            self.survey(entry, year, facts[entry.pk])
            self._appraise(entry, facts[entry.pk], n)
        for entry in made:
            self.clock.set(date(year, 7, 2))
            entry.refresh_from_db()
            if entry.status == Entry.Status.EXPLANATION:
                reporter = self.people.of(entry.unit, "school_reporter")
                for request in entry.requests.all():
                    appraisal.explanation_give(
                        request, answer="Trường đã rà soát và thống nhất với số liệu của Sở.", acting=reporter
                    )
                appraisal.explanations_hand_in(entry, acting=reporter)
        for entry in made:
            self.clock.set(date(year, 7, 9))
            appraisal.entry_conclude(entry, acting=self.manager)
        round_ = made[0].round
        self.clock.set(date(year, 7, 16))
        concluding.round_close(round_, acting=self.manager)
        self.clock.set(date(year, 7, 25))
        publishing.round_publish(
            round_,
            decision=f"Thông báo số 1187/TB-SGDĐT ngày 25/7/{year} của Sở Giáo dục và Đào tạo",
            acting=self.manager,
        )
        jobs.open_data_settle()
        say("schools")
        return round_

    def _appraise(self, entry: Entry, facts: dict[str, Facts], n: int) -> None:
        if n % 3 == 0:
            criterion = list(STRICTER)[n % len(STRICTER) if n % 2 else 1]
            key, share, remark = STRICTER[criterion]
            inputs = {**facts[criterion], key: str(round(int(facts[criterion][key]) * share))}
            criteria.criterion_score(
                entry, criterion, stage="appraisal_1", inputs=inputs, note=remark, acting=self.manager
            )
            if n % 6 == 0:
                appraisal.explanation_ask(
                    entry, criterion, question=f"{remark} Đề nghị trường giải trình.", acting=self.manager
                )
        appraisal.scores_copy(entry, stage="appraisal_1", acting=self.manager)
        for body in BODIES.values():
            appraisal.field_conclude(entry, self.province[body], stage="appraisal_1", acting=self.manager)
        appraisal.explanations_send(entry, acting=self.manager)

    def this_year(self, previous: Round) -> Round:
        today, year = self.clock.today, self.year + 1
        days = [today + timedelta(days=n) for n in (-24, 4, 16, 30, 38, 52)]
        self.clock.set(today - timedelta(days=27))
        title = (
            f"Chỉ số cải cách hành chính của trường học, năm học {year - 1}–{year}",
            f"Administrative reform index of schools, school year {year - 1}–{year}",
        )
        made = self._prepare(year, days, title, previous)
        for n, entry in enumerate(made):
            until = (0.3, 0.65, 1.0, 0.0, 0.9)[n % 5]
            self.clock.set(today - timedelta(days=18 - n % 14))
            facts = self.self_score(entry, year, until)
            if until == 1.0:
                self.clock.set(today - timedelta(days=2), 15)
                self.submit(entry)
                if n % 2:
                    self.survey(entry, year, facts)
        return made[0].round
