"""Fixtures for tests with procedures; the conftest.py at the root loads them everywhere."""

from datetime import date

import pytest

LONG_AGO = date(2020, 1, 1)

COPY = """
code: "1.900101"
name: {vi: Cấp bản sao bằng từ sổ gốc, en: Copy of a diploma}
field: Văn bằng, chứng chỉ
level: province
agency: Sở Giáo dục và Đào tạo
applicants: [citizen]
online: full
components:
  - {key: request, title: Phiếu đề nghị, paper: original, copies: 1}
  - key: warrant
    title: Giấy ủy quyền
    required: false
    when: khi nộp thay
    only_if: [{field: relation, values: [other]}]
times: {by_law: 5 ngày làm việc}
channels: [{kind: counter}, {kind: online, time: 3 ngày làm việc}]
fees: [{title: Lệ phí, amount: 20000}]
results: [{title: Bản sao, code: KQ.T.1}]
legal_basis: [{number: 10/2026/TT-BGDĐT}]
form:
  illustrative: true
  sections:
    - title: Người đề nghị
      fields:
        - {key: name, title: Họ và tên, prefill: name}
        - {key: born, title: Ngày sinh, type: date, most: today, prefill: born}
        - key: relation
          title: Quan hệ
          type: choice
          options: [{key: self, title: Chính mình}, {key: other, title: Người khác}]
        - {key: whose, title: Của ai, when: [{field: relation, values: [other]}]}
process:
  illustrative: true
  steps:
    - key: receive
      title: Tiếp nhận
      role: counter
      place: one_stop
      share: 10%
      moves: [{kind: forward}, {kind: supplement}]
    - {key: handle, title: Thẩm định, role: specialist, share: 70%, makes: draft}
    - {key: sign, title: Ký, role: head, place: agency, share: 20%, makes: signature}
    - {key: return, title: Trả kết quả, role: counter, place: one_stop, moves: [{kind: finish}]}
"""
BARE = """
code: "2.900102"
name: Giải thể trung tâm
field: Giáo dục thường xuyên
level: commune
"""
INTERNAL = """
code: NB.01
name: Điều động viên chức
internal: true
"""


def contents_of(*texts):
    from minhbach.procedures.content.reading import from_yaml

    found = []
    for text in texts:
        contents, problems = from_yaml(text)
        assert not problems.errors, [problem.in_("en") for problem in problems]
        found += contents
    return found


@pytest.fixture
def catalogue(make_unit, make_account, system):
    """A department that keeps three procedures, one of them between agencies and one nearly blank; its people."""
    from types import SimpleNamespace

    from minhbach.procedures.actions import offer_set, procedures_load

    agency = make_unit("so-gd", kind="so", name="Sở Giáo dục và Đào tạo")
    other = make_unit("so-khac", kind="so", name="Sở khác")
    one_stop = make_unit("mot-cua", parent=agency, name="Bộ phận Một cửa")
    office = make_unit("phong-ql", parent=agency, name="Phòng Quản lý chất lượng")
    versions = procedures_load(contents_of(COPY, BARE, INTERNAL), keeper=agency, begins=LONG_AGO, acting=system)
    copy, bare, internal = (version.procedure for version in versions)
    offer = offer_set(
        copy,
        agency=agency,
        one_stop=one_stop,
        office=office,
        begins=LONG_AGO,
        committed="3 ngày làm việc",
        acting=system,
    )
    return SimpleNamespace(
        agency=agency,
        other=other,
        one_stop=one_stop,
        office=office,
        copy=copy,
        bare=bare,
        internal=internal,
        offer=offer,
        officer=make_account("cchc", agency, "reform_officer"),
        head=make_account("giamdoc", agency, "head"),
        specialist=make_account("chuyenvien", office, "specialist"),
        outsider=make_account("ngoai", other, "reform_officer"),
    )
