from routing.models.proposal import Proposal
from routing.models.rule import RoutingRule

__all__ = ["Proposal", "RoutingRule"]
