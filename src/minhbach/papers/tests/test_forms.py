"""Lines of forms, QR codes, and many documents in one file."""

from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from minhbach.papers import Document, Field, Fields, Paragraph, QrCode, batch_pdf, to_docx, to_pdf, to_xlsx

from .samples import DOCUMENT, HEAD, HOSTILE, pdf_text, read_docx, read_pdf, read_xlsx

FORM = Document(
    "Giấy tiếp nhận",
    HEAD,
    blocks=(
        Fields((Field("Địa chỉ:", "Số 1, phố Trần Phú"),)),
        Fields((Field("Số điện thoại:"), Field("Email:", "a@b.vn"))),
        QrCode("https://mot-cua.vn/ho-so/1", ("Quét mã để theo dõi",)),
    ),
    size=13,
)


def test_a_field_shows_its_value_or_a_dotted_line():
    text = pdf_text(FORM)
    assert "Địa chỉ: Số 1, phố Trần Phú" in text and "Email: a@b.vn" in text and "Quét mã để theo dõi" in text
    assert "Số điện thoại:....." in text.replace(" ", "").replace("Sốđiệnthoại", "Số điện thoại")


def test_word_has_fields_dots_and_a_picture_with_its_description():
    file = read_docx(FORM)
    lines = [paragraph.text for paragraph in file.paragraphs]
    assert "Địa chỉ: Số 1, phố Trần Phú" in lines
    assert "Số điện thoại: \t\tEmail: a@b.vn" in lines
    assert file.element.xml.count('w:leader="dot"') == 1
    [picture] = file.inline_shapes
    assert picture._inline.docPr.get("descr") == "Quét mã để theo dõi"


def test_a_workbook_has_the_texts():
    values = [cell.value for row in read_xlsx(FORM).active.iter_rows() for cell in row if cell.value]
    assert "Địa chỉ: Số 1, phố Trần Phú" in values and "Quét mã để theo dõi" in values


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_fields_are_only_text(text):
    document = Document(text, blocks=(Fields((Field(text, text), Field(text))), QrCode(text[:200], (text,))))
    assert to_pdf(document).startswith(b"%PDF")
    assert to_docx(document) and to_xlsx(document)


def test_many_documents_in_one_file_each_numbered_from_its_own_first_page():
    two = replace(DOCUMENT, landscape=True)
    pages = pypdf.PdfReader(BytesIO(batch_pdf([FORM, DOCUMENT, FORM, two]))).pages
    assert [round(page.mediabox.width) for page in pages] == [595, 595, 595, 595, 842, 842]
    firsts = [page.extract_text().split()[0] for page in pages]
    assert [number for number in firsts if number.isdigit()] == ["2", "2"]
    assert "GIẤY TIẾP NHẬN" in pages[0].extract_text() and "BÁO CÁO" in pages[1].extract_text()


def test_a_batch_of_one_is_the_document_and_of_none_an_error():
    assert batch_pdf([FORM]) == to_pdf(FORM)
    with pytest.raises(ValueError, match="no document"):
        batch_pdf([])


def test_a_long_paper_in_a_batch_keeps_its_own_pages():
    long = Document("Dài", blocks=tuple(Paragraph("Đoạn văn " * 60) for _ in range(20)))
    assert len(read_pdf(long).pages) * 2 == len(pypdf.PdfReader(BytesIO(batch_pdf([long, long]))).pages)
