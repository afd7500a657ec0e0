"""Inviting staff by mail: an account that waits for its person, and a link that opens it once.

The link is signed and tells nothing; the row decides. Sending again makes the older link useless,
and so do coming, withdrawing, and a week.
"""

import re
from itertools import chain, count

from django.conf import settings
from django.core import signing
from django.core.signing import Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import Invitation, User
from lib import clock
from lib.security_log import Kind, format_user_id, record_action


class NoInvitation(Exception):
    """The link opens nothing any more; the text says why and what to do."""


@transaction.atomic
def invite(person, roles, *, by) -> Invitation:
    """Make an account of `person`, an unsaved User with an address, and owe them the mail.

    `roles` maps departments to a Role. Nobody can sign in with a password before the person has
    chosen one.
    """
    make_account(person, roles)
    invitation = Invitation.objects.create(user=person, invited_by=by)
    _owe(invitation)
    return invitation


@transaction.atomic
def make_account(person, roles) -> None:
    """Save `person`, a User with an address, who has no password yet."""
    person.username = person.username or free_username(person.email)
    person.set_unusable_password()
    person.save()
    give_roles(person, roles)


def give_roles(person, roles) -> None:
    """Give the roles by department; what the person is in others stays."""
    for department, role in roles.items():
        person.memberships.update_or_create(department=department, defaults={"role": role})


def free_username(email: str) -> str:
    """Return the part before the @, with a number where somebody has that name."""
    wish = re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:140] or "staff"
    wish = User.normalize_username(wish)
    alike = User.objects.filter(username__startswith=wish)
    taken = set(alike.values_list("username", flat=True))
    names = chain([wish], (f"{wish}{n}" for n in count(2)))
    return next(name for name in names if name not in taken)


@transaction.atomic
def send_again(invitation, *, by) -> None:
    """Send a new link, which makes those before useless, also after the invitation is over."""
    invitation.number += 1
    invitation.invited_by, invitation.sent_at = by, clock.now()
    invitation.withdrawn_at = None
    invitation.save()
    if not invitation.user.is_active:
        invitation.user.is_active = True
        invitation.user.save(update_fields=["is_active"])
    _owe(invitation)


@transaction.atomic
def withdraw(invitation) -> None:
    """Make the link and the account useless; the name stays where it was written."""
    invitation.withdrawn_at = clock.now()
    invitation.save()
    record_action(Kind.INVITATION_CANCELED, target=format_user_id(invitation.user))
    invitation.user.is_active = False
    invitation.user.save(update_fields=["is_active"])


def _owe(invitation) -> None:
    about = {"invitation": invitation.pk, "number": invitation.number}
    record_action(Kind.INVITED, target=format_user_id(invitation.user))
    language = settings.LANGUAGE_CODE  # what a new colleague reads is not known yet
    mails.owe("invitation", invitation.user.email, about=about, language=language)


def address_of(invitation) -> str:
    """Return the whole address of the link in the mail."""
    token = _signer().sign_object([invitation.pk, invitation.number])
    return settings.BASE_URL + reverse("invitation", args=[token])


def _signer() -> Signer:
    older = settings.LINK_SECRET_FALLBACKS
    return signing.Signer(
        key=settings.LINK_SECRET, fallback_keys=older, salt="accounts.invitations"
    )


def find(token) -> Invitation:
    """Return the invitation that a link opens. Raise NoInvitation."""
    try:
        pk, number = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError):
        raise NoInvitation(_("This link isn't valid, or part of it is missing.")) from None
    invitation = Invitation.objects.select_related("user").filter(pk=pk).first()
    if reason := _refusal(invitation, number):
        raise NoInvitation(reason)
    return invitation


def _refusal(invitation, number) -> str | None:
    if invitation is None or invitation.withdrawn_at or not invitation.user.is_active:
        return _("This invitation was canceled. Ask your administrator.")
    if invitation.has_come:
        return _(
            "You've already set up your account. Sign in as usual. No password? Get a code by "
            "email."
        )
    if invitation.number != number:
        return _("A newer invitation was sent to you. Use the link in that email.")
    if invitation.is_over:
        return _("This invitation is more than a week old. Ask your administrator for a new one.")
    return None


def accept(token, password=None) -> User:
    """Set the person's password, if they chose one, and use the link up. Raise NoInvitation."""
    with transaction.atomic():
        waiting = find(token)
        row = Invitation.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
        if reason := _refusal(row, waiting.number):
            raise NoInvitation(reason)
        row.accepted_at = clock.now()
        row.save()
        record_action(
            Kind.INVITATION_ACCEPTED, format_user_id(row.user), target=format_user_id(row.user)
        )
        if password:
            row.user.choose_password(password)
            row.user.save(update_fields=["password", "must_change_password"])
    return row.user
