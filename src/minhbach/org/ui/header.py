"""What stands in the head of every page beside language and account: a room above says it in its header.py, and is
found by itself:

from minhbach.org.ui.header import register
register("bell", "workspace/_bell.html", value=unread, order=20)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Tool:
    """`value(request)` gives what the template calls `value`; a tool whose value is None is left out."""

    template: str
    value: Callable[[HttpRequest], Any]
    order: int


_tools: dict[str, Tool] = {}


def register(code: str, template: str, *, value: Callable[[HttpRequest], Any], order: int = 100) -> None:
    _tools[code] = Tool(template, value, order)


@cache
def _discover() -> None:
    autodiscover_modules("header")


def tools(request: HttpRequest) -> list[tuple[str, Any]]:
    """Template and value of each tool, in order."""
    _discover()
    found = [(tool.template, tool.value(request)) for tool in sorted(_tools.values(), key=lambda tool: tool.order)]
    return [(template, value) for template, value in found if value is not None]
