"""docs/findings.md names every code a finding can have, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import minhbach

PACKAGE = Path(minhbach.__file__).parent
CODE = re.compile(r"[a-z]+(?:-[a-z]+)*")
#: What makes findings: methods of `Problems`, and the ways to them.
MAKERS = {"error", "warning", "note", "say", "doubt", "Doubt", "Fault", "BadTable", "_refuse"}
ROOMS = ("scoring", "records")


def kebab(text: str) -> str:
    """Tables that cannot be read have codes with underscores, which findings write otherwise."""
    return text.replace("_", "-")


def texts_of(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from texts_of(one)
            yield from texts_of(other)


def codes_in_the_code() -> set[str]:
    files = [f for room in ROOMS for f in (PACKAGE / room).rglob("*.py") if "tests" not in f.parts]
    found = {"not-checked"}  # a constant there
    for file in files:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in MAKERS:
                found |= {t for argument in call.args[:2] for t in map(kebab, texts_of(argument)) if CODE.fullmatch(t)}
    return found


def codes_in_the_docs() -> set[str]:
    text = (PACKAGE.parents[1] / "docs" / "findings.md").read_text(encoding="utf-8")
    first_cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {code for cell in first_cells for code in re.findall(r"`([a-z-]+)`", cell)}


def test_the_docs_list_the_codes_of_all_findings():
    assert codes_in_the_docs() == codes_in_the_code()
