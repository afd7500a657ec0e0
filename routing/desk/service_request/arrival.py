"""Coming to a request at the desk, and leaving it."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from lib import polling
from requests_app import reference as references
from routing.agents_only import agents_only
from routing.desk.service_request import presence

LEFT = "X-Left-Request"  # the one that the page showed until now; its script says so


def arrive(request, row) -> list[presence.Here]:
    """Who else has `row` open. Its reader is there from now on, and not where they came from."""
    left = references.tidy(request.headers.get(LEFT, ""))
    if left and (row is None or left != row.reference):
        presence.leave(left, request.user)
    return presence.enter(row.reference, request.user) if row else []


@polling.by_itself
@require_POST
@agents_only
def departure(request, reference):
    """The page was closed: colleagues need not wait for the presence to run out."""
    presence.leave(reference, request.user)
    return HttpResponse(status=204)
