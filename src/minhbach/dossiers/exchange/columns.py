"""Which column of a stranger's table is which field: by the headings people use, or as they say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from minhbach.records.tables import Row, text_of
from minhbach.vietnamese import fold

HEAD_WITHIN = 20
"""Tables have titles above their headings, not more than so many rows."""


@dataclass(frozen=True)
class Field:
    title: Any
    headings: tuple[str, ...]
    """What people call it, folded, and its name in DongBoHoSo."""
    required: bool = False


FIELDS: dict[str, Field] = {
    "code": Field(
        _("dossier code"),
        ("ma ho so", "mahoso", "so ho so", "ma so ho so", "so bien nhan", "ma bien nhan", "dossier code", "code"),
        True,
    ),
    "procedure": Field(
        _("procedure"),
        ("ma thu tuc", "ma tthc", "matthc", "ma thu tuc hanh chinh", "procedure code", "procedure")
        + ("ten thu tuc", "ten tthc", "tentthc", "thu tuc", "thu tuc hanh chinh", "ten thu tuc hanh chinh"),
        True,
    ),
    "status": Field(
        _("status"),
        ("trang thai", "trang thai ho so", "trangthaihoso", "tinh trang", "tinh trang ho so", "status"),
        True,
    ),
    "applicant": Field(
        _("applicant"),
        ("chu ho so", "chuhoso", "nguoi nop", "ho ten", "ho va ten", "ten nguoi nop", "nguoi yeu cau", "applicant")
        + ("ten to chuc ca nhan", "ten ca nhan to chuc", "ho ten nguoi nop", "ten chu ho so", "to chuc ca nhan"),
        True,
    ),
    "id_number": Field(
        _("identity number"),
        ("so dinh danh", "so cccd", "cccd", "cmnd", "so cmnd", "cmnd cccd", "cccd cmnd", "so giay to", "id number")
        + ("sogiaytochuhoso", "so giay to chu ho so", "ma so thue", "so dinh danh ca nhan", "so cmnd cccd"),
    ),
    "phone": Field(_("telephone"), ("so dien thoai", "dien thoai", "sodienthoai", "sdt", "phone", "telephone")),
    "email": Field(_("e-mail"), ("email", "e mail", "thu dien tu", "hop thu")),
    "address": Field(_("address"), ("dia chi", "dia chi lien he", "dia chi thuong tru", "noi o", "address")),
    "subject": Field(
        _("what is asked for"),
        ("trich yeu", "trichyeuhoso", "noi dung", "noi dung yeu cau", "trich yeu ho so", "noi dung yeu cau giai quyet")
        + ("subject",),
    ),
    "channel": Field(
        _("sent"),
        (
            "kenh thuc hien",
            "kenhthuchien",
            "kenh nop",
            "hinh thuc nop",
            "phuong thuc nop",
            "hinh thuc tiep nhan",
            "channel",
        ),
    ),
    "submitted_at": Field(_("sent at"), ("ngay nop", "ngaynophoso", "ngay nop ho so", "thoi gian nop", "submitted at")),
    "received_at": Field(
        _("received at"),
        ("ngay tiep nhan", "ngaytiepnhan", "ngay nhan", "thoi gian tiep nhan", "ngay nhan ho so", "tiep nhan")
        + ("received at", "thoi diem tiep nhan"),
    ),
    "due_at": Field(
        _("due"),
        (
            "ngay hen tra",
            "ngayhentra",
            "hen tra",
            "han xu ly",
            "ngay hen tra ket qua",
            "han giai quyet",
            "due",
            "due at",
        )
        + ("han tra", "thoi han tra ket qua", "ngay hen"),
    ),
    "finished_at": Field(
        _("processing finished at"),
        ("ngay ket thuc xu ly", "ngayketthucxuly", "ngay xu ly xong", "ngay hoan thanh", "ngay co ket qua", "ket thuc")
        + ("ngay ket thuc", "finished at", "ngay giai quyet", "ngay giai quyet xong"),
    ),
    "returned_at": Field(
        _("returned at"), ("ngay tra", "ngaytra", "ngay tra ket qua", "tra ket qua", "thoi gian tra", "returned at")
    ),
    "papers_file": Field(
        _("papers digitised (yes or no)"),
        ("ho so co thanh phan so hoa", "hosocothanhphansohoa", "so hoa thanh phan ho so", "thanh phan ho so da so hoa")
        + ("so hoa ho so", "da so hoa ho so", "da so hoa thanh phan ho so", "papers digitised"),
    ),
    "result_file": Field(
        _("result as a file (yes or no)"),
        ("duongdanteptinketqua", "duong dan tep tin ket qua", "ket qua dien tu", "co ket qua dien tu")
        + ("so hoa ket qua", "da so hoa ket qua", "ket qua da so hoa", "so hoa ket qua giai quyet", "result as a file"),
    ),
    "told_at": Field(
        _("as of"),
        ("ngay cap nhat", "thoi gian cap nhat", "thoi diem cap nhat", "cap nhat", "cap nhat luc", "updated at")
        + ("ngay chuyen trang thai", "thoi diem xu ly", "thoidiemxuly"),
    ),
}
FIGURES: dict[str, Field] = {
    "procedure": FIELDS["procedure"],
    "received": Field(
        _("received"),
        ("tiep nhan", "so tiep nhan", "tong tiep nhan", "tong so tiep nhan", "received", "da tiep nhan"),
        True,
    ),
    "finished": Field(
        _("finished"), ("da giai quyet", "giai quyet", "tong da giai quyet", "so da giai quyet", "finished")
    ),
    "on_time": Field(_("on time"), ("dung han", "truoc han va dung han", "truoc va dung han", "on time")),
    "late": Field(_("late"), ("qua han", "tre han", "late")),
    "open": Field(_("in processing"), ("dang giai quyet", "chua giai quyet", "ton", "con ton", "open")),
}


def fields_of(shape: str) -> dict[str, Field]:
    """The fields of a table of dossiers, or of one of figures."""
    return FIGURES if shape == "figures" else FIELDS


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A heading or word as it is compared: without marks, case and signs."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


@dataclass(frozen=True)
class Head:
    """The row of headings of a table: `line` in the file, `headings` as they stand there."""

    line: int
    headings: tuple[str, ...]

    def suggested(self, fields: Mapping[str, Field] = FIELDS, known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Field → heading: as `known` from earlier files, else by what people call it. No heading serves twice."""
        found: dict[str, str] = {}
        known = known or {}
        for name in fields:
            if known.get(name) and known[name] in self.headings:
                found[name] = known[name]
        for name, field in fields.items():
            if name in found:
                continue
            by_plain = {plain(heading): heading for heading in self.headings if heading not in found.values()}
            heading = next((by_plain[word] for word in field.headings if word in by_plain), None)
            if heading:
                found[name] = heading
        return found

    def places(self, columns: Mapping[str, str]) -> dict[str, int]:
        """Field → place in a row."""
        return {name: self.headings.index(heading) for name, heading in columns.items() if heading in self.headings}


def head_of(rows: Sequence[Row], fields: Mapping[str, Field] = FIELDS) -> Head | None:
    """The row that names most fields, within the first rows; None when none names two."""
    words = {word for field in fields.values() for word in field.headings}

    def score(row: Row) -> int:
        return len({plain(text_of(cell)) for cell in row[1]} & words)

    best = max(islice(rows, HEAD_WITHIN), key=score, default=None)
    if best is None or score(best) < 2:
        return None
    return Head(best[0], tuple(text_of(cell)[:200] for cell in best[1]))
