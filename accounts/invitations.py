"""Invitations of staff by mail: an account without a password, and a link that opens it once.

The link is signed and has only a row's id and number. The row decides whether the link is valid:
not after a newer mail, a cancellation, the first sign-in, or a week.
"""

import re
from collections.abc import Mapping
from itertools import chain, count

from django.conf import settings
from django.core import signing
from django.core.signing import Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import Invitation, User
from city.models import Department
from lib import clock
from lib.security_log import Kind, format_user_id, record_action


class InvalidInvitation(Exception):
    """A link that is not valid any more; the text tells the user why and what to do."""


@transaction.atomic
def invite_user(user: User, roles: dict[Department, str], *, by: User) -> Invitation:
    """Create an account for the unsaved `user`, which has an email address; return the invitation.

    The invitation is recorded in the security log, and its mail is requested. The account has no
    password until the person chooses one.
    """
    create_account(user, roles)
    invitation = Invitation.objects.create(user=user, invited_by=by)
    _request_invitation_mail(invitation)
    return invitation


@transaction.atomic
def create_account(user: User, roles: dict[Department, str]) -> None:
    """Save the unsaved `user`, which has an email address, without a password and with its roles.

    A user without a username gets the one that `find_free_username` returns.
    """
    user.username = user.username or find_free_username(user.email)
    user.set_unusable_password()
    user.save()
    assign_roles(user, roles)


def assign_roles(user: User, roles: Mapping[Department, str]) -> None:
    """Save the roles in these departments; memberships of other departments stay."""
    for department, role in roles.items():
        user.memberships.update_or_create(department=department, defaults={"role": role})


def find_free_username(email: str) -> str:
    """Return the part of the address before the @, in lower case, with a number if it is taken.

    Characters that a username cannot have are left out; if none is left, it is "staff".
    """
    wish = re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:140] or "staff"
    wish = User.normalize_username(wish)
    alike = User.objects.filter(username__startswith=wish)
    taken = set(alike.values_list("username", flat=True))
    names = chain([wish], (f"{wish}{n}" for n in count(2)))
    return next(name for name in names if name not in taken)


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> None:
    """Request a mail with a new link, also after the invitation expired or was canceled.

    Older links become invalid, and a deactivated account becomes active again. The invitation is
    saved with `by` as `invited_by`, and recorded in the security log.
    """
    invitation.number += 1
    invitation.invited_by, invitation.sent_at = by, clock.now()
    invitation.withdrawn_at = None
    invitation.save()
    if not invitation.user.is_active:
        invitation.user.is_active = True
        invitation.user.save(update_fields=["is_active"])
    _request_invitation_mail(invitation)


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    """Cancel the invitation and deactivate the account; save both rows.

    The cancellation is recorded in the security log.
    """
    invitation.withdrawn_at = clock.now()
    invitation.save()
    record_action(Kind.INVITATION_CANCELED, target=format_user_id(invitation.user))
    invitation.user.is_active = False
    invitation.user.save(update_fields=["is_active"])


def _request_invitation_mail(invitation: Invitation) -> None:
    """Record the invitation in the security log and request its mail in the city's language."""
    about = {"invitation": invitation.pk, "number": invitation.number}
    record_action(Kind.INVITED, target=format_user_id(invitation.user))
    language = settings.LANGUAGE_CODE  # the language of a new user is not known yet
    mails.request_mail("invitation", invitation.user.email, about=about, language=language)


def build_invitation_url(invitation: Invitation) -> str:
    """Return the absolute URL of the invitation's newest link."""
    token = _build_signer().sign_object([invitation.pk, invitation.number])
    return settings.BASE_URL + reverse("invitation", args=[token])


def _build_signer() -> Signer:
    older: list[bytes | str] = list(settings.LINK_SECRET_FALLBACKS)
    return signing.Signer(
        key=settings.LINK_SECRET, fallback_keys=older, salt="accounts.invitations"
    )


def find_invitation(token: str) -> Invitation:
    """Return the invitation of a link. Raise InvalidInvitation if the link is not valid."""
    try:
        pk, number = _build_signer().unsign_object(token)
    except (signing.BadSignature, ValueError):
        raise InvalidInvitation(_("This link isn't valid, or part of it is missing.")) from None
    invitation = Invitation.objects.select_related("user").filter(pk=pk).first()
    reason = _find_refusal(invitation, number)
    if invitation is None or reason:
        raise InvalidInvitation(reason)
    return invitation


def _find_refusal(invitation: Invitation | None, number: int) -> str | None:
    """Return the reason why the link with this number is not valid, or None."""
    if invitation is None or invitation.withdrawn_at or not invitation.user.is_active:
        return _("This invitation was canceled. Ask your administrator.")
    if invitation.has_joined:
        return _(
            "You've already set up your account. Sign in as usual. No password? Get a code by "
            "email."
        )
    if invitation.number != number:
        return _("A newer invitation was sent to you. Use the link in that email.")
    if invitation.is_expired:
        return _("This invitation is more than a week old. Ask your administrator for a new one.")
    return None


def accept_invitation(token: str, password: str | None = None) -> User:
    """Mark the invitation as accepted, save the chosen password if one is given; return the user.

    With a password, `must_change_password` becomes False. The acceptance is recorded in the
    security log. Raise InvalidInvitation if the link is not valid.
    """
    with transaction.atomic():
        waiting = find_invitation(token)
        row = Invitation.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
        if reason := _find_refusal(row, waiting.number):
            raise InvalidInvitation(reason)
        row.accepted_at = clock.now()
        row.save()
        record_action(
            Kind.INVITATION_ACCEPTED, format_user_id(row.user), target=format_user_id(row.user)
        )
        if password:
            row.user.choose_password(password)
            row.user.save(update_fields=["password", "must_change_password"])
    return row.user
