"""Texts of alerts: of the mails to confirm one, about one request, and of digests."""

from datetime import datetime
from typing import NamedTuple

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
    format_subject,
    list_facts_with_reference,
)
from notifications.wording.links import build_url
from notifications.wording.nonces import derive_nonce
from requests_app.alerts import saved
from requests_app.alerts.matching import DigestRequests, find_digest_requests
from requests_app.models import Alert, AlertLink, ServiceRequest
from requests_app.models.alert import MAX_PER_OWNER
from requests_app.timeline import badge

Kind = Delivery.Kind
MAX_REQUESTS = 20  # of each kind in a digest


def compose(delivery: Delivery) -> Message:
    """Return the mail about one new or finished request. The delivery must have an alert."""
    alert, row = delivery.alert, delivery.event.service_request
    assert alert
    heading = _("A new request") if delivery.kind == Kind.ALERT_NEW else _("The work is done")
    needs_phone = row.needs_emergency_number
    message = Message(
        subject=format_subject(format_event(delivery), row),
        heading=heading,
        paragraphs=[format_emergency_line()] if needs_phone else [],
        facts=list_facts_with_reference(row),
        buttons=[Button(_("See the request"), build_url("service_request", row.reference))],
    )
    return _add_footer(message, delivery, alert)


def format_event(delivery: Delivery) -> str:
    """Return whether the request is new or finished, and its category."""
    what = {"what": category_name(delivery.event.service_request)}
    if delivery.kind == Kind.ALERT_NEW:
        return _("New request: %(what)s") % what
    return _("Finished: %(what)s") % what


def compose_confirmation(delivery: Delivery) -> Message | None:
    """Return a question whether the address wants the alert, or a note that it has it already.

    A note, too, if the address has MAX_PER_OWNER alerts. None if the alert ended meanwhile.
    """
    if delivery.details.get("is_full"):
        return _compose_full(delivery)
    alert = Alert.objects.filter(pk=delivery.details["alert"]).first()
    if alert is None:
        return None
    token = get_or_create_link(delivery, alert).token
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
        subject=_("Confirm that you want updates: %(what)s") % {"what": alert.description.what},
        heading=_("Do you want these updates?"),
        paragraphs=[_("Someone, probably you, asked us to send updates to this email address.")],
        facts=facts,
        buttons=[Button(_("Confirm"), url)],
        footnote=_("If you didn't ask for this, ignore this email. You won't get any updates."),
    )


class Digest(NamedTuple):
    """The content of a digest: its alert, the counts as words, and the requests."""

    alert: Alert
    heading: str
    found: DigestRequests

    @property
    def query(self) -> dict[str, object]:
        """The query of the list that shows what the alert is about."""
        return dict(saved.build_filters(self.alert).query_pairs())


def load_digest(delivery: Delivery) -> Digest | None:
    """Return the requests of the digest's period, at most MAX_REQUESTS of each kind.

    `about` has the alert's id and the period, `since` and `until` in ISO format. None if the alert
    ended or nothing matches: such a digest is not sent.
    """
    about = delivery.details
    alert = Alert.objects.standing().filter(pk=about["alert"]).first()
    if alert is None:
        return None
    since, until = (datetime.fromisoformat(about[name]) for name in ("since", "until"))
    found = find_digest_requests(alert, since, until, MAX_REQUESTS)
    if not found.new and not found.finished:
        return None
    counts = [
        ngettext("%(n)s new request", "%(n)s new requests", found.new_count)
        % {"n": found.new_count},
        ngettext("%(n)s finished request", "%(n)s finished requests", found.finished_count)
        % {"n": found.finished_count},
    ]
    shown = [words for words, rows in zip(counts, found[:2], strict=True) if rows]
    return Digest(alert, ", ".join(shown), found)


def compose_digest(delivery: Delivery) -> Message | None:
    """Return the digest with links to its requests; None if there is nothing to send."""
    digest = load_digest(delivery)
    if digest is None:
        return None
    alert, heading, (new, finished, new_count, finished_count) = digest
    left_out = new_count + finished_count - len(new) - len(finished)
    more = ngettext("and %(n)s more", "and %(n)s more", left_out) % {"n": left_out}
    url = build_url("requests", **digest.query)
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
    """Return that the address has MAX_PER_OWNER alerts, with a link to all; None if it has none.

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
            % {"n": MAX_PER_OWNER}
        ],
        buttons=[
            Button(
                _("See your alerts"), build_url("alert", get_or_create_link(delivery, own).token)
            )
        ],
    )


def _add_footer(message: Message, delivery: Delivery, alert: Alert) -> Message:
    """Return the message with the alert's description, and links to all alerts and to end it."""
    message.footnote = _("You get this because you asked %(city)s for updates: %(alert)s.") % {
        "city": City.current().service_name,
        "alert": alert.description.summary,
    }
    token = get_or_create_link(delivery, alert).token
    message.stop = build_url("alert_end", token)
    message.buttons.append(Button(_("See your alerts"), build_url("alert", token)))
    return message


def get_or_create_link(delivery: Delivery, alert: Alert) -> AlertLink:
    """Return the link of this message to its alert, the same at each attempt."""
    return AlertLink.get_or_create_for_nonce(derive_nonce(delivery, alert.pk), alert=alert)


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
