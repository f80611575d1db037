"""The departments' rounds: last year's, ranked and published, and this year's, in its middle."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.documents import KINDS, cited, file_of
from minhbach.config.demonstration.figures import Facts, department_facts
from minhbach.config.demonstration.people import People
from minhbach.config.demonstration.province import Province
from minhbach.indices import figures
from minhbach.indices.actions import appraisal, criteria, entries, rounds
from minhbach.indices.models import Entry, Round, SetVersion
from minhbach.org.models import Account, Unit

GROUP = "so"
UNSTATED = {
    "7.1.1": "Văn bản đọc được không nêu cách chấm và điểm tối đa; đơn vị không tự chấm, đề nghị tổ thẩm định hướng dẫn.",
    "7.1.2": "Văn bản không nêu cách chấm; đơn vị đã cập nhật quy trình điện tử cho toàn bộ thủ tục hành chính.",
    "7.1.5": "Văn bản không nêu cách chấm; kết quả thực hiện Kế hoạch chuyển đổi số nêu trong báo cáo kèm theo.",
}
NEVER_SUBMITTED = "hm-sngv"
APOLOGISED_LATE = "hm-snnmt"
"""A department whose apologies were all made, some of them late: a case the decision does not provide for."""

#: Who appraises what: the nearest part or criterion decides, the home affairs department the rest.
FIELDS = {"3": "hm-vp", "3.2": "hm-stp", "3.3": "hm-stp", "7": "hm-skhcn", "8": "hm-vp"}
APPRAISERS = {"hm-vp": "tham-dinh-vp", "hm-stp": "tham-dinh-tp", "hm-skhcn": "tham-dinh-kh", "hm-snv": "tham-dinh-nv"}

#: What appraisers find: criterion → (input, share that stands, remark, question, answer of the unit).
FINDINGS = {
    "7.1.4": ("signed", 0.86, "Hệ thống quản lý văn bản chỉ ghi nhận {new} văn bản có chữ ký số cá nhân.",
              "Số văn bản ký số cá nhân báo cáo ({old}) lớn hơn số trên hệ thống ({new}). Đề nghị giải trình.",
              "Đơn vị đã rà soát: số chênh lệch là văn bản ký số trên phần mềm cũ trước ngày chuyển đổi, có nhật ký ký số kèm theo."),
    "3.5": ("digitised", 0.93, "Kho dữ liệu điện tử chỉ ghi nhận {new} kết quả đã số hóa.",
            "Đề nghị làm rõ {old} kết quả số hóa báo cáo so với {new} kết quả trong kho dữ liệu.",
            "Các kết quả còn lại đã số hóa, chờ đồng bộ lên kho dữ liệu; danh sách mã hồ sơ kèm theo."),
    "7.4.2": ("online", 0.94, "Loại trừ hồ sơ nhập hộ tại Bộ phận Một cửa; còn {new} hồ sơ nộp trực tuyến.",
              "Đề nghị giải trình các hồ sơ trực tuyến do công chức nhập hộ.",
              "Đơn vị thống nhất loại trừ các hồ sơ nhập hộ; đề nghị ghi nhận số còn lại."),
    "8.2": ("on_time", 0.95, "Theo theo dõi của Văn phòng UBND, {new} nhiệm vụ hoàn thành đúng thời hạn.",
            "Có nhiệm vụ báo cáo hoàn thành sau thời hạn. Đề nghị giải trình.",
            "Nhiệm vụ đã được Chủ tịch UBND thành phố đồng ý gia hạn bằng văn bản, kèm theo."),
    "3.3.3": ("posted", 0.985, "Kiểm tra thực tế tại Bộ phận Một cửa: {new} thủ tục được niêm yết đúng quy định.", "", ""),
    "7.3": ("items", 0.88, "Trừ tin đăng lại từ nguồn khác; còn {new} tin, bài.", "", ""),
}  # fmt: skip
EXTRACT_SENT = "Đơn vị gửi kèm bản trích xuất từ hệ thống; số liệu không thay đổi."


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
    return {name: at(day, 0 if n == 0 else 17) for n, (name, day) in enumerate(zip(rounds.DATES, days, strict=True))}


def open_dates(today: date) -> dict[str, datetime]:
    """The stages of the round that is in its middle today."""
    days = (-45, -2, 12, 26, 36, 50)
    return {
        name: at(today + timedelta(days=n), 0 if name == "self_opens" else 17)
        for name, n in zip(rounds.DATES, days, strict=True)
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
            rounds.office_answer_for(
                department, code=code, offices=[self.province[o] for o in offices], acting=self.people["van-thu"]
            )

    def _prepare(self, year: int, dates: dict[str, datetime], previous: Round | None, note: str) -> Round:
        manager = self.people["quan-tri"]
        round_ = rounds.round_prepare(
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
        rounds.round_set_assign(round_, group=GROUP, set_version=self.version, fields=fields, acting=manager)
        return round_

    # Scoring ----------------------------------------------------------------------------------------------------

    def _officer(self, unit: Unit) -> Account:
        return self.people.of(unit, "reform_officer")

    def score(
        self, entry: Entry, criterion: str, facts: dict[str, Facts], year: int, acting: Account, files: bool
    ) -> None:
        """One criterion at self-scoring, with its document."""
        if criterion in UNSTATED:
            criteria.criterion_score(entry, criterion, stage="self", inputs={}, note=UNSTATED[criterion], acting=acting)
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
        criteria.evidence_add(
            entry, criterion, upload=upload, document_number=paper.number, document_date=paper.day,
            document_title=paper.title, acting=acting,
        )  # fmt: skip

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
        return sorted(dice.sample(list(FINDINGS), dice.choice((1, 2, 2, 3, 4))))

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
                    entry, "3.4.3", stage="appraisal_1", inputs=facts["3.4.3"], given_points="0.25",
                    reason="Văn bản không quy định khi xin lỗi đủ nhưng có trường hợp chậm; tổ thẩm định thống nhất cho nửa số điểm.",
                    acting=appraiser,
                )  # fmt: skip
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
        key, share, remark, question, _answer = FINDINGS[criterion]
        old = int(facts[key])
        new = min(old - 1, round(old * share)) if old else 0
        words = {"old": f"{old:,}".replace(",", "."), "new": f"{new:,}".replace(",", ".")}
        criteria.criterion_score(
            entry,
            criterion,
            stage="appraisal_1",
            inputs={**facts, key: str(new)},
            note=remark.format(**words),
            acting=appraiser,
        )
        if question:
            appraisal.explanation_ask(entry, criterion, question=question.format(**words), acting=appraiser)

    def explain(self, entry: Entry, year: int, hand_in: bool = True, most: int = 9) -> None:
        """The unit's answers, each with a document."""
        officer = self._officer(entry.unit)
        for n, request in enumerate(entry.requests.order_by("criterion")[:most]):
            answer = FINDINGS[request.criterion][4] if request.criterion in FINDINGS else EXTRACT_SENT
            appraisal.explanation_give(request, answer=answer, acting=officer)
            criteria.evidence_add(
                entry, request.criterion, document_number=f"{931 + n}/{self.province.symbols[entry.unit.code]}-VP",
                document_date=self.clock.read().date(), document_title="Công văn giải trình, bổ sung tài liệu kiểm chứng",
                acting=officer,
            )  # fmt: skip
        if hand_in:
            appraisal.explanations_hand_in(entry, acting=officer)

    def second(self, entry: Entry, facts: dict[str, Facts]) -> None:
        """The second appraisal: about half of the explanations are accepted."""
        own = self._own_fields(entry)
        for n, request in enumerate(entry.requests.order_by("criterion")):
            if n % 2 == 0 and request.criterion != "7.4.2":
                criteria.criterion_score(
                    entry, request.criterion, stage="appraisal_2", inputs=facts[request.criterion],
                    note="Chấp nhận giải trình và tài liệu bổ sung.", acting=self.people[APPRAISERS[own[request.criterion]]],
                )  # fmt: skip

    # Last year --------------------------------------------------------------------------------------------------

    def last_year(self, say: Callable[[str], None]) -> Round:
        year = self.year - 1
        dates = round_dates(year)
        self.clock.set(date(year, 10, 20))
        round_ = self._prepare(
            year, dates, None, "Dùng bộ chỉ số năm 2023 để minh họa: số liệu của mọi đơn vị là giả định."
        )
        made = rounds.round_open(round_, units=self.province.departments, acting=self.people["quan-tri"])
        facts = {entry.unit.code: self.facts(entry.unit, year, ties=True) for entry in made}
        submitted = [entry for entry in made if entry.unit.code != NEVER_SUBMITTED]
        for n, entry in enumerate(made):
            self.clock.set(date(year, 11, 6 + n % 20), 8 + n % 3)
            own = facts[entry.unit.code]
            if entry.unit.code == NEVER_SUBMITTED:
                self.self_score(entry, own, year, until=0.45)
            elif entry.unit.code == "hm-sgddt":
                self._education(entry, own, year)
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
        rounds.round_close(round_, acting=self.people["quan-tri"])
        self.clock.set(date(year + 1, 2, 5))
        rounds.round_publish(
            round_, decision=f"Quyết định số 214/QĐ-UBND ngày 05/02/{year + 1} của Chủ tịch UBND thành phố Hải Minh (minh họa)",
            acting=self.people["quan-tri"],
        )  # fmt: skip
        return round_

    #: Who leads what in the education department, beyond what the set's codes say.
    LEADS = {
        "3.4.2": "gd-qlcl", "3.4.3": "gd-qlcl", "3.5": "gd-qlcl", "7.1.4": "gd-qlcl", "7.4.1": "gd-qlcl", "7.4.2": "gd-qlcl",
        "8.1": "gd-khtc", "8.2": "gd-khtc", "7.7.1": "gd-gdph", "phan-cap-kiem-tra": "gd-tccb", "phan-cap-xu-ly": "gd-tccb",
    }  # fmt: skip
    OFFICE_ACCOUNTS = {
        "gd-vp": "phong-vp", "gd-gdph": "phong-gdph", "gd-qlcl": "phong-qlcl", "gd-tccb": "phong-tccb", "gd-khtc": "phong-khtc",
    }  # fmt: skip

    def _distribute(self, entry: Entry, due: datetime) -> dict[str, str]:
        """The reform officer names a leading office where the set's codes are too coarse. Returns criterion → office."""
        for criterion, office in self.LEADS.items():
            entries.criterion_assign(
                entry, criterion, office=self.province[office], due=due, acting=self.people["van-thu"]
            )
        return dict(entry.assignments.filter(leads=True).values_list("criterion", "office__code"))

    def _education(self, entry: Entry, facts: dict[str, Facts], year: int) -> None:
        """The education department of last year: every criterion by its office, with the files."""
        leads = self._distribute(entry, entry.round.internal_due)
        officer = self.people["van-thu"]
        for leaf in self.set.leaves:
            account = self.people[self.OFFICE_ACCOUNTS[leads[leaf.id]]]
            self.score(entry, leaf.id, facts, year, account, files=True)
            criteria.criterion_answered(entry, leaf.id, acting=account)
            entries.criterion_accept(entry, leaf.id, acting=officer)
        criteria.comment_add(
            entry, "3.4.2", text="Số liệu khớp với báo cáo của hệ thống một cửa điện tử ngày 05/11.", acting=officer
        )

    # This year --------------------------------------------------------------------------------------------------

    def this_year(self, previous: Round, say: Callable[[str], None]) -> Round:
        today = self.clock.today
        dates = open_dates(today)
        self.clock.set(today - timedelta(days=52))
        round_ = self._prepare(
            self.year, dates, previous,
            "Thành phố chưa ban hành bộ chỉ số mới: bộ năm 2023 được dùng tiếp cho đến khi có bộ mới.",
        )  # fmt: skip
        made = rounds.round_open(round_, units=self.province.departments, acting=self.people["quan-tri"])
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
        self._education_now(by_code["hm-sgddt"], facts["hm-sgddt"])
        return round_

    def _ask(self, entry: Entry) -> None:
        """At least two questions, so that there is one to answer and one answered."""
        for criterion in ("3.4.2", "7.2"):
            if entry.requests.count() < 2:
                own = self._own_fields(entry)[criterion]
                appraisal.explanation_ask(
                    entry, criterion, question="Đề nghị cung cấp bản trích xuất số liệu từ hệ thống thông tin.",
                    acting=self.people[APPRAISERS[own]],
                )  # fmt: skip

    def _education_now(self, entry: Entry, facts: dict[str, Facts]) -> None:
        """The education department in the middle of its work: answered, accepted, sent back, drafted, late."""
        today, officer = self.clock.today, self.people["van-thu"]
        self.clock.set(today - timedelta(days=44))
        leads = self._distribute(entry, entry.round.internal_due)
        for criterion in ("8.1", "8.2"):  # the year's tasks end later
            entries.criterion_assign(
                entry, criterion, office=self.province["gd-khtc"], due=at(today + timedelta(days=6)), acting=officer
            )
        late = {"3.4.5", "7.1.1", "7.6.3", "7.6.4", "7.7.2", "7.2", "3.3.6"}
        drafted = {"7.1.5", "7.3"}
        for n, leaf in enumerate(self.set.leaves):
            criterion = leaf.id
            if criterion in late or criterion in ("8.1", "8.2"):
                continue
            self.clock.set(today - timedelta(days=26 - n // 2), 8 + n % 8, 10)
            account = self.people[self.OFFICE_ACCOUNTS[leads[criterion]]]
            self.score(entry, criterion, facts, self.year, account, files=True)
            if criterion not in drafted:
                criteria.criterion_answered(entry, criterion, acting=account)
        accepted = (
            "3.1",
            "3.2",
            "3.3.1",
            "3.3.2",
            "3.3.3",
            "3.3.4",
            "3.3.5",
            "3.4.1",
            "3.4.2",
            "3.4.4",
            "phan-cap-kiem-tra",
        )
        for n, criterion in enumerate(accepted):
            self.clock.set(today - timedelta(days=5), 14, n)
            entries.criterion_accept(entry, criterion, acting=officer)
        for criterion, why in {
            "3.5": "Số kết quả đã số hóa lớn hơn số trong kho dữ liệu; đề nghị đối chiếu và nhập lại.",
            "7.1.4": "Thiếu danh sách văn bản của tháng gần nhất; đề nghị bổ sung tài liệu kiểm chứng.",
        }.items():
            self.clock.set(today - timedelta(days=4), 15)
            entries.criterion_send_back(entry, criterion, why=why, acting=officer)
        self.clock.set(today - timedelta(days=3), 10)
        criteria.comment_add(
            entry, "3.5", text="Kho dữ liệu đang đồng bộ chậm một tuần, Phòng sẽ đối chiếu lại trong ngày.",
            acting=self.people["phong-qlcl"],
        )  # fmt: skip
        criteria.comment_add(entry, "7.4.2", text="Cần vận động phụ huynh nộp trực tuyến đợt cuối năm.", acting=officer)
