from routing.models.batch import Batch, BatchLine
from routing.models.look import Look
from routing.models.proposal import Proposal
from routing.models.rule import RoutingRule
from routing.models.rule_draft import DraftedRule, RuleDraft
from routing.models.saved_view import SavedView
from routing.models.shift_note import ShiftNote

__all__ = [
    "Batch",
    "BatchLine",
    "DraftedRule",
    "Look",
    "Proposal",
    "RoutingRule",
    "RuleDraft",
    "SavedView",
    "ShiftNote",
]
