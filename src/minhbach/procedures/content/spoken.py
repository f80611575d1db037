"""What the values of a procedure say, in words of both languages."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from minhbach.procedures.content.model import Condition, Content, Field
from minhbach.procedures.content.words import NO, YES, words_of
from minhbach.records.structure import Flag, Kind
from minhbach.records.structure import Weight as Share
from minhbach.records.texts import Text, figure
from minhbach.worktime import Duration


def said(kind: Kind, value: Any) -> Text:
    """A value in words; an empty text for none."""
    if value is None or value == "" or value == () or value == {}:
        return Text("")
    if isinstance(kind, Flag):
        return YES if value else NO
    words = words_of(kind)
    if isinstance(value, tuple):
        return joined([words.get(str(one), Text(str(one))) for one in value])
    if str(value) in words:
        return words[str(value)]
    match value:
        case Text():
            return value
        case Duration():
            return Text(value.in_("vi"), value.in_("en"))
        case Share():
            return share_text(value)
        case datetime.date():
            return Text(f"{value:%d/%m/%Y}")
        case int():
            return Text(figure(value, "vi"), figure(value, "en"))
        case Mapping():
            return Text(json.dumps(value, ensure_ascii=False, default=str))
    return Text(str(value))


def joined(texts: Iterable[Text], by: str = ", ") -> Text:
    texts = list(texts)
    return Text(by.join(text.in_("vi") for text in texts), by.join(text.in_("en") for text in texts))


def share_text(share: Share) -> Text:
    """A share of the time, as a percentage."""
    amount = share.value * 100 if share.is_rate else share.value
    sign = "%" if share.is_rate else ""
    return Text(f"{figure(amount, 'vi')}{sign}", f"{figure(amount, 'en')}{sign}")


def money(amount: int) -> Text:
    return Text(f"{figure(amount, 'vi')} đồng", f"{figure(amount, 'en')} đồng")


def asked_of(content: Content) -> Mapping[str, Field]:
    """The questions of the form by key."""
    return {field.key: field for field in content.form.fields} if content.form else {}


def condition_text(conditions: Iterable[Condition], asked: Mapping[str, Field]) -> Text:
    """“Lý do chỉnh sửa”: đăng ký lại việc sinh; … Questions the form does not have keep their key."""
    found = []
    for condition in conditions:
        field = asked.get(condition.field)
        options = {option.key: option.title for option in field.options} if field else {}
        options = options or {"yes": YES, "no": NO}
        values = joined((options.get(value, Text(value)) for value in condition.values), " / ")
        title = field.title if field else Text(condition.field)
        found.append(Text(f"“{title.vi}”: {values.vi}", f"“{title.in_('en')}”: {values.in_('en')}"))
    return joined(found, "; ")
