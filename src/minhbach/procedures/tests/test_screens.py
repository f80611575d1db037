"""The screens of procedures: read by everybody, written by the keeper's people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from minhbach.org.dates import today
from minhbach.org.permissions import SYSTEM
from minhbach.procedures.actions import draft_save, procedures_load
from minhbach.procedures.content.reading import from_yaml, stored, to_yaml
from minhbach.procedures.content.workbook import from_workbook
from minhbach.procedures.models import Procedure, Review, Version
from minhbach.procedures.testing import BARE, LONG_AGO, contents_of
from minhbach.procedures.tests.screens import english, send, text_of, visit
from minhbach.records.texts import Text

__all__ = ["english", "send", "visit"]
pytestmark = pytest.mark.django_db


# Reading --------------------------------------------------------------------------------------------------------


def test_the_very_words_come_first(visit, catalogue):
    apart = BARE.replace("2.900102", "1.000001").replace("Giải thể trung tâm", "Chuyển đổi trường tư thục")
    whole = BARE.replace("2.900102", "2.900009").replace("Giải thể trung tâm", "Chuyển trường và tiếp nhận học sinh")
    procedures_load(contents_of(apart, whole), keeper=catalogue.agency, begins=LONG_AGO, acting=SYSTEM)
    found = text_of(visit("procedures", q="chuyen truong"))
    assert found.index("2.900009") < found.index("1.000001")


def test_what_people_ask_first_stands_on_top(visit, catalogue):
    page = text_of(visit("procedure", catalogue.copy.pk))
    glance = page.partition('class="proc-glance"')[2].partition("</ul>")[0]
    for said in ("5 working days", "papers", "20,000 đồng", "Bộ phận Một cửa"):
        assert said in glance, said
    empty = text_of(visit("procedure", catalogue.bare.pk)).partition('class="proc-glance"')[2].partition("</ul>")[0]
    assert empty.count("not stated by the source") == 3 and "No agency here offers it today." in empty


def test_everybody_finds_and_reads_a_procedure(visit, catalogue):
    found = text_of(visit("procedures", q="ban sao"))
    assert "Copy of a diploma" in found and "1.900101" in found and "2.900102" not in found
    page = text_of(visit("procedure", catalogue.copy.pk))
    for said in (
        "5 working days",  # by law
        "3 working days",  # online, and what the agency commits to
        "20,000 đồng",
        "Phiếu đề nghị",
        "“Quan hệ”: Người khác",  # when the other paper is asked for
        "10/2026/TT-BGDĐT",
        "Illustrative",
        "Bộ phận Một cửa",
        '<svg class="process"',
    ):
        assert said in page, said


def test_what_the_source_leaves_blank_is_visibly_blank(visit, catalogue):
    page = visit("procedure", catalogue.bare.pk).content.decode()
    assert page.count("not stated by the source") >= 15
    assert "Illustrative" not in page


@pytest.mark.parametrize(("name", "args"), [("procedure", ()), ("procedure_file", ("yaml",)), ("form", ())])
def test_what_is_between_agencies_is_not_there_for_visitors(visit, catalogue, name, args):
    assert visit(name, catalogue.internal.pk, *args).status_code == 404


def test_staff_read_what_is_between_agencies(visit, catalogue):
    assert visit("procedure", catalogue.internal.pk, account=catalogue.specialist).status_code == 200


def test_a_draft_is_there_for_whoever_may_edit_it(visit, catalogue):
    content = stored(catalogue.copy.current.content)
    draft_save(replace(content, name=Text("Secret name")), keeper=catalogue.agency, acting=SYSTEM)
    pk = catalogue.copy.pk
    assert visit("procedure", pk, version=2).status_code == 404
    assert "Secret name" not in text_of(visit("procedure", pk))
    assert visit("procedure", pk, version=2, account=catalogue.outsider).status_code == 404
    page = text_of(visit("procedure", pk, version=2, account=catalogue.officer))
    assert "Secret name" in page and "This is a draft" in page


def test_lists_and_pages_take_a_fixed_number_of_queries(visit, catalogue, django_assert_max_num_queries):
    visit("procedures")
    with django_assert_max_num_queries(8):  # agencies, fields, count, rows, and the session's
        visit("procedures", q="a")
    made = [replace(contents_of(BARE)[0], code=f"3.{n:06}") for n in range(25)]
    procedures_load(made, keeper=catalogue.agency, begins=LONG_AGO, acting=SYSTEM)
    with django_assert_max_num_queries(8):
        visit("procedures", q="a")
    with django_assert_max_num_queries(8):  # procedure, versions, offers, replaced, and the session's
        visit("procedure", catalogue.copy.pk)
    visit("procedure", catalogue.copy.pk, account=catalogue.officer)
    with django_assert_max_num_queries(14):
        visit("procedure", catalogue.copy.pk)


def test_the_versions_say_what_each_changed(visit, catalogue):
    content = replace(stored(catalogue.copy.current.content), online="part")
    procedures_load([content], keeper=catalogue.agency, begins=today() - timedelta(days=3), acting=SYSTEM)
    page = text_of(visit("procedure", catalogue.copy.pk))
    assert "Online level" in page and "fully online" in page and "1 change" in page
    old = text_of(visit("procedure", catalogue.copy.pk, version=1))
    assert "Another version is in force" in old


def test_files_of_a_procedure(visit, catalogue):
    pk, content = catalogue.copy.pk, stored(catalogue.copy.current.content)
    assert from_yaml(visit("procedure_file", pk, "yaml").content.decode())[0] == [content]
    assert from_workbook(visit("procedure_file", pk, "xlsx").content, "x.xlsx")[0] == [content]
    assert b"BPMN/20100524/MODEL" in visit("procedure_file", pk, "bpmn").content
    assert visit("procedure_file", catalogue.bare.pk, "bpmn").status_code == 404
    assert visit("procedure_file", pk, "exe").status_code == 404


def test_the_list_goes_out_as_it_is_filtered(visit, catalogue):
    contents = from_yaml(visit("export", "yaml", level="commune").content.decode())[0]
    assert [content.code for content in contents] == ["2.900102"]
    contents = from_workbook(visit("export", "xlsx").content, "x.xlsx")[0]
    assert [content.code for content in contents] == ["1.900101", "2.900102"], "none between agencies"


def test_trying_the_form_out_says_what_it_needs(visit, send, catalogue):
    pk = catalogue.copy.pk
    assert "Quan hệ" in text_of(visit("form", pk))
    sent = {"answers-name": "An", "answers-born": "2000-01-01", "answers-relation": "other"}
    assert send("form", pk, **sent).status_code == 422
    page = text_of(send("form", pk, **sent, **{"answers-whose": "Bình"}))
    assert "Giấy ủy quyền" in page and "5 working days" in page
    alone = text_of(send("form", pk, **{**sent, "answers-relation": "self"}))
    assert "Papers to hand in:" in alone and alone.count("Giấy ủy quyền") == 0
    assert visit("form", catalogue.bare.pk).status_code == 404


# Writing --------------------------------------------------------------------------------------------------------


def test_a_procedure_is_written_page_by_page_and_put_in_force(send, visit, catalogue):
    officer, code = catalogue.officer, "1.900777"
    new = {"code": code, "name": "Cấp phép dạy thêm", "keeper": catalogue.agency.pk}
    made = send("new", account=officer, **new)
    draft = Version.objects.get(procedure__code=code)
    pk = draft.procedure_id
    assert made["Location"] == reverse("procedures:edit", args=[pk])

    papers = {
        "components-0-title": "Đơn đề nghị",
        "components-0-paper": "original",
        "components-0-copies": "1",
        "components-0-required": "1",
        "components-3-title": "",
        "components-3-paper": "",
        "sets": "2",
    }
    assert send("edit", pk, part="papers", edition=1, do="next", **papers).status_code == 302
    times = {"times-by_law": "5 ngày làm việc", "channels-0-kind": "counter", "channels-1-kind": "online"}
    assert send("edit", pk, part="times", edition=2, **times).status_code == 302
    form = {
        "form-sections-0-title": "Người đề nghị",
        "form-sections-0-fields-0-title": "Họ và tên",
        "form-sections-0-fields-0-type": "text",
        "form-sections-0-fields-0-required": "1",
        "form-sections-0-fields-1-title": "Cấp học",
        "form-sections-0-fields-1-type": "choice",
        "form-sections-0-fields-1-options": "Tiểu học | Primary\nthcs = Trung học cơ sở",
    }
    assert send("edit", pk, part="form", edition=3, **form).status_code == 302
    process = {
        "process-steps-0-title": "Tiếp nhận",
        "process-steps-0-role": "counter",
        "process-steps-0-place": "one_stop",
        "process-steps-0-share": "20 %",
        "process-steps-1-title": "Thẩm định",
        "process-steps-1-role": "specialist",
        "process-steps-1-place": "office",
        "process-steps-1-share": "80%",
        "process-steps-1-moves-0-kind": "back",
        "process-steps-1-moves-0-to": "tiep_nhan",
        "process-steps-1-moves-1-kind": "finish",
    }
    assert send("edit", pk, part="process", edition=4, **process).status_code == 302

    draft.refresh_from_db()
    content = stored(draft.content)
    assert [(c.key, c.paper, c.copies) for c in content.components] == [("don_de_nghi", "original", 1)]
    assert (content.sets, str(content.times.by_law)) == (2, "5 ngày làm việc")
    assert [channel.kind for channel in content.channels] == ["counter", "online"]
    options = content.form.fields[1].options
    assert [(option.key, option.title) for option in options] == [
        ("tieu_hoc", Text("Tiểu học", "Primary")),
        ("thcs", Text("Trung học cơ sở")),
    ]
    assert not content.form.fields[1].required and content.form.fields[0].required
    assert [(move.kind, move.to) for move in content.process.steps[1].moves] == [
        ("back", "tiep_nhan"),
        ("finish", None),
    ]

    assert "Put it in force" in text_of(visit("edit", pk, part="release"))
    assert send("release", pk, begins="2026-01-05")["Location"] == reverse("procedures:procedure", args=[pk])
    procedure = Procedure.objects.get(pk=pk)
    assert procedure.current.begins.isoformat() == "2026-01-05" and not procedure.current.is_draft


@pytest.fixture
def draft(catalogue):
    return draft_save(stored(catalogue.copy.current.content), keeper=catalogue.agency, acting=catalogue.officer)


def test_every_page_of_the_editor_saves_what_it_shows(visit, send, catalogue, draft):
    """Each page shown and sent back as a browser sends it leaves the procedure as it was."""
    from html.parser import HTMLParser

    class Sent(HTMLParser):
        def __init__(self):
            super().__init__()
            self.values, self.select, self.area = {}, None, None

        def handle_starttag(self, tag, attrs):
            given = dict(attrs)
            if tag == "select":
                self.select = given.get("name")
            elif tag == "option" and self.select and "selected" in given:
                self.add(self.select, given["value"])
            elif tag == "textarea":
                self.area = given.get("name")
                self.add(self.area, "")
            elif tag == "input" and given.get("name") and (given.get("type") != "checkbox" or "checked" in given):
                self.add(given["name"], given.get("value", ""))

        def handle_data(self, data):
            if self.area:
                self.values[self.area][-1] += data

        def handle_endtag(self, tag):
            self.area = None if tag == "textarea" else self.area
            self.select = None if tag == "select" else self.select

        def add(self, name, value):
            self.values.setdefault(name, []).append(value)

    before = draft.content
    for part in ("facts", "papers", "times", "results", "form", "process", "publication"):
        page = visit("edit", draft.procedure_id, part=part, account=catalogue.officer).content.decode()
        start = page.index('<form id="record-form"')
        sent = Sent()
        sent.feed(page[start : page.index("</form>", start)])
        assert send("edit", draft.procedure_id, part=part, **sent.values).status_code == 302, part
        draft.refresh_from_db()
        assert draft.content == before, part


def test_what_is_wrong_is_shown_at_its_control_and_not_saved(send, catalogue, draft):
    sent = {"edition": 1, "times-by_law": "khoảng 5 ngày", "channels-0-kind": "counter"}
    page = send("edit", draft.procedure_id, part="times", account=catalogue.officer, **sent)
    assert page.status_code == 422
    text = text_of(page)
    assert 'value="khoảng 5 ngày"' in text, "what was typed is still there"
    assert "Not saved" in text and text.count("No time limit recognised") == 3, (
        "above the form, at the control, in the panel"
    )
    draft.refresh_from_db()
    assert draft.edition == 1


def test_doubtful_things_are_saved_and_keep_it_from_coming_in_force(send, visit, catalogue, draft):
    sent = {
        "edition": 1,
        "process-steps-0-title": "A",
        "process-steps-0-role": "counter",
        "process-steps-0-share": "40%",
    }
    pk = draft.procedure_id
    assert send("edit", pk, part="process", account=catalogue.officer, **sent).status_code == 302
    assert "1 error to put right first" in text_of(visit("edit", pk, part="release"))
    send("release", pk, begins=str(today()))
    draft.refresh_from_db()
    assert draft.is_draft


def test_rows_come_and_go_without_saving(send, catalogue, draft):
    sent = {"edition": 1, "components-0-title": "Một", "components-1-title": "Hai", "components-2-title": "Ba"}
    pk = draft.procedure_id

    def titles(wish):
        page = text_of(send("edit", pk, part="papers", account=catalogue.officer, row=wish, **sent))
        order = [(page.find(f">{title}</textarea>"), title) for title in ("Một", "Hai", "Ba")]
        return [title for place, title in sorted(order) if place > 0], page.count('<details class="record-row')

    assert titles("add:components") == (["Một", "Hai", "Ba"], 4)
    assert titles("drop:components-1") == (["Một", "Ba"], 2)
    assert titles("up:components-2") == (["Một", "Ba", "Hai"], 3)
    draft.refresh_from_db()
    assert draft.edition == 1


def test_of_two_people_the_later_sees_what_the_other_saved(send, catalogue, draft):
    pk = draft.procedure_id
    assert send("edit", pk, part="publication", account=catalogue.officer, edition=1, note="của tôi").status_code == 302
    page = send("edit", pk, part="publication", edition=1, note="của người khác")
    assert page.status_code == 422
    text = text_of(page)
    assert "Somebody saved this procedure after you opened it." in text and "của tôi" in text
    draft.refresh_from_db()
    assert draft.content["note"] == "của tôi"


def test_the_whole_text_is_saved_or_said_to_be_wrong(send, catalogue, draft):
    pk, text = draft.procedure_id, to_yaml([stored(draft.content)])
    wrong = send("edit", pk, part="yaml", account=catalogue.officer, edition=1, text=text.replace("level:", "levle:"))
    line = 1 + next(n for n, line in enumerate(text.splitlines()) if "level:" in line)
    assert wrong.status_code == 422 and f"Line {line}:" in text_of(wrong)
    other = send("edit", pk, part="yaml", edition=1, text=text.replace("1.900101", "1.900109"))
    assert other.status_code == 422
    assert send("edit", pk, part="yaml", edition=1, text=text.replace("province", "commune")).status_code == 302
    draft.refresh_from_db()
    assert draft.level == "commune"


def test_the_panel_beside_the_form_checks_without_saving(send, catalogue, draft):
    pk = draft.procedure_id
    sent = {"process-steps-0-title": "A", "process-steps-0-role": "counter", "process-steps-0-share": "40%"}
    said = text_of(send("check", pk, part="process", account=catalogue.officer, **sent))
    assert "the steps add up to 40% of the time" in said
    whole = text_of(send("check", pk, part="process", **{**sent, "process-steps-0-share": "100%"}))
    assert '<svg class="process"' in whole
    draft.refresh_from_db()
    assert draft.edition == 1


def test_strangers_do_not_write(visit, send, catalogue, draft):
    pk = draft.procedure_id
    for account in (catalogue.outsider, catalogue.specialist, catalogue.head):
        assert visit("edit", pk, account=account).status_code in (403, 404)
        assert send("discard", pk).status_code in (403, 404)
    assert send("release", pk, account=catalogue.outsider, begins=str(today())).status_code == 404
    assert send("release", pk, account=catalogue.head, begins=str(today())).status_code == 302
    draft.refresh_from_db()
    assert not draft.is_draft


def test_repeal_offer_and_review_by_their_forms(send, catalogue):
    pk, officer = catalogue.copy.pk, catalogue.officer
    offer = {
        "one_stop": catalogue.one_stop.pk,
        "office": catalogue.office.pk,
        "begins": str(today()),
        "mode": "own",
        "committed": "2 ngày làm việc",
    }
    assert send("offer", catalogue.offer.pk, account=officer, **offer).status_code == 302
    assert catalogue.copy.offers.get(ends=None).committed == "2 ngày làm việc"
    assert send("offer", catalogue.offer.pk, **{**offer, "committed": "vài ngày"}).status_code == 422
    new = {**offer, "agency": catalogue.agency.pk, "begins": str(today())}
    assert send("offer_new", catalogue.bare.pk, **new).status_code == 302
    review = {
        "unit": catalogue.agency.pk,
        "reviewed_on": str(today()),
        "finding": "Thừa giấy tờ",
        "cuts_steps": 0,
        "cuts_days": "1.5",
        "cuts_components": 1,
        "cuts_fee": 0,
    }
    assert send("review_new", pk, **review).status_code == 302
    found = Review.objects.get()
    assert send("review", found.pk, status="done", decided_on=str(today())).status_code == 302
    repeal = {"ends": str(today()), "decision": "1/QĐ", "replaced_by": "9.999999"}
    assert send("repeal", pk, **repeal).status_code == 422
    assert send("repeal", pk, **{**repeal, "replaced_by": "2.900102"}).status_code == 302
    catalogue.copy.refresh_from_db()
    assert [one.code for one in catalogue.copy.replaced_by.all()] == ["2.900102"]
