"""Procedures out of a file: our workbook or YAML whole, any other table by the columns it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from minhbach.procedures.content.model import LEVELS, Citation, Content, Publication, Times
from minhbach.procedures.content.reading import from_yaml
from minhbach.procedures.content.workbook import PROCEDURES, from_workbook
from minhbach.records.problems import Problems
from minhbach.records.tables import ENDINGS, BadTable, tables_of, text_of
from minhbach.records.texts import Text
from minhbach.records.workbook.grid import read_grid, same
from minhbach.records.yaml_text import MAX_BYTES
from minhbach.vietnamese import fold
from minhbach.worktime import DurationError, parse_duration

MOST_ROWS = 20_000
HEAD_WITHIN = 20
#: What the columns of others' lists are called, folded → the field.
COLUMNS = {
    "code": ("ma thu tuc", "ma tthc", "ma so", "ma", "code", "ma thu tuc hanh chinh"),
    "name": ("ten thu tuc", "ten tthc", "ten thu tuc hanh chinh", "name"),
    "field": ("linh vuc", "ten linh vuc", "field"),
    "level": ("cap thuc hien", "cap", "level"),
    "agency": ("co quan thuc hien", "co quan", "agency", "agency list"),
    "decision": ("quyet dinh cong bo", "so quyet dinh", "decision", "decision no"),
    "by_law": ("thoi han giai quyet", "thoi han", "thoi gian giai quyet", "time"),
    "legal_basis": ("can cu phap ly", "legal basis"),
}
_SUFFIX = re.compile(r"(\d\.\d{6})\.\d{3}\.\d{2}\.\d{2}\.\w+")
"""The former codes of provinces: 1.005142.000.00.00.H24."""
_NUMBER = re.compile(r"\d+(/\d{4})?/[A-ZĐ][A-ZĐa-z0-9]*(-[A-ZĐa-z0-9]+)*")
_WORDS = {"tinh": "province", "thanh pho": "province", "so": "province", "xa": "commune", "phuong": "commune"}
_WORDS |= {"bo": "ministry", "trung uong": "ministry", "truong": "school", "co so giao duc": "school"}


@dataclass(frozen=True)
class Incoming:
    """The procedures of a file. `is_whole`: it says all there is to say of each, and not some columns only."""

    contents: tuple[Content, ...]
    problems: Problems
    is_whole: bool = True


def shipped() -> Incoming:
    """The catalogue that comes with the product."""
    found: list[Content] = []
    problems = Problems()
    for path in sorted((files("minhbach.catalog") / "procedures").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            contents, own = from_yaml(path.read_text(encoding="utf-8"), path.name)
            found += contents
            problems.found += own.found
    return Incoming(tuple(found), problems)


def read(content: bytes, name: str) -> Incoming:
    """What a file holds; with errors no procedure. No file can make this raise."""
    ending = name.lower().rpartition(".")[2]
    if ending == "xlsx":
        return _workbook(content, name)
    if ending in ("yaml", "yml"):
        return _yaml(content, name)
    if ending in ENDINGS:
        return _foreign(content, name)
    return _refused(
        name,
        Text("không biết định dạng tệp này", "the format of this file is not known"),
        Text("dùng XLSX, YAML hoặc CSV", "use XLSX, YAML or CSV"),
    )


def _yaml(content: bytes, name: str) -> Incoming:
    if len(content) > MAX_BYTES:
        return _refused(
            name,
            Text("tệp quá lớn (trên 5 MB)", "the file is too large (over 5 MB)"),
            Text("chia thành nhiều tệp", "split it"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(
            name,
            Text("không phải văn bản UTF-8", "this is not UTF-8 text"),
            Text("lưu lại tệp với bảng mã UTF-8", "save the file as UTF-8"),
        )
    contents, problems = from_yaml(text, name)
    return Incoming(tuple(contents), _no_code_twice(contents, problems))


def _workbook(content: bytes, name: str) -> Incoming:
    """Ours, whole, if it has our sheet; else a table."""
    problems = Problems(name, lambda path: (0, ""))
    grid = read_grid(content, problems)
    if grid is None:
        return Incoming((), problems)
    if any(same(sheet) == same(PROCEDURES) for sheet in grid):
        contents, problems = from_workbook(content, name)
        return Incoming(tuple(contents), problems)
    return _foreign(content, name)


def _foreign(content: bytes, name: str) -> Incoming:
    """The first table of a file that has a head, by its columns."""
    try:
        tables = tables_of(content, name, most=MOST_ROWS)
    except BadTable as error:
        return _refused(name, error.says, error.remedy, error.line)
    for one in tables:
        rows = [(_place(one.name, line), list(map(_cell, cells))) for line, cells in one.rows]
        if any(_header(values) for _where, values in rows[:HEAD_WITHIN]):
            return _table(rows, name)
    return _table([], name)


def _cell(cell: object) -> str:
    return cell if isinstance(cell, str) else text_of(cell)  # line breaks stay: they part legal bases


def _place(sheet: str, line: int) -> tuple[int, str]:
    return (0, f"{sheet}!{line}") if sheet else (line, "")


def _header(values: list[str]) -> dict[str, int]:
    """Which field stands in which column; nothing unless code and name are among them."""
    known = {word: field for field, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for n, value in enumerate(values):
        field = known.get(" ".join(re.findall(r"\w+", fold(value).replace("_", " "))))
        if field and field not in found:
            found[field] = n
    return found if {"code", "name"} <= set(found) else {}


def _table(rows: list[tuple[tuple[int, str], list[str]]], name: str) -> Incoming:
    """Rows with their places: a line of the file, or a row of a sheet."""
    start = next((n for n, (_place, values) in enumerate(rows[:HEAD_WITHIN]) if _header(values)), None)
    if start is None:
        return _refused(
            name,
            Text("không thấy dòng tiêu đề có cột mã và tên thủ tục", "no head row with columns for code and name"),
            Text(
                "đặt tên cột: Mã thủ tục, Tên thủ tục, Lĩnh vực …", "name columns: Mã thủ tục, Tên thủ tục, Lĩnh vực …"
            ),
        )
    columns, problems = _header(rows[start][1]), Problems(name, lambda path: (0, ""))
    found: dict[str, Content] = {}
    for where, values in rows[start + 1 :]:
        given = {field: values[n].strip() if n < len(values) else "" for field, n in columns.items()}
        if not any(given.values()):
            continue
        problems.locate = lambda path, where=where: where  # type: ignore[misc]
        content = _content(given, problems)
        if content is not None and content.code in found:
            problems.error(
                "repeated",
                (),
                Text(f"mã {content.code} có ở nhiều dòng", f"the code {content.code} stands in several rows"),
                Text("giữ lại một dòng", "keep one of them"),
            )
        elif content is not None:
            found[content.code] = content
    return Incoming(() if problems.errors else tuple(found.values()), problems, is_whole=False)


def _content(given: Mapping[str, str], problems: Problems) -> Content | None:
    code = _SUFFIX.sub(r"\1", given.get("code", ""))
    if not code and given.get("name"):
        # Published lists have rows whose code nobody could find; they must not keep the others out.
        problems.warning(
            "without-code",
            (),
            Text(f"“{given['name'][:80]}” không có mã; bỏ qua", f"“{given['name'][:80]}” has no code; left out"),
            Text("thêm mã nếu muốn nhập thủ tục này", "add the code to bring it in"),
        )
        return None
    if not re.fullmatch(r"[A-Za-z0-9Đđ][\w.\-/]{0,39}", code) or not given.get("name"):
        problems.error(
            "no-code",
            (),
            Text(f"mã “{code}” không phải mã thủ tục", f"“{code}” is not the code of a procedure")
            if given.get("name")
            else Text("thiếu tên thủ tục", "the name is missing"),
            Text("sửa hoặc xóa dòng này", "correct or delete this row"),
        )
        return None
    time = None
    if given.get("by_law"):
        try:
            time = parse_duration(given["by_law"])
        except DurationError as error:
            if error.code != "not-stated":
                problems.warning("time", (), Text(error.vi, error.en))
    bases = [part.strip() for part in re.split(r"[;\n]", given.get("legal_basis", "")) if part.strip()]
    return Content(
        code=code,
        name=Text(given["name"]),
        field=given.get("field", ""),
        level=_level(given.get("level", "")),
        agency=Text(given.get("agency", "")),
        times=Times(by_law=time),
        legal_basis=tuple(_citation(basis) for basis in bases),
        publication=Publication(decision=given.get("decision", "")),
    )


def _citation(text: str) -> Citation:
    """“Thông tư số 21/2019/TT-BGDĐT Điểm b khoản 1 Điều 31” as number and place; the kind is in the number."""
    found = _NUMBER.search(text)
    if found is None:
        return Citation(text)
    article = text[found.end() :].strip(" ,;:.")
    return Citation(found[0], article=article[:1].lower() + article[1:])


def _level(text: str) -> str | None:
    """The level, if the words name just one."""
    if text in LEVELS:
        return text
    folded = f" {' '.join(re.findall(r'[a-z]+', fold(text)))} "
    found = {level for word, level in _WORDS.items() if f" {word} " in folded}
    return found.pop() if len(found) == 1 else None


def _no_code_twice(contents: list[Content], problems: Problems) -> Problems:
    seen: set[str] = set()
    for content in contents:
        if content.code in seen:
            problems.error(
                "repeated",
                (),
                Text(f"thủ tục {content.code} có hai lần", f"the procedure {content.code} is there twice"),
                Text("xóa một trong hai", "delete one of them"),
            )
        seen.add(content.code)
    return problems


def _refused(name: str, says: Text, remedy: Text, line: int = 0) -> Incoming:
    problems = Problems(name, lambda path: (line, ""))
    problems.error("file", (), says, remedy)
    return Incoming((), problems)
