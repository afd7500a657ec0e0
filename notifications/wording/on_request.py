"""The words of mails on request: one function for each kind in `WORDS`.

It gets the Delivery, with the language active, and gives a Message; None where there is nothing
to say, and then nothing is sent. It may be called again for the same mail after a failed try, so
whatever it makes (a link) must be the same again: see `nonce_of`.
"""

import uuid

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Invitation
from city.models import City
from city.translation import translated
from lib import clock
from notifications.models import Delivery
from notifications.wording import signing_in
from notifications.wording.events import (
    Button,
    Entry,
    Message,
    facts_with_reference,
    private_url,
    url_of,
)
from notifications.wording.followers import follower_url, stop_url
from requests_app.models import AccessLink, DataLink, Follower, FollowerLink
from requests_app.privacy.stored_data import find_by_email
from requests_app.timeline import badge
from requests_app.tracking.private_links import still_opened

Kind = Delivery.Kind

MOST_LINKS = 50
_LETTERS = uuid.UUID("6f2f5bd8-5f0e-4a37-9d0b-1f7f6d4a3c11")  # the namespace of their nonces


def compose(delivery) -> Message | None:
    return WORDS[delivery.kind](delivery)


def nonce_of(delivery, row_id) -> uuid.UUID:
    """Return what names the occasion of a link in this mail; the token needs our secret besides."""
    return uuid.uuid5(_LETTERS, f"{delivery.pk}:{row_id}")


def _links(delivery) -> Message | None:
    """List private links to everything this address reported that can still be opened by one."""
    rows = list(still_opened(delivery.recipient).select_related("contact")[: MOST_LINKS + 1])
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
            *([more] if len(rows) > MOST_LINKS else []),
        ],
        entries=[_entry(delivery, row) for row in rows[:MOST_LINKS]],
        footnote=_(
            "Keep these links private: anyone who has one can answer for you. If you didn't "
            "ask for them, ignore this email."
        ),
    )


def _entry(delivery, row) -> Entry:
    told = [
        row.reference,
        row.location_phrase,
        clock.format_absolute_date(localdate(row.filed_at)),
        badge.reporter_badge(row).words,
    ]
    link = AccessLink.get_or_create_for_nonce(nonce_of(delivery, row.pk), service_request=row)
    return Entry(translated(row.category.name), " · ".join(filter(None, told)), private_url(link))


def _invitation(delivery) -> Message | None:
    """Return the invitation; None once the person has come, or a newer mail was sent."""
    row = Invitation.objects.select_related("user", "invited_by").get(
        pk=delivery.about["invitation"]
    )
    if row.state != Invitation.State.WAITING or row.number != delivery.about["number"]:
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
        buttons=[Button(_("Open your account"), invitations.address_of(row))],
        footnote=_("The link works once, until %s. If you weren't expecting it, ignore this email.")
        % clock.format_absolute_date(localdate(row.ends_at)),
    )


def _following(delivery) -> Message | None:
    """Ask whether this address wants the news of a request; if it has them, say that it does."""
    followers_ = Follower.objects.select_related("address", "service_request")
    follower = followers_.filter(pk=delivery.about["follower"]).first()
    if follower is None or not hasattr(follower, "address"):
        return None
    row = follower.service_request
    if not row.is_public:
        return None
    link = FollowerLink.get_or_create_for_nonce(nonce_of(delivery, follower.pk), follower=follower)
    url = follower_url(link)
    if follower.address.confirmed_at:
        return _follows_already(follower, url, stop_url(link))
    return Message(
        to=follower.address.email,
        subject=_("Confirm that you want updates on %(reference)s") % {"reference": row.reference},
        heading=_("Do you want updates on this request?"),
        paragraphs=[_("Someone, probably you, asked us to send updates to this email address.")],
        facts=facts_with_reference(row),
        buttons=[Button(_("Confirm"), url)],
        footnote=_("If you didn't ask for this, ignore this email. You won't get any updates."),
    )


def _follows_already(follower, url, stop) -> Message:
    row = follower.service_request
    return Message(
        to=follower.address.email,
        subject=_("You follow %(reference)s already") % {"reference": row.reference},
        heading=_("You follow this request already"),
        paragraphs=[_("This link opens it on another device too.")],
        facts=facts_with_reference(row),
        buttons=[Button(_("See the request"), url)],
        stop=stop,
    )


def _your_data(delivery) -> Message | None:
    """Return the link to everything kept about this address; None where that is nothing."""
    holdings = find_by_email(delivery.recipient)
    if not holdings:
        return None
    link = DataLink.get_or_create_for_nonce(nonce_of(delivery, "data"), address=delivery.recipient)
    return Message(
        to=holdings.stored_address,
        subject=_("Your data"),
        heading=_("What we keep about you"),
        paragraphs=[
            _("You asked on our website what we keep about this email address."),
            _("Use this link to see, download or delete your data. It works for 1 day."),
        ],
        buttons=[Button(_("See my data"), url_of("data_link", link.token))],
        footnote=_(
            "Keep this link private: anyone who has it can see your data. If you didn't ask "
            "for it, ignore this email. Opening it changes nothing until you press a button."
        ),
    )


def _webhook_off(delivery) -> Message:
    """Tell an administrator; `about` names the webhook and its page."""
    name = delivery.about["name"]
    return Message(
        subject=_("The webhook %(name)s is turned off") % {"name": name},
        heading=_("A webhook is turned off"),
        paragraphs=[
            _("No delivery arrived for a day, so we stopped sending events to this system."),
            _("Once it answers again, turn the webhook on and send the failed deliveries again."),
        ],
        facts=[(_("Webhook"), name)],
        buttons=[Button(_("Open the webhook"), delivery.about["url"])],
    )


WORDS = {
    Kind.LINKS: _links,
    Kind.FOLLOWING: _following,
    Kind.YOUR_DATA: _your_data,
    Kind.INVITATION: _invitation,
    Kind.WEBHOOK_OFF: _webhook_off,
    Kind.PASSWORD_RESET: signing_in.password_reset,
    Kind.SIGN_IN_CODE: signing_in.sign_in_code,
}
