"""The ranking of a round as an official paper, and the facts from which anyone can recompute it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minhbach.indices import queries
from minhbach.indices.exporting import data, ranking
from minhbach.indices.views.exports.answers import answer, language
from minhbach.indices.views.exports.files import DRAW
from minhbach.org.permissions import asks
from minhbach.org.permissions.views import sign_in_first


@asks("queries.rounds_visible; only groups of which the person sees every unit whole")
@require_safe
def export(request: HttpRequest, pk: int, kind: str, format: str):
    """`ranking` as XLSX, DOCX or PDF; `facts` as CSV for `minhbach score`, of one set (?set=code) if there are more."""
    round_ = queries.rounds_visible(request.user).select_related("unit__parent").filter(pk=pk).first()
    groups = ranking.rankings(request.user, round_) if round_ else []
    if round_ is None or not groups:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        raise Http404(_("There is no such round, or its ranking is not for you to see."))
    lang = language(request)
    if kind == "ranking" and format in DRAW:
        content = DRAW[format](ranking.paper(round_, groups, lang))
        return answer(content, f"xep-hang_{round_.year}.{format}", format)
    if (kind, format) == ("facts", "csv"):
        sets = sorted({group.indicator_set.code for group in groups})
        code = request.GET.get("set", sets[0])
        chosen = [group for group in groups if group.indicator_set.code == code]
        if chosen:
            lines = data.facts_csv(ranking.facts_parts(round_, chosen), lang)
            return answer((line.encode() for line in lines), f"so-lieu_{code}_{round_.year}.csv", "csv")
    raise Http404(_("There is no such file."))
