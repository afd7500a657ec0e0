"""Single sign-on by the city's OpenID Connect provider.

A user is found by a verified email address. Somebody without an account is refused, unless
OIDC_GROUPS gives one of their groups a role: then an account is created. The roles named in
OIDC_GROUPS are updated at each sign-in; other roles are kept in the administration.
"""

import logging
import re
from typing import Any, NamedTuple, cast

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.invitations import assign_roles, create_account
from accounts.models import Role, User
from city.models import Department

log = logging.getLogger(__name__)
_FLAGS = {"admin": {"is_staff": True, "is_superuser": True}, "agent": {"is_agent": True},
          "lead": {"is_lead": True}}  # fmt: skip


class NoAccount(Exception):
    """A person without an account; the text is for them."""


class Grants(NamedTuple):
    """Roles: flags of the user's row, and role by department."""

    columns: dict[str, bool]
    roles: dict[Department, str]


def find_or_create_user(sociallogin: SocialLogin) -> User:
    """Return the user with the provider's email address, created and saved if a group allows it.

    Raise NoAccount if there is none, or if the address is missing or unverified.
    """
    email = _read_verified_email(sociallogin)
    person = User.objects.find_by_email(email)
    if person:
        return person
    grants = find_grants(_read_groups(sociallogin.account.extra_data))
    if not any(grants):
        words = _("There's no account here for %s. Ask your administrator for an invitation.")
        raise NoAccount(words % email)
    claimed = cast(User, sociallogin.user)
    person = User(
        email=email,
        first_name=_clean_name(claimed.first_name),
        last_name=_clean_name(claimed.last_name),
        **grants.columns,
    )
    create_account(person, grants.roles)
    return person


@transaction.atomic
def update_roles(user: User, sociallogin: SocialLogin) -> None:
    """Save the roles that OIDC_GROUPS names, granted or revoked as the provider's groups are now.

    A change ends earlier sessions. Roles not named in OIDC_GROUPS stay.
    """
    grants = find_grants(_read_groups(sociallogin.account.extra_data))
    _update_flags(user, grants.columns)
    _update_memberships(user, grants.roles)


def _update_flags(user: User, granted: dict[str, bool]) -> None:
    """Set each flag that OIDC_GROUPS names to True if it is a key of `granted`, else to False.

    The changed flags are saved, if there are any.
    """
    named = [_FLAGS[role] for _group, role in settings.OIDC_GROUPS if role in _FLAGS]
    wanted = {column: column in granted for flags in named for column in flags}
    changed = [name for name, is_so in wanted.items() if getattr(user, name) != is_so]
    for name in changed:
        setattr(user, name, wanted[name])
    if changed:
        user.save(update_fields=changed)


def _update_memberships(user: User, granted: dict[Department, str]) -> None:
    """Save the granted roles; delete other memberships of departments that OIDC_GROUPS names."""
    slugs = [role.partition(":")[0] for _group, role in settings.OIDC_GROUPS if ":" in role]
    named = user.memberships.filter(department__slug__in=slugs)
    for membership in named.exclude(department__in=list(granted)):
        membership.delete()
    assign_roles(user, granted)


def _read_verified_email(sociallogin: SocialLogin) -> str:
    """Return the first address, if it is verified or OIDC_EMAILS_ARE_VERIFIED is set.

    Raise NoAccount otherwise.
    """
    addresses = sociallogin.email_addresses
    if not addresses:
        raise NoAccount(_("The city's sign-in did not tell us your email address."))
    if not (_is_verified(addresses[0]) or settings.OIDC_EMAILS_ARE_VERIFIED):
        words = _("The city's sign-in hasn't verified the address %s, so we can't rely on it.")
        raise NoAccount(words % addresses[0].email)
    return addresses[0].email


def _is_verified(address: EmailAddress) -> bool:
    """Return True if the claim `email_verified` is true, or the text "true".

    allauth passes the claim on as it came, so `verified` may have any type; texts such as "false"
    and "0" are true in Python.
    """
    return address.verified is True or address.verified == "true"


def _read_groups(claims: dict[str, Any]) -> set[str]:
    """Return the groups in OIDC_GROUPS_CLAIM of the claims, the ID token and the userinfo.

    A claim that is a single string counts as one group.
    """
    found: set[str] = set()
    for source in (claims, claims.get("id_token"), claims.get("userinfo")):
        named = (source or {}).get(settings.OIDC_GROUPS_CLAIM, [])
        found |= {named} if isinstance(named, str) else {str(each) for each in named}
    return found


def find_grants(groups: set[str]) -> Grants:
    """Return Grants(columns, roles) of the groups: {flag column: True} and {Department: role}.

    OIDC_GROUPS maps groups to roles; of two roles in a department, supervisor counts. Both fields
    are {} if it names none of the groups. An unknown role is logged and skipped.
    """
    grants = Grants({}, {})
    for group, role in settings.OIDC_GROUPS:
        if group in groups:
            _add_grant(grants, role)
    return grants


def _add_grant(grants: Grants, role: str) -> None:
    """Add a role such as "agent" or "slug:supervisor" to `grants`, in place.

    A supervisor stays one. An unknown role or department is logged as an error and skipped.
    """
    if role in _FLAGS:
        grants.columns.update(_FLAGS[role])
        return
    slug, _colon, kind = role.partition(":")
    department = Department.objects.active().filter(slug=slug).first()
    if department is None or kind not in Role.values:
        log.error("OIDC_GROUPS names %r: no role and no department in use", role)
    elif grants.roles.get(department) != Role.SUPERVISOR:
        grants.roles[department] = kind


def _clean_name(name: str | None) -> str:
    """Return the name without control characters and at most 150 characters long; "" for None."""
    return re.sub(r"[\x00-\x1f]", "", name or "")[:150]
