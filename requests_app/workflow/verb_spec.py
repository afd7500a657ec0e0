"""The columns of the table of verbs."""

from collections.abc import Callable
from typing import NamedTuple

from city.models.reason import Reason
from requests_app.permissions import deny_all
from requests_app.status import Status
from requests_app.workflow.conditions import always_true
from requests_app.workflow.sentences import SentenceOfVerb


class VerbSpec(NamedTuple):
    """All that is particular to one verb.

    `sources`: the statuses it leads from, `target` the one it leads to; None: the status stays, or
    the verb itself decides (answer, reopen, withdraw …). `who` is asked of a person and a service
    request, `when` of a service request. `sentence` stands in the timeline; None: it is private
    and has none. `reasons` is the city's list whose codes its events have: the reason stands behind
    the sentence. `undoable` is asked like `who`: a user of whom it is true can take back their own
    doing for half a minute. `on_behalf`: an agent does it for a caller, and the event says so.
    `staff_only`: its sentence is for staff. `quiet`: a later one never makes what a person saw
    stale. `never_stale`: it changes nothing that others decide on, and goes with everything,
    whatever the person saw. `keeps_page`: a resident's page stays as it was; a verb that makes
    stale what a person saw is none of these, since who is told so must see why.
    """

    sources: frozenset
    target: Status | None
    permission: Callable
    condition: Callable = always_true
    sentence: SentenceOfVerb | None = None
    reasons: type[Reason] | None = None
    undo_permission: Callable = deny_all
    on_behalf: bool = False
    staff_only: bool = False
    quiet: bool = False
    skips_stale_check: bool = False
    keeps_page: bool = False
