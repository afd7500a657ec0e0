"""Texts of notifications in browsers: the heading of the email of the kind, and the request number.

Those of alerts have the category, or the counts of a digest. They have no personal details, such as
the location of an alert, since a phone shows them while it is locked.
"""

from typing import TypedDict, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import ALERT_KINDS, Delivery
from notifications.wording import alerts, events, followers, staff
from notifications.wording.links import build_path
from requests_app.models import Alert, PushEndpoint
from requests_app.permissions import Audience

_COMPOSERS_BY_AUDIENCE = {
    Audience.REPORTER: events.COMPOSERS,
    Audience.OTHERS: followers.COMPOSERS,
    Audience.STAFF: staff.COMPOSERS,
}


class Notice(TypedDict):
    """The message to the service worker, which shows `title` and `body`.

    `url` and `stop` are paths. A tap opens `url`; the button `stop_label` sends a POST to `stop`,
    which ends all notifications of the browser, or if `ends_alert`, one alert. `reference` is ""
    for several requests.
    """

    kind: str
    reference: str
    title: str
    body: str
    lang: str
    url: str
    stop: str
    stop_label: str
    ends_alert: bool


def compose(delivery: Delivery, audience: Audience) -> Notice | None:
    """Return the notice for this audience in the active language.

    Return None for a kind that the audience does not get, and for a digest without requests. The
    delivery has an endpoint, and an event unless it is a digest.
    """
    if delivery.kind == Delivery.Kind.ALERT_DIGEST:
        return _compose_digest(delivery)
    if delivery.kind in ALERT_KINDS:
        return _compose_alert(delivery)
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
        ends_alert=False,
    )


def _compose_alert(delivery: Delivery) -> Notice:
    """Return the notice of one new or finished request. The delivery has an alert."""
    reference = delivery.event.service_request.reference
    return _build_alert_notice(
        delivery,
        cast(Alert, delivery.alert),
        reference=reference,
        title=alerts.format_event(delivery),
        body=_("Request %(reference)s") % {"reference": reference},
        url=build_path("service_request", reference),
    )


def _compose_digest(delivery: Delivery) -> Notice | None:
    """Return the notice of a digest, which opens the list; None without requests."""
    digest = alerts.load_digest(delivery)
    if digest is None:
        return None
    return _build_alert_notice(
        delivery,
        digest.alert,
        reference="",
        title=digest.heading,
        body=digest.alert.description.what,
        url=build_path("requests", **digest.query),
    )


def _build_alert_notice(
    delivery: Delivery, alert: Alert, *, reference: str, title: str, body: str, url: str
) -> Notice:
    """Return the notice, whose button ends the alert."""
    return Notice(
        kind=delivery.kind,
        reference=reference,
        title=title,
        body=body,
        lang=delivery.language,
        url=url,
        stop=reverse("alert_end", args=[alerts.get_or_create_link(delivery, alert).token]),
        stop_label=_("End this alert"),
        ends_alert=True,
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
