"""What a fact is, how one is read from what a person typed, and what facts say against each other."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from minhbach.records.texts import Text, decimal_text, figure
from minhbach.scoring.expressions.evaluate import NotAvailable, Value
from minhbach.scoring.model import Input, Node

Fact = Value | NotAvailable
NA = NotAvailable()
_YES = {"yes", "true", "1", "có", "co", "đúng", "x", "y"}
_NO = {"no", "false", "0", "không", "khong", "sai", "n"}
_NA = {"n/a", "na", "không áp dụng", "khong ap dung"}
#: Larger figures are a slip of the keyboard, and would leave the range of exact whole-number columns.
LARGEST = 10**12


@dataclass
class UnitFacts:
    """The facts of one unit: criterion id → input key → value. A survey's counts are one dict.

    `given` holds points a person gave against the rule, by criterion; they take the place of the rule's.
    """

    unit: str = ""
    group: str = ""
    values: dict[str, dict[str, Fact]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    given: dict[str, Fraction] = field(default_factory=dict)

    def give(self, criterion: str, key: str, value: Fact) -> None:
        """Set one fact. `key` of a survey count is `input.option`; of an absent block, `absent`."""
        name, _, option = key.partition(".")
        if option:
            survey = self.values.setdefault(criterion, {}).setdefault(name, {})
            assert isinstance(survey, dict)
            survey[option] = value
        elif key == "absent":
            if value is True:
                self.absent.add(criterion)
        else:
            self.values.setdefault(criterion, {})[key] = value


class FactError(ValueError):
    """A value that is not a fact of its type. `says` tells what to write instead."""

    def __init__(self, says: Text):
        super().__init__(says.en)
        self.says = says


def _refuse(vi: str, en: str) -> FactError:
    return FactError(Text(vi, en))


#: A decimal with a comma or a point. Thousands are grouped by spaces, by the mark that is not the decimal one, or by a
#: mark that comes more than once, as in 1.234.567.
_NUMBER = re.compile(
    r"(-?)(?:([0-9]+)|([0-9]{1,3}(?: [0-9]{3})+)|([0-9]{1,3}(?:\.[0-9]{3})+(?=,))|([0-9]{1,3}(?:,[0-9]{3})+(?=\.))"
    r"|([1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?!\.))|([1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?!,)))"
    r"(?:[.,]([0-9]+))?"
)
#: One mark before three digits. In a count it can only group thousands, unless the digits are 000: some programs
#: print 12 as 12.000.
_ONE_MARK = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
_LONGEST = 40


def _decimal(text: str) -> Fraction:
    match = _NUMBER.fullmatch(text.replace("−", "-")) if len(text) <= _LONGEST else None
    if match is None:
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        raise _refuse(
            f"“{shown}” không phải là số; viết bằng chữ số, ví dụ 1250 hoặc 12,5",
            f"“{shown}” is not a number; write digits, as 1250 or 12.5",
        )
    sign, *wholes, rest = match.groups()
    whole = re.sub("[^0-9]", "", next(w for w in wholes if w))
    value = Fraction(f"{sign}{whole}.{rest or 0}")
    if abs(value) > LARGEST:
        raise _refuse(
            f"“{text}” quá lớn; lớn nhất là 1 000 000 000 000", f"“{text}” is too large; at most 1 000 000 000 000"
        )
    return value


def read_fact(text: str, type_: str, spec: Input | None = None) -> Fact:
    """One fact from what a person typed. Raises FactError saying what to write."""
    text = " ".join(text.split())
    lowered = text.lower()
    if lowered in _NA:
        return NA
    if type_ == "bool":
        if lowered in _YES:
            return True
        if lowered in _NO:
            return False
        raise _refuse(f"“{text}”: viết có hoặc không", f"“{text}”: write yes or no")
    if type_ == "count":
        if grouped := _ONE_MARK.fullmatch(text):
            thousands, digits = grouped.groups()
            if digits == "000":
                raise _refuse(
                    f"“{text}” có thể đọc hai cách; viết liền các chữ số: {thousands}000, hoặc {thousands}",
                    f"“{text}” can be read in two ways; write the digits together: {thousands}000, or {thousands}",
                )
            text = thousands + digits
        value = _decimal(text)
        if value.denominator != 1 or value < 0:
            raise _refuse(
                f"“{text}”: số đếm phải là số nguyên không âm",
                f"“{text}”: a count is a whole number, 0 or more",
            )
        return value
    if type_ == "rate":
        if not text.endswith("%") and lowered not in ("0",):
            raise _refuse(
                f"“{text}”: tỷ lệ phải viết kèm dấu %, ví dụ 60%",
                f"“{text}”: a rate is written with its sign, as 60%",
            )
        value = _decimal(text.removesuffix("%").rstrip()) / 100
        top = spec.at_most.value if spec and spec.at_most else Fraction(1)
        if value < 0 or value > top:
            raise _refuse(
                f"“{text}”: tỷ lệ phải từ 0% đến {decimal_text(top * 100)}%",
                f"“{text}”: the rate must be from 0% to {decimal_text(top * 100)}%",
            )
        return value
    if type_ == "date":
        return _date(text)
    if type_ == "grade":
        assert spec is not None
        for key, option in spec.options.items():
            if lowered in (key.lower(), option.title.vi.lower(), option.title.en.lower() or None):
                return key
        vi, en = (", ".join(f"{k} ({o.title.in_(lang)})" for k, o in spec.options.items()) for lang in ("vi", "en"))
        raise _refuse(f"“{text}”: chọn một trong {vi}", f"“{text}”: choose one of {en}")
    if text.endswith("%"):
        raise _refuse(f"“{text}”: đây là số, không phải tỷ lệ", f"“{text}”: this is a number, not a rate")
    value = _decimal(text)
    if spec and spec.at_most and value > spec.at_most.value:
        limit = decimal_text(spec.at_most.value)
        raise _refuse(f"“{text}”: không quá {limit}", f"“{text}”: at most {limit}")
    return value


def _date(text: str) -> datetime.date:
    try:
        if match := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text):
            day, month, year = map(int, match.groups())
            return datetime.date(year, month, day)
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise _refuse(
            f"“{text}” không phải là ngày; viết 31/03/2023", f"“{text}” is not a date; write 2023-03-31"
        ) from None


def fact_text(fact: Fact) -> str:
    """A fact as a facts file writes it, in a form `read_fact` reads back (rates: see `rate_text`)."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, Fraction):
        return decimal_text(fact)
    if isinstance(fact, datetime.date):
        return fact.isoformat()
    return str(fact)


