"""A dossier as the portal is told of it: the fields of DongBoHoSo and of the progress (tiến trình).

Dates are written yyyyMMddHHmmss. The message is made and kept without the applicant and without a way to the files;
`as_sent` puts both in when it is sent, so that no copy of personal data lies in the outbox. What no source states is
sent empty, or as `settings.PORTAL_CODES` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from minhbach.dossiers.models import Dossier, Due, Paper, Pause, Payment, Result
from minhbach.dossiers.states import Channel, Digitised, Status
from minhbach.org.trail import label

FILES_LAST = timedelta(days=7)
"""How long the address of a file holds after its message was sent."""
_SALT = "dossiers.portal.file"
CHANNEL = {Channel.COUNTER: "1", Channel.ONLINE: "2", Channel.POST: "3"}
STAGE = {Due.RECEIVED: "1", Due.SUPPLEMENT: "2", Due.RETURNED: "4"}
"""HinhThucThu."""


def stamp(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y%m%d%H%M%S}" if at else ""


def message(
    dossier: Dossier, verb: str, data: Mapping[str, Any], *, at: datetime, who: str, post: str
) -> dict[str, Any]:
    """What the portal is told of this change."""
    version = dossier.version
    papers, dues = list(dossier.papers.all()), list(dossier.dues.filter(cancelled_at=None))
    kept = [paper for paper in papers if paper.removed_at is None]
    number = dossier.foreign_code or dossier.code
    rejected = dossier.status == Status.NOT_RECEIVED
    by_gateway = dossier.payments.filter(way=Payment.GATEWAY, cancelled_at=None).exists() if dues else False
    said = {
        "MaHoSo": number,
        "MaTTHC": dossier.procedure.code,
        "TenTTHC": version.name,
        "MaLinhVuc": code("MaLinhVuc", version.field),
        "TenLinhVuc": version.field,
        "KenhThucHien": CHANNEL[Channel(dossier.channel)],
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Fax": "",
        "TrichYeuHoSo": version.name,
        "NgayNopHoSo": stamp(dossier.submitted_at),
        "NgayTiepNhan": stamp(dossier.received_at),
        "NgayHenTra": stamp(dossier.due_at),
        "TrangThaiHoSo": str(int(dossier.status)),
        "NgayKetThucXuLy": stamp(dossier.finished_at),
        "NgayTra": stamp(dossier.returned_at),
        "ThongTinTra": "",
        "NgayTuChoi": stamp(dossier.finished_at) if rejected else "",
        "HinhThuc": CHANNEL[Channel(dossier.return_by)],
        "DonViXuLy": dossier.agency.name,
        "NoiNopHoSo": dossier.agency.name,
        "GhiChu": str(data.get("because", "")),
        "HoSoCoThanhPhanSoHoa": "1" if any(paper.digitised for paper in kept) else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "",
        "DuocThanhToanTrucTuyen": "2" if by_gateway else "",
        "DSKetNoiCSDL": _databases(dossier, kept),
        "TaiLieuNop": [_paper(paper) for paper in papers if paper.component or paper.attachment_id],
        "DanhSachLePhi": [_due(due) for due in dues],
        "DanhSachTepDinhKemKhac": [_other(paper) for paper in kept if not paper.component],
        "DanhSachHoSoBoSung": [_supplement(pause, papers, dues) for pause in dossier.pauses.select_related("asked_by")],
        "DanhSachGiayToKetQua": [
            _result(result) for result in dossier.results.filter(sealed_at__isnull=False, recalled_at=None)
        ],
        "TienTrinh": {
            "MaHoSo": number,
            "NguoiXuLy": who,
            "ChucDanh": post,
            "ThoiDiemXuLy": stamp(at),
            "PhongBanXuLy": dossier.at_unit.name,
            "TrangThai": str(int(dossier.status)),
            "NgayBatDau": stamp(dossier.received_at),
            "NgayKetThucTheoQuyDinh": stamp(dossier.first_due_at),
        },
    }
    with override("vi"):
        said["TienTrinh"]["NoiDungXuLy"] = str(label(verb))
    return said


def as_sent(said: Mapping[str, Any], dossier: Dossier) -> dict[str, Any]:
    """With what is not kept in the outbox: the applicant, and addresses from which the files can be had for a while."""
    applicant = dossier.applicant
    identity = {"LoaiDinhDanh": code("LoaiDinhDanh", applicant.id_kind), "SoDinhDanh": applicant.id_number}
    supplements = [
        {**one, "DanhSachGiayToBoSung": [_with_address(paper, *_OF_PAPER) for paper in one["DanhSachGiayToBoSung"]]}
        for one in said["DanhSachHoSoBoSung"]
    ]
    return {
        **said,
        "ChuHoSo": applicant.name,
        "SoGiayToChuHoSo": applicant.id_number,
        "LoaiDoiTuong": code("LoaiDoiTuong", applicant.kind),
        "Email": applicant.email,
        "SoDienThoai": applicant.phone,
        "DinhDanhCHS": [identity] if applicant.id_number else [],
        "TaiLieuNop": [_with_address(paper, *_OF_PAPER) for paper in said["TaiLieuNop"]],
        "DanhSachHoSoBoSung": supplements,
        "DanhSachGiayToKetQua": [
            _with_address(one, "GiayToId", "DuongDanTepTinKetQua") for one in said["DanhSachGiayToKetQua"]
        ],
    }


def code(field: str, ours: str) -> str:
    """What this installation was told to send for a thing of ours; empty while nobody knows."""
    return str(settings.PORTAL_CODES.get(field, {}).get(ours, ""))


def token_of(attachment: object) -> str:
    """What stands for an attachment in the address of its file."""
    return signing.dumps(str(attachment), salt=_SALT)


def file_of(token: str) -> str | None:
    """Which attachment an address of `as_sent` is for, while it holds."""
    try:
        return str(signing.loads(token, salt=_SALT, max_age=FILES_LAST))
    except signing.BadSignature:
        return None


_OF_PAPER = ("TepDinhKemId", "DuongDanTaiTepTin")


def _with_address(one: Mapping[str, str], key: str, field: str) -> dict[str, str]:
    address = ""
    if one[key] and settings.PUBLIC_URL:
        address = settings.PUBLIC_URL + reverse("dossiers:portal_file", args=[token_of(one[key])])
    return {**one, field: address}


def _paper(paper: Paper) -> dict[str, str]:
    return {
        "TepDinhKemId": str(paper.attachment_id or ""),
        "TenTepDinhKem": paper.title,
        "IsDeleted": "1" if paper.removed_at else "0",
        "MaThanhPhanHoSo": paper.component,
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": "1" if paper.digitised == Digitised.DIGITISED else "0",
        "DuocTaiSuDung": "1" if paper.digitised in (Digitised.REUSED, Digitised.REUSED_RESULT) else "0",
        "DuocLayTuKhoDMQG": "",
        "MaKetQuaThayThe": paper.reused_code,
    }


def _other(paper: Paper) -> dict[str, Any]:
    return {"TenGiayTo": paper.title, "SoLuong": paper.copies, "LoaiGiayTo": code("LoaiGiayTo", paper.handed_in)}


def _due(due: Due) -> dict[str, str]:
    return {
        "TenPhiLePhi": due.title,
        "MaPhiLePhi": due.code,
        "HinhThucThu": STAGE[due.stage],
        "Gia": str(due.amount),
        "LoaiPhiLePhi": code("LoaiPhiLePhi", due.kind),
    }


def _result(result: Result) -> dict[str, str]:
    return {
        "TenGiayTo": str(result),
        "MaThanhPhanHoSo": "",
        "GiayToId": str(result.pdf_id or ""),
        "DuongDanTepTinKetQua": "",
        "MaGiayToKetQua": result.code,
    }


def _databases(dossier: Dossier, papers: Iterable[Paper]) -> list[dict[str, str]]:
    """Those whose data stand in for papers, by the document that says so (a component's `by_data`)."""
    by_data = {one.key: one.by_data for one in dossier.version.meaning.components if one.by_data}
    used = {by_data[paper.component] for paper in papers if paper.digitised and paper.component in by_data}
    return [{"MaCSDL": found} for found in sorted({code("MaCSDL", document) for document in used}) if found]


def _is_of(due: Due, pause: Pause) -> bool:
    """Whether it was asked for with this wait."""
    within = pause.asked_at <= due.asked_at and (pause.answered_at is None or due.asked_at <= pause.answered_at)
    return due.pause_id == pause.pk or (due.stage == Due.SUPPLEMENT and within)


def _supplement(pause: Pause, papers: Iterable[Paper], dues: Iterable[Due]) -> dict[str, Any]:
    return {
        "HoSoBoSungId": str(pause.pk),
        "NguoiYeuCauBoSung": str(pause.asked_by or ""),
        "NoiDungBoSung": "; ".join(map(str, pause.items)) or pause.reason,
        "NgayBoSung": stamp(pause.asked_at),
        "NguoiTiepNhanBoSung": "",
        "ThongTinTiepNhan": "",
        "NgayTiepNhanBoSung": stamp(pause.answered_at),
        "TrangThaiBoSung": "1" if pause.answered_at else "0",
        "DanhSachGiayToBoSung": [_paper(paper) for paper in papers if paper.pause_id == pause.pk],
        "DanhSachLePhiBoSung": [_due(due) for due in dues if _is_of(due, pause)],
        "NgayHenTraTruoc": stamp(pause.due_before),
        "NgayHenTraMoi": stamp(pause.due_after),
    }
