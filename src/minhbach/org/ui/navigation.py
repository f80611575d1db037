"""The main menu. Each room says in its navigation.py what it adds, and is found by itself:

from minhbach.org.ui.navigation import register
register(_("Rounds"), "indices:rounds", verb="indices.see", order=20, icon="trophy")
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Item:
    label: str
    url_name: str
    verb: str  # what one must be allowed to do, somewhere, to see it; empty: be signed in
    order: int
    icon: str
    public: bool  # also for visitors who are not signed in
    match: tuple[str, ...]  # the item is current on views whose name begins so

    def fits(self, view_name: str) -> int:
        """How closely it fits a view: the length of what their names have in common, 0 for none."""
        begins = [begin for begin in (self.url_name, *self.match) if view_name.startswith(begin)]
        return max(map(len, begins), default=0)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool


_items: dict[str, Item] = {}


def register(
    label: str,
    url_name: str,
    *,
    verb: str = "",
    order: int = 100,
    icon: str = "",
    public: bool = False,
    match: Iterable[str] = (),
) -> None:
    _items[url_name] = Item(label, url_name, verb, order, icon, public, tuple(match))


@cache
def _discover() -> None:
    autodiscover_modules("navigation")


def _permitted(request: HttpRequest, item: Item) -> bool:
    if item.public:
        return True
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    if not item.verb:
        return True
    from minhbach.org import permissions  # reads the models: not at import

    return permissions.holds(user, item.verb)


def links(request: HttpRequest) -> list[Link]:
    """What this person may open, in order, with the current one marked."""
    _discover()
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    found = []
    permitted = [item for item in sorted(_items.values(), key=lambda item: item.order) if _permitted(request, item)]
    closest = max((item.fits(here) for item in permitted), default=0)
    for item in permitted:
        try:
            current = 0 < item.fits(here) == closest
            found.append(Link(item.label, reverse(item.url_name), item.icon, current))
        except NoReverseMatch:
            continue
    return found
