"""Which criterion of one set is which of another: read from `catalog/mappings/OLD--NEW.yaml` and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minhbach.records import yaml_text
from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.source import SLUG, TITLE, Source
from minhbach.records.structure import FAILED, Choice, ListOf, Record, has, read_record
from minhbach.records.texts import Text
from minhbach.scoring import catalogue
from minhbach.scoring.model import CODE, IndicatorSet

KINDS = ("same", "changed", "split", "merged", "dropped", "new")
_INVERSE = {"split": "merged", "merged": "split", "dropped": "new", "new": "dropped"}


@dataclass(frozen=True)
class Pair:
    """One criterion of each side; `old` is empty for a new one, `new` for a dropped one."""

    kind: str = has(Choice(*KINDS))
    old: str = has(CODE, "id in the older set", default="", key="from")
    new: str = has(CODE, "id in the newer set", default="", key="to")
    note: Text = has(TITLE, default=Text(""))


@dataclass(frozen=True)
class Mapping:
    """The pairs between two sets."""

    old: str = has(SLUG, "code of the older set", key="from")
    new: str = has(SLUG, "code of the newer set", key="to")
    pairs: tuple[Pair, ...] = has(ListOf(Record(lambda: Pair)))
    source: Source | None = has(Record(lambda: Source), default=None)

    def turned(self) -> Mapping:
        """The same, seen from the newer set."""
        pairs = tuple(Pair(_INVERSE.get(p.kind, p.kind), p.new, p.old, p.note) for p in self.pairs)
        return replace(self, old=self.new, new=self.old, pairs=pairs)


def mapping_between(old_code: str, new_code: str) -> Mapping | None:
    """The mapping the catalogue has between two sets, in either direction; None when it has none.

    Raises BadInput when it is broken, or does not fit the two sets as the catalogue has them.
    """
    for one, other in ((old_code, new_code), (new_code, old_code)):
        path = catalogue.FOLDER / "mappings" / f"{one}--{other}.yaml"
        if SLUG.pattern is None or not SLUG.pattern.fullmatch(one) or not path.is_file():
            continue
        mapping, problems = read_mapping(path.read_text(encoding="utf-8"), str(path))
        if mapping is not None and {one, other} <= set(catalogue.set_files()):
            check_mapping(mapping, catalogue.find(one), catalogue.find(other), problems)
        if mapping is None or problems.errors:
            raise BadInput(problems)
        return mapping if one == old_code else mapping.turned()
    return None


def read_mapping(text: str, file: str = "") -> tuple[Mapping | None, Problems]:
    """A mapping from YAML text, or None, with everything wrong in it and its lines."""
    try:
        raw, lines = yaml_text.load(text, file)
    except BadInput as error:
        return None, error.problems
    problems = Problems(file, lambda path: (lines.line(path), _where(path)))
    mapping = read_record(Mapping, raw, (), problems)
    if mapping is FAILED or problems.errors:
        return None, problems
    for n, pair in enumerate(mapping.pairs):
        wanted = (pair.kind != "new", pair.kind != "dropped")
        if (bool(pair.old), bool(pair.new)) != wanted:
            problems.error(
                "pair",
                ("pairs", n),
                Text(
                    f"cặp kiểu {pair.kind} cần {_needs(wanted, 'và')}",
                    f"a pair of kind {pair.kind} needs {_needs(wanted, 'and')}",
                ),
                Text("dropped chỉ có from, new chỉ có to", "dropped has only from, new has only to"),
            )
    return mapping, problems


def _needs(wanted: tuple[bool, bool], joint: str) -> str:
    return f" {joint} ".join(name for name, needed in zip(("from", "to"), wanted, strict=True) if needed)


def _where(path: Path) -> str:
    return f"pairs[{int(path[1]) + 1}]" if len(path) > 1 and path[0] == "pairs" else ".".join(map(str, path))


def check_mapping(mapping: Mapping, old: IndicatorSet, new: IndicatorSet, problems: Problems) -> None:
    """Codes the sets do not have, criteria no pair names, and one code given two contradicting pairs."""
    for side, indicator_set in (("old", old), ("new", new)):
        field = "from" if side == "old" else "to"
        named: dict[str, str] = {}
        for n, pair in enumerate(mapping.pairs):
            code = getattr(pair, side)
            if not code:
                continue
            if code not in indicator_set.nodes:
                problems.error(
                    "unknown-code",
                    ("pairs", n, field),
                    Text(f"{indicator_set.code} không có tiêu chí “{code}”", f"{indicator_set.code} has no “{code}”"),
                    Text("dùng mã (hoặc id) có trong bộ", "use a code (or id) of the set"),
                )
            elif code in named and (pair.kind not in ("split", "merged") or named[code] != pair.kind):
                problems.error(
                    "repeated-code",
                    ("pairs", n, field),
                    Text(f"“{code}” đã có cặp khác", f"“{code}” has another pair"),
                    Text("dùng split hoặc merged cho cả hai cặp", "use split or merged for both pairs"),
                )
            named[code] = pair.kind
        for code in indicator_set.nodes:
            if code not in named:
                problems.error(
                    "not-covered",
                    ("pairs",),
                    Text(
                        f"chưa có cặp nào cho tiêu chí “{code}” của {indicator_set.code}",
                        f"no pair for the criterion “{code}” of {indicator_set.code}",
                    ),
                    Text("thêm cặp, hoặc dropped / new", "add a pair, or dropped / new"),
                )
