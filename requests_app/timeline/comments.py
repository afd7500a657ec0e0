"""What people wrote, and the reasons they chose from the city's lists."""

from django.utils.translation import gettext as _

from city import canned_texts
from city.names import name_of
from city.translation import translated
from requests_app.models import Event
from requests_app.permissions import Audience, may_see_content
from requests_app.status import Verb
from requests_app.workflow import completion_proof
from requests_app.workflow.verbs import VERBS


def body(event, audience=Audience.OTHERS) -> str:
    words = event.comment
    if words is None:
        return ""
    if not may_see_content(audience, words):
        return _("The city hid this text.")
    if not words.body:
        return _("This text was deleted.")
    return as_sent(event)


def as_sent(event) -> str:
    """The words of an event that has some: a reason or a canned text of the city's own in the
    reader's language, else what somebody wrote.
    """
    body = event.words.body
    if event.verb == Verb.DECLINE:
        return translated(body)
    if event.actor_id and not event.on_behalf:
        return canned_texts.in_readers_language(body, event.at)
    return body


def reason(event: Event) -> str:
    """Return the name of the reason from a list of the city; "" where none was chosen."""
    reasons = VERBS[event.verb].reasons
    return name_of(reasons, event.code) if reasons and event.code else ""


def reason_and_proof(event) -> str:
    """What staff read beside a reason: where work was proved, and their own word on it."""
    completion = getattr(event, "completion", None)
    if completion is None:
        return reason(event)
    own = f"“{completion.proof_reason}”" if completion.proof_reason else ""
    return ". ".join(filter(None, [reason(event), completion_proof.format_proof(completion), own]))
