"""The components of the pages, a builtin library; the style guide shows them all."""

import json
from decimal import Decimal
from fractions import Fraction

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minhbach.org.ui import figures

register = template.Library()

STATES = {
    # kind: (icon, the word when none is given)
    "ok": ("check-circle-fill", _("Done")),
    "warn": ("exclamation-triangle-fill", _("Attention")),
    "bad": ("exclamation-octagon-fill", _("Problem")),
    "info": ("info-circle-fill", _("Note")),
    "neutral": ("dash-circle", _("Not started")),
    "waiting": ("hourglass-split", _("Waiting")),
}
_MESSAGES = {"success": "ok", "warning": "warn", "error": "bad", "info": "info", "debug": "neutral"}

# Figures ---------------------------------------------------------------------------------------------------


def _places(argument: object) -> int | None:
    return None if argument is None or argument == "" else int(argument)


@register.filter
def points(value, places=None):
    """{{ score|points }} → 24,55; {{ score|points:4 }}"""
    return figures.points(value, _places(places))


@register.filter
def number(value, places=None):
    """{{ count|number }} → 12.045; decimals as they are, or exactly so many."""
    return figures.number(value, _places(places))


@register.filter
def percent(value, places=None):
    """A share of one: {{ share|percent }} with Fraction(3, 4) → 75%"""
    return figures.percent(value, _places(places))


@register.filter
def per_hundred(value, places=None):
    """A figure already in hundredths: {{ "75"|per_hundred }} → 75%"""
    return figures.per_hundred(value, _places(places))


@register.filter
def signed(value, places=None):
    """{{ change|signed }} → +0,52"""
    return figures.signed(value, _places(places))


@register.filter
def date_official(value):
    return figures.date_official(value)


@register.filter
def date_short(value):
    return figures.date_short(value)


@register.filter
def moment(value):
    return figures.moment(value)


@register.filter
def duration(value):
    return figures.duration(value)


@register.filter
def remaining(value):
    """{{ time_left|remaining }} → còn 1 ngày 4 giờ; quá hạn 2 giờ"""
    return figures.remaining(value)


# Small pieces ----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """{% icon "printer" %}; decoration unless it has a label. The names are in org/ui/icons.txt."""
    classes = f"icon icon-{size}" if size else "icon"
    use = format_html('<use href="{}#{}"></use>', static("vendor/icons/icons.svg"), name)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', classes, label, use)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false">{}</svg>', classes, use)


@register.simple_tag
def state(kind: str, word: str = "", detail: str = "") -> SafeString:
    """{% state "ok" _("Approved") %}: icon and word. Kinds: ok, warn, bad, info, neutral, waiting."""
    name, usual = STATES[kind]
    more = format_html(' <span class="state-detail">{}</span>', detail) if detail else ""
    return format_html('<span class="state state-{}">{}<span>{}{}</span></span>', kind, icon(name), word or usual, more)


@register.filter
def message_kind(message) -> str:
    """The kind of state that a Django message is."""
    return _MESSAGES.get(message.level_tag, "info")


@register.simple_tag
def state_icon(kind: str) -> SafeString:
    return icon(STATES[kind][0])


@register.simple_tag
def state_word(kind: str) -> str:
    return STATES[kind][1]


@register.inclusion_tag("ui/progress.html")
def progress(value, maximum, label="", places=2, unit=""):
    """{% progress score maximum _("Part 1") %}: points of the maximum, in words and drawn."""
    whole, part = figures.exact(maximum), figures.exact(value)
    drawn = None
    if whole and part is not None:
        drawn = f"{min(max(float(part / whole), 0.0), 1.0):.4f}"
    return {
        "label": label,
        "value": figures.points(value, places),
        "maximum": figures.points(maximum, places),
        "share": figures.percent(figures.share(value, maximum), 1),
        "drawn": drawn,
        "unit": unit,
    }


@register.inclusion_tag("ui/copyable.html")
def copyable(text, label=""):
    """{% copyable "2f8a…" _("Digest") %}"""
    return {"text": text, "label": label}


@register.inclusion_tag("ui/printbutton.html")
def printbutton(label=""):
    return {"label": label}


