"""Search over everything a person may see. Each room says in its searching.py what it can find, and is found by itself:

from minhbach.org.ui.searching import Hit, register
register("procedures", _("Procedures"), find=_procedures, order=20, public=True)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Hit:
    """One thing found. `hint` holds no personal data that the reader may not see."""

    title: str
    url: str
    hint: str = ""
    state: tuple[str, str] = ("", "")
    """Kind of state and its word; empty where there is none."""


@dataclass(frozen=True)
class Finder:
    code: str
    title: str | Promise
    find: Callable[..., Sequence[Hit]]
    verb: str
    public: bool
    order: int
    icon: str
    more: Callable[[str], str] | None


_finders: dict[str, Finder] = {}


def register(
    code: str,
    title: str | Promise,
    *,
    find: Callable[..., Sequence[Hit]],
    verb: str = "",
    public: bool = False,
    order: int = 100,
    icon: str = "search",
    more: Callable[[str], str] | None = None,
) -> None:
    """`find(account, text, limit)` gives at most so many hits, of what the account may see alone; `more(text)` the
    address at which to read on. `verb`: what one must hold somewhere; `public`: for visitors, too."""
    _finders[code] = Finder(code, title, find, verb, public, order, icon, more)


@cache
def _discover() -> None:
    autodiscover_modules("searching")


def finders(account) -> list[Finder]:
    """What this person may search, in order."""
    from minhbach.org.permissions import holds  # reads the models: not at import

    _discover()

    def may_use(finder: Finder) -> bool:
        if finder.public:
            return True
        return account.is_authenticated and (not finder.verb or holds(account, finder.verb))

    return [finder for finder in sorted(_finders.values(), key=lambda finder: finder.order) if may_use(finder)]
