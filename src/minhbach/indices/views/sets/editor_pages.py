"""What the pages of the editor show; nothing here writes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from minhbach.indices.models import SetVersion
from minhbach.indices.set_forms import checks, doubts, node_form, starting, tree
from minhbach.indices.set_forms.live import live
from minhbach.indices.set_forms.set_form import SetForm
from minhbach.org.ui.figures import language


class Pages:
    """One request to the editor: the draft, the tab, and on the first tab the node in hand."""

    def __init__(self, request: HttpRequest, version: SetVersion, tab: str):
        self.request, self.version, self.tab, self.lang = request, version, tab, language()
        self.doubts = doubts.of(version, self.lang)
        self.data = checks.data_of(version.text)
        if self.data is None and tab in ("criteria", "set"):
            self.tab = "yaml"  # a text that is no set can only be put right as text
        self.place = request.GET.get("node", "")
        if self.data is not None and self.tab == "criteria":
            self._find()

    def _find(self) -> None:
        code = self.request.GET.get("code", "")
        if code:
            self.place = tree.find(self.data, code)
        try:
            self.node = tree.node_at(self.data, self.place)
        except tree.NoSuchNode:
            items = tree.outline(self.data, self.lang)
            self.place = items[0].place if items else ""
            self.node = tree.node_at(self.data, self.place) if items else None

    def page(self, status: int = 200, **more) -> HttpResponse:
        outline = tree.outline(self.data, self.lang) if self.data is not None else []
        context = {
            "version": self.version,
            "code": self.version.code,
            "number": self.version.version,
            "read_url": reverse("indices:set", args=[self.version.pk]),
            "with_english": self.tab in ("criteria", "set"),
            "tab": self.tab,
            "tabs": self._tabs(),
            "edition": self.version.edition,
            "place": self.place,
            "data": self.data,
            "checked": checks.read_text(self.version.text, self.lang),
            "doubts": self.doubts,
            "outline": outline,
            "english": self.lang != "vi" or tree.has_english(self.data),
        }
        if self.tab == "criteria" and self.data is not None and self.node is not None:
            context |= self._node_context(more, outline)
        if self.tab == "set":
            context |= {
                "form": SetForm(self.data, self.lang),
                **self.doubts.beside(""),
                "next_doubt": self.doubts.next_after("", outline),
            }
        if self.tab == "yaml":
            context["text"] = self.version.text
        if self.tab == "release":
            context["listed_doubts"] = list(self.doubts.listed(outline))
            context["findings"] = (
                checks.read(self.data, self.lang).findings if self.data else context["checked"].findings
            )
        return render(self.request, f"indices/sets/edit_{self.tab}.html", {**context, **more}, status=status)

    def _tabs(self) -> list[dict]:
        address = reverse("indices:set_edit", args=[self.version.pk])
        labels = {
            "criteria": _("Criteria"),
            "set": _("The set itself"),
            "yaml": _("As text (YAML)"),
            "release": _("Check and release"),
        }
        return [
            {
                "label": label,
                "url": address if tab == "criteria" else f"{address}?tab={tab}",
                "current": tab == self.tab,
                "count": len(self.doubts.waiting) if tab == "release" and self.doubts.waiting else None,
            }
            for tab, label in labels.items()
            if self.data is not None or tab in ("yaml", "release")
        ]

    def _node_context(self, more: dict, outline: list[tree.Item]) -> dict:
        name = tree.name_of(self.node)
        at = next((n for n, item in enumerate(outline) if item.place == self.place), 0)
        context = {
            **self.doubts.beside(name),
            "next_doubt": self.doubts.next_after(name, outline),
            "source_text": doubts.wording_of_source(self.node.get("note")),
            "before": outline[at - 1] if at else None,
            "after": outline[at + 1] if at + 1 < len(outline) else None,
            "patterns": [(code, label) for code, (label, _parts) in starting.PATTERNS.items()],
            "untouched": starting.is_untouched(self.node),
            "focus": "f-title" if "new" in self.request.GET else "",
        }
        form = more.get("form")
        if form is None:
            form = node_form.NodeForm(self.data, self.place, self.node, self.lang)
            found = live(self.data, form, self.lang, None)
            form.mark(found["own"])
        else:
            found = more.get("live") or live(self.data, form, self.lang, None)
        return {**context, "form": form, "live": found}
