"""What differs between two versions of a procedure, said from what to what."""

from dataclasses import replace

from hypothesis import given, settings

from minhbach.procedures.content import model
from minhbach.procedures.content.differing import differences
from minhbach.procedures.tests.strategies import contents
from minhbach.records.texts import Text
from minhbach.worktime import working_days

OLD = model.Content(
    code="1.900001",
    name=Text("Cấp bản sao", "Copy"),
    level="province",
    components=(
        model.Component("request", Text("Phiếu đề nghị", "Request"), copies=1),
        model.Component("card", Text("Thẻ căn cước", "Identity card")),
    ),
    times=model.Times(by_law=working_days(5)),
    channels=(model.Channel("counter"),),
    fees=(model.Fee(Text("Lệ phí cấp", "Charge"), 20_000),),
    legal_basis=(model.Citation("10/2026/TT-BGDĐT"),),
    form=model.Form((model.Section(Text("Lý do"), (model.Field("why", Text("Vì sao"), options=()),)),)),
)


def said(new: model.Content, lang: str = "vi") -> list[tuple[str, str, str]]:
    return [(one.name.in_(lang), one.old.in_(lang), one.new.in_(lang)) for one in differences(OLD, new)]


def test_nothing_differs_from_itself():
    assert differences(OLD, OLD) == []


def test_fields_say_from_what_to_what_in_both_languages():
    new = replace(OLD, level="commune", times=model.Times(by_law=working_days(3)))
    assert said(new) == [
        ("Cấp thực hiện", "cấp tỉnh", "cấp xã"),
        ("Thời hạn giải quyết › Thời hạn theo quy định", "5 ngày làm việc", "3 ngày làm việc"),
    ]
    assert said(new, "en")[1] == ("Time › Time by law", "5 working days", "3 working days")


def test_papers_are_known_by_their_key():
    new = replace(
        OLD, components=(replace(OLD.components[1], title=Text("Căn cước")), model.Component("x", Text("Ảnh")))
    )
    assert said(new) == [
        ("Thành phần hồ sơ", "Phiếu đề nghị", ""),
        ("Thành phần hồ sơ › Căn cước › Tên giấy tờ", "Thẻ căn cước", "Căn cước"),
        ("Thành phần hồ sơ", "", "Ảnh"),
    ]


def test_another_order_is_said():
    new = replace(OLD, components=OLD.components[::-1])
    assert said(new) == [("Thành phần hồ sơ › Thứ tự", "Phiếu đề nghị, Thẻ căn cước", "Thẻ căn cước, Phiếu đề nghị")]


def test_ways_fees_documents_and_questions():
    new = replace(
        OLD,
        channels=(model.Channel("online", time=working_days(2)),),
        fees=(replace(OLD.fees[0], amount=0),),
        legal_basis=(),
        form=model.Form((model.Section(Text("Lý do"), (model.Field("why", Text("Vì sao"), required=False),)),)),
    )
    assert said(new) == [
        ("Cách thức thực hiện", "trực tiếp", ""),
        ("Cách thức thực hiện", "", "trực tuyến"),
        ("Phí, lệ phí › Lệ phí cấp › Số tiền (đồng)", "20.000", "0"),
        ("Căn cứ pháp lý", "10/2026/TT-BGDĐT", ""),
        ("Đơn, tờ khai điện tử › Các phần › Lý do › Câu hỏi › Vì sao › Bắt buộc", "có", "không"),
    ]


def test_a_process_that_comes_is_said_by_its_steps():
    new = replace(OLD, process=model.Process((model.Step("a", Text("Tiếp nhận"), "counter"),)))
    assert ("Quy trình nội bộ › Các bước", "", "Tiếp nhận") in said(new)


def test_only_the_fields_asked_for():
    new = replace(OLD, level="commune", name=Text("Khác"))
    assert [one.field for one in differences(OLD, new, {"name"})] == ["name"]


@settings(max_examples=25, deadline=None)
@given(contents, contents)
def test_what_is_equal_and_only_that_has_no_differences(one, other):
    assert differences(one, one) == []
    assert bool(differences(one, other)) == (one != other)
