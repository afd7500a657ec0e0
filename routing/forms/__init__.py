"""What an agent gives with each act at the desk. `verb_arguments` are the verb's own."""

from routing.forms.act import ActionForm, Listed, Undo, WithWords
from routing.forms.caller import Answer, Confirm, Dispute
from routing.forms.handling import (
    Ask,
    Comment,
    Decline,
    Dismiss,
    Duplicate,
    MovePin,
    Note,
    Prioritise,
    Recategorise,
    Route,
    Transfer,
)
from routing.forms.sight import BlackOut, Replace

__all__ = [
    "ActionForm",
    "Answer",
    "Ask",
    "BlackOut",
    "Comment",
    "Confirm",
    "Decline",
    "Dismiss",
    "Dispute",
    "Duplicate",
    "Listed",
    "MovePin",
    "Note",
    "Prioritise",
    "Recategorise",
    "Replace",
    "Route",
    "Transfer",
    "Undo",
    "WithWords",
]