def contradictions(node: Node, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Text]]:
    """What the facts of one criterion say against each other: (input key, what is wrong)."""
    for key, spec in node.inputs.items():
        for suffix in ("", "@previous"):
            part, whole = facts.get(key + suffix), facts.get(spec.part_of + suffix)
            if spec.part_of and isinstance(part, Fraction) and isinstance(whole, Fraction) and part > whole:
                outer, inner = node.inputs[spec.part_of].title, spec.title
                (a, b), (x, y) = ((figure(part, lang), figure(whole, lang)) for lang in ("vi", "en"))
                yield (
                    key + suffix,
                    Text(
                        f"“{inner.vi}” ({a}) lớn hơn “{outer.vi}” ({b})",
                        f"“{inner.in_('en')}” ({x}) exceeds “{outer.in_('en')}” ({y})",
                    ),
                )


def meaning_of(node: Node, key: str, spec: Input | None) -> Text:
    """What a fact means, in words."""
    if spec is None:
        if key == "maximum":
            return Text("điểm tối đa (văn bản không nêu)", "maximum (the decision does not state it)")
        return Text("điểm chấm tay: văn bản không nêu quy tắc", "points given by hand: the decision states no rule")
    title = spec.title
    if "." in key:
        option = spec.options[key.split(".", 1)[1]].title
        title = Text(f"{title.vi}: {option.vi}", f"{title.in_('en')}: {option.in_('en')}")
    if key.endswith("@previous"):
        title = Text(f"{title.vi} (năm trước)", f"{title.in_('en')} (previous year)")
    if spec.type == "grade":
        title = Text(f"{title.vi} ({' / '.join(spec.options)})", f"{title.in_('en')} ({' / '.join(spec.options)})")
    return title
