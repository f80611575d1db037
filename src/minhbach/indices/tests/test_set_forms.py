"""The editor's forms hold everything that any set says."""

import copy

import pytest
from django.http import QueryDict

from minhbach.indices.set_forms import checks, node_form, tree
from minhbach.indices.set_forms.set_form import SetForm, take_set
from minhbach.indices.tests.set_posts import typed
from minhbach.scoring.catalogue import find, set_files
from minhbach.scoring.reading import from_data, to_data, to_yaml

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", set_files())
def test_forms_lose_nothing_of_any_set(code):
    """Every node and the set itself shown in a form and taken from it again is the same set."""
    text = to_yaml(find(code))
    data = checks.data_of(text)
    wanted, _problems = from_data(data)
    for item in tree.outline(data, "vi"):
        node = tree.node_at(data, item.place)
        form = node_form.NodeForm(data, item.place, node, "vi")
        sent = typed(form)
        if not form.is_group:
            sent |= {"rule_form": form.rule_form, "rule_over": form.rule_over, "rule_text": form.rule_text}
            for row in [*form.inputs.rows, *form.not_applicable.rows, *form.constraints.rows]:
                sent[f"{row.prefix}rest"] = row.rest
        taken = node_form.take_node(_post(sent), node, item.place, "vi")
        found, problems = from_data(_with(data, item.place, taken))
        assert found is not None, [p.in_("en") for p in problems]
        assert found == wanted, item.code
    form = SetForm(data, "vi")
    sent = typed(form)
    for table in form.tables.values():
        for row in table.rows:
            sent[f"{row.prefix}rest"] = row.rest
    taken = take_set(_post(sent), data)
    found, problems = from_data(taken)
    assert found is not None, [p.in_("en") for p in problems]
    assert to_data(found) == to_data(wanted)


def _post(sent):
    post = QueryDict(mutable=True)
    for key, value in sent.items():
        if isinstance(value, list):
            post.setlist(key, value)
        else:
            post[key] = str(value)
    return post


def _with(data, place, node):
    changed = copy.deepcopy(data)
    old = tree.node_at(changed, place)
    old.clear()
    old.update(node)
    return changed
