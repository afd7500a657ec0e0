"""The city's own provider (OpenID Connect): who of the staff is it that it vouches for?

Found by an e-mail address that the provider has verified. Nobody else is let in, unless
OIDC_GROUPS gives a group of theirs a role: then an account is made with it. The roles that it
names are the provider's to give: they are read anew at each sign-in. Others are kept in the
administration.
"""

import logging
import re
from typing import NamedTuple

from allauth.account.models import EmailAddress
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
    """The provider vouches for somebody who has no account here; the text says it kindly."""


class Grants(NamedTuple):
    columns: dict[str, bool]
    roles: dict[Department, str]


def find_or_create_user(sociallogin) -> User:
    """Return the member of staff, made now where a group allows it. Raise Stranger."""
    email = _read_verified_email(sociallogin)
    person = User.objects.find_by_email(email)
    if person:
        return person
    grants = find_grants(_read_groups(sociallogin.account.extra_data))
    if not any(grants):
        words = _("There's no account here for %s. Ask your administrator for an invitation.")
        raise NoAccount(words % email)
    person = User(
        email=email,
        first_name=_clean_name(sociallogin.user.first_name),
        last_name=_clean_name(sociallogin.user.last_name),
        **grants.columns,
    )
    create_account(person, grants.roles)
    return person


@transaction.atomic
def update_roles(person, sociallogin) -> None:
    """Give and take away the roles that OIDC_GROUPS names, as the provider has it today.

    What changes ends the sessions of before. Somebody of no group keeps what is not named there.
    """
    grants = find_grants(_read_groups(sociallogin.account.extra_data))
    _update_flags(person, grants.columns)
    _update_memberships(person, grants.roles)


def _update_flags(person, granted) -> None:
    named = [_FLAGS[role] for _group, role in settings.OIDC_GROUPS if role in _FLAGS]
    wanted = {column: column in granted for flags in named for column in flags}
    changed = [name for name, is_so in wanted.items() if getattr(person, name) != is_so]
    for name in changed:
        setattr(person, name, wanted[name])
    if changed:
        person.save(update_fields=changed)


def _update_memberships(person, granted) -> None:
    slugs = [role.partition(":")[0] for _group, role in settings.OIDC_GROUPS if ":" in role]
    named = person.memberships.filter(department__slug__in=slugs)
    for membership in named.exclude(department__in=list(granted)):
        membership.delete()
    assign_roles(person, granted)


def _read_verified_email(sociallogin) -> str:
    addresses = sociallogin.email_addresses
    if not addresses:
        raise NoAccount(_("The city's sign-in did not tell us your email address."))
    if not (_is_verified(addresses[0]) or settings.OIDC_EMAILS_ARE_VERIFIED):
        words = _("The city's sign-in hasn't verified the address %s, so we can't rely on it.")
        raise NoAccount(words % addresses[0].email)
    return addresses[0].email


def _is_verified(address: EmailAddress) -> bool:
    """Return whether the claim `email_verified` is true or the text "true", which some send.

    The library hands on the claim as the provider sent it, so `verified` may be of any type; the
    texts "false" and "0" and a list are true in Python and verify nothing.
    """
    return address.verified is True or address.verified == "true"


def _read_groups(claims) -> set[str]:
    """Return the groups of the identity token and of the user's page: providers name them in
    either.
    """
    found: set[str] = set()
    for source in (claims, claims.get("id_token"), claims.get("userinfo")):
        named = (source or {}).get(settings.OIDC_GROUPS_CLAIM, [])
        found |= {named} if isinstance(named, str) else {str(each) for each in named}
    return found


def find_grants(groups: set[str]) -> Grants:
    """Return the roles that OIDC_GROUPS gives to somebody in these groups."""
    grants = Grants({}, {})
    for group, role in settings.OIDC_GROUPS:
        if group in groups:
            _add_grant(grants, role)
    return grants


def _add_grant(grants, role) -> None:
    if role in _FLAGS:
        grants.columns.update(_FLAGS[role])
        return
    slug, _colon, kind = role.partition(":")
    department = Department.objects.active().filter(slug=slug).first()
    if department is None or kind not in Role.values:
        log.error("OIDC_GROUPS names %r: no role and no department in use", role)
    elif grants.roles.get(department) != Role.SUPERVISOR:
        grants.roles[department] = kind


def _clean_name(name) -> str:
    return re.sub(r"[\x00-\x1f]", "", name or "")[:150]
