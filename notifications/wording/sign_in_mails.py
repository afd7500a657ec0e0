"""Texts of mails for signing in; None for an address without an account."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mails
from city.models import City
from notifications.models import Delivery
from notifications.wording.events import Button, Message


def compose_password_reset(delivery: Delivery) -> Message | None:
    """Return a link to choose a new password; None if no active user has the address."""
    person = mails.find_active_user(delivery.recipient)
    if person is None:
        return None
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Message(
        to=person.email,
        subject=_format_subject(_("Choose a new password")),
        heading=_("Choose a new password"),
        paragraphs=[
            _("You asked to choose a new password for %s.") % City.current().service_name,
            ngettext(
                "The link works once, for %(n)s hour.",
                "The link works once, for %(n)s hours.",
                hours,
            )
            % {"n": hours},
        ],
        buttons=[Button(_("Choose a password"), mails.build_reset_url(person))],
        footnote=_("If you didn't ask for this, ignore this email. Your password stays the same."),
    )


def compose_sign_in_code(delivery: Delivery) -> Message | None:
    """Return the sign-in code; None if it has expired or no active user has the address."""
    code, person = mails.read_code(delivery.details), mails.find_active_user(delivery.recipient)
    if code is None or person is None:
        return None
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    return Message(
        to=person.email,
        subject=_format_subject(_("Your sign-in code")),
        heading=_("Your sign-in code"),
        facts=[(_("Code"), code)],
        footnote=_(
            "Enter it on the page where you asked for it. It works once, for %(n)s minutes. If you "
            "didn't ask for a code, ignore this email."
        )
        % {"n": minutes},
    )


def _format_subject(subject: str) -> str:
    """Return “<name of the city's service>: <subject>”."""
    return f"{City.current().service_name}: {subject}"
