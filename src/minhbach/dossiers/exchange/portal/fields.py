"""The fields of DongBoHoSo as public sources show them, and what is wrong with a message by them.

Seen in the published code of a provincial system that reports to the portal; the official description of the connector
was not found. Codes whose meaning no source states are any text here (`settings.PORTAL_CODES` says what to send).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_MOMENT = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")
Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _moment(value: Any) -> bool:
    return isinstance(value, str) and bool(_MOMENT.fullmatch(value))


def _among(*codes: str) -> Check:
    return lambda value: isinstance(value, str) and value in codes


def _or_empty(check: Check) -> Check:
    return lambda value: value == "" or check(value)


def _count(value: Any) -> bool:
    return type(value) is int and value > 0


def _address(value: Any) -> bool:
    return value == "" or isinstance(value, str) and value.startswith(("https://", "http://"))


_PAPER: dict[str, Check] = {
    "TepDinhKemId": _text,
    "TenTepDinhKem": _filled,
    "IsDeleted": _among("0", "1"),
    "MaThanhPhanHoSo": _text,
    "DuongDanTaiTepTin": _address,
    "DuocSoHoa": _among("0", "1"),
    "DuocTaiSuDung": _among("0", "1"),
    "DuocLayTuKhoDMQG": _or_empty(_among("0", "1")),
    "MaKetQuaThayThe": _text,
}
_FEE: dict[str, Check] = {
    "TenPhiLePhi": _filled,
    "MaPhiLePhi": _text,
    "HinhThucThu": _among("1", "2", "4"),
    "Gia": lambda value: isinstance(value, str) and value.isascii() and value.isdigit(),
    "LoaiPhiLePhi": _text,
}
_STATUS = _among(*map(str, range(1, 11)))

HEADER: dict[str, Check] = {
    "MaHoSo": _filled,
    "MaTTHC": _filled,
    "TenTTHC": _filled,
    "MaLinhVuc": _text,
    "TenLinhVuc": _text,
    "KenhThucHien": _among("1", "2", "3"),
    "SoGiayToChuHoSo": _text,
    "ChuHoSo": _text,
    "LoaiDoiTuong": _text,
    "MaDoiTuong": _text,
    "ThongTinKhac": _text,
    "Email": _text,
    "Fax": _text,
    "SoDienThoai": _text,
    "TrichYeuHoSo": _text,
    "NgayTiepNhan": _or_empty(_moment),
    "NgayHenTra": _or_empty(_moment),
    "TrangThaiHoSo": _STATUS,
    "NgayTra": _or_empty(_moment),
    "ThongTinTra": _text,
    "HinhThuc": _among("1", "2", "3"),
    "NgayKetThucXuLy": _or_empty(_moment),
    "DonViXuLy": _filled,
    "GhiChu": _text,
    "NoiNopHoSo": _filled,
    "HoSoCoThanhPhanSoHoa": _among("0", "1"),
    "TaiKhoanDuocXacThucVoiVNeID": _text,
    "DuocThanhToanTrucTuyen": _or_empty(_among("1", "2")),
    "NgayTuChoi": _or_empty(_moment),
    "NgayNopHoSo": _moment,
}
LISTS: dict[str, dict[str, Check]] = {
    "DinhDanhCHS": {"LoaiDinhDanh": _text, "SoDinhDanh": _filled},
    "DSKetNoiCSDL": {"MaCSDL": _filled},
    "TaiLieuNop": _PAPER,
    "DanhSachLePhi": _FEE,
    "DanhSachTepDinhKemKhac": {"TenGiayTo": _filled, "SoLuong": _count, "LoaiGiayTo": _text},
    "DanhSachHoSoBoSung": {
        "HoSoBoSungId": _filled,
        "NguoiYeuCauBoSung": _text,
        "NoiDungBoSung": _text,
        "NgayBoSung": _moment,
        "NguoiTiepNhanBoSung": _text,
        "ThongTinTiepNhan": _text,
        "NgayTiepNhanBoSung": _or_empty(_moment),
        "TrangThaiBoSung": _among("0", "1"),
        "DanhSachGiayToBoSung": lambda value: not list(_faults_of_list("", value, _PAPER)),
        "DanhSachLePhiBoSung": lambda value: not list(_faults_of_list("", value, _FEE)),
        "NgayHenTraTruoc": _or_empty(_moment),
        "NgayHenTraMoi": _or_empty(_moment),
    },
    "DanhSachGiayToKetQua": {
        "TenGiayTo": _filled,
        "MaThanhPhanHoSo": _text,
        "GiayToId": _text,
        "DuongDanTepTinKetQua": _address,
        "MaGiayToKetQua": _text,
    },
}
PROGRESS: dict[str, Check] = {
    "MaHoSo": _filled,
    "NguoiXuLy": _text,
    "ChucDanh": _text,
    "ThoiDiemXuLy": _moment,
    "PhongBanXuLy": _text,
    "NoiDungXuLy": _text,
    "TrangThai": _STATUS,
    "NgayBatDau": _or_empty(_moment),
    "NgayKetThucTheoQuyDinh": _or_empty(_moment),
}


def faults(message: Any) -> list[str]:
    """The fields that are missing, unknown or not as they should be; empty for a good message."""
    if not isinstance(message, dict):
        return ["thông điệp"]
    header = {name: value for name, value in message.items() if name not in LISTS and name != "TienTrinh"}
    found = list(_faults_of("", header, HEADER))
    for name, shape in LISTS.items():
        found += _faults_of_list(name, message.get(name), shape)
    return found + list(_faults_of("TienTrinh.", message.get("TienTrinh"), PROGRESS))


def _faults_of_list(name: str, value: Any, shape: dict[str, Check]) -> Iterator[str]:
    if not isinstance(value, list):
        yield name
        return
    for n, one in enumerate(value):
        yield from _faults_of(f"{name}[{n}].", one, shape)


def _faults_of(where: str, value: Any, shape: dict[str, Check]) -> Iterator[str]:
    if not isinstance(value, dict):
        yield where.rstrip(".")
        return
    yield from (f"{where}{name}" for name in [*shape, *value] if name not in shape or name not in value)
    yield from (f"{where}{name}" for name, check in shape.items() if name in value and not check(value[name]))
