"""What the panel beside the form of a criterion says, for what stands in the form at this moment."""

from __future__ import annotations

import copy

from minhbach.indices import set_page
from minhbach.indices.set_forms import checks, node_form, tree


def put_in(data: dict, place: str, node: dict) -> dict:
    """The data with another node at the place; the old data stays as it is."""
    changed = copy.deepcopy(data)
    old = tree.node_at(changed, place)
    old.clear()
    old.update(node)
    return changed


def live(data: dict, form, lang: str, post) -> dict:
    """What the panel beside the form says: the rule in words, what is wrong, the examples, and what was tried out."""
    checked = checks.read(data, lang)
    found = {"own": checked.at(form.place), "others": checked.elsewhere(form.place), "row": None, "tried": None}
    if checked.content is None:
        return found
    node = checked.content.nodes.get(form.name)
    if node is None:
        return found
    found["row"] = set_page.row_of(checked.content, node, lang, below=False)
    if post is not None and node.is_leaf:
        given = node_form.take_facts(post, "try-given.", form.node)
        if given:
            groups = checked.content.applies_to
            group = post.get("try-group", "") or (groups[0] if len(groups) == 1 else "")
            found["tried"] = checks.try_out(checked.content, node, given, group, lang)
    return found