# Forms -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/formerrors.html")
def formerrors(*forms):
    """{% formerrors form %} above the form: what went wrong, each linking to its field."""
    found = []
    for form in forms:
        if not form or not form.is_bound:
            continue
        for bound in form:
            for error in bound.errors:
                target = bound.id_for_label or bound.auto_id
                if bound.use_fieldset and not bound.is_hidden:
                    target = f"{bound.auto_id}_0"
                found.append({"text": error, "target": "" if bound.is_hidden else target, "label": bound.label})
        found.extend({"text": error, "target": "", "label": ""} for error in form.non_field_errors())
    # One that belongs to no field is said at once, instead of "there is 1 thing to put right".
    alone = found[0]["text"] if len(found) == 1 and not found[0]["target"] else ""
    return {"errors": found, "alone": alone}


@register.inclusion_tag("ui/field.html")
def field(bound, label="", hint="", width="", hide_label=False, unit=""):
    """{% field form.title %}: label, hint, error, input, tied together. width: narrow, medium, wide."""
    kind = bound.widget_type
    attributes = bound.field.widget.attrs
    placeholder = str(attributes.get("placeholder", ""))
    if placeholder and placeholder.lower() in str(bound.label).lower():  # says nothing that the label does not
        del attributes["placeholder"]
    # allauth offers there to reset the password by e-mail, which no account has.
    usual_hint = "" if attributes.get("autocomplete") == "current-password" else bound.help_text
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or usual_hint,
        "width": width,
        "hide_label": hide_label,
        "unit": unit,
        "kind": kind,
        "is_check": kind == "checkbox",
        "is_group": bound.use_fieldset and kind in ("radioselect", "checkboxselectmultiple"),
    }


@register.inclusion_tag("ui/keptfile.html")
def keptfile(bound):
    """{% keptfile form.scan %}: the file chosen for it before and kept (org.files.kept); {% field %} has it."""
    return {"kept": getattr(bound.form, "kept", {}).get(bound.html_name), "field": bound}


@register.inclusion_tag("ui/fields.html")
def fields(form):
    """{% fields form %}: all of them, in order."""
    return {"form": form}


# Blocks ----------------------------------------------------------------------------------------------------


def _block(name: str, content: str, **values) -> SafeString:
    return mark_safe(render_to_string(f"ui/{name}.html", {"content": content, **values}))  # noqa: S308 - rendered


def _blank(content: str) -> str:
    return "" if not content.strip() else content


@register.simple_block_tag
def pageheader(content, title, lead="", kicker=""):
    """{% pageheader title lead=… kicker=… %}buttons{% endpageheader %}"""
    return _block("pageheader", _blank(content), title=title, lead=lead, kicker=kicker)


@register.simple_block_tag
def panel(content, title="", level=2, icon="", id=""):
    """{% panel _("Deadlines") %}…{% endpanel %}"""
    return _block("panel", content, title=title, level=level, icon=icon, id=id)


@register.simple_block_tag
def nextstep(content, title, text=""):
    """{% nextstep title text %}the one button{% endnextstep %}: what this person should do now."""
    return _block("nextstep", _blank(content), title=title, text=text)


@register.simple_block_tag
def callout(content, kind="info", title=""):
    """{% callout "warn" title %}…{% endcallout %}"""
    return _block("callout", content, kind=kind, title=title or STATES[kind][1])


@register.simple_block_tag
def table(content, caption, show_caption=True, tall=False, cards=False, compact=False, stick_first=False):
    """{% table caption %}<thead>…<tbody>…{% endtable %}: scrolls within itself, by keyboard too.

    tall: at most most of the screen high, with its head staying. cards: under 600 px each row is a card, and
    needs data-label on its cells. Figures: class "num".
    """
    return _block(
        "table",
        content,
        caption=caption,
        show_caption=show_caption,
        tall=tall,
        cards=cards,
        compact=compact,
        stick_first=stick_first,
    )


@register.simple_block_tag
def facts(content, columns=1):
    """{% facts %}{% fact _("Unit") %}…{% endfact %}{% endfacts %}"""
    return format_html('<dl class="facts facts-{}">{}</dl>', columns, content)


@register.simple_block_tag
def fact(content, label):
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, content)


@register.simple_block_tag
def disclosure(content, summary, open=False):
    """{% disclosure _("How this was computed") %}…{% enddisclosure %}"""
    return _block("disclosure", content, summary=summary, open=open)


