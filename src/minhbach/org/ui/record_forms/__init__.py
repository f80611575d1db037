"""Forms out of the field declarations of records (`records.structure`): plain data to controls, what was typed back to
plain data.

The name of a control is its place in the data (`components-0-title`), so that a finding at a place is shown at its
control. Nothing here writes or judges: the reader of the record does.
"""

from minhbach.org.ui.record_forms.controls import Control, Group, Look, Row, Rows, Shape, Special, name_of
from minhbach.org.ui.record_forms.findings import Checked, Finding, checked, in_text, mark
from minhbach.org.ui.record_forms.showing import shown, two
from minhbach.org.ui.record_forms.taking import arranged, indexes, key_from, taken

__all__ = [
    "Checked",
    "Control",
    "Finding",
    "Group",
    "Look",
    "Row",
    "Rows",
    "Shape",
    "Special",
    "arranged",
    "checked",
    "in_text",
    "indexes",
    "key_from",
    "mark",
    "name_of",
    "shown",
    "taken",
    "two",
]
