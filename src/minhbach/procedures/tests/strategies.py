"""Random procedures for property tests: every field, any text. All constructed.

Sound in structure, not in sense: `reading.from_data` reads them, its check need not like them.
"""

from __future__ import annotations

from hypothesis import strategies as st

from minhbach.procedures.content import model
from minhbach.records.structure import Weight
from minhbach.records.texts import Text
from minhbach.scoring.tests.strategies import any_text, days, keys, shares, texts, titles
from minhbach.worktime import durations as limits

codes = st.from_regex(r"[A-Za-z0-9Đđ][A-Za-z0-9.\-]{0,12}", fullmatch=True)
empty_or_text = st.one_of(st.just(""), texts)
empty_or_title = st.one_of(st.just(Text("")), titles)
whole = st.integers(0, 999_999_999)
durations = st.one_of(
    st.integers(1, 400).map(limits.days),
    st.integers(1, 24).map(limits.months),
    st.builds(lambda n: limits.working_days(f"{n}/4"), st.integers(1, 400)),
    st.integers(1, 80).map(limits.working_hours),
    st.just(limits.same_day()),
    st.builds(lambda a, b: limits.months(a) + limits.working_days(b), st.integers(1, 5), st.integers(1, 30)),
)
citations = st.builds(model.Citation, number=texts, title=empty_or_text, date=st.none() | days, article=empty_or_text)
conditions = st.lists(
    st.builds(model.Condition, field=keys, values=st.lists(texts, max_size=3).map(tuple)), max_size=3
).map(tuple)


def lists(items, most: int = 3):
    return st.lists(items, max_size=most).map(tuple)


def keyed(items, most: int = 3):
    """A list whose items have different keys."""
    return st.lists(items, max_size=most, unique_by=lambda item: item.key).map(tuple)


def options(codes: tuple[str, ...]):
    return st.lists(st.sampled_from(codes), max_size=3).map(tuple)


components = st.builds(
    model.Component,
    key=keys,
    title=titles,
    code=empty_or_text,
    form=empty_or_text,
    paper=st.none() | st.sampled_from(model.FORMS_OF_PAPER),
    copies=st.none() | whole,
    required=st.booleans(),
    when=empty_or_title,
    only_if=conditions,
    by_data=empty_or_text,
    reusable_from=lists(texts),
    digitise=st.none() | st.booleans(),
)
channels = st.builds(
    model.Channel, kind=st.sampled_from(model.CHANNELS), time=st.none() | durations, note=empty_or_title
)
exemptions = st.builds(model.Exemption, who=titles, amount=whole, source=st.none() | citations)
fees = st.builds(
    model.Fee,
    title=titles,
    amount=whole,
    code=empty_or_text,
    kind=st.sampled_from(model.FEE_KINDS),
    paid=st.sampled_from(model.PAID),
    channel=st.none() | st.sampled_from(model.CHANNELS),
    exemptions=lists(exemptions, 2),
    source=st.none() | citations,
)
results = st.builds(
    model.Result,
    title=titles,
    code=empty_or_text,
    template=empty_or_text,
    valid_months=st.none() | whole,
    illustrative=st.booleans(),
)
times = st.builds(
    model.Times,
    by_law=st.none() | durations,
    counts_from=empty_or_title,
    cases=lists(
        st.builds(model.TimeCase, title=titles, time=durations, counts_from=empty_or_title, when=conditions), 2
    ),
    committed=st.none() | durations,
    supplement=st.none() | durations,
    note=empty_or_title,
    source=st.none() | citations,
    illustrative=st.booleans(),
)
publications = st.builds(
    model.Publication,
    decision=empty_or_text,
    decided_on=st.none() | days,
    effective_on=st.none() | days,
    public_on=st.none() | days,
    parts=options(model.PARTS),
)
questions = st.builds(
    model.Field,
    key=keys,
    title=titles,
    type=st.sampled_from(model.FIELD_TYPES),
    help=empty_or_title,
    required=st.booleans(),
    options=keyed(st.builds(model.Option, key=keys, title=titles)),
    pattern=empty_or_text,
    least=empty_or_text,
    most=empty_or_text,
    when=conditions,
    prefill=st.none() | st.sampled_from(model.FROM_PERSON),
)


@st.composite
def forms(draw):
    """At least one section; keys differ over the whole form."""
    fields = draw(keyed(questions, 4))
    cut = draw(st.integers(0, len(fields)))
    parts = [fields[:cut], fields[cut:]] if draw(st.booleans()) else [fields]
    sections = tuple(model.Section(draw(titles), part) for part in parts)
    return model.Form(sections, draw(empty_or_text), draw(st.booleans()))


steps = st.builds(
    model.Step,
    key=keys,
    title=titles,
    role=st.sampled_from(model.ROLES),
    place=st.sampled_from(model.PLACES),
    unit=empty_or_text,
    time=st.none() | durations,
    share=st.none() | shares.filter(lambda share: isinstance(share, Weight)),
    moves=lists(st.builds(model.Move, kind=st.sampled_from(model.MOVES), to=st.none() | keys, title=empty_or_title)),
    opinions=lists(texts, 2),
    makes=st.none() | st.sampled_from(model.MAKES),
)
processes = st.builds(
    model.Process,
    steps=st.lists(steps, min_size=1, max_size=3, unique_by=lambda step: step.key).map(tuple),
    source=st.none() | citations,
    illustrative=st.booleans(),
)
plain_values = st.recursive(
    st.one_of(any_text, st.integers(-(10**6), 10**6), st.booleans()),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
contents = st.builds(
    model.Content,
    code=codes,
    name=titles,
    field=empty_or_text,
    field_code=empty_or_text,
    level=st.none() | st.sampled_from(model.LEVELS),
    agency=empty_or_title,
    decided_by=empty_or_title,
    delegated_to=empty_or_title,
    internal=st.booleans(),
    applicants=options(model.APPLICANTS),
    components=keyed(components),
    sets=st.none() | whole,
    order=empty_or_title,
    conditions=empty_or_title,
    times=times,
    channels=lists(channels),
    fees=lists(fees, 2),
    results=lists(results, 2),
    legal_basis=lists(citations, 2),
    online=st.none() | st.sampled_from(model.ONLINE),
    former_level=st.none() | whole,
    post=st.none() | st.booleans(),
    iso_document=empty_or_text,
    publication=publications,
    replaced_by=lists(codes, 2),
    form=st.none() | forms(),
    process=st.none() | processes,
    source=empty_or_text,
    note=empty_or_text,
    extra=st.dictionaries(texts, plain_values, max_size=2),
)
