"""What a browser sends back of a form of the set editor."""


def typed(html_form):
    """What a browser would send of the controls of a form."""
    sent = {}
    for control in html_form.every():
        if control.kind == "flag":
            if control.value:
                sent[control.name] = "1"
        else:
            sent[control.name] = control.value
        if control.english:
            sent[f"{control.name}.en"] = control.english
    return sent
