"""The sealed explanation of a unit's concluded result: as data that anybody can verify, and as a paper."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from minhbach.indices import imprint
from minhbach.indices.exporting import published
from minhbach.indices.exporting.data import fact_rows
from minhbach.indices.exporting.extract import FINAL, Extract, on_paper
from minhbach.indices.exporting.papers import letterhead, subject
from minhbach.indices.figures import from_text
from minhbach.papers import Column, Document, Paragraph, Row, Signature, Table


def is_open_to(extract: Extract) -> bool:
    """Whether the entry is concluded with its round, and the person sees all of it."""
    return extract.appraised_stage == FINAL and extract.whole and extract.sight.is_whole and extract.entry.round.is_over


def data(extract: Extract) -> dict[str, Any]:
    """What the publication says of the unit, and the set word for word, so that it can be recomputed alone."""
    entry = extract.entry
    facts = list(fact_rows(entry, extract.set, extract.rows_at(FINAL), "vi"))
    name = imprint.names_then([entry])[entry.pk]
    said = published.explanation(entry, extract.set, facts, imprint.told(entry.round), name)
    absent = [row["criterion"] for row in facts if row["input"] == "absent"]
    return {**said, "absent": absent, "set": {**said["set"], "text": entry.set_version.text}}


def as_json(extract: Extract) -> str:
    return json.dumps(data(extract), ensure_ascii=False, indent=1)


def paper(extract: Extract) -> Document:
    """The same on paper: every criterion with its figures, its points, and why."""
    with override(extract.lang):
        told, lang = data(extract), extract.lang
        version = told["set"]
        lines = [
            _("Computed by engine %(engine)s on the set %(code)s, version %(version)s.")
            % {"engine": told["engine"], "code": version["code"], "version": version["version"]},
            _("SHA-256 of the set: %(digest)s") % {"digest": version["sha256"]},
            _("The same as data can be verified by the command “minhbach verify”."),
        ]
        columns = (
            Column(_("Code"), 18),
            Column(_("Criterion"), 62),
            Column(_("Figures"), 52),
            Column(_("Maximum"), 20, "center"),
            Column(_("Points"), 20, "center"),
            Column(_("Why"), 90),
        )
        rows, said = [], _figures(extract)
        for leaf, one in zip(extract.set.leaves, told["criteria"], strict=True):
            sealed = extract.entry.sealed["criteria"][leaf.id]
            figures = "\n".join(said.get(leaf.id, []))
            why = "\n".join(one["explanation"][lang])
            points, most = (on_paper(from_text(sealed[key])) for key in ("score", "maximum"))
            rows.append(Row.of(leaf.code or leaf.id, one["title"][lang], figures, most, points, why))
        total = [on_paper(from_text(text)) for text in extract.entry.parts[FINAL][""][1::-1]]
        rows.append(Row.of("", _("Total"), "", *total, "", kind="total"))
        return Document(
            _("Explanation of the concluded result"),
            letterhead(extract.entry.round.unit),
            subtitle=f"{extract.entry.unit} – {subject(extract)}",
            blocks=(*map(Paragraph, lines), Table(columns, tuple(rows), name=_("Explanation"))),
            signatures=(Signature(_("Head of the unit"), hint=_("(signature, full name, seal)")),),
            size=13,
            landscape=True,
            lang=lang,  # type: ignore[arg-type]
        )


def _figures(extract: Extract) -> dict[str, list[str]]:
    """Criterion → its figures in words, each with how it was obtained where it was not declared."""
    words = {"yes": _("yes"), "no": _("no")}
    how = {"measured": _("measured"), "survey": _("survey"), "by_hand": _("by hand"), "declared": ""}
    found: dict[str, list[str]] = {}
    for row in fact_rows(extract.entry, extract.set, extract.rows_at(FINAL), extract.lang):
        value = words.get(row["value"], row["value"]) if row["type"] == "bool" else row["value"]
        told = f" ({how[row['obtained']]})" if how[row["obtained"]] else ""
        found.setdefault(row["criterion"], []).append(f"{row['meaning'] or row['input']}: {value}{told}")
    return found
