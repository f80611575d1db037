"""What the page of one procedure shows, put together from its content; nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from minhbach.procedures.content import model
from minhbach.procedures.content.layout import moves_of
from minhbach.procedures.content.model import Channel, Citation, Component, Content, Fee, Step
from minhbach.procedures.content.picture import BADGES, picture
from minhbach.procedures.content.spoken import asked_of, condition_text, joined, money, said, share_text
from minhbach.procedures.content.words import WORDS, YES, label, word
from minhbach.records.structure import DayKind, Flag
from minhbach.records.texts import Text
from minhbach.worktime import Duration


@dataclass(frozen=True)
class Fact:
    label: Text
    text: Text


@dataclass(frozen=True)
class Paper:
    component: Component
    paper: Text
    when: Text
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """One way to send the dossier: how long it takes then, and what it costs."""

    channel: Channel
    title: Text
    time: Text
    is_own: bool
    """The time is this way's own, not the general one."""
    fees: list[Fee]


def head_facts(content: Content) -> list[Fact]:
    """What the procedure is, in the order of the national database."""
    online = word(model.ONLINE, content.online)
    if content.former_level is not None:
        former = label("Content", "former_level")
        said_so = Text(f"{former.vi}: {content.former_level}", f"{former.en}: {content.former_level}")
        online = joined(filter(None, (online, said_so)), "; ")
    pairs = (
        (
            "field",
            Text(" ".join(filter(None, (content.field, f"({content.field_code})" if content.field_code else "")))),
        ),
        ("level", word(model.LEVELS, content.level)),
        ("applicants", joined(word(model.APPLICANTS, one) for one in content.applicants)),
        ("agency", content.agency),
        ("decided_by", content.decided_by),
        ("online", online),
        ("post", said(Flag(), content.post)),
    )
    found = [Fact(label("Content", name), text) for name, text in pairs]
    # These say something only where they are given: nobody misses them elsewhere.
    for name, text in (
        ("delegated_to", content.delegated_to),
        ("internal", YES if content.internal else Text("")),
        ("iso_document", Text(content.iso_document)),
    ):
        if text:
            found.append(Fact(label("Content", name), text))
    return found


def papers(content: Content) -> list[Paper]:
    asked, found = asked_of(content), []
    for component in content.components:
        when = component.when
        if component.only_if:
            when = joined(filter(None, (when, condition_text(component.only_if, asked))), "; ")
        notes = [
            _note("Component", name, Text(value))
            for name, value in (
                ("form", component.form),
                ("by_data", component.by_data),
                ("reusable_from", ", ".join(component.reusable_from)),
                ("code", component.code),
            )
            if value
        ]
        if component.digitise:
            notes.append(label("Component", "digitise"))
        found.append(Paper(component, word(model.FORMS_OF_PAPER, component.paper), when, notes))
    return found


def _note(record: str, name: str, value: Text) -> Text:
    known = label(record, name)
    return Text(f"{known.vi}: {value.vi}", f"{known.in_('en')}: {value.in_('en')}")


def ways(content: Content) -> list[Way]:
    found = []
    for channel in content.channels:
        fees = [fee for fee in content.fees if fee.channel in (None, channel.kind)]
        time = channel.time or content.times.by_law
        found.append(Way(channel, word(model.CHANNELS, channel.kind), spoken(time), channel.time is not None, fees))
    return found


def spoken(time: Duration | None) -> Text:
    return Text(time.in_("vi"), time.in_("en")) if time else Text("")


def cases(content: Content) -> list[tuple[Text, Text, Text, Text]]:
    """Cases with another time: what they are, the time, which answers decide, from what it is counted."""
    asked = asked_of(content)
    return [
        (case.title, spoken(case.time), condition_text(case.when, asked), case.counts_from)
        for case in content.times.cases
    ]


def fee_rows(content: Content) -> list[dict]:
    return [
        {
            "fee": fee,
            "kind": word(model.FEE_KINDS, fee.kind),
            "amount": money(fee.amount),
            "paid": word(model.PAID, fee.paid),
            "channel": word(model.CHANNELS, fee.channel),
            "exemptions": [(one.who, money(one.amount), cited(one.source)) for one in fee.exemptions],
            "source": cited(fee.source),
        }
        for fee in content.fees
    ]


