"""What is wrong with a form, for the summary above it."""


def problems_of(form, anchors=None) -> list[tuple[str, str]]:
    """A form's errors as (id of the control, message) pairs; `anchors` names other ids by field."""
    anchors = anchors or {}
    return [
        (anchors.get(name, f"id_{name}"), message)
        for name, messages in form.errors.items()
        for message in messages
    ]
