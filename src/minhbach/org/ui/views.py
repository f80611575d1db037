"""The style guide: every component of the pages, with invented content."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from minhbach.org.permissions import signed_in

ICONS = Path(__file__).with_name("icons.txt").read_text(encoding="utf-8").split()

PARTS = [
    # title, maximum, points, last year's
    ("Công tác chỉ đạo, điều hành cải cách hành chính", "9.50", "8.25", "7.90"),
    ("Cải cách thể chế", "6.00", "5.10", "5.35"),
    ("Cải cách thủ tục hành chính", "14.00", "11.64", "10.20"),
    ("Cải cách tổ chức bộ máy", "7.50", "7.00", "6.75"),
    ("Cải cách chế độ công vụ", "8.00", "6.45", "6.45"),
    ("Cải cách tài chính công", "6.00", "4.20", "5.00"),
    ("Xây dựng chính quyền điện tử, chính quyền số", "14.00", "9.83", "8.11"),
]


class SampleForm(forms.Form):
    code = forms.CharField(label="Số văn bản", help_text="Ví dụ: 125/QĐ-SGDĐT", max_length=40)
    issued = forms.DateField(
        label="Ngày ban hành",
        widget=forms.DateInput(attrs={"placeholder": ""}),
        help_text="Ngày, tháng, năm, như 05/02/2023",
        input_formats=["%d/%m/%Y"],
    )
    dossiers = forms.IntegerField(label="Số hồ sơ giải quyết đúng hạn", min_value=0)
    kind = forms.ChoiceField(
        label="Hình thức tài liệu kiểm chứng",
        choices=[("file", "Tệp đính kèm"), ("cite", "Dẫn chiếu số, ngày văn bản"), ("none", "Giải trình")],
        widget=forms.RadioSelect,
    )
    office = forms.ChoiceField(
        label="Phòng chịu trách nhiệm",
        choices=[("", "Chọn một phòng"), ("vp", "Văn phòng Sở"), ("tccb", "Phòng Tổ chức cán bộ")],
    )
    explanation = forms.CharField(label="Giải trình", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    evidence = forms.FileField(label="Tệp", required=False, help_text="PDF, DOCX hoặc XLSX, không quá 25 MB")
    sure = forms.BooleanField(label="Tôi đã đối chiếu số liệu với hồ sơ gốc")


@signed_in
def style_guide(request: HttpRequest) -> HttpResponse:
    parts = [
        {
            "code": number,
            "title": title,
            "maximum": Decimal(maximum),
            "points": Decimal(got),
            "before": Decimal(before),
            "share": Fraction(got) / Fraction(maximum),
            "change": Decimal(got) - Decimal(before),
        }
        for number, (title, maximum, got, before) in enumerate(PARTS, 1)
    ]
    wrong = SampleForm({"code": "", "issued": "31/02/2023", "dossiers": "-3", "kind": "file", "office": ""})
    now = timezone.make_aware(datetime(2023, 12, 5, 14, 5))
    titles = [part["title"] for part in parts]
    lost = [part["maximum"] - part["points"] for part in parts]
    context = {
        "parts": parts,
        "total": sum(part["points"] for part in parts),
        "maximum": sum(part["maximum"] for part in parts),
        "form": wrong,
        "empty_form": SampleForm(prefix="new"),
        "icons": ICONS,
        "day": date(2023, 2, 5),
        "now": now,
        "left": timedelta(days=1, hours=4),
        "late": timedelta(hours=-2),
        "third": Fraction(1, 3),
        "tabs": [
            {"label": "Tự chấm", "url": "?tab=1", "current": True, "count": 12},
            {"label": "Thẩm định", "url": "?tab=2", "count": 3},
            {"label": "Tài liệu kiểm chứng", "url": "?tab=3", "count": 48},
            {"label": "Lịch sử", "url": "?tab=4"},
        ],
        "page": Paginator(range(95), 20).page(2),
        "lost_chart": {
            "kind": "stacked",
            "categories": titles,
            "series": [
                {"name": _("Points won"), "tone": "won", "values": [part["points"] for part in parts]},
                {"name": _("Points lost"), "tone": "lost", "pattern": True, "values": lost},
            ],
        },
        "year_chart": {
            "kind": "line",
            "categories": ["2019", "2020", "2021", "2022", "2023"],
            "minimum": 60,
            "maximum": 100,
            "series": [
                {"name": "Sở Giáo dục và Đào tạo", "values": ["78.4", "80.15", "79.9", "83.62", "86.05"]},
                {"name": "Trung bình các sở", "values": ["76.1", "77.3", "79.05", "81.2", "82.44"]},
            ],
        },
    }
    return render(request, "ui/styleguide.html", context)
