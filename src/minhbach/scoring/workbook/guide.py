"""The first sheet of a workbook: how to fill in the others."""

from __future__ import annotations

from collections.abc import Iterator

from minhbach.records.structure import Choice
from minhbach.records.workbook.columns import Table

_HOW = (
    ("Bộ chỉ số trong tệp Excel", ""),
    (
        "Tệp này là gì",
        "Toàn bộ một bộ chỉ số: tiêu chí, quy tắc chấm, số liệu cần nhập, ví dụ. Sửa ở đây rồi nạp lại; "
        "phần mềm kiểm tra và báo lỗi theo trang tính và ô. This workbook holds a whole indicator set; "
        "English field names are in the second header row and are the ones of docs/indicator-sets.md.",
    ),
    (
        "Hai dòng đầu",
        "Mỗi trang tính có hai dòng đầu: tên cột và tên trường. Không sửa dòng thứ hai. Có thể đổi thứ tự cột, "
        "hiện các cột đang gấp, thêm và xóa dòng dữ liệu.",
    ),
    ("Ô trống", "Nghĩa là dùng giá trị mặc định. Văn bản trống có chủ ý viết bằng hai dấu nháy kép."),
    (
        "Số",
        "Gõ số bình thường. Trong điều kiện và công thức viết dấu chấm thập phân (0.25) và dấu % cho tỷ lệ (80%). "
        "Không dùng công thức Excel: ô có công thức sẽ bị từ chối.",
    ),
    ("Mã", "Các cột mã là dạng văn bản, để 3.10 không thành 3.1."),
    (
        "Nhiều giá trị trong một ô",
        "Cách nhau bằng dấu phẩy: VP, P, TT. Cặp khóa và giá trị: handled: 200, on_time: 197. "
        "Văn bản có dấu phẩy đặt trong nháy kép.",
    ),
    (
        "Điều kiện, công thức",
        "Dùng khóa của đầu vào và: value (giá trị), maximum, + - * /, and, or, not, == != < <= > >=, "
        'min(), max(), prev(khóa) năm trước, ref("mã"), param(khóa). Ví dụ: 40% <= value < 80%.',
    ),
)


def guide_rows(tables: list[Table]) -> Iterator[tuple[str, str]]:
    """The guide as rows of two cells."""
    yield from _HOW
    yield "Các trang tính", ""
    for table in tables:
        yield table.name, table.says.vi + (f"\n{table.says.en}" if table.says.en else "")
    yield "Các giá trị để chọn", ""
    seen = set()
    for table in tables:
        for column in table.columns:
            if isinstance(column.kind, Choice) and (column.label, column.kind.options) not in seen:
                seen.add((column.label, column.kind.options))
                yield (
                    f"{table.name}: {column.label}",
                    "; ".join(f"{column.says[option]} ({option})" for option in column.kind.options),
                )
