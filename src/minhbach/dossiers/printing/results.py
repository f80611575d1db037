"""The paper of a result: what a template says of a dossier, kept as plain data, and drawn as DOCX or PDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils import timezone

from minhbach.dossiers.models import Dossier
from minhbach.dossiers.permissions import SIGN
from minhbach.org.dates import in_force, today
from minhbach.org.models import Person, Post, Unit
from minhbach.papers import Document, Letterhead, Paragraph, QrCode
from minhbach.papers import Signature as SignatureBlock
from minhbach.procedures.content.model import Content, Field, Form, Section
from minhbach.procedures.content.reading import stored
from minhbach.procedures.content.result_templates import BLANK, ResultTemplate, filled, template_from_yaml
from minhbach.records.texts import Text
from minhbach.vietnamese import format_number

REFUSAL = "tu-choi-giai-quyet"
#: The parts of the wording an officer may change, each a list of lines or one line.
LINES = ("bases", "body", "recipients", "signed_by")
WORDS = ("kind", "about", "symbol", "by", "decides")


@dataclass(frozen=True)
class SigningForm:
    """In whose name somebody signs: the lines of authority, and the position over the name."""

    code: str
    authority: tuple[str, ...]
    position: str

    @property
    def said(self) -> str:
        return " / ".join((*self.authority, self.position))


@cache
def templates() -> Mapping[str, ResultTemplate]:
    """The shipped templates by code. A broken one is a fault of the installation."""
    found = {}
    for folder in ("results", "refusals"):
        for path in (files("minhbach.catalog") / folder).iterdir():
            if path.name.endswith(".yaml"):
                template, problems = template_from_yaml(path.read_text(encoding="utf-8"), path.name)
                if template is None:
                    raise RuntimeError(f"{path.name}: {list(problems)}")
                found[template.code] = template
    return found


def asked_by(template: ResultTemplate) -> Form | None:
    """What the officer is asked when drafting, as a form."""
    return (
        Form((Section(Text("Nội dung văn bản", "What the paper needs"), template.fields),)) if template.fields else None
    )


def wording(template: ResultTemplate, dossier: Dossier, draft: Mapping[str, Any]) -> dict[str, Any]:
    """What the template says of this dossier, as plain data. Five queries."""
    content = stored(dossier.version.content)
    value = _values(template, dossier, content, draft)

    def put(text: str) -> str:
        return filled(text, value)

    def holds(paragraph) -> bool:
        given = not paragraph.if_given or bool(value(paragraph.if_given))
        return given and all(condition.holds(dossier.answers) for condition in paragraph.when)

    bases = []
    for basis in template.bases:
        # One that names the legal basis stands once for each document of it.
        cited = [f"{one.number} {one.title}".strip() for one in content.legal_basis]
        each = cited if "{legal_basis}" in basis else [""]
        bases += [put(basis.replace("{legal_basis}", one)) for one in each]
    return {
        "kind": template.kind,
        "about": put(template.about),
        "symbol": put(template.symbol),
        "by": put(template.by),
        "bases": bases,
        "decides": put(template.decides),
        "body": [put(paragraph.text) for paragraph in template.body if holds(paragraph)],
        "recipients": [put(line) for line in template.recipients],
        "signed_by": [put(template.signed_by)],
    }


def fingerprint(said: Mapping[str, Any]) -> str:
    """SHA-256 of what a paper says: an approval holds for it alone."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def signing_forms(dossier: Dossier, said: Mapping[str, Any], person: Person | None) -> list[SigningForm]:
    """The forms in which this person can sign, the likely one first: as the head, for the head as a deputy (KT.), by
    mandate (TUQ.), by order (TL.) (Decree 30/2020, Annex I, Part I, Section II, item 7)."""
    *above, position = said.get("signed_by") or [BLANK]
    agency = dossier.agency.name
    post = without_agency(_post(person, dossier.agency), agency)
    own = post or position
    found = [
        SigningForm("self", tuple(above), position),
        SigningForm("for", (*above, f"KT. {position}"), own if own.lower().startswith("phó") else f"Phó {position}"),
        SigningForm("mandate", (*above, f"TUQ. {position}"), own),
        SigningForm("order", (*above, f"TL. {position}"), own),
    ]
    likely = "self"
    if post and post.lower().startswith("phó"):
        likely = "for"
    elif post and post.split(",")[0].strip().lower() != without_agency(position, agency).lower():
        likely = "mandate"
    return sorted(found, key=lambda form: form.code != likely)


