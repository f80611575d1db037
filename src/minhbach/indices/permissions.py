"""What people may do with sets and rounds. A verb holds over a unit and all under it."""

from django.utils.translation import gettext_lazy as _

from minhbach.org.permissions import (
    ADMINISTRATOR,
    APPRAISER,
    HEAD,
    OFFICE,
    REFORM_OFFICER,
    SCHOOL_REPORTER,
    register,
)

SEE = register(
    "indices.see",
    _("see scores that are not published"),
    roles=[ADMINISTRATOR, REFORM_OFFICER, HEAD, OFFICE, APPRAISER, SCHOOL_REPORTER],
    reads=True,
)
ANSWER = register(
    "indices.answer", _("answer the criteria of an office"), roles=[OFFICE, REFORM_OFFICER, SCHOOL_REPORTER]
)
REVIEW = register(
    "indices.review", _("review, assign and hand on the self-score"), roles=[REFORM_OFFICER, SCHOOL_REPORTER]
)
APPROVE = register("indices.approve", _("approve the self-score"), roles=[HEAD])
APPRAISE = register("indices.appraise", _("appraise the scores of a field"), roles=[APPRAISER])
SURVEY = register("indices.survey", _("enter the results of surveys"), roles=[ADMINISTRATOR, APPRAISER])
MANAGE_ROUND = register("indices.manage_round", _("run a round"), roles=[ADMINISTRATOR])
EDIT_SETS = register("indices.edit_sets", _("write indicator sets"), roles=[ADMINISTRATOR, REFORM_OFFICER])
ENTER_PUBLISHED = register(
    "indices.enter_published", _("enter results published by others"), roles=[ADMINISTRATOR, REFORM_OFFICER]
)
