"""Texts of requested mails: one composer per kind in `COMPOSERS`.

A composer gets the Delivery with its language active and returns a Message, or None if there is
nothing to send. It runs again after a failed attempt, so each link that it makes must be the same
again: see `derive_nonce`.
"""

from collections.abc import Callable

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Invitation
from city.models import City
from city.translation import translate
from lib import clock
from notifications.models import Delivery
from notifications.wording import (
    alerts,
    reply_results,
    reports,
    sign_in_mails,
    staff_digests,
)
from notifications.wording.events import (
    Button,
    LinkEntry,
    Message,
    list_facts_with_reference,
)
from notifications.wording.followers import build_follower_url, build_stop_url
from notifications.wording.links import build_private_url, build_url
from notifications.wording.nonces import derive_nonce
from requests_app.models import AccessLink, DataLink, Follower, FollowerLink, ServiceRequest
from requests_app.privacy.stored_data import find_by_email
from requests_app.timeline import badge
from requests_app.tracking.private_links import find_requests_with_link

Kind = Delivery.Kind

MAX_LINKS = 50


def compose(delivery: Delivery) -> Message | None:
    """Return the requested mail in the active language; None if there is nothing to send."""
    return COMPOSERS[delivery.kind](delivery)


def _compose_links(delivery: Delivery) -> Message | None:
    """Return private links to at most MAX_LINKS requests of this address; None without any.

    Further requests are only mentioned. The links are created at the first attempt.
    """
    rows = list(
        find_requests_with_link(delivery.recipient).select_related("contact")[: MAX_LINKS + 1]
    )
    if not rows:
        return None
    more = _(
        "You have more requests than we can list here. Call or email us with their request "
        "numbers to get those links."
    )
    return Message(
        to=rows[0].contact.email,
        subject=_("The links to your requests"),
        heading=_("The links to your requests"),
        paragraphs=[
            _("You asked for these on our website. Each link opens one request, on any device."),
            *([more] if len(rows) > MAX_LINKS else []),
        ],
        entries=[_build_link_entry(delivery, row) for row in rows[:MAX_LINKS]],
        footnote=_(
            "Keep these links private: anyone who has one can answer for you. If you didn't "
            "ask for them, ignore this email."
        ),
    )


def _build_link_entry(delivery: Delivery, row: ServiceRequest) -> LinkEntry:
    """Return the category, a line on the request, and its private URL.

    The line is “reference · place · day filed · badge for the reporter”, without what is empty.
    The link is created at the first attempt.
    """
    told = [
        row.reference,
        row.location_phrase,
        clock.format_absolute_date(localdate(row.filed_at)),
        str(badge.reporter_badge(row).words),
    ]
    link = AccessLink.get_or_create_for_nonce(derive_nonce(delivery, row.pk), service_request=row)
    return LinkEntry(
        translate(row.category.name), " · ".join(filter(None, told)), build_private_url(link)
    )


def _compose_invitation(delivery: Delivery) -> Message | None:
    """Return the invitation; None if it is no longer waiting or a newer mail was sent.

    Raise Invitation.DoesNotExist if the row was deleted.
    """
    row = Invitation.objects.select_related("user", "invited_by").get(
        pk=delivery.details["invitation"]
    )
    if row.state != Invitation.State.WAITING or row.number != delivery.details["number"]:
        return None
    service = City.current().service_name
    inviter = row.invited_by.full_name if row.invited_by else service
    return Message(
        subject=_("Your account at %s") % service,
        heading=_("Welcome to %s") % service,
        paragraphs=[
            _("%s created an account for you. Open it and choose how you'll sign in.") % inviter
        ],
        facts=[(_("You sign in as"), row.user.email)],
        buttons=[Button(_("Open your account"), invitations.build_invitation_url(row))],
        footnote=_("The link works once, until %s. If you weren't expecting it, ignore this email.")
        % clock.format_absolute_date(localdate(row.expires_at)),
    )


