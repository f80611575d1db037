"""Procedures as an XLSX workbook that people edit without programming, and back without loss.

A sheet for procedures and one for each list inside them; a row says by code (and number or key) what it belongs to.
The columns are drawn from the field declarations, so that a new field appears here by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from typing import Any

from minhbach.procedures.content import model
from minhbach.procedures.content.model import Content
from minhbach.procedures.content.reading import from_data, to_data
from minhbach.procedures.content.words import WORDS, label
from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.structure import PlainText, Whole, fields_of
from minhbach.records.texts import Text
from minhbach.records.workbook.columns import PAIRS, Column, Table, Tongue, columns_of
from minhbach.records.workbook.grid import Grid, read_grid
from minhbach.records.workbook.rows import SheetReader, Values
from minhbach.records.workbook.sheets import Row, write_guide, write_table

GUIDE = "Hướng dẫn"
PROCEDURES, COMPONENTS, CASES, CHANNELS, FEES, EXEMPTIONS, RESULTS, BASES = (
    "Thủ tục",
    "Thành phần hồ sơ",
    "Trường hợp thời hạn",
    "Cách thức",
    "Phí, lệ phí",
    "Miễn, giảm",
    "Kết quả",
    "Căn cứ pháp lý",
)
SECTIONS, QUESTIONS, OPTIONS, STEPS, MOVES = "Phần của đơn", "Câu hỏi", "Lựa chọn", "Các bước", "Thao tác"
_PLACES = {
    COMPONENTS: ("components",),
    CASES: ("times", "cases"),
    CHANNELS: ("channels",),
    FEES: ("fees",),
    RESULTS: ("results",),
    BASES: ("legal_basis",),
    SECTIONS: ("form", "sections"),
    STEPS: ("process", "steps"),
}
"""Where the rows of a sheet stand inside their procedure; the other sheets belong to rows of these."""
_OTHER = Text("trang tính này không thuộc tệp thủ tục, không được đọc", "this sheet is not part of it: not read")
_AGAIN = Text("đặt lại tên trang tính, hoặc lấy lại tệp mẫu", "restore its name, or get the file anew")
_TONGUE = Tongue(
    lambda record, field: label(record, field).vi,
    lambda options: {code: text.vi for code, text in WORDS[options].items()},
)


def _columns(record: type) -> tuple[Column, ...]:
    """The columns of a record; its conditions too, which are pairs of question and answers."""
    found = list(columns_of(record, _TONGUE))
    for key in ("only_if", "when"):
        spec = fields_of(record).get(key)
        if spec is not None and (key == "only_if" or record in (model.Field, model.TimeCase)):
            found.append(Column((key,), label(record.__name__, key).vi, spec.metadata["kind"], PAIRS))
    return tuple(found)


_CODE = Column(("procedure",), "Mã thủ tục", PlainText(), required=True)


@cache
def tables() -> dict[str, Table]:
    """Every sheet with data, in the order of the workbook."""

    def key(name: str, says: str) -> Column:
        return Column((name,), says, PlainText(), required=True)

    def number(name: str, says: str) -> Column:
        return Column((name,), says, Whole(), required=True)

    described = (
        (PROCEDURES, (), model.Content, "Mỗi dòng một thủ tục. Ô trống: nguồn không nêu."),
        (COMPONENTS, (_CODE,), model.Component, "Giấy tờ phải nộp, mỗi dòng một giấy tờ, theo thứ tự."),
        (CASES, (_CODE,), model.TimeCase, "Trường hợp pháp luật quy định thời hạn khác."),
        (CHANNELS, (_CODE,), model.Channel, "Cách nộp hồ sơ; thời hạn chỉ ghi khi khác thời hạn chung."),
        (FEES, (_CODE,), model.Fee, "Phí, lệ phí, bằng đồng."),
        (EXEMPTIONS, (_CODE, number("fee", "Dòng phí thứ")), model.Exemption, "Miễn, giảm của khoản thu thứ mấy."),
        (RESULTS, (_CODE,), model.Result, "Kết quả người nộp nhận được."),
        (BASES, (_CODE,), model.Citation, "Văn bản làm căn cứ."),
        (SECTIONS, (_CODE,), model.Section, "Các phần của đơn, tờ khai điện tử."),
        (QUESTIONS, (_CODE, number("section", "Phần thứ")), model.Field, "Câu hỏi của từng phần, theo thứ tự."),
        (OPTIONS, (_CODE, key("question", "Khóa câu hỏi")), model.Option, "Lựa chọn của câu hỏi chọn một, chọn nhiều."),
        (STEPS, (_CODE,), model.Step, "Các bước của quy trình nội bộ, theo thứ tự."),
        (
            MOVES,
            (_CODE, key("step", "Khóa bước")),
            model.Move,
            "Thao tác ở mỗi bước; không ghi: chuyển bước, chuyển lại.",
        ),
    )
    return {name: Table(name, (*keys, *_columns(record)), Text(says)) for name, keys, record, says in described}


# Writing ----------------------------------------------------------------------------------------------------------


def to_workbook(contents: Iterable[Content]) -> bytes:
    """The procedures as XLSX, which `from_workbook` reads back to equal ones.

    Raises BadInput when a text is longer than a cell holds, or a code or key comes twice.
    """
    from openpyxl import Workbook

    book, problems = Workbook(), Problems()
    book.remove(book.active)
    rows = _rows(contents, problems)
    write_guide(book.create_sheet(GUIDE), _guide())
    for table in tables().values():
        write_table(book.create_sheet(table.name), table, rows[table.name], problems)
    if problems.errors:
        raise BadInput(problems)
    book.active = 1
    book.properties.creator = ""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _rows(contents: Iterable[Content], problems: Problems) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {name: [] for name in tables()}
    seen: set[str] = set()
    for content in contents:
        data = to_data(content)
        of = {"procedure": content.code}
        if content.code in seen:
            _twice(content.code, problems)
        seen.add(content.code)
        rows[PROCEDURES].append(data)
        for name, place in _PLACES.items():
            rows[name] += [{**of, **_conditions(item)} for item in _at(data, place)]
        for n, fee in enumerate(data.get("fees", ()), 1):
            rows[EXEMPTIONS] += [{**of, "fee": n, **item} for item in fee.get("exemptions", ())]
        for n, section in enumerate(_at(data, _PLACES[SECTIONS]), 1):
            for field in section["fields"]:
                rows[QUESTIONS].append({**of, "section": n, **_conditions(field)})
                rows[OPTIONS] += [{**of, "question": field["key"], **item} for item in field.get("options", ())]
        for step in _at(data, _PLACES[STEPS]):
            rows[MOVES] += [{**of, "step": step["key"], **item} for item in step.get("moves", ())]
        if content.form and len({field.key for field in content.form.fields}) < len(content.form.fields):
            _twice(content.code, problems)
        if content.process and len(content.process.by_key) < len(content.process.steps):
            _twice(content.code, problems)
    return rows


def _twice(code: str, problems: Problems) -> None:
    says = Text(f"thủ tục {code}: mã hoặc khóa bị lặp", f"procedure {code}: a code or key comes twice")
    problems.error("repeated", (), says, Text("sửa trước khi xuất", "correct it first"))


def _at(data: dict[str, Any], place: tuple[str, ...]) -> list[dict[str, Any]]:
    value: Any = data
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def _conditions(item: dict[str, Any]) -> dict[str, Any]:
    """Conditions as pairs: the answers by their question."""
    return {
        key: [(one["field"], one["values"]) for one in value]
        if key in ("only_if", "when") and isinstance(value, list)
        else value
        for key, value in item.items()
    }


def _guide() -> Iterator[tuple[str, str]]:
    yield "Thủ tục hành chính trong tệp Excel", ""
    yield (
        "Tệp này là gì",
        "Toàn bộ nội dung các thủ tục: giấy tờ, thời hạn, phí, kết quả, đơn, quy trình. Sửa ở đây rồi nhập lại; phần "
        "mềm kiểm tra và báo lỗi theo trang tính và ô. This workbook holds whole procedures; the field names in "
        "the second row are those of docs/procedures.md.",
    )
    yield (
        "Hai dòng đầu",
        "Mỗi trang tính có hai dòng đầu: tên cột và tên trường. Không sửa dòng thứ hai. Có thể đổi thứ tự cột, hiện "
        "các cột đang gấp, thêm và xóa dòng.",
    )
    yield "Ô trống", "Nguồn không nêu, hoặc giá trị thông thường. Phần mềm không tự điền."
    yield "Mã, khóa", "Là văn bản: 1.005142 không được thành số. Khóa của giấy tờ, câu hỏi, bước không đổi về sau."
    yield "Thời hạn", "Viết như 5 ngày làm việc; 15 ngày; 8 giờ làm việc; 2 tháng + 15 ngày làm việc; trong ngày."
    yield (
        "Nhiều giá trị trong một ô",
        "Cách nhau bằng dấu phẩy. Điều kiện theo câu trả lời viết khóa câu hỏi: [khóa lựa chọn], ví dụ "
        "reason: [birth_again, other]. Văn bản có dấu phẩy đặt trong nháy kép.",
    )
    yield "Các trang tính", ""
    for table in tables().values():
        yield table.name, table.says.vi
    yield "Các giá trị để chọn", ""
    for table in tables().values():
        for column in table.columns:
            if column.says:
                yield (
                    f"{table.name}: {column.label}",
                    "; ".join(f"{said} ({code})" for code, said in column.says.items()),
                )


# Reading ----------------------------------------------------------------------------------------------------------


def from_workbook(content: bytes, file: str) -> tuple[list[Content], Problems]:
    """The procedures of a workbook as `to_workbook` makes it; none when anything in it is wrong.

    Findings name sheet and cell (`Thành phần hồ sơ!C12`) in `where`. No file can make this raise.
    """
    problems = Problems(file, lambda path: (0, ""))
    grid = read_grid(content, problems, ours=True)
    if grid is None:
        return [], problems
    reader = _Reader(grid, problems)
    reader.read()
    found: list[Content] = []
    for code, raw in reader.raw.items():
        if code in reader.broken:
            continue
        own = Problems(file, lambda path, code=code: (0, reader.place((code, *path))))  # type: ignore[misc]
        one = from_data(raw, own)
        problems.found += own.found
        if one is not None:
            found.append(one)
    return ([] if problems.errors else found), problems


class _Reader(SheetReader):
    """Puts the rows of all sheets together to plain data as in YAML, remembering the cell of every value."""

    def __init__(self, grid: Grid, problems: Problems):
        # An office may leave out the sheets it has nothing for, the first excepted.
        needed = [table for table in tables().values() if table.name == PROCEDURES or table.name in grid]
        super().__init__(grid, needed, problems, guide=GUIDE, other=_OTHER, again=_AGAIN)
        self.raw: dict[str, dict[str, Any]] = {}
        self.broken: set[str] = set()
        """Codes of procedures of which a row was lost: what else seems wrong with them may come from that."""
        self.places: dict[Path, str] = {}

    def place(self, path: Path) -> str:
        """Where a value stands; for what is missing, the row it should stand in."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, PROCEDURES)

    def read(self) -> None:
        if self.problems.errors:
            return
        for table in tables().values():
            if table.name in self.grid:
                for number, values in self.rows(table):
                    self._row(table.name, number, values)

    def _row(self, sheet: str, number: int, values: Values) -> None:
        if sheet == PROCEDURES:
            self._procedure(number, values)
            return
        cell, code = values.pop("procedure", (None, ""))
        raw = self.raw.get(str(code))
        if raw is None:
            self.say(
                cell.place if cell else f"{sheet}!A{number}",
                "unknown-code",
                Text(f"không có thủ tục mã “{code}”", f"there is no procedure “{code}”")
                if cell
                else Text("thiếu mã thủ tục", "the code of the procedure is missing"),
                Text(f"ghi mã có ở trang “{PROCEDURES}”", f"write a code of the sheet “{PROCEDURES}”"),
            )
            return
        target = self._target(sheet, number, str(code), raw, values)
        if target is None:
            self.broken.add(str(code))
            return
        items, path = target
        record: dict[str, Any] = {}
        here = (*path, len(items))
        items.append(record)
        self.places[here] = f"{sheet}!{number}"
        self._put(record, here, values)
        if sheet == SECTIONS:
            record.setdefault("fields", [])

    def _procedure(self, number: int, values: Values) -> None:
        cell, code = values.get("code", (None, ""))
        if cell is None or str(code) in self.raw:
            self.say(
                cell.place if cell else f"{PROCEDURES}!A{number}",
                "repeated-code" if cell else "no-code",
                Text(f"mã “{code}” có ở hai dòng", f"the code “{code}” stands in two rows")
                if cell
                else Text("thiếu mã thủ tục", "the code is missing"),
                Text("mỗi thủ tục một dòng, một mã", "one row and one code for each procedure"),
            )
            return
        raw: dict[str, Any] = {}
        self.raw[str(code)] = raw
        self.places[(str(code),)] = f"{PROCEDURES}!{number}"
        self._put(raw, (str(code),), values)

    def _target(
        self, sheet: str, number: int, code: str, raw: dict[str, Any], values: Values
    ) -> tuple[list[Any], Path] | None:
        """The list a row belongs to, and its place."""
        if place := _PLACES.get(sheet):
            return _list_in(raw, place), (code, *place)
        if sheet == EXEMPTIONS:
            return self._within(sheet, number, code, raw, FEES, values.pop("fee", None), "exemptions")
        if sheet == QUESTIONS:
            return self._within(sheet, number, code, raw, SECTIONS, values.pop("section", None), "fields")
        if sheet == OPTIONS:
            asked = values.pop("question", None)
            for n, section in enumerate(_at(raw, _PLACES[SECTIONS])):
                found = self._keyed(section["fields"], asked)
                if found is not None:
                    path: Path = (code, *_PLACES[SECTIONS], n, "fields", found, "options")
                    return _list_in(section["fields"][found], ("options",)), path
            self._unknown(sheet, number, asked, QUESTIONS)
            return None
        step = values.pop("step", None)
        steps = _at(raw, _PLACES[STEPS])
        found = self._keyed(steps, step)
        if found is None:
            self._unknown(sheet, number, step, STEPS)
            return None
        return _list_in(steps[found], ("moves",)), (code, *_PLACES[STEPS], found, "moves")

    def _within(
        self, sheet: str, number: int, code: str, raw: dict[str, Any], outer: str, given: Any, field: str
    ) -> tuple[list[Any], Path] | None:
        """The list in the n-th row of another sheet."""
        place = _PLACES[outer]
        items = _at(raw, place)
        n = given[1] if given else None
        if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= len(items):
            self._unknown(sheet, number, given, outer)
            return None
        return _list_in(items[n - 1], (field,)), (code, *place, n - 1, field)

    def _keyed(self, items: list[Any], given: Any) -> int | None:
        key = str(given[1]) if given else ""
        return next((n for n, item in enumerate(items) if str(item.get("key", "")) == key), None)

    def _unknown(self, sheet: str, number: int, given: Any, outer: str) -> None:
        """Say that a row belongs to nothing."""
        cell, value = given or (None, "")
        self.say(
            cell.place if cell else f"{sheet}!B{number}",
            "unknown-row",
            Text(f"thủ tục này không có “{value}” ở trang “{outer}”", f"it has no “{value}” in the sheet “{outer}”"),
            Text(
                f"ghi số thứ tự hoặc khóa của dòng ở trang “{outer}”", f"write the number or key of a row of “{outer}”"
            ),
        )

    def _put(self, record: dict[str, Any], path: Path, values: Values) -> None:
        for key, (cell, value) in values.items():
            target, steps = record, key.split(".")
            if key in ("only_if", "when") and isinstance(value, list):
                value = [{"field": k, "values": v if isinstance(v, list) else [v]} for k, v in value]
            for n, step in enumerate(steps[:-1], 1):
                target = target.setdefault(step, {})
                self.places.setdefault((*path, *steps[:n]), cell.place)
            target[steps[-1]] = value
            self.places[(*path, *steps)] = cell.place


def _list_in(record: dict[str, Any], place: tuple[str, ...]) -> list[Any]:
    for step in place[:-1]:
        record = record.setdefault(step, {})
    found: list[Any] = record.setdefault(place[-1], [])
    return found
