"""The forms of the one-stop shop as documents: receipt, request for a supplement, refusal, apology, notice of stopping,
control slip and register.

What a form contains is data, dated: `catalog/one_stop_forms/mot-cua.yaml` has the seven forms of Circular
03/2025/TT-VPCP and the six of Circular 01/2018/TT-VPCP. A dossier keeps the set of the day it was received.

    forms = forms_on(day).by_kind  # by kind: receipt, supplement, refusal, apology, stop, control, register
    document = letter(forms["receipt"], case, office, issue)
    slip = control_slip(forms["control"], case, office, handovers, issue)
    book = register(forms["register"], lines, office, issue)

The result is a `papers.Document`: `to_docx`, `to_pdf`, `batch_pdf`, `to_xlsx`. The forms are Vietnamese, whoever prints
them. Moments are given in the office's own time.
"""

from .facts import Case, Handover, Issue, Line, Office, Party, moment_words
from .letters import letter
from .sets import KINDS, Form, FormBook, FormSet, find_forms, forms_from_yaml, forms_on
from .tables import control_slip, register

__all__ = [
    "KINDS",
    "Case",
    "Form",
    "FormBook",
    "FormSet",
    "Handover",
    "Issue",
    "Line",
    "Office",
    "Party",
    "control_slip",
    "find_forms",
    "forms_from_yaml",
    "forms_on",
    "letter",
    "moment_words",
    "register",
]