def _compose_following(delivery: Delivery) -> Message | None:
    """Return a question whether to follow a request, or a note that the address does already.

    Return None if the request is not public or nobody wants to follow it any more. The
    FollowerLink is created at the first attempt.
    """
    followers_ = Follower.objects.select_related("address", "service_request")
    follower = followers_.filter(pk=delivery.details["follower"]).first()
    if follower is None or not hasattr(follower, "address"):
        return None
    row = follower.service_request
    if not row.is_public:
        return None
    link = FollowerLink.get_or_create_for_nonce(
        derive_nonce(delivery, follower.pk), follower=follower
    )
    url = build_follower_url(link)
    if follower.address.confirmed_at:
        return _compose_already_following(follower, url, build_stop_url(link))
    return Message(
        to=follower.address.email,
        subject=_("Confirm that you want updates on %(reference)s") % {"reference": row.reference},
        heading=_("Do you want updates on this request?"),
        paragraphs=[_("Someone, probably you, asked us to send updates to this email address.")],
        facts=list_facts_with_reference(row),
        buttons=[Button(_("Confirm"), url)],
        footnote=_("If you didn't ask for this, ignore this email. You won't get any updates."),
    )


def _compose_already_following(follower: Follower, url: str, stop: str) -> Message:
    """Return the note that the address follows the request already, with its links."""
    row = follower.service_request
    return Message(
        to=follower.address.email,
        subject=_("You follow %(reference)s already") % {"reference": row.reference},
        heading=_("You follow this request already"),
        paragraphs=[_("This link opens it on another device too.")],
        facts=list_facts_with_reference(row),
        buttons=[Button(_("See the request"), url)],
        stop=stop,
    )


def _compose_your_data(delivery: Delivery) -> Message | None:
    """Return a link to all data about this address, valid for a day; None if there is no data.

    The DataLink is created at the first attempt.
    """
    holdings = find_by_email(delivery.recipient)
    if not holdings:
        return None
    link = DataLink.get_or_create_for_nonce(
        derive_nonce(delivery, "data"), address=delivery.recipient
    )
    return Message(
        to=holdings.stored_address,
        subject=_("Your data"),
        heading=_("What we keep about you"),
        paragraphs=[
            _("You asked on our website what we keep about this email address."),
            _("Use this link to see, download or delete your data. It works for 1 day."),
        ],
        buttons=[Button(_("See my data"), build_url("data_link", link.token))],
        footnote=_(
            "Keep this link private: anyone who has it can see your data. If you didn't ask "
            "for it, ignore this email. Opening it changes nothing until you press a button."
        ),
    )


def _compose_webhook_off(delivery: Delivery) -> Message:
    """Return to an administrator that a webhook was turned off after a day without a delivery.

    `about` has its `name` and the `url` of its page in the administration.
    """
    name = delivery.details["name"]
    return Message(
        subject=_("The webhook %(name)s is turned off") % {"name": name},
        heading=_("A webhook is turned off"),
        paragraphs=[
            _("No delivery arrived for a day, so we stopped sending events to this system."),
            _("Once it answers again, turn the webhook on and send the failed deliveries again."),
        ],
        facts=[(_("Webhook"), name)],
        buttons=[Button(_("Open the webhook"), delivery.details["url"])],
    )


COMPOSERS: dict[str, Callable[[Delivery], Message | None]] = {
    Kind.LINKS: _compose_links,
    Kind.FOLLOWING: _compose_following,
    Kind.YOUR_DATA: _compose_your_data,
    Kind.INVITATION: _compose_invitation,
    Kind.WEBHOOK_OFF: _compose_webhook_off,
    Kind.PASSWORD_RESET: sign_in_mails.compose_password_reset,
    Kind.SIGN_IN_CODE: sign_in_mails.compose_sign_in_code,
    Kind.REPORT: reports.compose_report,
    Kind.STAFF_DIGEST: staff_digests.compose_staff_digest,
    Kind.ALERT_CONFIRM: alerts.compose_confirmation,
    Kind.ALERT_DIGEST: alerts.compose_digest,
    Kind.REPLY_RESULT: reply_results.compose_reply_result,
}
