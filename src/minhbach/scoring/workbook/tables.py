"""Which sheets a workbook has and which columns each, drawn from the field declarations of the model."""

from __future__ import annotations

from functools import cache

from minhbach.records.structure import Bilingual, Choice, PlainText, Share, Whole
from minhbach.records.texts import Text
from minhbach.records.workbook import columns
from minhbach.records.workbook.columns import LIST, MAP, VALUE, Column, Table
from minhbach.scoring import model
from minhbach.scoring.formula import Formula
from minhbach.scoring.workbook import words

__all__ = ["LIST", "MAP", "VALUE", "Column", "Table", "columns_of", "tables"]

TONGUE = columns.Tongue(words.label, lambda options: words.WORDS)


def columns_of(record: type) -> tuple[Column, ...]:
    """The columns for a record of the model."""
    return columns.columns_of(record, TONGUE)


def _key(key: str, label: str) -> Column:
    return Column((key,), label, PlainText(), required=True)


_CRITERION = _key("criterion", "Tiêu chí")
_TITLES = (
    Column(("title", "vi"), "Tên (tiếng Việt)", Bilingual(), required=True),
    Column(("title", "en"), "Tên (tiếng Anh)", Bilingual()),
)

SET, CRITERIA, ADJUSTMENTS, RULES, INPUTS, OPTIONS = (
    "Bộ chỉ số",
    "Tiêu chí",
    "Điểm thưởng, điểm trừ",
    "Quy tắc",
    "Đầu vào",
    "Các mức",
)
CONSTRAINTS, NOT_APPLICABLE, EXAMPLES, LISTS, PARAMETERS = (
    "Ràng buộc",
    "Không áp dụng",
    "Ví dụ",
    "Danh mục",
    "Tham số",
)
CHOICES, ALTERNATIVES, BANDS, GUIDE = "Lựa chọn", "Cách chọn khác", "Xếp loại", "Hướng dẫn"


@cache
def tables() -> dict[str, Table]:
    """Every sheet with data, in the order of the workbook."""
    nodes = (Column(("level",), "Cấp", Whole(), required=True), *_ordered_node_columns())
    in_order = [
        Table(SET, columns_of(model.IndicatorSet), Text("Các trường của cả bộ: mỗi dòng một trường, ghi ở cột C.")),
        Table(
            CRITERIA,
            nodes,
            Text(
                "Mỗi dòng một tiêu chí, theo thứ tự. Cấp 1 là lĩnh vực; cấp 2 thuộc dòng cấp 1 gần nhất ở trên; v.v.",
                "One row per criterion, in order. Level 2 belongs to the nearest level 1 above it, and so on.",
            ),
        ),
        Table(
            RULES,
            (
                _CRITERION,
                _key("path", "Nhánh"),
                Column(("form",), "Dạng", Choice(*words.FORMS), required=True, says=words.WORDS),
                Column(("when",), "Điều kiện", Formula()),
                Column(("points",), "Điểm", Formula()),
                Column(("label", "vi"), "Tên bậc (tiếng Việt)", Bilingual()),
                Column(("label", "en"), "Tên bậc (tiếng Anh)", Bilingual()),
                Column(("over",), "So với", Choice("round", "group"), says=words.WORDS),
            ),
            Text(
                "Mỗi dòng một bậc điểm, xét từ trên xuống. Quy tắc gồm nhiều phần (tổng, cao nhất) ghi các phần "
                "ở nhánh 1, 2, 1.1 …",
                "One row per tier, tried from the top. The parts of a sum or a highest-of stand in branches 1, 2, 1.1.",
            ),
        ),
        Table(
            INPUTS,
            (_CRITERION, _key("key", "Khóa"), *columns_of(model.Input)),
            Text("Số liệu mà mỗi tiêu chí cần.", "The facts each criterion needs."),
        ),
        Table(
            OPTIONS,
            (
                _CRITERION,
                _key("input", "Khóa đầu vào"),
                _key("key", "Mã mức"),
                *_TITLES,
                Column(("weight",), "Phần điểm", Share(), doc="survey share of the points, as 60%"),
            ),
            Text("Các mức của đầu vào kiểu mức hoặc phiếu khảo sát.", "The options of grades and survey questions."),
        ),
        Table(
            EXAMPLES,
            (_CRITERION, *columns_of(model.Example)),
            Text(
                "Ví dụ tính sẵn: số liệu viết khóa: giá trị, cách nhau bằng dấu phẩy. Chạy lại mỗi khi kiểm tra bộ.",
                "Worked examples: facts as key: value between commas. They run whenever the set is checked.",
            ),
        ),
        Table(
            NOT_APPLICABLE,
            (_CRITERION, *columns_of(model.NotApplicable)),
            Text("Khi nào tiêu chí không áp dụng, và khi đó tính thế nào.", "When a criterion does not apply."),
        ),
        Table(
            CONSTRAINTS,
            (_CRITERION, *columns_of(model.Constraint)),
            Text("Điều số liệu phải thỏa, ví dụ b + c <= a.", "What the facts must meet, as b + c <= a."),
        ),
        Table(
            ADJUSTMENTS,
            nodes,
            Text("Điểm thưởng, điểm trừ ngoài thang điểm; cột như Tiêu chí.", "Bonus and penalty outside the scale."),
        ),
        Table(
            LISTS,
            (
                Column(
                    ("list",),
                    "Danh mục",
                    Choice("responsibles", "appraisers", "groups"),
                    required=True,
                    says=words.WORDS,
                ),
                _key("key", "Mã"),
                *_TITLES,
            ),
            Text(
                "Mã và tên của đơn vị thực hiện, cơ quan thẩm định, nhóm đơn vị.",
                "Codes and titles of responsible units, appraising bodies, unit groups.",
            ),
        ),
        Table(
            PARAMETERS,
            (_key("key", "Khóa"), *columns_of(model.Parameter)),
            Text("Con số có thể khác nhau theo nhóm đơn vị; đọc bằng param(khóa).", "Figures per unit group."),
        ),
        Table(
            CHOICES,
            (_key("key", "Mã"), *columns_of(model.ChoiceMade)),
            Text("Điều văn bản bỏ ngỏ và bộ này phải chọn.", "What the decision leaves open and this set chose."),
        ),
        Table(
            ALTERNATIVES,
            (_key("choice", "Lựa chọn"), *columns_of(model.Alternative)),
            Text("Những cách đã không chọn.", "The ways not chosen."),
        ),
        Table(
            BANDS,
            (
                Column(("table",), "Bảng số", Whole(), required=True),
                *(column for column in columns_of(model.Bands)),
                *columns_of(model.Step),
            ),
            Text(
                "Các mức xếp loại từ cao xuống thấp; cùng bảng số là cùng một thang. Nhóm và cách tính ghi ở dòng đầu "
                "của thang.",
                "Bands from the best; rows with one table number form a scale, its groups and basis on its first row.",
            ),
        ),
    ]
    return {table.name: table for table in in_order}


def _ordered_node_columns() -> tuple[Column, ...]:
    """The columns of a criterion, those people fill in first in front."""
    first = ("code", "title.vi", "title.en", "maximum", "responsible", "value", "target", "left_open.vi", "note.vi")
    columns = columns_of(model.Node)
    rank = {key: n for n, key in enumerate(first)}
    return tuple(sorted(columns, key=lambda column: rank.get(column.key, len(first))))
