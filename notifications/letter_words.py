"""The words of the letters: one function for each kind in `WORDS`.

It gets the Delivery, with the language active, and gives a Message; None where there is nothing
to say, and then nothing is sent. It may be called again for the same letter after a failed try, so
whatever it makes (a link) must be the same again: see `nonce_of`.
"""

import uuid

from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Invitation
from city.models import City
from city.words import said
from notifications.messages import Button, Entry, Message, private_url
from requests_app import badge
from requests_app.links import link_for, still_opened
from santa311.lib import clock

MOST_LINKS = 50
_LETTERS = uuid.UUID("6f2f5bd8-5f0e-4a37-9d0b-1f7f6d4a3c11")  # the namespace of their nonces


def compose(delivery) -> Message | None:
    return WORDS[delivery.kind](delivery)


def nonce_of(delivery, row_id) -> uuid.UUID:
    """Names the occasion of a link in this letter; the token needs our secret besides."""
    return uuid.uuid5(_LETTERS, f"{delivery.pk}:{row_id}")


def _links(delivery):
    """Private links to everything this address reported that can still be opened by one."""
    rows = list(still_opened(delivery.recipient)[: MOST_LINKS + 1])
    if not rows:
        return None
    more = _("There are more. Ask us for them by phone or mail, with their references.")
    return Message(
        subject=_("The links to your requests"),
        heading=_("The links to your requests"),
        paragraphs=[
            _("You asked for them on our page. Each link opens one request, on any device."),
            *([more] if len(rows) > MOST_LINKS else []),
        ],
        entries=[_entry(delivery, row) for row in rows[:MOST_LINKS]],
        footnote=_(
            "These links are yours: whoever has one can answer for you. "
            "If you did not ask for them, do nothing."
        ),
    )


def _entry(delivery, row):
    where = [row.location_text] if row.location_text else []
    facts = [
        row.reference,
        *where,
        clock.named_day(clock.local(row.filed_at).date()),
        badge.for_reporter(row).words,
    ]
    link = link_for(row, nonce_of(delivery, row.pk))
    return Entry(said(row.category.name), " · ".join(facts), private_url(link))


def _invitation(delivery):
    """Nothing once the person has come, or a newer mail was sent."""
    row = Invitation.objects.select_related("user", "invited_by").get(
        pk=delivery.about["invitation"]
    )
    if row.state != Invitation.State.WAITING or row.number != delivery.about["number"]:
        return None
    service = City.objects.current().service_name
    inviter = row.invited_by.full_name if row.invited_by else service
    return Message(
        subject=_("Your account at %s") % service,
        heading=_("Welcome to %s") % service,
        paragraphs=[
            _("%s has made an account for you. Open it, and choose how you will sign in.") % inviter
        ],
        facts=[(_("You sign in as"), row.user.email)],
        buttons=[Button(_("Open your account"), invitations.address_of(row))],
        footnote=_("The link works once and holds until %s. If you did not expect it, do nothing.")
        % clock.named_day(clock.local(row.ends_at).date()),
    )


WORDS = {"links": _links, "invitation": _invitation}
