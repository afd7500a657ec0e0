"""Texts of notifications in browsers: the heading of the email of the kind, and the request number.

They have no personal details, since a phone shows them while it is locked.
"""

from typing import TypedDict, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import Delivery
from notifications.wording import events, followers, staff
from notifications.wording.links import build_path
from requests_app.models import PushEndpoint
from requests_app.permissions import Audience

_COMPOSERS_BY_AUDIENCE = {
    Audience.REPORTER: events.COMPOSERS,
    Audience.OTHERS: followers.COMPOSERS,
    Audience.STAFF: staff.COMPOSERS,
}


class Notice(TypedDict):
    """The message to the service worker, which shows `title` and `body`.

    `url` and `stop` are paths. A tap opens `url`; the button `stop_label` sends a POST to `stop`,
    which ends all notifications of the browser.
    """

    kind: str
    reference: str
    title: str
    body: str
    lang: str
    url: str
    stop: str
    stop_label: str


def compose(delivery: Delivery, audience: Audience) -> Notice | None:
    """Return the notice for this audience in the active language.

    None if the audience is not told of this kind. The delivery has an event and an endpoint.
    """
    composers = _COMPOSERS_BY_AUDIENCE[audience]
    if delivery.kind not in composers:
        return None
    reference = delivery.event.service_request.reference
    endpoint = cast(PushEndpoint, delivery.endpoint)
    return Notice(
        kind=delivery.kind,
        reference=reference,
        title=events.compose_by_kind(delivery, composers).heading,
        body=_("Request %(reference)s") % {"reference": reference},
        lang=delivery.language,
        url=_build_path(delivery, audience),
        stop=reverse("notifications_end", args=[endpoint.token]),
        stop_label=_("Turn off notifications"),
    )


def _build_path(delivery: Delivery, audience: Audience) -> str:
    """Return the path of the request's page for this audience; of the list if the crew lost it."""
    reference = delivery.event.service_request.reference
    if audience is not Audience.STAFF:
        return build_path("service_request", reference)
    if delivery.kind == Delivery.Kind.MOVED:
        return reverse("inbox")
    is_for_desk = delivery.kind == Delivery.Kind.EMERGENCY
    return reverse("desk_request" if is_for_desk else "job", args=[reference])
