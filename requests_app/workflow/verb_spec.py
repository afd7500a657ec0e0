"""The row type of the table of verbs."""

from collections.abc import Callable
from typing import NamedTuple

from city.models.reason import Reason
from requests_app.models import ServiceRequest
from requests_app.permissions import Permission, deny_all
from requests_app.status import Status
from requests_app.workflow.conditions import always_true
from requests_app.workflow.sentences import SentenceOfVerb


class VerbSpec(NamedTuple):
    """The rules and texts of one verb.

    `sources` are the statuses in which it is possible; `target` is the status after it, or None if
    the verb keeps or computes the status. `permission` is called with an actor and a request,
    `condition` with a request. `sentence` is shown in the timeline; None hides the event. `reasons`
    is the model of the reasons whose codes the events have. A user for whom `undo_permission` is
    true can undo the verb shortly after it. `on_behalf`: an agent may do it for a caller, and the
    event says so. `staff_only`: only staff read the sentence. `quiet`: its events never make a
    person's view stale. `skips_stale_check`: it is carried out whatever the actor has seen.
    `keeps_page`: residents' pages do not change; only a `quiet` verb may have it, since a stale
    view must show its cause.
    """

    sources: frozenset[Status]
    target: Status | None
    permission: Permission
    condition: Callable[[ServiceRequest], bool] = always_true
    sentence: SentenceOfVerb | None = None
    reasons: type[Reason] | None = None
    undo_permission: Permission = deny_all
    on_behalf: bool = False
    staff_only: bool = False
    quiet: bool = False
    skips_stale_check: bool = False
    keeps_page: bool = False
