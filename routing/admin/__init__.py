"""The administration of rules, drafts and proposals."""

from routing.admin.drafted_rules import DraftedRuleAdmin
from routing.admin.drafts import RuleDraftAdmin
from routing.admin.proposals import ProposalAdmin
from routing.admin.rules import RoutingRuleAdmin

__all__ = ["DraftedRuleAdmin", "ProposalAdmin", "RoutingRuleAdmin", "RuleDraftAdmin"]
