"""The page and the paragraph styles of a Word file, with the sizes of Decree 30/2020/NĐ-CP, Annex I."""

from dataclasses import dataclass
from typing import Any

from .model import Document

FONT = "Times New Roman"
_LANGUAGE = {"vi": "vi-VN", "en": "en-GB"}


@dataclass(frozen=True)
class _Look:
    """A paragraph style: its name in Word's list, size in points, alignment, spacing before and after in
    points."""

    name: str
    size: float
    align: str = "center"
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0  # first line, mm
    follow: bool = False  # kept with the next paragraph
    line: float | None = None  # exact height in points


def _looks(document: Document) -> dict[str, _Look]:
    body = document.size
    head = 13 if document.landscape else 12  # motto and date line are one point larger (Annex I, sample note)
    return {
        "MBNation": _Look("Quốc hiệu", head, bold=True),
        "MBMotto": _Look("Tiêu ngữ", head + 1, bold=True),
        "MBSuperior": _Look("Cơ quan chủ quản", head),
        "MBAgency": _Look("Cơ quan ban hành", head, bold=True),
        "MBNumber": _Look("Số, ký hiệu", 13, before=3),
        "MBAbout": _Look("Trích yếu công văn", 12, before=6),
        "MBDate": _Look("Địa danh, ngày tháng", head + 1, italic=True, before=3),
        "MBRule": _Look("Đường kẻ", 1, before=2, line=4, follow=True),
        "MBNote": _Look("Kèm theo", body, italic=True, after=6),
        "MBFlat": _Look("Thân văn bản không thụt", body, align="both", after=6),
        "MBField": _Look("Dòng biểu mẫu", body, align="left", after=3),
        "MBBeside": _Look("Cạnh mã QR", body - 1, align="left", after=3),
        "MBGap": _Look("Khoảng cách", 6, align="left"),
        "MBCell": _Look("Ô bảng", 12, align="left", before=1, after=1),
        "MBCellHead": _Look("Đầu bảng", 12, bold=True, before=1, after=1),
        "MBRecipients": _Look("Nơi nhận", 12, align="left", bold=True, italic=True),
        "MBRecipient": _Look("Danh sách nơi nhận", 11, align="left"),
        "MBPosition": _Look("Quyền hạn, chức vụ", body, bold=True, follow=True),
        "MBHint": _Look("Hướng dẫn ký", body - 1, italic=True, follow=True),
        "MBSigner": _Look("Người ký", body, bold=True),
        "Title": _Look("Title", body, bold=True, before=14, follow=True),
        "Subtitle": _Look("Subtitle", body, bold=True, follow=True),
        "BodyText": _Look("Body Text", body, align="both", after=6, indent=12.7),
        "Heading1": _Look("heading 1", body, align="left", bold=True, before=8, after=6, follow=True),
        "Heading2": _Look("heading 2", body, align="left", bold=True, before=6, after=6, follow=True),
        "Heading3": _Look("heading 3", body, align="left", bold=True, italic=True, before=6, after=6, follow=True),
        "Header": _Look("header", 13),
    }


def prepare(file: Any, document: Document) -> None:
    """Set page, default type, styles and page numbers of an empty python-docx file."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = file.sections[0]
    short, long = Mm(210), Mm(297)
    if document.landscape:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, long, short
    else:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, short, long
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    # Page numbers centred at the top, none on the first page (Annex I, Part I, Section I, item 7).
    section.different_first_page_header_footer = True
    _page_field(section.header.paragraphs[0])
    _defaults(file, document)
    styles = {style.style_id: style for style in file.styles}
    for style_id, look in _looks(document).items():
        _apply(file, styles.get(style_id), style_id, look)
    _settings(file, document)


def _page_field(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "2"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _fonts(parent: Any) -> None:
    from docx.oxml.ns import qn

    fonts = parent.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _defaults(file: Any, document: Document) -> None:
    """The type and language every style starts from."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = file.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in list(properties):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.append(fonts)
    for tag in ("w:sz", "w:szCs"):
        size = OxmlElement(tag)
        size.set(qn("w:val"), str(document.size * 2))
        properties.append(size)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LANGUAGE[document.lang])
    language.set(qn("w:eastAsia"), _LANGUAGE[document.lang])
    properties.append(language)
    normal = file.styles["Normal"]
    _fonts(normal.element.get_or_add_rPr())
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = 0
    normal.paragraph_format.line_spacing = 1.0


def _apply(file: Any, style: Any, style_id: str, look: _Look) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    if style is None:
        style = file.styles.add_style(style_id, WD_STYLE_TYPE.PARAGRAPH)
        style.element.name_val = look.name
        style.base_style = file.styles["Normal"]
        style.quick_style = True
    else:
        # The template's own look (blue headings, a rule under the title) goes; the built-in meaning stays.
        for tag in ("w:rPr", "w:pPr"):
            if (old := style.element.find(qn(tag))) is not None:
                level = old.find(qn("w:outlineLvl"))
                style.element.remove(old)
                if level is not None:
                    style.element.get_or_add_pPr().append(level)
    _fonts(style.element.get_or_add_rPr())
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold, look.italic
    font.color.rgb = RGBColor(0, 0, 0)
    form.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }[look.align]
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next = look.follow
    form.widow_control = True
    if look.indent:
        form.first_line_indent = Mm(look.indent)
    if look.line is not None:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)


def _settings(file: Any, document: Document) -> None:
    """Open as a current file rather than in Word's compatibility mode, and check spelling in the right
    language."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    settings = file.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        settings.append(compat)
    for old in compat.findall(qn("w:compatSetting")):
        compat.remove(old)
    mode = OxmlElement("w:compatSetting")
    for name, value in (
        ("name", "compatibilityMode"),
        ("uri", "http://schemas.microsoft.com/office/word"),
        ("val", "15"),
    ):
        mode.set(qn(f"w:{name}"), value)
    compat.append(mode)
    language = settings.find(qn("w:themeFontLang"))
    if language is not None:
        language.set(qn("w:val"), _LANGUAGE[document.lang])
