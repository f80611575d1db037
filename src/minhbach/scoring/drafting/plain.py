"""The wording of decisions made regular: tags, formulas, dashes, decimal commas, spacing."""

from __future__ import annotations

import html
import re
import unicodedata
from fractions import Fraction

_BREAKS = re.compile(r"<\s*(?:br|/p|/i|/b|/li|/div)\s*/?\s*>", re.I)
_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>")
_SPACES = re.compile(r"[^\S\n]+")
#: Invisible marks that programs leave in copied text: zero-width spaces and joiners, soft hyphens, byte order marks.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DASHES = re.compile("[‐‑‒–—―−]")
_FRAC = re.compile(r"\\d?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_LATEX = (
    (re.compile(r"\\text(?:rm|bf|it)?\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\(?:left|right|big|Big)\s*"), ""),
    (re.compile(r"\\(?:times|cdot)\b"), " × "),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\[a-zA-Z]+"), " "),
)
NUMBER = r"(?:[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")


def cleaned(text: str) -> str:
    """The text without tags and typesetting; line breaks stay where one thing ends and another begins."""
    text = _INVISIBLE.sub("", LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)))
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    text = _BREAKS.sub("\n", text)
    text = html.unescape(_TAGS.sub(" ", text)).replace("**", "")
    if "\\" in text or "$" in text:
        for pattern, by in _LATEX[:1]:
            text = pattern.sub(by, text)
        text = _FRAC.sub(r"(\1)/(\2)", text)
        for pattern, by in _LATEX[1:]:
            text = pattern.sub(by, text)
        text = text.replace("$", " ").replace("{", "(").replace("}", ")")
    text = _DASHES.sub("-", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    return " ".join(text.split())


def in_sentence(text: str) -> str:
    """The text as it goes on in a sentence; abbreviations such as TTHC keep their capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def figure_of(text: str) -> Fraction:
    """A figure with a decimal comma or point; 1.000 is a thousand, as decisions write it."""
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Fraction(text.replace(",", "."))


def folded(text: str) -> str:
    """Lower case without accents, for comparing wordings."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def slug(text: str, joint: str = "_", longest: int = 24) -> str:
    """Letters and digits of the text, joined: `Xuất sắc` → `xuat_sac`."""
    name = re.sub(r"[^a-z0-9]+", joint, folded(text)).strip(joint)[:longest].strip(joint)
    return name if name[:1].isalpha() else f"m{joint}{name}".strip(joint)


# Rule lines ---------------------------------------------------------------------------------------------------

_CAPITAL = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_POINTS = re.compile(rf"(?:[:=]|\bđạt|\bđược|\blà|\btính)\s*(-?{NUMBER})\s*(?:điểm|đ)?\s*[.;]?$", re.I)
_POINTS_AFTER_DASH = re.compile(rf"[-(]\s*(-?{NUMBER})\s*điểm\)?\s*[.;]?$", re.I)
#: Points in the middle of a line, after which the next tier begins.
_NEXT = re.compile(
    rf"(?:[:=]|đạt|được)\s*-?{NUMBER}(?:\s*điểm)?\s*(?:[;,.](?=\s)|(?=\s+(?:[{_CAPITAL}]|\d+\s?%)))|;(?=\s)"
    # after a formula: "… x 1,5)/100% Dưới 95%: 0"
    r"|(?:(?<=[])%\d])|(?<=điểm))(?=\s+(?:Từ|Dưới|Trên|Đạt)\s+\d)"
)
_BULLET = re.compile(rf"(?<=\s)[-+•]\s+(?=[{_CAPITAL}])|^[-+*•]\s+")
_CAP = re.compile(
    r"\s*(?:nhưng\s+|và\s+)?(?:tổng(?: số)?(?: điểm)?[^:]{0,25}?)?(?:(?:trừ|cộng)\s+)?"
    r"(?:tối đa|không quá|không vượt quá)\b",
    re.I,
)
_MOST_POINTS = 500
_TAIL = 80
_LONGEST = 2000  # of a statement; longer ones are not searched for points


#: `2 điểm: đạt 100%`, and `Đạt 95% trở lên 2 điểm`, where nothing but the word says so.
_POINTS_FIRST = re.compile(rf"^({NUMBER})\s*(?:điểm|đ)\s*[:=]\s*(\D*\S.*)$", re.I)
_POINTS_BARE = re.compile(
    rf"(?<!\btrừ)(?<!\bcộng)(?<!\bthêm)(?<!\btối đa)(?<!\bquá)(?<!\btừ)(?<!\bdưới)(?<!\btrên)(?<!\bđến)(?<!\bhơn)"
    rf"(?<![-+/x×*,(])\s+({NUMBER})\s*điểm\s*[.;]?$",
    re.I,
)
#: Points a person has to choose from: `từ 1,5 - 2 điểm`, `dưới 1,5 điểm`.
POINTS_RANGE = re.compile(
    rf"{NUMBER}\s*(?:điểm\s*)?(?:-|đến|tới)\s*(?:dưới\s*)?{NUMBER}\s*(?:điểm|đ)\s*[.;)]*$"
    rf"|[:=]\s*(?:từ|dưới|trên|tối đa|không quá|đến)\s*{NUMBER}\s*(?:điểm|đ)?\s*[.;)]*$",
    re.I,
)


def is_points(figure: Fraction) -> bool:
    """Whether a figure after a colon can be points: ISO 9001:2015 ends with the year of a standard."""
    return abs(figure) <= _MOST_POINTS


_IN_TITLE = re.compile(
    rf"\s*[(\[](?:(?:điểm\s*)?tối đa\s*:?\s*)?({NUMBER})\s*(?:điểm|đ)\s*(?:tối đa)?[)\]]\s*[.:]?$", re.I
)
_NO_POINTS = re.compile(r"\s*[:,;(-]?\s*(?:thì\s+)?không (?:được )?(?:tính|chấm|có|cho|đạt)? ?điểm\)?\s*[.;]?$", re.I)


def points_in_title(title: str) -> tuple[str, Fraction | None]:
    """`Nền nếp (tối đa 20 điểm)` → the title without the brackets, and 20."""
    found = _IN_TITLE.search(title)
    if not found or not title[: found.start()].strip():
        return title, None
    return title[: found.start()].strip(), figure_of(found[1])


def points_at_end(text: str) -> tuple[str, Fraction] | None:
    """The condition before the points a line ends with, and the points; None when it ends with none."""
    tail = max(len(text) - _TAIL, 0)  # all of them look at the end only
    if POINTS_RANGE.search(text, tail):
        return None
    if none := _NO_POINTS.search(text, tail):
        return text[: none.start()].strip(" :-–;.,"), Fraction(0)
    found = _POINTS.search(text, tail) or _POINTS_AFTER_DASH.search(text, tail)
    if not found and (first := _POINTS_FIRST.match(text)):
        return first[2].strip(" :-–;.,"), figure_of(first[1])
    found = found or _POINTS_BARE.search(text, tail)
    if not found:
        return None
    points = figure_of(found[1])
    if not is_points(points):
        return None
    return text[: found.start()].strip(" :-–;.,"), points


#: `Tỷ lệ = a/b x 100%. Đạt 98% trở lên: …`: what is divided by what, then the tiers.
_SENTENCE = re.compile(rf"(?<=[x×*] 100)\.\s+(?=[{_CAPITAL}])|(?<=[x×*] 100%)\.\s+(?=[{_CAPITAL}])")


def _bullets(line: str) -> list[str]:
    """The line at its dashes, but not inside brackets, where a dash takes away."""
    found, start = [], 0
    for match in _BULLET.finditer(line):
        piece = line[start : match.start()]
        if piece.count("(") + piece.count("[") <= piece.count(")") + piece.count("]"):
            found.append(piece)
            start = match.end()
    return [*found, line[start:]]


def segments(text: str) -> list[str]:
    """The single statements of a rule's text: one per line, bullet, or after each points."""
    found: list[str] = []
    for line in _SENTENCE.sub("\n", text).split("\n"):
        for bullet in _bullets(line):
            rest = bullet.strip()
            start = 0
            for match in _NEXT.finditer(rest):
                piece = rest[start : match.end()].strip(" ;,")
                if len(piece) > _LONGEST:
                    found.append(piece)
                    start = match.end()
                    continue
                if _CAP.match(rest, match.end()):
                    continue  # “…, tối đa 2 điểm” belongs to what is before it
                # What stands in brackets belongs to the words around them.
                if is_rule_line(piece) and piece.count("(") == piece.count(")"):
                    found.append(piece)
                    start = match.end()
            found.append(rest[start:].strip(" ;"))
    return [piece for piece in found if piece]


FULL = re.compile(r"(?::|\bđạt|\bđược|\btính)\s*(?:số )?điểm tối đa\s*[.;]?$", re.I)
_TIMES = re.compile(rf"[x×*]\s*{NUMBER}(?:\s*điểm)?[\s)\].]*(?:/\s*100\s*%)?\s*[)\]]*$")
_FORMULA = re.compile(r"theo công thức|bằng công thức|theo tỷ lệ|điểm\s*=|[x×*]\s*(?:số )?điểm tối đa", re.I)


def is_formula(text: str) -> bool:
    """Whether the text says that points are computed."""
    return bool(FULL.search(text) or _FORMULA.search(text) or _TIMES.search(text))


def is_rule_line(text: str) -> bool:
    return points_at_end(text) is not None or is_formula(text)
