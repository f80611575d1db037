"""An outline to a set as plain data, as in YAML, with everything doubtful collected on the way."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any

from minhbach.records.problems import Problems
from minhbach.records.structure import exact_number
from minhbach.records.texts import Text, decimal_text, figure
from minhbach.scoring.drafting.items import Doubt, Item, Part
from minhbach.scoring.drafting.plain import folded, slug
from minhbach.scoring.drafting.recognise import UNSTATED, recognise
from minhbach.scoring.drafting.telling import POINTS_IN_TITLE, states_points

MARK = Text("Theo nguồn, cần xác nhận", "From the source, to be confirmed")
_UNKNOWN = "chưa ghi"
_BONUS = re.compile(r"(?:phan )?diem (?:thuong|cong|khuyen khich)")
_PENALTY = re.compile(r"(?:phan )?diem (?:tru|phat)")


class Writer:
    """Items to plain data as in YAML, collecting doubts."""

    def __init__(self, name: str, loose: bool, parts: list[Part], number: int):
        self.name = name
        self.loose = loose
        self.parts = parts
        self.number = number
        self.units: dict[str, tuple[str, str]] = {}
        self.doubts: list[tuple[Item | None, Doubt]] = []
        self.numbers: dict[str, int] = {}
        self.read_off = False

    def set(self, part: Part) -> dict[str, Any]:
        """The whole set. What stands below `ĐIỂM THƯỞNG` and `ĐIỂM TRỪ` comes after the total."""
        ordinary = [item for item in part.top if not self._outside_scale(item)]
        adjustments = [
            self._adjustment(leaf) for item in part.top if item.kind for leaf in item.walk() if not leaf.children
        ]
        criteria = [self._node(item) for item in ordinary]
        stem = FilePath(self.name).stem + (f"-{self.number}" if len(self.parts) > 1 else "")
        note = "Bản nháp lập tự động từ một bảng; mọi ghi chú theo nguồn cần được xác nhận."
        if self.read_off:
            note += " Điểm tối đa đọc từ mức cao nhất của quy tắc vì bảng không có cột điểm."
        notes = {"vi": note, "en": "Drafted from a table; notes from the source are to be confirmed."}
        if part.footnotes:
            below = "\n".join(line.text for line in part.footnotes)
            notes = {lang: f"{text}\n{MARK.in_(lang)}:\n{below}" for lang, text in notes.items()}
            for line in part.footnotes:
                self.doubts.append((None, Doubt("footnote", _FOOTNOTE, line.row, line.text)))
        found: dict[str, Any] = {
            "format": 1,
            "code": slug(stem, "-", 60),
            "title": f"Bản nháp từ {self.name}",
            "source": {"document": _UNKNOWN},
            "extent": "part",
            "responsibles": dict(self.units.values()),
            "note": notes,
            "criteria": criteria,
        }
        if part.total is not None:  # a table that sums itself up is whole
            found |= {"maximum": exact_number(part.total), "extent": "whole"}
        if adjustments:
            found["adjustments"] = adjustments
        return found

    def _outside_scale(self, item: Item) -> bool:
        title = folded(item.title)
        kind = "bonus" if _BONUS.match(title) else "penalty" if _PENALTY.match(title) else ""
        for part in item.walk() if kind else ():
            part.kind = kind
        if not kind or not item.children:
            return bool(kind)
        worth = [leaf.points for leaf in item.walk() if not leaf.children]
        if item.points is not None and (None in worth or sum(p for p in worth if p is not None) != item.points):
            self.doubts.append((None, Doubt("adjustment-cap", _CAP_OF_PART, item.row, item.title)))
        return True

    def _adjustment(self, item: Item) -> dict[str, Any]:
        node = self._node(item)
        node["kind"] = item.kind
        node.pop("minimum", None)
        says = _BONUS_SAID if item.kind == "bonus" else _PENALTY_SAID
        self.doubts.append((item, Doubt("outside-scale", says, item.row, serious=False)))
        return node

    def _node(self, item: Item) -> dict[str, Any]:
        node: dict[str, Any] = {}
        if item.code:
            node["code"] = item.code
        if item.id != item.code:
            node["id"] = item.id
        node["title"] = item.title
        if item.units:
            node["responsible"] = list(dict.fromkeys(self._unit(name) for name in item.units))
        for doubt in item.doubts:
            self.doubts.append((item, doubt))
        if item.children:
            self._group(item, node)
        else:
            self._leaf(item, node)
        return node

    def _group(self, item: Item, node: dict[str, Any]) -> None:
        if item.points is not None:
            node["maximum"] = exact_number(item.points)
        if item.lines:
            node["note"] = _note([line.text for line in item.lines])
            self.doubts.append(
                (
                    item,
                    Doubt(
                        "group-rule",
                        Text(
                            "tiêu chí có tiêu chí con nhưng cũng có dòng chấm điểm: để trong ghi chú",
                            "a criterion with criteria below it also has scoring lines: kept in its note",
                        ),
                        item.lines[0].row,
                        item.lines[0].text,
                    ),
                )
            )
        if states_points(item.title):
            self.doubts.append((item, Doubt("points-in-title", Text(*POINTS_IN_TITLE), item.row, item.title)))
        node["criteria"] = [self._node(child) for child in item.children]

    def _leaf(self, item: Item, node: dict[str, Any]) -> None:
        found = recognise(item)
        if item.survey:
            node["stream"] = "survey"
        maximum = item.points if item.points is not None else found.best
        rule = found.rule
        if maximum is None and rule is not UNSTATED:
            rule = UNSTATED
        if maximum is not None:
            node["maximum"] = exact_number(maximum)
            self.read_off |= item.points is None
            if item.points is not None and found.best is not None and found.best != item.points:
                self.doubts.append((item, Doubt("maximum", _differs(found.best, item), item.row)))
        if rule is not UNSTATED:
            node |= {
                key: value
                for key, value in (
                    ("inputs", found.inputs),
                    ("value", found.value),
                    ("not_applicable", found.not_applicable),
                    ("minimum", exact_number(found.minimum)),
                )
                if value
            }
            if found.left_open:
                node["left_open"] = {"vi": found.left_open.vi, "en": found.left_open.en}
        node["rule"] = rule
        texts = [line.text for line in item.lines]
        if not found.is_clear and not texts:
            texts = [item.title]
        if texts:
            node["note"] = _note(texts)
        for doubt in found.doubts:
            self.doubts.append((item, doubt))
        if texts and not item.lines and not self.loose and re.search(r"\d\s*%", item.title):
            self.doubts.append((item, Doubt("target-in-title", _TARGET, item.row, item.title)))

    def _unit(self, name: str) -> str:
        key = folded(name)
        key = key.removeprefix("cac ")
        if key not in self.units:
            initials = "".join(word[0] for word in re.findall(r"[a-z0-9]+", folded(name))).upper()[:8] or "DV"
            n = self.numbers.get(initials, 1)
            self.numbers[initials] = n + 1
            code = initials if n == 1 else f"{initials}-{n}"
            self.units[key] = (code, name[:1].upper() + name[1:])
        return self.units[key][0]

    # ----------------------------------------------------------------------------------------------------------

    def report(self, problems: Problems) -> None:
        """Every doubt as a finding, with the place and the wording of the source."""
        problems.locate = lambda path: (0, "")
        problems.warning(
            "draft",
            (),
            Text(
                "đây là bản nháp: số, ngày, cơ quan ban hành và tên bộ chỉ số chưa có",
                "this is a draft: number, date, issuer and title of the decision are still missing",
            ),
            Text("ghi văn bản nguồn, tên và năm rồi kiểm tra lại", "fill in source, title and year, then check again"),
        )
        if self.loose:
            problems.warning(
                "loose",
                (),
                Text(
                    "văn bản mất cột: mã, tên và đơn vị được đoán theo cách viết, cần đối chiếu từng dòng",
                    "the text has lost its columns: codes, titles and units were told by their wording; check each row",
                ),
            )
        if len(self.parts) > 1:
            self._parts(problems)
        part = self.parts[self.number - 1]
        if part.rivals:
            listed = "; ".join(part.rivals)[:300]
            problems.warning(
                "several-maxima",
                (),
                Text(
                    f"bảng có nhiều cột điểm tối đa: bản nháp lấy cột đầu, chưa dùng {listed}",
                    f"the table has several columns of maxima: the first is taken, not {listed}",
                ),
                Text("mỗi nhóm đơn vị một bộ chỉ số", "a set for each group of units"),
            )
        if part.weights:
            listed = "; ".join(part.weights)[:300]
            problems.warning(
                "weights",
                (),
                Text(f"chưa nhân điểm với cột {listed}", f"points are not multiplied by the column {listed} yet"),
                Text("ghi trọng số và cách tổng hợp", "enter the weights and how points add up"),
            )
        unused = [name for name in part.unused if not folded(name).startswith("ghi chu")]
        if unused:
            listed = "; ".join(unused)[:300]
            problems.note(
                "unused",
                (),
                Text(f"không lấy gì từ các cột: {listed}", f"nothing is taken from the columns: {listed}"),
            )
        if self.units:
            names = ", ".join(f"{code} = {title}" for code, title in self.units.values())
            problems.note(
                "units",
                (),
                Text(f"mã đơn vị do phần mềm đặt: {names}", f"codes of units were made up: {names}"),
            )
        for item, doubt in self.doubts:
            where = " ".join(part for part in (item.id if item else "", doubt.row.where) if part)
            problems.locate = lambda path, line=doubt.row.line, where=where: (line, where)  # type: ignore[misc]
            shown = f" – “{doubt.text if len(doubt.text) <= 160 else doubt.text[:159] + '…'}”" if doubt.text else ""
            add = problems.warning if doubt.serious else problems.note
            add(doubt.code, (), Text(doubt.says.vi + shown, doubt.says.en + shown))

    def _parts(self, problems: Problems) -> None:
        """Which tables the file has, and which one this is."""
        listed = "; ".join(
            f"{n}: {part.title or part.top[0].title[:60]} ({sum(1 for item in part.top for _ in item.walk())} dòng)"
            for n, part in enumerate(self.parts, 1)
        )
        problems.warning(
            "parts",
            (),
            Text(
                f"tệp có {len(self.parts)} bảng tiêu chí ({listed}); bản nháp này chỉ gồm bảng {self.number}",
                f"the file has {len(self.parts)} tables of criteria ({listed}); this draft is table {self.number} only",
            ),
            Text(
                "mỗi bảng một bộ chỉ số: nhập lại tệp này với số thứ tự của bảng khác",
                "a set for each table: import this file again with the number of the other one",
            ),
        )


_FOOTNOTE = Text(
    "ghi chú dưới bảng có thể thay đổi cách chấm: chưa được đưa vào quy tắc nào",
    "a note below the table may change how points are given: it is in no rule yet",
)
_CAP_OF_PART = Text(
    "mức chung của phần này khác tổng các dòng: điểm thưởng, điểm trừ chỉ có mức riêng từng dòng",
    "the limit of this part is not the sum of its rows: bonus and penalty have a limit of their own each",
)
_BONUS_SAID = Text("điểm thưởng: cộng ngoài thang điểm", "a bonus: added outside the scale")
_PENALTY_SAID = Text("điểm trừ: trừ vào tổng điểm", "a penalty: taken off the total")
_TARGET = Text(
    "tên tiêu chí nêu một mức (%), có thể là chỉ tiêu: chưa được đưa vào target hay quy tắc",
    "the title names a figure (%), which may be a target: not taken into target or rule",
)


def _differs(best: Any, item: Item) -> Text:
    return Text(
        f"cột điểm ghi {figure(item.points or 0, 'vi')} nhưng mức cao nhất của quy tắc là {figure(best, 'vi')}",
        f"the column of points says {decimal_text(item.points or 0)}, the best tier {decimal_text(best)}",
    )


def _note(texts: list[str]) -> dict[str, str]:
    text = "\n".join(texts)
    return {"vi": f"{MARK.vi}:\n{text}", "en": f"{MARK.en}:\n{text}"}
