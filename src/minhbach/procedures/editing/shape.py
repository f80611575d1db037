"""How the records of a procedure are shown in forms: words, hints, what stands behind “More”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minhbach.org.ui.figures import language
from minhbach.org.ui.record_forms import Look, Shape, Special, key_from
from minhbach.procedures.content.words import NO, YES, label, words_of
from minhbach.records.structure import Kind

Data = dict[str, Any]


def _label(record: str, field: str) -> str:
    return label(record, field).in_(language())


def _words(kind: Kind) -> Mapping[str, str]:
    return {code: text.in_(language()) for code, text in words_of(kind).items()}


def title_in(value: Any) -> str:
    """A title of plain data in the language of the page; Vietnamese where there is no other."""
    if isinstance(value, dict):
        return str((value.get("en") if language() != "vi" else "") or value.get("vi") or "")
    return "" if value is None else str(value)


# Options of a question: one per line ------------------------------------------------------------------------------


def _show_options(value: Any, _whole: Data) -> tuple[str, list]:
    lines = []
    for option in value if isinstance(value, list) else []:
        title = option.get("title") if isinstance(option, dict) else ""
        vi, en = (title.get("vi", ""), title.get("en", "")) if isinstance(title, dict) else (title, "")
        lines.append(f"{option.get('key', '')} = {vi}{f' | {en}' if en else ''}")
    return "\n".join(lines), []


def _take_options(post: QueryDict, name: str) -> list[Data] | None:
    found: list[Data] = []
    for line in filter(None, map(str.strip, post.get(name, "").splitlines())):
        head, equals, titles = line.partition("=")
        if not equals or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", head.strip()):
            head, titles = "", line
        vi, _bar, en = (part.strip() for part in titles.partition("|"))
        key = head.strip() or key_from(vi, {one["key"] for one in found})
        found.append({"key": key, "title": {"vi": vi, "en": en} if en else vi})
    return found or None


# Conditions: questions and their answers, ticked -------------------------------------------------------------------


def questions(whole: Data) -> list[Data]:
    """The questions of the form in plain data that may still be wrong."""
    form = whole.get("form")
    sections = form.get("sections") if isinstance(form, dict) else None
    found = []
    for section in sections if isinstance(sections, list) else []:
        fields = section.get("fields") if isinstance(section, dict) else None
        found += [field for field in (fields if isinstance(fields, list) else []) if isinstance(field, dict)]
    return found


def _answers(field: Data) -> list[tuple[str, str]]:
    if field.get("type") == "yes_no":
        return [("yes", YES.in_(language())), ("no", NO.in_(language()))]
    options = field.get("options")
    return [
        (str(option.get("key", "")), title_in(option.get("title")))
        for option in (options if isinstance(options, list) else [])
        if isinstance(option, dict)
    ]


def _show_conditions(value: Any, whole: Data) -> tuple[str, list[tuple[str, Any, bool]]]:
    chosen = [
        f"{one.get('field')}={answer}"
        for one in (value if isinstance(value, list) else [])
        if isinstance(one, dict)
        for answer in one.get("values") or []
    ]
    choices = [
        (f"{field.get('key')}={key}", f"{title_in(field.get('title'))}: {title}")
        for field in questions(whole)
        for key, title in _answers(field)
    ]
    known = {code for code, _title in choices}
    shown = [(code, title, code in chosen) for code, title in choices]
    return "", shown + [(code, code, True) for code in chosen if code not in known]


def _take_conditions(post: QueryDict, name: str) -> list[Data] | None:
    """Answers to one question are alternatives, questions have to hold together."""
    found: dict[str, list[str]] = {}
    for pair in post.getlist(name):
        field, _equals, answer = pair.partition("=")
        found.setdefault(field, []).append(answer)
    return [{"field": field, "values": values} for field, values in found.items()] or None


_CONDITIONS = Special("pairs", _show_conditions, _take_conditions)


def _steps(whole: Data) -> Mapping[str, str]:
    process = whole.get("process")
    steps = process.get("steps") if isinstance(process, dict) else None
    found = {"": _("the one that is next")}
    for n, step in enumerate(steps if isinstance(steps, list) else [], 1):
        if isinstance(step, dict) and step.get("key"):
            found[str(step["key"])] = f"{n}. {title_in(step.get('title'))}"
    return found


_DURATION = gettext_lazy("As in: 5 ngày làm việc; 2 tháng + 15 ngày làm việc; trong ngày")
_KEY = Look(
    hint=gettext_lazy("Made from the title when left empty; never changed afterwards"), width="medium", more=True
)
_MORE = Look(more=True)

SHAPE = Shape(
    label=_label,
    words=_words,
    looks={
        ("Content", "code"): Look(hidden=True),
        ("Content", "name"): Look(hint=gettext_lazy("The official name, word for word"), long=True),
        ("Content", "field_code"): Look(width="medium", more=True),
        ("Content", "order"): Look(long=True),
        ("Content", "conditions"): Look(long=True),
        ("Content", "sets"): Look(width="narrow"),
        ("Content", "delegated_to"): _MORE,
        ("Content", "former_level"): Look(width="narrow", more=True),
        ("Content", "iso_document"): _MORE,
        ("Content", "note"): Look(long=True),
        ("Content", "replaced_by"): Look(hint=gettext_lazy("Codes, one per line; only if a source says so")),
        ("Content", "extra"): Look(hidden=True),
        ("Component", "key"): _KEY,
        ("Component", "title"): Look(long=True),
        ("Component", "code"): Look(more=True, width="medium"),
        ("Component", "form"): _MORE,
        ("Component", "copies"): Look(width="narrow"),
        ("Component", "when"): Look(hint=gettext_lazy("Where it is not always asked for")),
        ("Component", "only_if"): _MORE,
        ("Component", "by_data"): Look(
            hint=gettext_lazy("Number of the document by which data of a database stand in for it"), more=True
        ),
        ("Component", "reusable_from"): Look(hint=gettext_lazy("Codes of results, one per line"), more=True),
        ("Component", "digitise"): _MORE,
        ("Times", "by_law"): Look(hint=_DURATION, width="medium"),
        ("Times", "counts_from"): Look(
            hint=gettext_lazy("Only where the law counts from something else: the last day for applications, …")
        ),
        ("TimeCase", "counts_from"): _MORE,
        ("Times", "committed"): Look(hint=gettext_lazy("The shorter time the agencies commit to"), width="medium"),
        ("Times", "supplement"): Look(width="medium"),
        ("Times", "note"): Look(long=True),
        ("Times", "source"): _MORE,
        ("TimeCase", "time"): Look(hint=_DURATION, width="medium"),
        ("TimeCase", "when"): Look(hint=gettext_lazy("Nothing ticked: no answer decides, the office knows"), more=True),
        ("Channel", "time"): Look(hint=gettext_lazy("Only where it differs from the time by law"), width="medium"),
        ("Fee", "amount"): Look(width="narrow"),
        ("Fee", "code"): Look(more=True, width="medium"),
        ("Fee", "channel"): _MORE,
        ("Fee", "exemptions"): _MORE,
        ("Fee", "source"): _MORE,
        ("Exemption", "amount"): Look(width="narrow"),
        ("Exemption", "source"): _MORE,
        ("Result", "valid_months"): Look(width="narrow", more=True),
        ("Result", "template"): Look(hint=gettext_lazy("Code of the template its draft begins with"), more=True),
        ("Result", "illustrative"): _MORE,
        ("Citation", "number"): Look(width="medium"),
        ("Citation", "date"): _MORE,
        ("Citation", "title"): _MORE,
        ("Form", "source"): Look(hint=gettext_lazy("Number of the form in the circular or decision")),
        ("Field", "key"): _KEY,
        ("Field", "help"): _MORE,
        ("Field", "options"): Look(
            hint=gettext_lazy("Only of choices; one per line, English after a |: Cha, mẹ | Parent"), long=True
        ),
        ("Field", "pattern"): Look(hint=gettext_lazy("A regular expression for the whole answer"), more=True),
        ("Field", "least"): Look(
            hint=gettext_lazy("A number; a day as 2020-01-31, or today"), width="medium", more=True
        ),
        ("Field", "most"): Look(
            hint=gettext_lazy("A number; a day; of texts the most characters"), width="medium", more=True
        ),
        ("Field", "when"): _MORE,
        ("Field", "prefill"): _MORE,
        ("Step", "key"): _KEY,
        ("Step", "unit"): Look(hint=gettext_lazy("Only if the step lies with another unit"), width="medium", more=True),
        ("Step", "share"): Look(hint=gettext_lazy("15%; the shares of all steps make 100%"), width="narrow"),
        ("Step", "time"): Look(hint=gettext_lazy("Instead of a share"), width="medium", more=True),
        ("Step", "opinions"): Look(hint=gettext_lazy("Codes or names of units, one per line"), more=True),
        ("Step", "makes"): _MORE,
        ("Step", "moves"): Look(hint=gettext_lazy("None: forward and back"), more=True),
        ("Move", "to"): Look(choices=_steps),
        ("Process", "source"): _MORE,
    },
    special={
        ("Field", "options"): Special("options", _show_options, _take_options),
        ("Field", "when"): _CONDITIONS,
        ("Component", "only_if"): _CONDITIONS,
        ("TimeCase", "when"): _CONDITIONS,
    },
    one={
        "Component": gettext_lazy("Paper"),
        "TimeCase": gettext_lazy("Case"),
        "Channel": gettext_lazy("Way"),
        "Fee": gettext_lazy("Fee or charge"),
        "Exemption": gettext_lazy("Exemption"),
        "Result": gettext_lazy("Result"),
        "Citation": gettext_lazy("Document"),
        "Section": gettext_lazy("Section"),
        "Field": gettext_lazy("Question"),
        "Step": gettext_lazy("Step"),
        "Move": gettext_lazy("Move"),
    },
    add={
        "Component": gettext_lazy("Add a paper"),
        "TimeCase": gettext_lazy("Add a case"),
        "Channel": gettext_lazy("Add a way"),
        "Fee": gettext_lazy("Add a fee or charge"),
        "Exemption": gettext_lazy("Add an exemption"),
        "Result": gettext_lazy("Add a result"),
        "Citation": gettext_lazy("Add a document"),
        "Section": gettext_lazy("Add a section"),
        "Field": gettext_lazy("Add a question"),
        "Step": gettext_lazy("Add a step"),
        "Move": gettext_lazy("Add a move"),
    },
)