def document(
    dossier: Dossier,
    said: Mapping[str, Any],
    *,
    form: SigningForm | None = None,
    signer: str = "",
    verify: str = "",
    number: int | None = None,
    day: date | None = None,
    draft: bool = False,
) -> Document:
    """The paper. `verify` is the address its QR code leads to; a draft says that it is one."""
    agency = dossier.agency
    *above, position = said.get("signed_by") or [BLANK]
    form = form or SigningForm("self", tuple(above), position)
    blocks: list[Paragraph] = []
    if said.get("by"):
        blocks.append(Paragraph(said["by"].upper(), align="center", bold=True, indent=False))
    blocks += [Paragraph(text, italic=True) for text in _ended(said.get("bases", []))]
    if said.get("decides"):
        blocks.append(Paragraph(said["decides"].upper(), align="center", bold=True, indent=False))
    blocks += [Paragraph(text) for text in said.get("body", [])]
    lines = ("Quét mã để kiểm tra văn bản",) if verify else ()
    return Document(
        said.get("kind", "").upper(),
        letterhead=Letterhead(
            agency=agency.name,
            superior=_superior(agency) or None,
            place=_place(agency) or BLANK,
            number=number,
            symbol=said.get("symbol") or None,
            day=day,
        ),
        subtitle=said.get("about") or None,
        note="(Dự thảo, chưa có giá trị)" if draft else None,
        blocks=tuple(blocks),
        recipients=tuple(said.get("recipients", [])),
        signatures=(SignatureBlock(form.position, signer or None, form.authority),),
        code=QrCode(verify, lines) if verify else None,
    )


def _values(
    template: ResultTemplate, dossier: Dossier, content: Content, draft: Mapping[str, Any]
) -> Callable[[str], str]:
    applicant, agency = dossier.applicant, dossier.agency
    known = {
        "agency.name": agency.name,
        "agency.superior": _superior(agency),
        "agency.symbol": symbol_of(agency),
        "office.name": dossier.office.name,
        "head.position": _head_position(agency),
        "applicant.name": applicant.name,
        "applicant.id_number": applicant.id_number,
        "applicant.address": applicant.address,
        "dossier.code": dossier.code,
        "dossier.received_on": _day(timezone.localdate(dossier.received_at or dossier.submitted_at)),
        "procedure.name": dossier.version.name,
    }
    asked = {field.key: field for field in content.form.fields} if content.form else {}
    of_draft = {field.key: field for field in template.fields}

    def value(name: str) -> str:
        where, _dot, key = name.partition(".")
        if where == "answers":
            return shown(asked.get(key), dossier.answers.get(key))
        if where == "draft":
            return shown(of_draft.get(key), draft.get(key))
        return known.get(name, "")

    return value


def shown(field: Field | None, answer: Any) -> str:
    """An answer as a paper has it: a day 21/11/2026, an option by its title, a number with its points."""
    if answer is None or answer == "":
        return ""
    if isinstance(answer, list | tuple):
        return ", ".join(shown(field, one) for one in answer)
    if field is None:
        return str(answer)
    titles = {option.key: option.title.vi for option in field.options}
    if str(answer) in titles:
        return titles[str(answer)]
    if field.type == "date":
        try:
            return _day(date.fromisoformat(str(answer)))
        except ValueError:
            return str(answer)
    if field.type in ("number", "money") and isinstance(answer, int):
        return format_number(answer, None, "vi")
    if field.type == "yes_no":
        return {"yes": "có", "no": "không"}.get(str(answer), str(answer))
    return str(answer)


def symbol_of(agency: Unit) -> str:
    """The agency's abbreviation in symbols of papers: its short name if that is one word, else the first letters of
    its name's words (Sở Giáo dục và Đào tạo: SGDĐT)."""
    short = agency.short_name.strip()
    if short and " " not in short and short == short.upper():
        return short
    return "".join(word[0] for word in agency.name.split() if word.lower() not in ("và", "-")).upper()


def _ended(bases: Iterable[str]) -> list[str]:
    """Each with a semicolon, the last with a full stop."""
    bare = [basis.strip().rstrip(";.") for basis in bases if basis.strip()]
    return [f"{basis}{';' if n < len(bare) else '.'}" for n, basis in enumerate(bare, start=1)]


def _superior(agency: Unit) -> str:
    return agency.parent.name if agency.parent_id else ""


def _place(agency: Unit) -> str:
    top = Unit.objects.filter(pk=int(agency.path[:8])).values_list("short_name", flat=True).first()
    return top or ""


def _head_position(agency: Unit) -> str:
    """The post at the agency of whoever may sign there, deputies aside."""
    from minhbach.dossiers.queries import people_for

    posts = Post.objects.filter(in_force(today()), unit=agency, person__in=people_for(SIGN, agency))
    titles = posts.order_by("begins", "id").values_list("title", flat=True)
    return without_agency(next((title for title in titles if not title.lower().startswith("phó")), ""), agency.name)


def without_agency(title: str, agency: str) -> str:
    """A post without the beginning of the agency's name: the “Giám đốc Sở” of a “Sở …” is its “Giám đốc”."""
    words, name = title.split(), agency.lower().split()
    most = min(len(words) - 1, len(name))
    same = next((n for n in range(most, 0, -1) if [word.lower() for word in words[-n:]] == name[:n]), 0)
    return " ".join(words[: len(words) - same])


def _post(person: Person | None, agency: Unit) -> str:
    if person is None:
        return ""
    posts = Post.objects.filter(in_force(today()), person=person, unit__path__startswith=agency.path)
    return posts.order_by("unit__path", "begins").values_list("title", flat=True).first() or ""


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
