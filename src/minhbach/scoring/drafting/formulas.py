"""Formulas in words to expressions: `(số A/số B) x 2,5 điểm`, `(b/a)*1.0+(c/a)*0.5`, `tỷ lệ × điểm tối đa`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.scoring.drafting.plain import FULL, NUMBER, one_line
from minhbach.scoring.expressions import ExpressionError, nodes, parse

_HEAD = re.compile(
    r"(?:^|[\s,:;(])(?:thì\s+)?(?:(?:điểm(?: số)?(?: đánh giá)?|số điểm)\s+)?(?:được\s+)?(?:là\s+)?(?:tính\s+)?"
    r"(?:theo|bằng)\s+công thức\s*:?\s*",
    re.I,
)
_EQUALS = re.compile(r"^\s*(?:điểm(?: số| đánh giá| đạt được)?|số điểm)\s*[:=]\s*(?=\S)", re.I)
_BY_RATE = re.compile(r"[,:]?\s*(?:thì\s+)?(?:được\s+)?(?:tính\s+)?(?:điểm\s+)?theo tỷ lệ\s*[.;]?$", re.I)
_BARE = re.compile(
    rf"^(?:\(|\[|(?:tổng )?số |tỷ lệ |tỉ lệ )[^:]*[x×*]\s*(?:{NUMBER}|(?:số )?điểm tối đa)(?:\s*điểm)?\s*[.;]?$", re.I
)
_POINTS_ARE = re.compile(r"^\s*(?:số )?điểm(?: số| đánh giá| đạt được)?\s*=\s*", re.I)
_PART_OF_POINTS = re.compile(
    rf"(?:[:=]|\bđược|\bđạt|\btính)\s*({NUMBER}\s*%|\d\s*/\s*\d|½|một nửa)\s*[x×*]?\s*"
    r"(?:tổng )?(?:số )?điểm(?: tối đa)?\s*[.;]?$",
    re.I,
)
_SHARE = re.compile(r"^[-+]?\s*(?:tỷ lệ|tỉ lệ)(?: %)?(?: \([^()]*\))?[^=:<>≥≤]{0,60}?\s*=\s*(.+)$", re.I)
_HUNDRED = re.compile(r"\s*[x×*]\s*100\s*%?\s*[.;]?$")
_AFTER_COLON = re.compile(r":\s*(?=[^:]*(?:[x×*]\s*))", re.I)
_OPERATORS = re.compile(r"\s(?:x|X)\s|×|(?<=[\d)%\]])\s*[xX]\s*(?=[\d(])")


@dataclass
class Computed:
    """A formula ready for a rule. `counts`: named counts it divides (key → wording); `rate`: it uses the rate."""

    expression: str
    rate: bool = False
    counts: dict[str, str] = field(default_factory=dict)
    coefficient: Fraction | None = None
    uses_maximum: bool = False
    rate_words: str = ""

    @property
    def share_of_maximum(self) -> Fraction | None:
        """What part of the maximum it is, when it is nothing else: `1/2 * điểm tối đa`."""
        return _factor(parse(self.expression)) if self.uses_maximum and not (self.rate or self.counts) else None

    @property
    def quotient(self) -> str | None:
        """`a / b` when the formula is one count by another, times a figure or the maximum; None for any other."""
        match parse(self.expression):
            case nodes.Arithmetic("*", left, right):
                pass
            case _:
                return None
        for share, factor in ((left, right), (right, left)):
            plain = factor == nodes.Name("maximum") or isinstance(factor, nodes.Number)
            if plain and isinstance(share, nodes.Arithmetic) and _is_share(share, self):
                return str(share)
        return None

    def over(self, other: Computed) -> str:
        """The formula with `value` for the quotient of `other`, which has the same counts."""
        return str(parse(self.expression.replace(f"{other.quotient}", "value")))


def split_formula(text: str) -> tuple[str, str] | None:
    """The condition before a formula, and the formula; None when the text has none."""
    flat = one_line(text)
    if match := _PART_OF_POINTS.search(flat):
        part = {"½": "1/2", "một nửa": "1/2"}.get(match[1].lower(), match[1])
        return flat[: match.start()].strip(" ,:;-"), f"{part} * điểm tối đa"
    if match := _EQUALS.search(flat):
        return "", flat[match.end() :]
    if match := FULL.search(flat):
        return flat[: match.start()].strip(" ,:;-"), "điểm tối đa"
    if match := _BY_RATE.search(flat):
        return flat[: match.start()].strip(" ,:;-"), "tỷ lệ x điểm tối đa"
    for pattern in (_HEAD, _AFTER_COLON):
        if match := pattern.search(flat):
            condition = flat[: match.start()].strip(" ,:;-")
            return re.sub(r"\s*\bthì$", "", condition, flags=re.I), flat[match.end() :]
    return ("", flat) if _BARE.match(flat) else None


def stated_share(text: str, names: dict[str, str]) -> Computed | None:
    """`Tỷ lệ = a/b`, `Tỷ lệ % = (số A/tổng số B) x 100`: a quotient of two counts; None when it is anything else."""
    match = _SHARE.match(one_line(text).strip(" .;"))
    if not match:
        return None
    quotient = _HUNDRED.sub("", match[1])
    found = computed(quotient, names)
    return (
        found
        if found and not found.rate and len(found.counts) == 2 and _is_share(parse(found.expression), found)
        else None
    )


def computed(text: str, names: dict[str, str]) -> Computed | None:
    """The formula as an expression. `names`: letters the source defines (a → total of …). None: not understood."""
    flat = _POINTS_ARE.sub("", one_line(text))
    flat = _OPERATORS.sub(" * ", flat.replace("[", "(").replace("]", ")").replace(":", " / "))
    flat = re.sub(r"\bđiểm\b\.?\s*$", "", flat.strip(" .;")).strip(" .;")
    flat = re.sub(rf"({NUMBER})\s*điểm\b", r"\1", flat)
    flat = re.sub(r"(?<=\d),(?=\d)", ".", flat)
    flat = re.sub(r"/\s*\(\s*100\s*%\s*\)|/\s*100\s*%", "", flat)  # a rate knows its unit
    result = Computed("")
    pieces: list[str] = []
    for token in re.findall(r"\d+(?:\.\d+)?\s*%?|[-+*/()]|[^-+*/()]+", flat):
        word = token.strip()
        if not word:
            continue
        if re.fullmatch(r"\d+(?:\.\d+)?\s*%?|[-+*/()]", word):
            pieces.append(word)
            continue
        key = _term(word, names, result)
        if key is None:
            return None
        pieces.append(key)
    try:
        tree = parse(" ".join(pieces))  # words of one name that a bracket cut are no formula and fail
    except ExpressionError:
        return None
    if not (result.rate or result.counts or (result.uses_maximum and _factor(tree) is not None)):
        return None
    result.expression = str(tree)
    result.coefficient = _best(tree, result)
    return result


def _factor(tree: nodes.Expression) -> Fraction | None:
    """The number by which the maximum is multiplied, or None."""
    match tree:
        case nodes.Name("maximum"):
            return Fraction(1)
        case nodes.Arithmetic("*", nodes.Number(value), right):
            inner = _factor(right)
            return None if inner is None else value * inner
        case nodes.Arithmetic("*", left, nodes.Number(value)):
            inner = _factor(left)
            return None if inner is None else value * inner
        case nodes.Arithmetic("*", nodes.Arithmetic("/", nodes.Number(one), nodes.Number(other)), right) if other:
            inner = _factor(right)
            return None if inner is None else one / other * inner
        case nodes.Arithmetic("/", left, nodes.Number(value)) if value:
            inner = _factor(left)
            return None if inner is None else inner / value
    return None


def _term(words: str, names: dict[str, str], result: Computed) -> str | None:
    lowered = words.lower().strip()
    if re.fullmatch(r"(?:số )?điểm tối đa", lowered):
        result.uses_maximum = True
        return "maximum"
    if re.match(r"^(?:tỷ|tỉ) lệ\b", lowered):
        said = re.sub(r"^(?:tỷ|tỉ) lệ(?: %| đạt(?: được)?)?(?=\s|$)", "", lowered).strip()
        if result.rate and said != result.rate_words:
            return None  # two rates, and only one figure to put them in
        result.rate, result.rate_words = True, said
        return "rate"
    if lowered in names:
        result.counts[lowered] = names[lowered]
        return lowered
    if re.match(r"^(?:tổng )?số\s+\S", lowered):
        for key, wording in result.counts.items():
            if wording == words.strip():
                return key
        key = f"amount_{len(result.counts) + 1}"
        result.counts[key] = words.strip()
        return key
    return None


def _best(tree: nodes.Expression, result: Computed) -> Fraction | None:
    """What the formula gives at 100 %: the factor of `rate`, of a quotient, or the largest one of a sum."""
    match tree:
        case nodes.Arithmetic("+", left, right):
            found = [factor for side in (left, right) if (factor := _best(side, result)) is not None]
            return max(found) if len(found) == 2 else None
        case nodes.Arithmetic("*", left, nodes.Number(value, False)) if _is_share(left, result):
            return value
        case nodes.Arithmetic("*", nodes.Number(value, False), right) if _is_share(right, result):
            return value
    return None


def _is_share(tree: nodes.Expression, result: Computed) -> bool:
    match tree:
        case nodes.Name("rate"):
            return True
        case nodes.Arithmetic("/", nodes.Name(one), nodes.Name(other)):
            return one in result.counts and other in result.counts
    return False


_NEXT_LETTER = re.compile(r"(?<=[^\s;:.])\s+(?=[a-zđ] là (?:tổng )?số\s)")


def definitions(lines: list[str]) -> dict[str, str]:
    """`a là tổng số văn bản đi` → {a: tổng số văn bản đi}."""
    found: dict[str, str] = {}
    for line in lines:
        apart = _NEXT_LETTER.sub("; ", one_line(line))
        for match in re.finditer(r"(?:^|[;:.]\s*)([a-zđ])\s*(?:là|:|=)\s*([^;]+)", apart):
            found.setdefault(match[1], match[2].strip(" .;,"))
    return found
