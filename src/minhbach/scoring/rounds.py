"""A round: every unit scored, then what needs all of them: relative criteria, bands, ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from minhbach.records.texts import rounded
from minhbach.scoring.engine import PeersOf, score
from minhbach.scoring.expressions import Pending
from minhbach.scoring.expressions.evaluate import Value
from minhbach.scoring.facts import UnitFacts
from minhbach.scoring.model import Bands, IndicatorSet, Step
from minhbach.scoring.results import LeafResult, UnitResult
from minhbach.scoring.rules import Relative


@dataclass(frozen=True)
class Standing:
    """A unit in the round. `rank` is None for a unit not ranked; `band` is None where none applies.

    `why_unranked`: `incomplete`, `unranked` (by the set), `no_result` or empty.
    """

    result: UnitResult
    rank: int | None = None
    band: Step | None = None
    why_unranked: str = ""


def score_round(indicator_set: IndicatorSet, units: Sequence[UnitFacts], *, closed: bool = True) -> list[UnitResult]:
    """Every unit's result. `closed=False` leaves relative criteria pending."""
    return close(indicator_set, units)[0] if closed else [score(indicator_set, unit) for unit in units]


def close(indicator_set: IndicatorSet, units: Sequence[UnitFacts]) -> tuple[list[UnitResult], Comparison]:
    """Every unit's result, and what its relative criteria were compared with.

    Units are scored once; a second time only in a set with relative criteria, which need all values of the first.
    """
    results = [score(indicator_set, unit) for unit in units]
    comparison = Comparison.of(indicator_set, results)
    if comparison.values:
        results = [score(indicator_set, unit, comparison.peers_of(unit.unit)) for unit in units]
    return results, comparison


@dataclass(frozen=True)
class Peers:
    """The values of one criterion over the units compared, for `relative` rules."""

    values: Mapping[str, Fraction]

    def words(self, unit: str) -> dict[str, Value]:
        """What the inner rule may read. `position` 1 is the highest value; equal values share it."""
        if unit not in self.values:
            raise Pending
        values = list(self.values.values())
        own = self.values[unit]
        return {
            "highest": max(values),
            "lowest": min(values),
            "mean": sum(values, Fraction(0)) / len(values),
            "position": Fraction(1 + sum(v > own for v in values)),
            "units": Fraction(len(values)),
        }


@dataclass(frozen=True)
class Comparison:
    """The values of every relative criterion over the round's units."""

    values: Mapping[str, Mapping[str, Fraction]]
    groups: Mapping[str, str]

    @classmethod
    def of(cls, indicator_set: IndicatorSet, results: Sequence[UnitResult]) -> Comparison:
        """From results in which the relative criteria are still pending."""
        values = {
            code: {
                result.unit: leaf.value
                for result in results
                if isinstance(leaf := result.nodes[code], LeafResult)
                and isinstance(leaf.value, Fraction)
                and leaf.state == "pending"
            }
            for code in (leaf.id for leaf in indicator_set.leaves if leaf.is_relative)
        }
        return cls(values, {result.unit: result.group for result in results})

    def peers_of(self, unit: str) -> PeersOf:
        """What `score` asks for the relative criteria of this unit."""

        def words(code: str, rule: Relative) -> Mapping[str, Value]:
            compared = self.values[code]
            if rule.over == "group":
                compared = {u: v for u, v in compared.items() if self.groups[u] == self.groups[unit]}
            return Peers(compared).words(unit)

        return words


def measured(indicator_set: IndicatorSet, result: UnitResult, by: str) -> Fraction | None:
    """What ranking and bands look at: points or percent, rounded first when the set ranks on published figures."""
    if result.score is None:
        return None
    value = result.score if by == "points" else (result.share * 100 if result.share is not None else None)
    if value is not None and indicator_set.ranking.on == "rounded":
        total = indicator_set.rounding.total
        value = rounded(value, total.places, total.mode)
    return value


