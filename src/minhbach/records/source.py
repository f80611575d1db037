"""What records of every sort say alike: codes, texts, and the document a rule or figure comes from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from minhbach.records.structure import Bilingual, DayKind, PlainText, has
from minhbach.records.texts import Text

TEXT, TITLE = PlainText(), Bilingual()
SLUG = PlainText(
    r"[a-z0-9][a-z0-9-]*",
    Text("mã (chữ thường không dấu, số, gạch nối)", "a code (lower-case letters, digits, hyphens)"),
)


@dataclass(frozen=True)
class Source:
    """Where a rule or figure comes from: the document and the place in it."""

    document: str = has(TEXT, "number of the document")
    issuer: str = has(TEXT, default="")
    date: datetime.date | None = has(DayKind(), default=None)
    article: str = has(TEXT, "article, appendix, item", default="")
    url: str = has(TEXT, default="")
    note: Text = has(TITLE, default=Text(""))
