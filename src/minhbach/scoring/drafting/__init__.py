"""A draft of an indicator set from a decision's table in XLSX, DOCX or text.

Nothing is invented: what is not recognised stays `unstated`, the source's wording stands in the node's note, and every
doubtful row is a finding. A person completes the draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from minhbach.records.incoming import content_of
from minhbach.records.problems import ERROR, WARNING, BadInput, Problems
from minhbach.records.structure import exact_number
from minhbach.records.texts import Text
from minhbach.scoring.drafting import tables
from minhbach.scoring.drafting.one_cell import separate_all
from minhbach.scoring.drafting.outline import Doubt, Item, outline
from minhbach.scoring.drafting.plain import folded, slug
from minhbach.scoring.drafting.recognise import UNSTATED, recognise
from minhbach.scoring.model import IndicatorSet
from minhbach.scoring.reading import from_data

MARK = Text("Theo nguồn, cần xác nhận", "From the source, to be confirmed")
_UNKNOWN = "chưa ghi"


@dataclass(frozen=True)
class Draft:
    """A set to be completed by a person, and what is doubtful about it, row by row."""

    indicator_set: IndicatorSet
    problems: Problems


def draft_from_file(path: FilePath) -> Draft:
    """As `draft_from_bytes`, from a file. Raises BadInput when it cannot be read or holds no table of criteria."""
    problems = Problems(str(path), lambda place: (0, ""))
    content = content_of(path, tables.MAX_FILE_BYTES, problems)
    if content is None:
        raise BadInput(problems)
    return draft_from_bytes(content, str(path))


def draft_from_bytes(content: bytes, filename: str) -> Draft:
    """The draft of a set from the content of an XLSX, DOCX or text file, told by the ending of its name.

    Raises BadInput when the file cannot be read or holds no table of criteria.
    """
    problems = Problems(filename, lambda path: (0, ""))
    source = tables.read(content, filename, problems)
    top = outline(source)
    if not top:
        problems.error(
            "no-table",
            (),
            Text("không tìm thấy bảng tiêu chí nào", "no table of criteria was found"),
            Text(
                "cần bảng có cột số thứ tự hoặc mã, và cột tên tiêu chí",
                "a table needs a column with numbers or codes, and one with the titles of the criteria",
            ),
        )
        raise BadInput(problems)
    separate_all(top)
    writer = _Writer(FilePath(filename).name, source.loose)
    raw = writer.set(top)
    indicator_set, found = from_data(raw, filename)
    problems.found += found.found
    if indicator_set is None:  # a title of blanks, a code out of bounds: what no draft can hold
        raise BadInput(problems)
    writer.report(problems)
    _try_rules(indicator_set, top, problems)
    return Draft(indicator_set, problems)


def _try_rules(indicator_set: IndicatorSet, top: list[Item], problems: Problems) -> None:
    """Gaps, overlaps and tiers above the maximum in what was recognised, as findings on the source's rows."""
    from minhbach.scoring.checking_rules import check_rule

    rows = {item.id: item.row for start in top for item in start.walk()}
    for leaf in indicator_set.leaves:
        row = rows[leaf.id]
        found = Problems(problems.file, lambda path, row=row, leaf=leaf: (row.line, f"{leaf.id} {row.where}".strip()))  # type: ignore[misc]
        check_rule(indicator_set, leaf, (), found)
        problems.found += [
            replace(problem, severity=WARNING if problem.severity == ERROR else problem.severity)
            for problem in found.found
            if problem.code != "open-case"
        ]


class _Writer:
    """Items to plain data as in YAML, collecting doubts."""

    def __init__(self, name: str, loose: bool):
        self.name = name
        self.loose = loose
        self.units: dict[str, tuple[str, str]] = {}
        self.doubts: list[tuple[Item | None, Doubt]] = []
        self.numbers: dict[str, int] = {}
        self.read_off = False

    def set(self, top: list[Item]) -> dict[str, Any]:
        criteria = [self._node(item) for item in top]
        stem = FilePath(self.name).stem
        note = "Bản nháp lập tự động từ một bảng; mọi ghi chú theo nguồn cần được xác nhận."
        if self.read_off:
            note += " Điểm tối đa đọc từ mức cao nhất của quy tắc vì bảng không có cột điểm."
        return {
            "format": 1,
            "code": slug(stem, "-", 60),
            "title": f"Bản nháp từ {self.name}",
            "source": {"document": _UNKNOWN},
            "extent": "part",
            "responsibles": dict(self.units.values()),
            "note": {"vi": note, "en": "Drafted from a table; notes from the source are to be confirmed."},
            "criteria": criteria,
        }

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
        node["criteria"] = [self._node(child) for child in item.children]

    def _leaf(self, item: Item, node: dict[str, Any]) -> None:
        found = recognise(item)
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
        if not texts or self.loose and re.search(r"\d\s*%", item.title):
            return
        if re.search(r"\d\s*%", item.title) and not item.lines:
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


_TARGET = Text(
    "tên tiêu chí nêu một mức (%), có thể là chỉ tiêu: chưa được đưa vào target hay quy tắc",
    "the title names a figure (%), which may be a target: not taken into target or rule",
)


def _differs(best: Any, item: Item) -> Text:
    from minhbach.records.texts import decimal_text, figure

    return Text(
        f"cột điểm ghi {figure(item.points or 0, 'vi')} nhưng mức cao nhất của quy tắc là {figure(best, 'vi')}",
        f"the column of points says {decimal_text(item.points or 0)}, the best tier {decimal_text(best)}",
    )


def _note(texts: list[str]) -> dict[str, str]:
    text = "\n".join(texts)
    return {"vi": f"{MARK.vi}:\n{text}", "en": f"{MARK.en}:\n{text}"}
