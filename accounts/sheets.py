"""The staff as a spreadsheet: a row per user, identified by the email address.

New users get an invitation by mail after the file is saved.
"""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Role, User
from city import cache
from city.models import Department
from city.pack import cells
from city.pack.tables import Table
from city.spreadsheets.resource import IN_USE_COLUMN, TableResource
from lib.email_addresses import normalize_email, validate_mailbox
from lib.tabular import Column

_SEPARATORS = re.compile(r"[,;\n]+")


def _parse_email(cell: str) -> str:
    """Return the normalized address. Raise ValueError if it is not an email address."""
    try:
        validate_email(cell)
        validate_mailbox(cell)
    except ValidationError:
        raise ValueError(_("“%s” is not an email address") % cell) from None
    return normalize_email(cell)


def _parse_departments(cell: str) -> list[str]:
    """Return "slug:role" for each department in a cell, sorted; without a role it is a crew member.

    A cell has slugs separated by blanks, `street-services water-resources:supervisor`, or names
    separated by semicolons or commas, `Street Services; Water Resources: Supervisor`. Raise
    ValueError if a department or role is unknown; the message lists the known ones.
    """
    found: dict[str, str] = {}
    for part in filter(None, (" ".join(each.split()) for each in _SEPARATORS.split(cell))):
        found |= _parse_roles_by_slug(part)
    return _format_roles(found)


def _parse_roles_by_slug(part: str) -> dict[str, str]:
    """Return {slug: role} for `slug`, `slug:role`, `name: role`, or slugs separated by blanks.

    Each of several slugs may have its own role; without a role it is a crew member. Raise
    ValueError if a department or role is unknown.
    """
    name, _colon, role = (each.strip() for each in part.partition(":"))
    slug, is_one = (
        _slugs_by_name().get(name.casefold()),
        role.casefold() in _roles_by_name() or " " not in role,
    )
    if slug and is_one:
        return {slug: _parse_role(role, part)}
    words = part.split()
    if len(words) > 1 and any(
        each.partition(":")[0].casefold() in _slugs_by_name() for each in words
    ):
        return {slug: role for each in words for slug, role in _parse_roles_by_slug(each).items()}
    reason = _("there is no department “%(typed)s” in use; there are: %(known)s")
    raise ValueError(
        reason % {"typed": name, "known": ", ".join(sorted(set(_slugs_by_name().values())))}
    )


@cache.cache_per_version
def _slugs_by_name() -> dict[str, str]:
    """Return the slugs of active departments by slug and by lower-case name; cached."""
    rows = list(Department.objects.active())
    return {row.slug: row.slug for row in rows} | {row.name.casefold(): row.slug for row in rows}


def _roles_by_name() -> dict[str, str]:
    """Return the roles by lower-case value and label."""
    return {text.casefold(): value for value, label in Role.choices for text in (value, str(label))}


def _parse_role(typed: str, part: str) -> str:
    """Return the role, a crew member for "". Raise ValueError for an unknown role."""
    role = _roles_by_name().get(typed.casefold()) if typed else Role.MEMBER.value
    if role is None:
        words = _("“%(part)s” must be a department, or one with a role; the roles are: %(roles)s")
        raise ValueError(words % {"part": part, "roles": ", ".join(Role.values)})
    return role


def _format_roles(roles: Mapping[str, str]) -> list[str]:
    """Return "slug:role" of each department, sorted by slug."""
    return [f"{slug}:{role}" for slug, role in sorted(roles.items())]


STAFF_TABLE = Table(
    "staff.csv",
    User,
    "staff",
    [
        Column("email", _parse_email),
        Column("first_name", default=""),
        Column("last_name", default=""),
        Column("agent", cells.parse_bool, False, stored_as="is_agent"),
        Column("lead", cells.parse_bool, False, stored_as="is_lead"),
        Column("admin", cells.parse_bool, False, stored_as="is_superuser"),
        Column("departments", _parse_departments, [], stored_as="listed"),
    ],
    ["email"],
    is_ordered=False,
)


class StaffResource(TableResource):
    """The import and export of staff; `listed` on a user is the list of "slug:role"."""

    def list_exported_rows(self) -> QuerySet[User]:
        """Return the active users, by email address."""
        return self.list_all_rows().filter(is_active=True)

    def list_all_rows(self) -> QuerySet[User]:
        return User.objects.order_by("email").prefetch_related("memberships__department")

    def row_cells(self, person) -> list[str]:
        """Return the cells of a user; set `listed`, a list of "slug:role", unless it is set."""
        if not hasattr(person, "listed"):
            person.listed = _format_roles(
                {each.department.slug: each.role for each in person.memberships.all()}
            )
        return super().row_cells(person)

    def row_key(self, person) -> tuple:
        """Return (email_normalized,): a row is matched by the person's email address."""
        return (person.email_normalized,)

    @property
    def allowed_values(self) -> list[tuple[str, list[str]]]:
        """Return (column label, texts) pairs for a help table of flags, departments and roles.

        A flag is yes or no. A department is "slug (name)", of which one types the slug; a role is
        its value.
        """
        names = [f"{row.slug} ({row.name})" for row in Department.objects.active()]
        flags = ["agent", "lead", "admin", IN_USE_COLUMN.name]
        return [
            *((self.column_label(name), [_("yes"), _("no")]) for name in flags),
            (self.column_label("departments"), names),
            (_("Role, behind a department and a colon"), list(Role.values)),
        ]

    def find_objections(self, values: dict, known: User | None) -> Iterator[tuple[str, str]]:
        """Yield ("admin", message) if importing users deactivate or demote themselves."""
        is_own = known and self.by and known.pk == self.by.pk
        if is_own and not (values["in_use"] and values["admin"]):
            yield "admin", _("you can't remove your own account or your own permissions")

    def set_derived_fields(self, person) -> None:
        """Set `is_staff` as `is_superuser`, and a username and no password for a new user."""
        person.is_staff = person.is_superuser
        if person.pk is None:
            person.username = invitations.find_free_username(person.email)
            person.set_unusable_password()

    def save(self, person, is_new) -> None:
        """Save a user and the roles in `listed`; invite a new one by mail."""
        if is_new:
            invitations.invite_user(person, {}, by=cast(User, self.by))
        else:
            super().save(person, is_new)
        self._write_roles(person)

    def _write_roles(self, person) -> None:
        """Save the roles in `listed`; delete the memberships of all other departments."""
        wanted = dict(each.split(":") for each in person.listed)
        person.memberships.exclude(department__slug__in=wanted).delete()
        departments = Department.objects.filter(slug__in=wanted)
        invitations.assign_roles(person, {each: wanted[each.slug] for each in departments})
