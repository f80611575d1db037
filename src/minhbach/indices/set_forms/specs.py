"""Which fields the editor shows, of a criterion and of the set itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from minhbach.indices import set_words
from minhbach.indices.set_forms.fields import Field, Rows

EMPTY = {"": "–"}


def _optional(choices: dict[str, Any], word: Any) -> dict[str, Any]:
    return {"": word, **choices}


SOURCE = (
    Field("source.document", _("Number of the document")),
    Field("source.issuer", _("Issued by")),
    Field("source.date", _("Date of the document"), "date", _("Day, month, year, as 21/09/2022"), width="narrow"),
    Field("source.article", _("Article, appendix, item")),
    Field("source.url", _("Address on the web"), more=True),
    Field("source.note", _("Note on the source"), "area", more=True),
)

# A criterion -------------------------------------------------------------------------------------------------------

HEAD = (
    Field("code", _("Code"), hint=_("As the decision prints it: 3.4.2"), width="narrow"),
    Field("title", _("Title"), "title", _("The official name, word for word"), long=True),
    Field("maximum", _("Maximum points"), "exact", width="narrow"),
)
SPLIT = (
    Field("id", _("Identifier, where the decision prints no code"), width="medium", more=True),
    Field("minimum", _("Minimum points"), "exact", width="narrow", more=True),
    Field(
        "weight",
        _("Weight"),
        "weight",
        _("5% or a coefficient such as 2; only where the level above is weighted"),
        width="narrow",
        more=True,
    ),
)
KIND = (Field("kind", _("Kind"), "choice", choices={"bonus": _("bonus points"), "penalty": _("points taken off")}),)
WHO = (
    Field("responsible", _("Responsible units"), "checks"),
    Field("stream", _("Kind of scoring"), "choice", choices=_optional(set_words.STREAMS, _("as the part above"))),
    Field("appraised_by", _("Appraised by"), "choice", more=True),
)
EVIDENCE = (Field("evidence", _("Evidence"), "choice", choices=set_words.EVIDENCE),)
VALUE = (
    Field("value", _("Measured value"), "expression", _("What the rule calls “value”: so_dat / tong_so"), long=True),
)
LEAF_MORE = (
    Field("target", _("Target that is followed, without points"), "expression", more=True),
    Field("clamp", _("Points beyond the maximum are cut to it"), "flag", more=True),
)
TEXTS = (
    Field("left_open", _("What the decision leaves open"), "area"),
    Field("note", _("Note"), "area"),
)
GROUP = (
    Field(
        "combine.how", _("How the parts add up"), "choice", choices=_optional(set_words.COMBINE, EMPTY[""]), more=True
    ),
    Field("combine.times", _("Result multiplied by"), "exact", width="narrow", more=True),
    Field(
        "may_be_absent",
        _("This block may not be held in a year (a survey): it then leaves the maximum"),
        "flag",
        more=True,
    ),
)

INPUTS = Rows(
    "inputs",
    _("Figures it asks for"),
    (
        Field("title", _("What is asked"), "title", long=True),
        Field("type", _("Kind of figure"), "choice", choices=set_words.INPUT_TYPES),
        Field("key", _("Short name in the rule"), hint=_("Made from the title when left empty"), width="medium"),
        Field(
            "options",
            _("Options"),
            "options",
            _("One per line: tot = tốt; in a survey with its weight: A 100% = rất hài lòng. English after a |"),
        ),
        Field("unit", _("Counted in"), "title", more=True),
        Field("part_of", _("Part of"), "choice", _("The figure it cannot exceed"), width="medium", more=True),
        Field("obtained", _("How obtained"), "choice", choices=set_words.OBTAINED, more=True),
        Field("measure", _("Measure that supplies it"), width="medium", more=True),
        Field("at_most", _("Largest sensible value"), "weight", width="narrow", more=True),
        Field("previous", _("Ask for last year's figure too"), "flag", more=True),
        Field("note", _("How it is counted"), "area", more=True),
    ),
    _("Figure"),
    _("Add a figure"),
    key="key",
    trivial=frozenset({"type", "obtained"}),
)
NOT_APPLICABLE = Rows(
    "not_applicable",
    _("When the criterion does not apply"),
    (
        Field("when", _("Condition"), "expression", "tong_so == 0", long=True),
        Field("outcome", _("It then gets"), "choice", choices=set_words.OUTCOMES),
        Field("note", _("Reason"), "title", more=True),
    ),
    _("Case"),
    _("Add a case"),
    trivial=frozenset({"outcome"}),
)
CONSTRAINTS = Rows(
    "constraints",
    _("What the figures must meet"),
    (
        Field("must", _("Condition"), "expression", "so_dat + so_mot_phan <= tong_so", long=True),
        Field("says", _("What to say otherwise"), "title", more=True),
    ),
    _("Condition"),
    _("Add a condition"),
)
EXAMPLES = Rows("examples", _("Worked examples"), (), _("Example"), _("Add an example"))

# The set itself ----------------------------------------------------------------------------------------------------

SET_HEAD = (
    Field("title", _("Official title"), "title", long=True),
    Field("code", _("Code"), hint=_("Lower-case letters, digits, hyphens"), width="medium"),
    Field("version", _("Version"), width="narrow"),
    Field("year", _("Year scored"), width="narrow"),
    Field(
        "maximum",
        _("Full mark the decision states"),
        "exact",
        _("Checked against the sum of the parts"),
        width="narrow",
    ),
    Field("extent", _("What it covers"), "choice", choices=set_words.EXTENTS, more=True),
    Field("constructed", _("No decision states this set: show it as constructed"), "flag", more=True),
    Field("note", _("Note"), "area", more=True),
)
SET_ROUNDING = (
    Field("combine.how", _("How the parts add up"), "choice", choices=_optional(set_words.COMBINE, EMPTY[""])),
    Field("combine.times", _("Result multiplied by"), "exact", width="narrow"),
    Field("rounding.points.places", _("Decimals of each criterion's points"), width="narrow"),
    Field("rounding.points.mode", _("rounded"), "choice", choices=_optional(set_words.ROUNDING_MODES, EMPTY[""])),
    Field(
        "rounding.groups.places",
        _("Decimals of each part's points"),
        hint=_("Empty: what has criteria below it is not rounded"),
        width="narrow",
    ),
    Field("rounding.groups.mode", _("rounded"), "choice", choices=_optional(set_words.ROUNDING_MODES, EMPTY[""])),
    Field("rounding.total.places", _("Decimals of the published total"), width="narrow"),
    Field("rounding.total.mode", _("rounded"), "choice", choices=_optional(set_words.ROUNDING_MODES, EMPTY[""])),
    Field("ranking.by", _("Ranked"), "choice", choices=set_words.RANK_BY),
    Field("ranking.on", _("Ranked on"), "choice", choices=set_words.RANK_ON),
    Field("ranking.ties", _("Equal results"), "choice", choices=set_words.TIES),
    Field("ranking.unranked", _("Units scored but not ranked (codes)"), "list"),
)
_NAMED = (Field("code", _("Code"), width="narrow"), Field("", _("Title"), "title"))
RESPONSIBLES = Rows("responsibles", _("Who may be named responsible"), _NAMED, _("Unit"), _("Add a unit"), key="code")
APPRAISERS = Rows(
    "appraisers",
    _("Appraising bodies"),
    _NAMED,
    _("Body"),
    _("Add a body"),
    key="code",
    hint=_("Only where several bodies share the appraisal by field."),
)
GROUPS = Rows(
    "groups",
    _("Unit groups"),
    _NAMED,
    _("Group"),
    _("Add a group"),
    key="code",
    hint=_("Only where values or bands differ from group to group: departments, communes."),
)
CHOICES = Rows(
    "choices",
    _("What the decision leaves open and this set chooses"),
    (
        Field("question", _("Question"), "area"),
        Field("chosen", _("Chosen"), "area"),
        Field(
            "alternatives",
            _("Alternatives"),
            "alternatives",
            _("One per line: code = what else it could be. Where it can be counted: code [measure: other measure] = …"),
        ),
        Field("criteria", _("Criteria it concerns"), "list", "3.4.2, 3.4.3"),
        Field("code", _("Code"), hint=_("Made from the question when left empty"), width="medium", more=True),
    ),
    _("Choice"),
    _("Add a choice"),
    key="code",
    hint=_(
        "What is counted, from which day, what the denominator is: readers see the choice and what else it could be."
    ),
)
PARAMETERS = Rows(
    "parameters",
    _("Parameters"),
    (
        Field("title", _("Title"), "title", long=True),
        Field("name", _("Short name in the rules"), width="medium"),
        Field("value", _("Value"), "weight", _("A rate with %, or a number"), width="narrow"),
        Field("groups", _("Values per group"), "pairs", _("One per line: so = 5"), more=True),
    ),
    _("Parameter"),
    _("Add a parameter"),
    key="name",
    hint=_("A figure that several rules use: “limit” here is param(limit) in a rule."),
)
BANDS = Rows(
    "bands",
    _("Bands"),
    (
        Field("code", _("Band"), width="narrow"),
        Field("title", _("Name"), "title", long=True),
        Field("from", _("From"), "weight", width="narrow"),
        Field("by", _("By"), "choice", choices=set_words.BAND_BY, more=True),
        Field("groups", _("Only for the groups"), "list", more=True),
        Field("share_limit", _("At most this share of those who reached it"), "weight", width="narrow", more=True),
    ),
    _("Band"),
    _("Add a band"),
    hint=_("From the best down"),
    trivial=frozenset({"by"}),
)
SET_ROWS = (RESPONSIBLES, APPRAISERS, GROUPS, CHOICES, PARAMETERS, BANDS)
APPLIES = (Field("applies_to", _("Applies to the groups"), "checks"),)
