"""The main menu: a few sections, each with its pages. Rooms say in their navigation.py what they add, found by itself:

from minhbach.org.ui.navigation import register
register(_("Rounds"), "indices:rounds", section="index", verb="indices.see", order=20, icon="trophy")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    label: str | Promise
    icon: str


SECTIONS = {
    "home": Section(_("Home"), "house"),
    "inbox": Section(_("Inbox"), "inbox"),
    "dossiers": Section(_("Dossiers"), "folder2-open"),
    "procedures": Section(_("Procedures"), "journal-text"),
    "index": Section(_("Reform index"), "trophy"),
    "organisation": Section(_("Organisation"), "diagram-3"),
}
"""In the order of the menu."""


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url_name: str
    section: str
    verb: str  # what one must be allowed to do, somewhere, to see it; empty: be signed in
    order: int
    icon: str
    public: bool  # also for visitors who are not signed in
    match: tuple[str, ...]  # the item is current on views whose name begins so
    hint: str | Promise  # what one finds there, said on the first page

    def fits(self, view_name: str) -> int:
        """How closely it fits a view: the length of what their names have in common, 0 for none."""
        begins = [begin for begin in (self.url_name, *self.match) if view_name.startswith(begin)]
        return max(map(len, begins), default=0)


@dataclass(frozen=True)
class Link:
    """A page of the menu, or a section that leads to its first page; `items` are its pages if there are several. A
    section of one page is called as that page is."""

    label: str | Promise
    url: str
    icon: str
    current: bool
    hint: str | Promise = ""
    items: tuple[Link, ...] = ()


_items: dict[str, Item] = {}


def register(
    label: str | Promise,
    url_name: str,
    *,
    section: str,
    verb: str = "",
    order: int = 100,
    icon: str = "",
    public: bool = False,
    match: Iterable[str] = (),
    hint: str | Promise = "",
) -> None:
    """Add a page to one of the SECTIONS; `order` is its place there."""
    assert section in SECTIONS, section
    _items[url_name] = Item(label, url_name, section, verb, order, icon, public, tuple(match), hint)


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
    """The sections with a page that this person may open, in order, the current page and its section marked."""
    _discover()
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    permitted = [item for item in sorted(_items.values(), key=lambda item: item.order) if _permitted(request, item)]
    closest = max((item.fits(here) for item in permitted), default=0)
    pages: dict[str, list[Link]] = {}
    for item in permitted:
        try:
            link = Link(item.label, reverse(item.url_name), item.icon, 0 < item.fits(here) == closest, item.hint)
        except NoReverseMatch:
            continue
        pages.setdefault(item.section, []).append(link)
    return [
        found[0]
        if len(found) == 1
        else Link(section.label, found[0].url, section.icon, any(link.current for link in found), items=tuple(found))
        for code, section in SECTIONS.items()
        if (found := pages.get(code))
    ]
