"""YAML with exact decimals, lines for every value, and no surprises (no tags, no repeated keys)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import yaml

from minhbach.records.problems import BadInput, Path, Problems
from minhbach.records.texts import Text

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
MAX_BYTES = 5_000_000
MAX_NESTING = 60
MAX_NODES = 500_000
LONGEST_NUMBER = 60


class Lines:
    """The line of every path of a document."""

    def __init__(self) -> None:
        self.of: dict[Path, int] = {}

    def line(self, path: Path) -> int:
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, 1)


#: What the YAML library says, in Vietnamese; the beginning of its message is enough.
_SAYS = {
    "found character that cannot start any token": "có ký tự không được phép ở đây (thường là phím Tab)",
    "found a tab character": "thụt dòng bằng phím Tab",
    "mapping values are not allowed": "dấu hai chấm không được đứng ở đây",
    "could not find expected ':'": "thiếu dấu hai chấm",
    "did not find expected key": "thiếu tên trường, hoặc thụt dòng không đều",
    "did not find expected '-'": "thiếu dấu gạch đầu mục, hoặc thụt dòng không đều",
    "did not find expected ','": "thiếu dấu phẩy hoặc ngoặc đóng",
    "did not find expected node content": "thiếu giá trị",
    "block sequence entries are not allowed": "dấu gạch đầu mục không được đứng ở đây",
    "found unexpected end of stream": "dấu nháy hoặc ngoặc chưa đóng",
    "found undefined alias": "dấu * gọi một neo chưa được đặt bằng &",
    "but found another document": "tệp có nhiều tài liệu (dòng ---); mỗi tệp chỉ một bộ",
    "found unknown escape character": "dấu \\ trong nháy kép đứng trước một ký tự lạ",
    "did not find expected hexdecimal number": "dấu \\ trong nháy kép đứng trước một ký tự lạ",
    "found invalid Unicode": "dấu \\ trong nháy kép nêu một ký tự không có",
}
_REMEDY = Text("kiểm tra thụt dòng, dấu hai chấm và ngoặc", "check indentation, colons and quotes")


def load(text: str, file: str = "") -> tuple[Any, Lines]:
    """Plain data and its lines. Raises BadInput with the line of the mistake."""
    lines = Lines()
    problems = Problems(file)
    if len(text.encode(errors="replace")) > MAX_BYTES:
        problems.error(
            "too-large",
            (),
            Text("tệp quá lớn (trên 5 MB)", "the file is too large (over 5 MB)"),
            Text("chia thành nhiều bộ nhỏ hơn", "split it into smaller sets"),
        )
        raise BadInput(problems)
    problems.locate = lambda path: (lines.line(path), "")
    try:
        _refuse_depth(text, lines, problems)
        root = yaml.compose(text, Loader=_Loader)
    except BadInput:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines.of[()] = mark.line + 1 if mark else 1
        says = error.problem or error.context or ""
        vi = next(
            (said for begins, said in _SAYS.items() if says.startswith(begins)), "sai cú pháp ở đây hoặc ngay trên"
        )
        problems.error("yaml", (), Text(f"không đọc được YAML: {vi}", f"not readable as YAML: {says}"), _REMEDY)
        raise BadInput(problems) from error
    except (yaml.YAMLError, ValueError) as error:  # a character that YAML does not hold
        position = getattr(error, "position", None)
        lines.of[()] = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        problems.error(
            "yaml",
            (),
            Text("có ký tự điều khiển, không phải văn bản", "it holds a control character, which is no text"),
            Text(
                "xóa ký tự đó, hoặc lưu lại tệp dạng văn bản UTF-8", "delete it, or save the file again as UTF-8 text"
            ),
        )
        raise BadInput(problems) from error
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag.endswith(":null")):
        lines.of[()] = 1
        problems.error(
            "empty",
            (),
            Text("tệp trống", "the file is empty"),
            Text("chép từ một bộ trong danh mục rồi sửa", "copy a set of the catalogue and change it"),
        )
        raise BadInput(problems)

    def plain(node: yaml.Node, path: Path) -> Any:
        lines.of[path] = node.start_mark.line + 1
        if len(path) > MAX_NESTING:  # an alias that contains itself
            _too_deep(problems, path)
            return None
        if len(lines.of) > MAX_NODES:  # aliases of aliases can make a small file endless
            if not problems.found:
                problems.error(
                    "too-many",
                    path,
                    Text("tệp có quá nhiều giá trị", "the file holds too many values"),
                    Text("bỏ các neo & và * lồng nhau", "take nested anchors & and * away"),
                )
            return None
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _COLLECTIONS:
            _refuse_tag(node, path, problems)
            return None
        if isinstance(node, yaml.MappingNode):
            result: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    lines.of[path] = key_node.start_mark.line + 1
                    problems.error(
                        "key",
                        path,
                        Text("tên trường phải là văn bản", "the name of a field is a text"),
                        Text("đặt trong nháy kép nếu có ngoặc", "put it in quotes if it has brackets"),
                    )
                    continue
                key = key_node.value
                if key in result:
                    lines.of[(*path, key)] = key_node.start_mark.line + 1
                    problems.error(
                        "repeated-key",
                        (*path, key),
                        Text(f"“{key}” viết hai lần", f"“{key}” is written twice"),
                        Text("chỉ giữ một lần", "keep one of them"),
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


def _refuse_depth(text: str, lines: Lines, problems: Problems) -> None:
    """Composing recurses in C, where a file nested without end would end the process: so it is measured first."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_NESTING:
                lines.of[()] = event.start_mark.line + 1 if event.start_mark else 1
                _too_deep(problems, ())
                raise BadInput(problems)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(problems: Problems, path: Path) -> None:
    problems.error(
        "too-deep",
        path,
        Text(f"lồng quá sâu (trên {MAX_NESTING} tầng)", f"nested too deeply (over {MAX_NESTING} levels)"),
        Text("bớt số tầng; kiểm tra ngoặc và neo &", "use fewer levels; check brackets and anchors &"),
    )


def _scalar(node: yaml.ScalarNode, path: Path, problems: Problems) -> Any:
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    kind = node.tag.rsplit(":", 1)[-1]
    if kind in ("int", "float") and len(text) > LONGEST_NUMBER:
        return text  # whoever wants a number here will refuse it
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
        _refuse_tag(node, path, problems)
    return text


_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


def _refuse_tag(node: yaml.Node, path: Path, problems: Problems) -> None:
    problems.error(
        "tag",
        path,
        Text(f"không dùng được thẻ {node.tag}", f"the tag {node.tag} is not used here"),
        Text("bỏ phần bắt đầu bằng !", "take away what begins with !"),
    )


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
