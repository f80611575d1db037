"""A dossier as the portal is told of it: the fields of DongBoHoSo and of the progress (tiến trình).

Dates are written yyyyMMddHHmmss. The message is made and kept without the applicant; `with_applicant` puts them in when
it is sent, so that no copy of personal data lies in the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from minhbach.dossiers.models import Applicant, Dossier, Due, Pause
from minhbach.dossiers.states import Channel, Digitised, Status
from minhbach.org.trail import label

CHANNEL = {Channel.COUNTER: "1", Channel.ONLINE: "2", Channel.POST: "3"}
STAGE = {Due.RECEIVED: "1", Due.SUPPLEMENT: "2", Due.RETURNED: "4"}
"""HinhThucThu."""


def stamp(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y%m%d%H%M%S}" if at else ""


def message(
    dossier: Dossier, verb: str, data: Mapping[str, Any], *, at: datetime, who: str, post: str
) -> dict[str, Any]:
    """What the portal is told of this change."""
    version, papers = dossier.version, list(dossier.papers.select_related("attachment"))
    code = dossier.foreign_code or dossier.code
    rejected = dossier.status == Status.NOT_RECEIVED
    said = {
        "MaHoSo": code,
        "MaTTHC": dossier.procedure.code,
        "TenTTHC": version.name,
        "MaLinhVuc": "",
        "TenLinhVuc": version.field,
        "KenhThucHien": CHANNEL[Channel(dossier.channel)],
        "LoaiDoiTuong": "",
        "TrichYeuHoSo": version.name,
        "NgayNopHoSo": stamp(dossier.submitted_at),
        "NgayTiepNhan": stamp(dossier.received_at),
        "NgayHenTra": stamp(dossier.due_at),
        "TrangThaiHoSo": str(int(dossier.status)),
        "NgayKetThucXuLy": stamp(dossier.finished_at),
        "NgayTra": stamp(dossier.returned_at),
        "NgayTuChoi": stamp(dossier.finished_at) if rejected else "",
        "HinhThuc": CHANNEL[Channel(dossier.return_by)],
        "DonViXuLy": dossier.agency.name,
        "NoiNopHoSo": dossier.agency.name,
        "GhiChu": str(data.get("because", "")),
        "HoSoCoThanhPhanSoHoa": "1" if any(paper.digitised for paper in papers) else "0",
        "TaiLieuNop": [_paper(paper) for paper in papers],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": due.title,
                "MaPhiLePhi": due.code,
                "HinhThucThu": STAGE[due.stage],
                "Gia": str(due.amount),
                "LoaiPhiLePhi": "",
            }
            for due in dossier.dues.filter(cancelled_at=None)
        ],
        "DanhSachHoSoBoSung": [_supplement(pause) for pause in dossier.pauses.select_related("asked_by")],
        "TienTrinh": {
            "MaHoSo": code,
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


def with_applicant(said: Mapping[str, Any], applicant: Applicant) -> dict[str, Any]:
    return {
        **said,
        "ChuHoSo": applicant.name,
        "SoGiayToChuHoSo": applicant.id_number,
        "Email": applicant.email,
        "SoDienThoai": applicant.phone,
        "DinhDanhCHS": [{"LoaiDinhDanh": "", "SoDinhDanh": applicant.id_number}] if applicant.id_number else [],
    }


def _paper(paper: Any) -> dict[str, str]:
    return {
        "TepDinhKemId": str(paper.attachment_id or ""),
        "TenTepDinhKem": paper.title,
        "IsDeleted": "1" if paper.removed_at else "0",
        "MaThanhPhanHoSo": paper.component,
        "DuocSoHoa": "1" if paper.digitised == Digitised.DIGITISED else "0",
        "DuocTaiSuDung": "1" if paper.digitised in (Digitised.REUSED, Digitised.REUSED_RESULT) else "0",
        "MaKetQuaThayThe": paper.reused_code,
    }


def _supplement(pause: Pause) -> dict[str, Any]:
    return {
        "HoSoBoSungId": str(pause.pk),
        "NguoiYeuCauBoSung": str(pause.asked_by or ""),
        "NoiDungBoSung": "; ".join(map(str, pause.items)) or pause.reason,
        "NgayBoSung": stamp(pause.asked_at),
        "NgayTiepNhanBoSung": stamp(pause.answered_at),
        "TrangThaiBoSung": "1" if pause.answered_at else "0",
        "NgayHenTraTruoc": stamp(pause.due_before),
        "NgayHenTraMoi": stamp(pause.due_after),
    }
