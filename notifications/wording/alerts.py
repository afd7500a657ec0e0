"""Texts of the mails of alerts: to confirm one, about one request, and digests."""

from datetime import datetime

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import City
from lib import clock
from notifications.models import Delivery
from notifications.wording.events import (
    Button,
    LinkEntry,
    Message,
    category_name,
    format_emergency_line,
    list_facts_with_reference,
)
from notifications.wording.links import build_url
from notifications.wording.nonces import derive_nonce
from requests_app.alerts import saved
from requests_app.alerts.matching import find_digest_requests
from requests_app.models import Alert, AlertLink, ServiceRequest
from requests_app.models.alert import MAX_PER_ADDRESS
from requests_app.timeline import badge

Kind = Delivery.Kind
MAX_REQUESTS = 20  # of each kind in a digest


def compose(delivery: Delivery) -> Message:
    """Return the mail about one new or finished request. The delivery must have an alert."""
    alert, row = delivery.alert, delivery.event.service_request
    assert alert
    what = {"what": category_name(row)}
    if delivery.kind == Kind.ALERT_NEW:
        subject, heading = _("New request: %(what)s") % what, _("A new request")
    else:
        subject, heading = _("Finished: %(what)s") % what, _("The work is done")
    needs_phone = row.needs_emergency_number
    message = Message(
        subject=f"{subject} ({row.reference})",
        heading=heading,
        paragraphs=[format_emergency_line()] if needs_phone else [],
        facts=list_facts_with_reference(row),
        buttons=[Button(_("See the request"), build_url("service_request", row.reference))],
    )
    return _add_footer(message, delivery, alert)


def compose_confirmation(delivery: Delivery) -> Message | None:
    """Return a question whether the address wants the alert, or a note that it has it already.

    A note, too, if the address has MAX_PER_ADDRESS alerts. None if the alert ended meanwhile.
    """
    if delivery.details.get("is_full"):
        return _compose_full(delivery)
    alert = Alert.objects.filter(pk=delivery.details["alert"]).first()
    if alert is None:
        return None
    token = _get_or_create_token(delivery, alert)
    url = build_url("alert", token)
    facts = _list_alert_facts(alert)
    if alert.confirmed_at:
        return Message(
            to=alert.email,
            subject=_("You get these updates already"),
            heading=_("You get these updates already"),
            facts=facts,
            buttons=[Button(_("See your alerts"), url)],
            stop=build_url("alert_end", token),
        )
    return Message(
        to=alert.email,
        subject=_("Confirm that you want updates"),
        heading=_("Do you want these updates?"),
        paragraphs=[_("Someone, probably you, asked us to send updates to this email address.")],
        facts=facts,
        buttons=[Button(_("Confirm"), url)],
        footnote=_("If you didn't ask for this, ignore this email. You won't get any updates."),
    )


def compose_digest(delivery: Delivery) -> Message | None:
    """Return the requests of the digest's period, MAX_REQUESTS of each kind with links.

    `about` has the alert's id and the period, `since` and `until` in ISO format. None if the alert
    ended or nothing matches: such a digest is not sent.
    """
    about = delivery.details
    alert = Alert.objects.standing().filter(pk=about["alert"]).first()
    if alert is None:
        return None
    since, until = (datetime.fromisoformat(about[name]) for name in ("since", "until"))
    new, finished, left_out = find_digest_requests(alert, since, until, MAX_REQUESTS)
    if not new and not finished:
        return None
    counts = [
        ngettext("%(n)s new request", "%(n)s new requests", len(new)) % {"n": len(new)},
        ngettext("%(n)s finished request", "%(n)s finished requests", len(finished))
        % {"n": len(finished)},
    ]
    shown = [words for words, rows in zip(counts, (new, finished), strict=True) if rows]
    heading = ", ".join(shown)
    more = ngettext("and %(n)s more", "and %(n)s more", left_out) % {"n": left_out}
    url = build_url("requests", **dict(saved.build_filters(alert).query_pairs()))
    message = Message(
        to=alert.email,
        subject=f"{heading}: {alert.description.summary}",
        heading=heading,
        entries=[
            *(_build_entry(row) for row in [*new, *finished]),
            *([LinkEntry(more, "", url)] if left_out else []),
        ],
        buttons=[Button(_("See the list"), url)],
    )
    return _add_footer(message, delivery, alert)


def _compose_full(delivery: Delivery) -> Message | None:
    """Return that the address has MAX_PER_ADDRESS alerts, with a link to all; None if it has none.

    The text is the same if another alert has ended meanwhile.
    """
    own = saved.find_by_address(delivery.recipient).standing().first()
    if own is None:
        return None
    return Message(
        to=own.email,
        subject=_("You have too many alerts"),
        heading=_("You have too many alerts"),
        paragraphs=[
            _("You can have up to %(n)s alerts. End one that you don't need, then ask again.")
            % {"n": MAX_PER_ADDRESS}
        ],
        buttons=[
            Button(_("See your alerts"), build_url("alert", _get_or_create_token(delivery, own)))
        ],
    )


def _add_footer(message: Message, delivery: Delivery, alert: Alert) -> Message:
    """Return the message with the alert's description, and links to all alerts and to end it."""
    message.footnote = _("You get this because you asked %(city)s for updates: %(alert)s.") % {
        "city": City.current().service_name,
        "alert": alert.description.summary,
    }
    token = _get_or_create_token(delivery, alert)
    message.stop = build_url("alert_end", token)
    message.buttons.append(Button(_("See your alerts"), build_url("alert", token)))
    return message


def _get_or_create_token(delivery: Delivery, alert: Alert) -> str:
    """Return the token of this mail's link to the alert, which is created if missing."""
    nonce = derive_nonce(delivery, alert.pk)
    return AlertLink.get_or_create_for_nonce(nonce, alert=alert).token


def _list_alert_facts(alert: Alert) -> list[tuple[str, str]]:
    """Return (label, value) of what, where, words if any, and how often."""
    described = alert.description
    return [
        (_("What"), f"{described.events}: {described.what}"),
        (_("Where"), capfirst(described.where)),
        *([(_("Text"), described.words)] if described.words else []),
        (_("How often"), str(described.frequency)),
    ]


def _build_entry(row: ServiceRequest) -> LinkEntry:
    """Return the link to a request, with its location, public badge and day of filing."""
    told = [
        row.location_phrase,
        str(badge.public_badge(row).words),
        clock.format_absolute_date(localdate(row.filed_at)),
    ]
    url = build_url("service_request", row.reference)
    return LinkEntry(category_name(row), " · ".join(filter(None, told)), url)
