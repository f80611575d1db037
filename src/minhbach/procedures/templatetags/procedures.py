"""How pages say what a procedure says, and what it leaves blank."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minhbach.org.ui.figures import language
from minhbach.procedures.content.words import NOT_STATED
from minhbach.records.texts import Text

register = template.Library()


@register.filter
def said(value: object) -> str | SafeString:
    """{{ content.agency|said }}: a text of both languages, or any value; what is blank is visibly blank."""
    text = value.in_(language()) if isinstance(value, Text) else ("" if value is None else str(value))
    return text or format_html('<span class="not-stated">{}</span>', NOT_STATED.in_(language()))


@register.filter
def spoken(value: object) -> str:
    """As `said`, where a blank is nothing."""
    return value.in_(language()) if isinstance(value, Text) else ("" if value is None else str(value))


@register.filter
def capital(value: object) -> str:
    """With a capital letter, as words of a list have none."""
    text = spoken(value)
    return text[:1].upper() + text[1:]