def cited(citation: Citation | None) -> Text:
    """A citation in one line; nothing for none."""
    if citation is None:
        return Text("")
    day = f" {citation.date:%d/%m/%Y}" if citation.date else ""
    parts = [citation.article, f"{citation.number}{day}", citation.title]
    return Text(", ".join(filter(None, parts)))


def publication_facts(content: Content) -> list[Fact]:
    public = content.publication
    days = (("decided_on", public.decided_on), ("effective_on", public.effective_on), ("public_on", public.public_on))
    facts = [Fact(label("Publication", "decision"), Text(public.decision))]
    return facts + [Fact(label("Publication", name), said(DayKind(), day)) for name, day in days]


def public_parts(content: Content) -> list[tuple[Text, bool]]:
    """The seven parts, and which are made public; none if nothing is said about any."""
    parts = content.publication.parts
    return [(text, code in parts) for code, text in WORDS[model.PARTS].items()] if parts else []


def form_rows(content: Content) -> list[tuple[Text, list[dict]]]:
    """The questions of the form, section by section."""
    if content.form is None:
        return []
    asked = asked_of(content)
    return [
        (
            section.title,
            [
                {
                    "field": one,
                    "type": word(model.FIELD_TYPES, one.type),
                    "options": [option.title for option in one.options],
                    "when": condition_text(one.when, asked),
                    "prefill": word(model.FROM_PERSON, one.prefill),
                }
                for one in section.fields
            ],
        )
        for section in content.form.sections
    ]


def step_rows(content: Content) -> list[dict]:
    """The process in words: what the picture shows, for whoever cannot see it."""
    if content.process is None:
        return []
    titles = {step.key: (n, step.title) for n, step in enumerate(content.process.steps, 1)}
    return [
        {
            "number": n,
            "step": step,
            "role": word(model.ROLES, step.role),
            "place": Text(step.unit) if step.unit else word(model.PLACES, step.place),
            "time": spoken(step.time) if step.time else share_text(step.share) if step.share else Text(""),
            "moves": list(_moves(content, step, titles)),
            "opinions": ", ".join(step.opinions),
            "makes": word(model.MAKES, step.makes),
        }
        for n, step in enumerate(content.process.steps, 1)
    ]


def _moves(content: Content, step: Step, titles: dict[str, tuple[int, Text]]) -> Iterator[Text]:
    for move in moves_of(step):
        kind = move.title or word(model.MOVES, move.kind)
        if move.to:
            number, title = titles[move.to]
            kind = Text(f"{kind.vi} → {number}. {title.vi}", f"{kind.in_('en')} → {number}. {title.in_('en')}")
        yield kind


def legend(content: Content) -> list[tuple[str, str, Text]]:
    """The marks the picture uses: code, sign, what it means."""
    steps = content.process.steps if content.process else ()
    used = {move.kind for step in steps for move in moves_of(step)}
    return [(kind, sign, word(model.MOVES, kind)) for kind, sign in BADGES.items() if kind in used]


def has_back(content: Content) -> bool:
    steps = content.process.steps if content.process else ()
    return any(move.kind == "back" for step in steps for move in moves_of(step))


def marks(content: Content) -> list[Text]:
    """What in it no source states."""
    parts = {
        "times": content.times.illustrative,
        "results": any(result.illustrative for result in content.results),
        "form": content.form is not None and content.form.illustrative,
        "process": content.process is not None and content.process.illustrative,
    }
    return [label("Content", name) for name, is_so in parts.items() if is_so]


def context(content: Content, lang: str) -> dict:
    """All of it, by the names the template uses."""
    return {
        "content": content,
        "facts": head_facts(content),
        "papers": papers(content),
        "by_law": spoken(content.times.by_law),
        "committed": spoken(content.times.committed),
        "supplement": spoken(content.times.supplement),
        "times_source": cited(content.times.source),
        "cases": cases(content),
        "ways": ways(content),
        "fee_rows": fee_rows(content),
        "bases": [(cited(one), one) for one in content.legal_basis],
        "publication": publication_facts(content),
        "public_parts": public_parts(content),
        "form_rows": form_rows(content),
        "step_rows": step_rows(content),
        "picture": picture(content.process, lang) if content.process and content.process.steps else "",
        "process_source": cited(content.process.source) if content.process else Text(""),
        "legend": legend(content),
        "has_back": has_back(content),
        "marks": marks(content),
    }
