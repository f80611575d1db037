"""The measures of alternatives: as they are typed in the editor, and as the catalogue has them."""

import pytest
from django.http import QueryDict

from minhbach.indices.set_forms.fields import show_value, take_value
from minhbach.indices.set_forms.specs import CHOICES
from minhbach.measures.figures import FIGURES
from minhbach.scoring import catalogue

ALTERNATIVES = next(field for field in CHOICES.fields if field.path == "alternatives")
TYPED = """\
received [dossiers_handled: dossiers_received, dossiers_on_time: dossiers_received_overdue] = Hồ sơ nhận | Received
threshold = Từ một ngưỡng [dưới 100%] = đủ điểm
Không tính"""


def test_alternatives_are_typed_one_per_line_with_their_measures():
    post = QueryDict(mutable=True)
    post["a"] = TYPED
    read = take_value(ALTERNATIVES, post, "a")
    assert read[0] == {
        "code": "received",
        "text": {"vi": "Hồ sơ nhận", "en": "Received"},
        "measures": {"dossiers_handled": "dossiers_received", "dossiers_on_time": "dossiers_received_overdue"},
    }
    assert read[1] == {"code": "threshold", "text": "Từ một ngưỡng [dưới 100%] = đủ điểm"}
    assert read[2]["text"] == "Không tính" and "measures" not in read[2]
    shown, _english = show_value(ALTERNATIVES, read)
    assert shown.splitlines()[:2] == TYPED.splitlines()[:2]
    post["a"] = shown
    assert take_value(ALTERNATIVES, post, "a") == read


@pytest.mark.parametrize("code", ["hai-phong-so-2022", "hai-phong-so-2023", "qd766-2022", "truong-minh-hoa"])
def test_every_alternative_of_the_catalogue_names_figures_that_are_counted(code):
    indicator_set = catalogue.find(code)
    named = [
        (choice.criteria, key, measure)
        for choice in indicator_set.choices.values()
        for other in choice.alternatives
        for key, measure in other.measures.items()
    ]
    assert bool(named) == (code != "truong-minh-hoa")
    assert [measure for _criteria, _key, measure in named if measure not in FIGURES] == []
    # Each stands in for a measure of the criteria in question, and that one is counted, too.
    for criteria, key, _measure in named:
        used = {spec.measure for name in criteria for spec in indicator_set.nodes[name].inputs.values()}
        assert key in used and key in FIGURES
