"""The reporter is forgotten before the city's period is over, because they ask."""

from django.db import transaction

from city.models import City
from requests_app import erasing
from requests_app.errors import InvalidInput
from requests_app.models.locks import touch
from requests_app.status import Forgetting, Verb
from requests_app.workflow.act import begin


@transaction.atomic
def forget(service_request, *, by, reason=Forgetting.ASKED):
    """Delete how to reach the reporter, and in a private request what they wrote and showed.

    The request goes on without them. `reason` is one of `Forgetting`, for the log; it holds
    nothing personal. Afterwards nobody is its reporter, so the same person cannot do it twice.
    """
    if reason not in Forgetting.values:
        raise InvalidInput("reason", "A reason for deleting is one of the list.")
    act = begin(Verb.FORGET, service_request, by=by)
    row = act.row
    row.forgotten_at = act.now
    event = act.finish(code=reason)
    erasing.erase_reporter([row.pk], region=City.objects.current().country)
    erasing.erase_private_words([row.pk], act.now)
    row.refresh_from_db()
    touch(row)
    return event