def rank(
    indicator_set: IndicatorSet, results: Sequence[UnitResult], *, include_incomplete: bool = False
) -> list[Standing]:
    """Standings from the best, then the units not ranked. Ranking is over the units given.

    An incomplete result is not ranked unless asked: a unit that never scored is missing, not last.
    """
    ranking = indicator_set.ranking
    ranked: list[tuple[Fraction, UnitResult]] = []
    rest: list[Standing] = []
    for result in results:
        value = measured(indicator_set, result, ranking.by)
        if result.unit in ranking.unranked:
            rest.append(Standing(result, why_unranked="unranked"))
        elif value is None:
            rest.append(Standing(result, why_unranked="no_result"))
        elif not result.is_complete and not include_incomplete:
            rest.append(Standing(result, why_unranked="incomplete"))
        else:
            ranked.append((value, result))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].unit))
    ranks = positions([value for value, _ in ranked], ranking.ties)
    bands = assign_bands(indicator_set, [result for _, result in ranked])
    standings = [Standing(result, place, bands[result.unit]) for (_, result), place in zip(ranked, ranks, strict=True)]
    unranked = assign_bands(indicator_set, [s.result for s in rest if s.why_unranked == "unranked"], alone=True)
    return standings + [Standing(s.result, None, unranked.get(s.result.unit), s.why_unranked) for s in rest]


def positions(values: Sequence[Fraction], ties: str) -> list[int]:
    """Ranks of values sorted from the highest. Ties: standard 1,1,3; dense 1,1,2; ordinal 1,2,3."""
    places: list[int] = []
    for n, value in enumerate(values):
        if n and value == values[n - 1] and ties != "ordinal":
            places.append(places[-1])
        elif ties == "dense":
            places.append(places[-1] + 1 if places else 1)
        else:
            places.append(n + 1)
    return places


def assign_bands(
    indicator_set: IndicatorSet, results: Sequence[UnitResult], *, alone: bool = False
) -> dict[str, Step | None]:
    """The band of each unit. `alone` leaves out what compares units (quantiles, shares)."""
    found: dict[str, Step | None] = {result.unit: None for result in results}
    if indicator_set.extent == "part":
        return found  # a part's percentage is not the index the bands are made for
    for bands in indicator_set.bands:
        members = [r for r in results if not bands.groups or r.group in bands.groups]
        if alone and bands.by == "quantile":
            continue
        found.update(_bands_of(indicator_set, bands, members, alone))
    return found


def _bands_of(
    indicator_set: IndicatorSet, bands: Bands, results: Sequence[UnitResult], alone: bool
) -> dict[str, Step | None]:
    by = indicator_set.ranking.by if bands.by == "quantile" else bands.by
    values = {r.unit: v for r in results if (v := measured(indicator_set, r, by)) is not None}
    found: dict[str, Step | None] = dict.fromkeys(values)
    cuts = [
        quantile(list(values.values()), step.from_.value) if bands.by == "quantile" else _cut(step)
        for step in bands.steps
    ]
    for unit, value in values.items():
        found[unit] = next((s for s, cut in zip(bands.steps, cuts, strict=True) if cut is None or value >= cut), None)
    if not alone:
        for step, following in zip(bands.steps, bands.steps[1:], strict=False):
            if step.share_limit is not None:
                _limit(step, following, values, found)
    return found


def _cut(step: Step) -> Fraction:
    """A band's lower end on the scale of `measured`: 90 and 90% are the same percentage."""
    return step.from_.value * 100 if step.from_.is_rate else step.from_.value


def _limit(step: Step, following: Step, values: Mapping[str, Fraction], found: dict[str, Step | None]) -> None:
    """Keep only the allowed share in `step`; the others go to the following one, and so do all who equal them."""
    assert step.share_limit is not None
    inside = sorted((u for u in found if found[u] is step), key=lambda u: -values[u])
    pool = len(inside) + sum(found[u] is following for u in found)
    allowed = int(pool * step.share_limit.value)
    if allowed < len(inside):
        cut = values[inside[allowed]]
        for unit in inside:
            if values[unit] <= cut:
                found[unit] = following


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction | None:
    """The value below which `share` of the values lie, interpolated linearly between neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
