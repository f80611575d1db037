"""What the fields of an indicator set are called on screen."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

INPUT_TYPES = {
    "count": _("count: a whole number"),
    "bool": _("yes or no"),
    "rate": _("rate in percent"),
    "number": _("number with decimals"),
    "date": _("date"),
    "grade": _("grade: one of several options"),
    "survey": _("survey: one count per option"),
    "external": _("result published by others"),
}
OBTAINED = {
    "declared": _("declared with evidence"),
    "measured": _("measured by the system"),
    "survey": _("from a survey"),
    "external": _("published by others"),
}
EVIDENCE = {"optional": _("evidence optional"), "required": _("evidence required"), "none": _("no evidence needed")}
STREAMS = {"self": _("self-scored"), "survey": _("scored by survey")}
OUTCOMES = {
    "full_points": _("full points"),
    "drop": _("leaves the maximum"),
    "zero": _("0 points"),
}
STATES = {
    "scored": pgettext_lazy("state of a result", "scored"),
    "by_hand": pgettext_lazy("state of a result", "scored by hand"),
    "not_applicable": pgettext_lazy("state of a result", "not applicable"),
    "monitored": pgettext_lazy("state of a result", "only followed"),
    "missing": pgettext_lazy("state of a result", "figures missing"),
    "unstated": pgettext_lazy("state of a result", "no rule stated"),
    "undefined": pgettext_lazy("state of a result", "case not provided for"),
    "error": pgettext_lazy("state of a result", "wrong figures"),
    "pending": pgettext_lazy("state of a result", "waits for the end of the round"),
}
RULE_FORMS = {
    "tiers": _("tiers: the first condition that holds gives the points"),
    "formula": _("formula"),
    "sum": _("checklist: the points of all parts are added"),
    "best_of": _("the best of several ways of scoring"),
    "relative": _("compared with the other units, at the end of the round"),
    "unstated": _("the decision states no rule: scored by hand"),
    "": _("only followed, without points"),
    "yaml": _("composed rule, written as text"),
}
COMBINE = {
    "sum": _("sum of the points"),
    "weighted_sum": _("weighted sum"),
    "mean": _("mean"),
    "weighted_mean": _("weighted mean"),
}
ROUNDING_MODES = {
    "half_up": _("half up (0.125 → 0.13)"),
    "half_down": _("half down (0.125 → 0.12)"),
    "half_even": _("half to even (0.125 → 0.12)"),
    "down": _("cut off"),
}
TIES = {
    "standard": _("1, 1, 3: the place after equals is left out"),
    "dense": _("1, 1, 2: no place is left out"),
    "ordinal": _("1, 2, 3: no equal places"),
}
RANK_BY = {"percent": _("by percent of the unit's maximum"), "points": _("by points")}
RANK_ON = {"unrounded": _("on unrounded points"), "rounded": _("on rounded points")}
BAND_BY = {
    "percent": _("percent of the maximum"),
    "points": pgettext_lazy("bands by", "points"),
    "quantile": _("share of the ranked units"),
}
EXTENTS = {"whole": _("the whole set"), "part": _("a part of the decision's table")}
FACTS = {
    "responsible": _("Responsible"),
    "appraised": _("Appraised by"),
    "evidence": _("Evidence"),
    "stream": _("Way of scoring"),
    "target": _("Target, without points"),
    "combine": _("How the parts add up"),
    "weight": _("Weight"),
    "source": _("Source"),
    "note": _("Note"),
}
