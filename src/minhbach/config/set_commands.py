"""`minhbach sets …` and `minhbach score`: what they print. No Django here."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from minhbach.records.incoming import content_of, text_of
from minhbach.records.problems import BadInput, Problem, Problems, printable
from minhbach.records.texts import Text, counted, decimal_text, figure, is_terminating, rounded
from minhbach.scoring import catalogue, facts, facts_files, reading, set_files
from minhbach.scoring.engine import ENGINE_VERSION
from minhbach.scoring.model import IndicatorSet, Node
from minhbach.scoring.results import LeafResult
from minhbach.scoring.rounds import Comparison, Standing, close, rank
from minhbach.scoring.set_wording import group_lines


def run(command: str, do: str | None, arguments: argparse.Namespace, lang: str) -> int:
    """Run one command. Raises BadInput."""
    if command == "score":
        return _score(arguments, lang)
    return _SETS[str(do)](arguments, lang)


def _say(problems: Iterable[Problem], lang: str) -> None:
    for problem in problems:
        print(problem.with_code(lang), file=sys.stderr)


def _list(arguments: argparse.Namespace, lang: str) -> int:
    for code in catalogue.set_files():
        indicator_set = catalogue.find(code)
        print(f"{code:28} {indicator_set.title.in_(lang)}")
    return 0


def _check(arguments: argparse.Namespace, lang: str) -> int:
    from minhbach.scoring.checking_rest import NOT_CHECKED

    failed = False
    for name in arguments.files:
        path = catalogue.set_files().get(name, Path(name))
        indicator_set, problems = set_files.from_file(path, checked=True)
        for problem in sorted(problems, key=lambda found: found.code == NOT_CHECKED):  # what is left comes last
            print(problem.with_code(lang))
        if problems.errors:
            failed = True
            print(f"{printable(name)}: {counted(len(problems.errors), 'lỗi', 'error').in_(lang)}")
        elif indicator_set is not None:
            print(f"{printable(name)}: {_sound(indicator_set).in_(lang)}")
    return 2 if failed else 0


def _sound(indicator_set: IndicatorSet) -> Text:
    criteria = counted(len(indicator_set.leaves), "tiêu chí", "criterion", "criteria")
    number = sum(len(leaf.examples) for leaf in indicator_set.leaves)
    examples = counted(number, "ví dụ tính đúng", "worked example holds", "worked examples hold")
    if not number:
        examples = Text("chưa có ví dụ tính sẵn", "no worked examples yet")
    return Text(f"đạt – {criteria.vi}, {examples.vi}", f"sound – {criteria.en}, {examples.en}")


def _show(arguments: argparse.Namespace, lang: str) -> int:
    from minhbach.scoring.explain import source_text
    from minhbach.scoring.wording import in_words, rule_lines

    indicator_set = catalogue.find(arguments.set)
    print(indicator_set.title.in_(lang))
    print(source_text(indicator_set.source, lang))
    if indicator_set.constructed:
        print(
            Text("Bộ chỉ số minh họa, không do văn bản nào ban hành.", "Constructed: no decision states it.").in_(lang)
        )
    if indicator_set.extent == "part":
        print(
            Text(
                "Chỉ là một phần của bộ chỉ số: không quy ra thang 100.", "A part of the set: not an index out of 100."
            ).in_(lang)
        )

    def below(node: Node, level: int) -> Iterator[str]:
        indent = "  " * level
        worth = f"  [{figure(node.maximum, lang)}]" if node.maximum is not None else ""
        yield f"{indent}{node.code or '–'} {node.title.in_(lang)}{worth}"
        if not node.is_leaf:
            yield from (f"{indent}    {line}" for line in group_lines(indicator_set, node, lang))
        if node.is_leaf:
            yield from (f"{indent}    {line}" for line in rule_lines(node.rule, node, lang, indicator_set.parameters))
            if node.target is not None:
                target = in_words(node.target, node, lang, indicator_set.parameters)
                yield f"{indent}    {Text('Chỉ tiêu', 'Target').in_(lang)}: {target}"
            if node.left_open:
                yield f"{indent}    {Text('Văn bản bỏ ngỏ', 'Left open').in_(lang)}: {node.left_open.in_(lang)}"
        for child in node.criteria:
            yield from below(child, level + 1)

    for top in (*indicator_set.criteria, *indicator_set.adjustments):
        for line in below(top, 0):
            print(line)
    for choice in indicator_set.choices.values():
        print(f"\n{Text('Lựa chọn', 'Choice').in_(lang)}: {choice.question.in_(lang)}\n  → {choice.chosen.in_(lang)}")
    return 0


def _template(arguments: argparse.Namespace, lang: str) -> int:
    sys.stdout.write(facts_files.template(catalogue.find(arguments.set), lang))
    return 0


def _diff(arguments: argparse.Namespace, lang: str) -> int:
    from minhbach.scoring.comparing import compare, mapping_between

    old, new = catalogue.find(arguments.old), catalogue.find(arguments.new)
    for line in compare(old, new, mapping_between(old.code, new.code)):
        print(line.in_(lang))
    return 0


def _schema(arguments: argparse.Namespace, lang: str) -> int:
    print(json.dumps(reading.json_schema(), ensure_ascii=False, indent=2))
    return 0


def _convert(arguments: argparse.Namespace, lang: str) -> int:
    source, target = Path(arguments.source), Path(arguments.target)
    indicator_set, problems = set_files.from_file(catalogue.set_files().get(arguments.source, source))
    if indicator_set is None:
        raise BadInput(problems)
    if target.exists() and source.exists() and target.samefile(source):
        problems.error(
            "same-file",
            (),
            Text("tệp đích chính là tệp nguồn", "the target is the source itself"),
            Text("ghi một tên khác", "give another name"),
        )
        raise BadInput(problems)
    _write_set(indicator_set, target)
    _say(problems, lang)
    return 0


def _write_set(indicator_set: IndicatorSet, target: Path) -> None:
    if target.suffix.lower() == ".xlsx":
        from minhbach.scoring.workbook import to_workbook

        content = to_workbook(indicator_set)
    elif target.suffix.lower() in (".yaml", ".yml"):
        content = reading.to_yaml(indicator_set).encode()
    else:
        problems = Problems(str(target))
        problems.error(
            "format",
            (),
            Text("không biết định dạng tệp đích", "the format of the target is not known"),
            Text("dùng đuôi .yaml hoặc .xlsx", "use the ending .yaml or .xlsx"),
        )
        raise BadInput(problems)
    try:
        target.write_bytes(content)
    except (OSError, ValueError) as error:
        problems = Problems(str(target))
        problems.error(
            "unwritable",
            (),
            Text("không ghi được tệp này", "this file cannot be written"),
            Text(
                "kiểm tra thư mục có thật và cho ghi, hoặc chọn thư mục khác",
                "see that the folder exists and may be written to, or choose another",
            ),
        )
        raise BadInput(problems) from error


def _import(arguments: argparse.Namespace, lang: str) -> int:
    from minhbach.scoring.drafting import draft_from_file

    draft = draft_from_file(Path(arguments.source), arguments.part)
    _write_set(draft.indicator_set, Path(arguments.target))
    _say(draft.problems, lang)
    return 0


_SETS = {
    "list": _list,
    "check": _check,
    "show": _show,
    "template": _template,
    "diff": _diff,
    "schema": _schema,
    "convert": _convert,
    "import": _import,
}


# Scoring ------------------------------------------------------------------------------------------------------


_MOST_FACTS = 500_000_000


def _score(arguments: argparse.Namespace, lang: str) -> int:
    indicator_set = catalogue.sound(arguments.set)
    path = Path(arguments.facts)
    problems = Problems(str(path))
    content = content_of(path, _MOST_FACTS, problems)
    text = None if content is None else text_of(content, problems)
    if text is None:
        raise BadInput(problems)
    units, problems = facts_files.read_csv(text, indicator_set, str(path), arguments.set)
    if problems.errors:
        raise BadInput(problems)
    for problem in problems:
        print(problem.with_code(lang), file=sys.stderr)
    results, comparison = close(indicator_set, units)
    # Each unit group has a ranking of its own, as in a round.
    groups = dict.fromkeys(result.group for result in results)
    standings = [
        standing for group in groups for standing in rank(indicator_set, [r for r in results if r.group == group])
    ]
    writer = {"json": _json, "csv": _csv, "table": _table}[arguments.format]
    writer(indicator_set, comparison, standings, lang, arguments.explain)
    return 0


def exact(value: Fraction | None) -> str | None:
    """A score as text: exact; rounded at 12 decimals only where the decimal has no end (means, shares)."""
    if value is None:
        return None
    return decimal_text(value if is_terminating(value) else rounded(value, 12))


def _percent(indicator_set: IndicatorSet, share: Fraction | None) -> str | None:
    total = indicator_set.rounding.total
    return None if share is None else decimal_text(rounded(share * 100, total.places, total.mode))


def _explain(
    indicator_set: IndicatorSet, comparison: Comparison, standing: Standing, node: Node, lang: str
) -> list[str]:
    from minhbach.scoring.explain import explain

    result = standing.result.nodes[node.id]
    if not isinstance(result, LeafResult):
        return group_lines(indicator_set, node, lang)
    peers = comparison.peers_of(standing.result.unit)
    return list(explain(indicator_set, result, standing.result.nodes, standing.result.group, lang, peers).lines())


def _unit_data(
    indicator_set: IndicatorSet, comparison: Comparison, standing: Standing, lang: str, explained: bool
) -> dict[str, Any]:
    result = standing.result
    return {
        "unit": result.unit,
        "group": result.group,
        "score": exact(result.score),
        "maximum": exact(result.maximum),
        "percent": _percent(indicator_set, result.share),
        "band": standing.band.code if standing.band else None,
        "rank": standing.rank,
        "state": result.state,
        "open": list(result.open_),
        "bonus": exact(result.bonus),
        "penalty": exact(result.penalty),
        "criteria": [
            _criterion_data(indicator_set, comparison, standing, node, lang, explained)
            for node in indicator_set.nodes.values()
        ],
    }


def _criterion_data(
    indicator_set: IndicatorSet, comparison: Comparison, standing: Standing, node: Node, lang: str, explained: bool
) -> dict[str, Any]:
    result = standing.result.nodes[node.id]
    data: dict[str, Any] = {
        "code": node.id,
        "title": node.title.in_(lang),
        "score": exact(result.score),
        "maximum": exact(result.maximum),
        "state": result.state,
        "branch": None,
        "inputs": {},
        "explanation": "",
    }
    if isinstance(result, LeafResult):
        data |= {
            "branch": result.branch or None,
            "value": exact(result.value) if isinstance(result.value, Fraction) else None,
            "inputs": dict(_flat_inputs(result)),
            "missing": sorted(result.missing),
        }
    if explained:
        data["explanation"] = " ".join(_explain(indicator_set, comparison, standing, node, lang))
    return data


def _flat_inputs(result: LeafResult) -> Iterator[tuple[str, str]]:
    for key, fact in result.inputs.items():
        if isinstance(fact, dict):
            yield from ((f"{key}.{option}", facts.fact_text(count)) for option, count in fact.items())
        else:
            yield key, facts.fact_text(fact)


def _json(
    indicator_set: IndicatorSet, comparison: Comparison, standings: list[Standing], lang: str, explained: bool
) -> None:
    data = {
        "set": indicator_set.code,
        "version": indicator_set.version,
        "title": indicator_set.title.in_(lang),
        "extent": indicator_set.extent,
        "constructed": indicator_set.constructed,
        "engine": ENGINE_VERSION,
        "units": [_unit_data(indicator_set, comparison, standing, lang, True) for standing in standings],
    }
    print(json.dumps(data, ensure_ascii=False, indent=2))


def _csv(
    indicator_set: IndicatorSet, comparison: Comparison, standings: list[Standing], lang: str, explained: bool
) -> None:
    columns = ["unit", "criterion", "score", "maximum", "state", "branch"] + (["explanation"] if explained else [])
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for standing in standings:
        data = _unit_data(indicator_set, comparison, standing, lang, explained)
        writer.writerow({**data, "criterion": ""})
        for row in data["criteria"]:
            writer.writerow({**row, "unit": data["unit"], "criterion": row["code"]})


def _table(
    indicator_set: IndicatorSet, comparison: Comparison, standings: list[Standing], lang: str, explained: bool
) -> None:
    total = indicator_set.rounding.total
    for standing in standings:
        result = standing.result
        place = f"#{standing.rank} " if standing.rank else ""
        band = f" · {standing.band.title.in_(lang)}" if standing.band else ""
        points = figure(result.score, lang, total.places) if result.score is not None else "–"
        share = _percent(indicator_set, result.share)
        percent = (
            f" · {share.replace('.', ',') if lang == 'vi' else share} %"
            if share and indicator_set.extent == "whole"
            else ""
        )
        print(f"{place}{result.unit or '–'}: {points} / {figure(result.maximum, lang)}{percent}{band}")
        if result.open_:
            print(Text("  chưa đủ: {0}", "  incomplete: {0}").in_(lang).format(", ".join(result.open_)))
        for node in indicator_set.nodes.values():
            found = result.nodes[node.id]
            depth, parent = 0, indicator_set.parents.get(node.id)
            while parent is not None:
                depth, parent = depth + 1, indicator_set.parents.get(parent)
            of_parts = indicator_set.rounding.groups if not node.is_leaf else None
            places = of_parts.places if of_parts else None
            score = figure(found.score, lang, places) if found.score is not None else "–"
            top = figure(found.maximum, lang) if found.maximum is not None else "–"
            state = "" if found.state in ("scored", "incomplete") else f"  [{_STATE[found.state].in_(lang)}]"
            title = node.title.in_(lang)
            print(
                f"  {score:>9} /{top:>7}  {'  ' * depth}{node.code or '–'}"
                f" {title[:90]}{'…' if len(title) > 90 else ''}{state}"
            )
            if explained:
                for line in _explain(indicator_set, comparison, standing, node, lang):
                    print(f"{' ' * 22}{'  ' * depth}{line}")
        print()
    if indicator_set.extent == "part":
        print(
            Text(
                "Chỉ là một phần của bộ chỉ số: điểm không quy ra thang 100.",
                "A part of the set: the score is not an index out of 100.",
            ).in_(lang)
        )


_STATE = {
    "by_hand": Text("chấm tay", "by hand"),
    "not_applicable": Text("không áp dụng", "not applicable"),
    "monitored": Text("theo dõi", "monitored"),
    "missing": Text("thiếu số liệu", "missing figures"),
    "unstated": Text("văn bản không nêu quy tắc", "unstated"),
    "undefined": Text("chưa xác định", "undefined"),
    "error": Text("số liệu sai", "wrong figures"),
    "pending": Text("chờ kết thúc đợt", "waits for the close of the round"),
}
