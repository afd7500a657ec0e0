"""What people wrote, and the reasons they chose from the city's lists."""

from django.utils.translation import gettext as _

from city import canned_texts
from city.models import HandBackReason, HoldReason, ResolutionCode, RouteReason
from city.names import name_of
from city.translation import translated
from requests_app.permissions import Audience, may_be_shown
from requests_app.status import Verb
from requests_app.workflow import completion_proof


def body(event, audience=Audience.OTHERS) -> str:
    words = event.comment
    if words is None:
        return ""
    if not may_be_shown(audience, words):
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


def reason(event) -> str:
    if not event.code:
        return ""
    listed = {
        Verb.ROUTE: RouteReason,
        Verb.HAND_BACK: HandBackReason,
        Verb.HOLD: HoldReason,
        Verb.COMPLETE: ResolutionCode,
        Verb.HAND_OVER: ResolutionCode,
    }.get(event.verb)
    return name_of(listed, event.code) if listed else ""


def reason_and_proof(event) -> str:
    """What staff read beside a reason: where work was proved, and their own word on it."""
    completion = getattr(event, "completion", None)
    if completion is None:
        return reason(event)
    own = f"“{completion.proof_reason}”" if completion.proof_reason else ""
    return ". ".join(filter(None, [reason(event), completion_proof.said(completion), own]))
