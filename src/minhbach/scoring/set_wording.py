"""What a set says besides its rules, in words: sources, rounding, ranking, bands, parameters, how points add up."""

from __future__ import annotations

from minhbach.records.source import Source
from minhbach.records.structure import Weight
from minhbach.records.texts import Text, exact_figure
from minhbach.scoring.model import Bands, Combine, IndicatorSet, Node, Parameter, Precision, Ranking
from minhbach.scoring.wording import NO, YES

EXTENTS = {"whole": Text("cả bộ chỉ số", "the whole set"), "part": Text("một phần của bộ chỉ số", "a part of the set")}
EVIDENCE = {
    "required": Text("bắt buộc", "required"),
    "optional": Text("nếu có", "optional"),
    "none": Text("không cần", "not needed"),
}
STREAMS = {"": Text(""), "self": Text("tự chấm", "self-scored"), "survey": Text("khảo sát", "survey")}
KINDS = {"": Text(""), "bonus": Text("điểm thưởng", "bonus"), "penalty": Text("điểm trừ", "penalty")}
OBTAINED = {
    "declared": Text("khai báo", "declared"),
    "measured": Text("đo từ hệ thống", "measured"),
    "survey": Text("khảo sát", "survey"),
    "external": Text("bên ngoài công bố", "published by others"),
}
OUTCOMES = {
    "full_points": Text("điểm tối đa", "full points"),
    "drop": Text("bỏ khỏi điểm tối đa", "leaves the maximum"),
    "zero": Text("không điểm", "no points"),
}
_COMBINE = {
    "sum": Text("cộng", "the sum"),
    "weighted_sum": Text("tổng theo trọng số", "the weighted sum"),
    "mean": Text("trung bình", "the mean"),
    "weighted_mean": Text("trung bình theo trọng số", "the weighted mean"),
}
_MODES = {
    "half_up": Text("đúng một nửa thì làm tròn lên", "half up"),
    "half_down": Text("đúng một nửa thì làm tròn xuống", "half down"),
    "half_even": Text("đúng một nửa thì về số chẵn", "half to even"),
    "down": Text("phần sau cắt bỏ", "the rest cut off"),
}
_BY = {
    "percent": Text("theo phần trăm", "by percent"),
    "points": Text("theo điểm", "by points"),
    "quantile": Text("theo phân vị", "by quantile"),
}
_ON = {
    "unrounded": Text("trên số chưa làm tròn", "on unrounded figures"),
    "rounded": Text("trên số đã làm tròn", "on rounded figures"),
}
_TIES = {"standard": "1–1–3", "dense": "1–1–2", "ordinal": "1–2–3"}


def yes_no(value: bool, lang: str) -> str:
    return (YES if value else NO).in_(lang)


def weight_text(weight: Weight | None, lang: str) -> str:
    """A percentage or a plain figure, every digit; empty for none."""
    if weight is None:
        return ""
    if not weight.is_rate:
        return exact_figure(weight.value, lang)
    return exact_figure(weight.value * 100, lang) + ("\u202f%" if lang == "vi" else "%")


def citation(source: Source | None, lang: str) -> str:
    """The document and the place in it, on one line; empty for none."""
    if source is None:
        return ""
    date = f"{source.date:%d/%m/%Y}" if source.date and lang == "vi" else str(source.date or "")
    return ", ".join(part for part in (source.document, source.issuer, date, source.article) if part)


def combine_text(how: Combine, lang: str) -> str:
    """How points add up: `the weighted sum, times 10`."""
    if how.times == 1:
        return _COMBINE[how.how].in_(lang)
    return f"{_COMBINE[how.how].in_(lang)}, {Text('nhân với', 'times').in_(lang)} {exact_figure(how.times, lang)}"


def precision_text(precision: Precision | None, lang: str) -> str:
    """To how many decimals, and what becomes of an exact half."""
    if precision is None:
        return Text("không làm tròn", "not rounded").in_(lang)
    decimals = Text("chữ số thập phân", "decimal" if precision.places == 1 else "decimals").in_(lang)
    return f"{precision.places} {decimals}, {_MODES[precision.mode].in_(lang)}"


def ranking_text(ranking: Ranking, lang: str) -> str:
    ties = f"{Text('đồng hạng xếp', 'ties').in_(lang)} {_TIES[ranking.ties]}"
    parts = [_BY[ranking.by].in_(lang), _ON[ranking.on].in_(lang), ties]
    if ranking.unranked:
        parts.append(f"{Text('không xếp hạng', 'not ranked').in_(lang)}: {', '.join(ranking.unranked)}")
    return ", ".join(parts)


def bands_text(indicator_set: IndicatorSet, bands: Bands, lang: str) -> str:
    """One scale: `Departments, by percent: Good from 80, at most 20%; Fair from 65`."""
    head = [indicator_set.groups.get(group, Text(group)).in_(lang) for group in bands.groups]
    steps = []
    for step in bands.steps:
        limit = f", {Text('không quá', 'at most').in_(lang)} {weight_text(step.share_limit, lang)}"
        steps.append(
            f"{step.title.in_(lang)} ({step.code}) {Text('từ', 'from').in_(lang)} {weight_text(step.from_, lang)}"
            + (limit if step.share_limit is not None else "")
        )
    return f"{', '.join([*head, _BY[bands.by].in_(lang)])}: {'; '.join(steps)}"


def parameter_text(indicator_set: IndicatorSet, parameter: Parameter, lang: str) -> str:
    """Its title and values: `Limit: 5; Ministries: 10`."""
    values = [weight_text(parameter.value, lang)] if parameter.value is not None else []
    for group, weight in parameter.groups.items():
        values.append(f"{indicator_set.groups.get(group, Text(group)).in_(lang)}: {weight_text(weight, lang)}")
    cited = f" ({citation(parameter.source, lang)})" if parameter.source else ""
    return f"{parameter.title.in_(lang)}: {'; '.join(values) or '–'}{cited}"


def group_lines(indicator_set: IndicatorSet, node: Node, lang: str) -> list[str]:
    """How a part's points come about, where it is more than their sum."""
    found = []
    if node.combine != Combine():
        found.append(f"{Text('Cách cộng', 'Adds up').in_(lang)}: {combine_text(node.combine, lang)}.")
    if indicator_set.rounding.groups is not None:
        precision = precision_text(indicator_set.rounding.groups, lang)
        found.append(f"{Text('Làm tròn', 'Rounded').in_(lang)}: {precision}.")
    return found
