"""What a crew fills in: one form per verb, each carrying the last event that was seen."""

from staff_portal.forms.acts import (
    ACTS,
    Ask,
    Assign,
    CancelQuestion,
    HandBack,
    Hold,
    Note,
    Plan,
    Reopen,
    Start,
    Uphold,
)
from staff_portal.forms.completion import Complete
from staff_portal.forms.handover import HandOver
from staff_portal.forms.verb import OneOf, VerbForm

__all__ = [
    "ACTS",
    "Ask",
    "Assign",
    "CancelQuestion",
    "Complete",
    "HandBack",
    "HandOver",
    "Hold",
    "Note",
    "OneOf",
    "Plan",
    "Reopen",
    "Start",
    "Uphold",
    "VerbForm",
]