@register.simple_block_tag
def emptystate(content, title, text="", icon="inbox"):
    """{% emptystate title text %}a button{% endemptystate %}"""
    return _block("emptystate", _blank(content), title=title, text=text, icon=icon)


@register.simple_block_tag
def itemcard(content, title, url="", kicker="", level=3):
    """Within <ul class="item-cards">: {% itemcard title url %}…{% enditemcard %}"""
    return _block("itemcard", content, title=title, url=url, kicker=kicker, level=level)


@register.simple_block_tag
def task(content, label, url="", hint=""):
    """Within <ul class="task-list">: {% task label url hint %}{% state … %}{% endtask %}"""
    return _block("task", content, label=label, url=url, hint=hint)


@register.inclusion_tag("ui/figure.html")
def bigfigure(value, label, note="", of=""):
    """Within <div class="big-figures">: {% bigfigure score|points _("Total") of=maximum|points %}"""
    return {"value": value, "label": label, "note": note, "of": of}


# Moving about ----------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/tabs.html")
def tabs(items, label):
    """{% tabs items _("Views of the round") %}; items: with label, url, current, and count."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(*items):
    """{% breadcrumbs _("Rounds") rounds_url round.title %}: label, address, …, and last the page itself."""
    steps = [{"label": items[i], "url": items[i + 1] if i + 1 < len(items) else ""} for i in range(0, len(items), 2)]
    return {"steps": steps}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context, page_obj, parameter="page"):
    """{% pagination page_obj %}: a page of Django's Paginator; the rest of the query stays."""

    def address(wanted: int) -> str:
        query = context["request"].GET.copy()
        query[parameter] = wanted
        return "?" + query.urlencode()

    return {
        "page": page_obj,
        "previous_url": address(page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next_url": address(page_obj.next_page_number()) if page_obj.has_next() else "",
    }


@register.inclusion_tag("ui/pager.html")
def pager(previous="", next="", text=""):
    """{% pager previous_url next_url text %}: for lists read by key, where pages have no number."""
    return {"previous": previous, "next": next, "text": text}


# Charts ----------------------------------------------------------------------------------------------------


def _plain(value):
    if isinstance(value, Decimal | Fraction):
        return float(value)
    return str(value)


@register.inclusion_tag("ui/chart.html")
def chart(data, label, size="medium"):
    """{% chart data _("Points lost by part") %}; the same figures must stand in a table beside it.

    data: kind (bar, hbar, stacked, line), categories, series (list of name, values, tone), unit, maximum,
    places; or options: whatever ECharts takes. size: small, medium, tall.
    """
    return {
        "json": mark_safe(json.dumps(data, default=_plain, ensure_ascii=False).translate(_JSON_ESCAPES)),  # noqa: S308
        "label": label,
        "size": size,
        "language": get_language() or "vi",
    }


_WIDE, _HIGH, _EDGE = 120, 28, 3


@register.simple_tag
def sparkline(values, label, lowest=None, highest=None) -> SafeString:
    """{% sparkline row.points label %}: a small line through figures, with a gap where there is none and a dot on the
    last. The same figures must stand beside it. With lowest and highest several lines are drawn to one scale."""
    drawn = [None if value is None else float(value) for value in values]
    known = [value for value in drawn if value is not None]
    if not known:
        return SafeString("")
    low = min(known) if lowest is None else float(lowest)
    span = (max(known) if highest is None else float(highest)) - low
    step = (_WIDE - 2 * _EDGE) / max(len(drawn) - 1, 1)
    places = [
        None if value is None
        else (_EDGE + n * step, _HIGH - _EDGE - (_HIGH - 2 * _EDGE) * ((value - low) / span if span else 0.5))
        for n, value in enumerate(drawn)
    ]  # fmt: skip
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    lines = format_html_join(
        "", '<polyline points="{}"/>', ((" ".join(f"{x:.1f},{y:.1f}" for x, y in run),) for run in runs if len(run) > 1)
    )
    x, y = next(place for place in reversed(places) if place is not None)
    dot = format_html('<circle cx="{}" cy="{}" r="2.5"/>', f"{x:.1f}", f"{y:.1f}")
    picture = '<svg class="sparkline" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}{}</svg>'
    return format_html(picture, _WIDE, _HIGH, label, lines, dot)


_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def anchor(value) -> str:
    """A word for an id: {{ part.title|anchor }}"""
    return slugify(str(value).replace("đ", "d").replace("Đ", "D"))
