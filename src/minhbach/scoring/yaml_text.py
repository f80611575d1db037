"""YAML with exact decimals, lines for every value, and no surprises (no tags, no repeated keys)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import yaml

from minhbach.scoring.problems import BadInput, Path, Problems
from minhbach.scoring.texts import Text

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
MAX_BYTES = 5_000_000
MAX_NESTING = 60
MAX_NODES = 500_000


class Lines:
    """The line of every path of a document."""

    def __init__(self) -> None:
        self.of: dict[Path, int] = {}

    def line(self, path: Path) -> int:
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, 1)


def load(text: str, file: str = "") -> tuple[Any, Lines]:
    """Plain data and its lines. Raises BadInput with the line of the mistake."""
    lines = Lines()
    problems = Problems(file)
    if len(text.encode()) > MAX_BYTES:
        problems.error("too-large", (), Text("tệp quá lớn (trên 5 MB)", "the file is too large (over 5 MB)"))
        raise BadInput(problems)
    problems.locate = lambda path: (lines.line(path), "")
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines.of[()] = mark.line + 1 if mark else 1
        problems.error(
            "yaml",
            (),
            Text(
                f"không đọc được YAML: {error.problem or error.context}",
                f"not readable as YAML: {error.problem or error.context}",
            ),
            Text("kiểm tra thụt dòng, dấu hai chấm và ngoặc", "check indentation, colons and quotes"),
        )
        raise BadInput(problems) from error
    except (yaml.YAMLError, ValueError) as error:
        lines.of[()] = 1
        problems.error("yaml", (), Text(f"không đọc được YAML: {error}", f"not readable as YAML: {error}"))
        raise BadInput(problems) from error
    if root is None:
        lines.of[()] = 1
        problems.error("empty", (), Text("tệp trống", "the file is empty"))
        raise BadInput(problems)

    def plain(node: yaml.Node, path: Path) -> Any:
        lines.of[path] = node.start_mark.line + 1
        if len(path) > MAX_NESTING:
            problems.error("too-deep", path, Text("lồng quá sâu", "nested too deeply"))
            return None
        if len(lines.of) > MAX_NODES:  # aliases of aliases can make a small file endless
            if not problems.found:
                problems.error("too-many", path, Text("tệp có quá nhiều giá trị", "the file holds too many values"))
            return None
        if isinstance(node, yaml.MappingNode):
            result: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.tag)
                if key in result:
                    lines.of[(*path, key)] = key_node.start_mark.line + 1
                    problems.error(
                        "repeated-key",
                        (*path, key),
                        Text(f"“{key}” viết hai lần", f"“{key}” is written twice"),
                    )
                result[key] = plain(value_node, (*path, key))
                lines.of[(*path, key)] = key_node.start_mark.line + 1
            return result
        if isinstance(node, yaml.SequenceNode):
            return [plain(item, (*path, n)) for n, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node, path, problems)

    data = plain(root, ())
    if problems.errors:
        raise BadInput(problems)
    return data, lines


def _scalar(node: yaml.ScalarNode, path: Path, problems: Problems) -> Any:
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        # YAML 1.1 takes yes, no, on, off for booleans; here only true and false are.
        lowered = text.lower()
        return lowered == "true" if lowered in ("true", "false") else text
    if (
        kind == "int"
        and text.lstrip("+-").isdigit()
        and (text.lstrip("+-") == "0" or not text.lstrip("+-").startswith("0"))
    ):
        return int(text)
    if kind == "float" and text.replace(".", "", 1).lstrip("+-").isdigit():
        return Decimal(text)
    if kind == "timestamp":
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    if kind not in ("str", "int", "float"):
        problems.error("tag", path, Text(f"không dùng được thẻ {node.tag}", f"the tag {node.tag} is not used here"))
    return text


class _ExactDumper(_Dumper):  # type: ignore[misc, valid-type]
    def ignore_aliases(self, data: Any) -> bool:
        return True


_ExactDumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))
)


def _text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else None
    # Codes such as 3.1 stay text when read back.
    if style is None and value[:1].isdigit():
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_ExactDumper.add_representer(str, _text)


def dump(data: Any) -> str:
    return yaml.dump(data, Dumper=_ExactDumper, allow_unicode=True, sort_keys=False, width=110)
