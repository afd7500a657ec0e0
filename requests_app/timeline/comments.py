"""The texts of events: comments, and the names of reasons from the city's lists."""

from django.utils.translation import gettext as _

from city import canned_texts
from city.names import find_entry_name
from city.translation import translate
from requests_app.models import Event
from requests_app.permissions import Audience, may_see_content
from requests_app.status import Verb
from requests_app.workflow import completion_proof
from requests_app.workflow.verbs import VERBS


def comment_text(event: Event, audience: Audience = Audience.OTHERS) -> str:
    """Return the comment of the event for this audience; "" if it has none.

    A hidden or deleted comment is replaced by a note that says so.
    """
    words = event.comment
    if words is None:
        return ""
    if not may_see_content(audience, words):
        return _("The city hid this text.")
    if not words.body:
        return _("This text was deleted.")
    return localize_event_text(event)


def localize_event_text(event: Event) -> str:
    """Return the event's comment; a reason or canned text of the city in the active language."""
    body = event.words.body
    if event.verb == Verb.DECLINE:
        return translate(body)
    if event.actor_id and not event.on_behalf:
        return canned_texts.translate_canned_text(
            body, event.at, lambda: event.service_request.location_phrase
        )
    return body


def reason_name(event: Event) -> str:
    """Return the name of the event's reason from a list of the city; "" if it has none."""
    reasons = VERBS[Verb(event.verb)].reasons
    return find_entry_name(reasons, event.code) if reasons and event.code else ""


def reason_and_proof(event: Event) -> str:
    """Return the reason for staff, with the proof of finished work and its explanation."""
    completion = getattr(event, "completion", None)
    if completion is None:
        return reason_name(event)
    own = f"“{completion.proof_reason}”" if completion.proof_reason else ""
    return ". ".join(
        filter(None, [reason_name(event), completion_proof.format_proof(completion), own])
    )
