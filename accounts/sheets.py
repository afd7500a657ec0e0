"""The staff as a sheet: one line for each person, told apart by the e-mail address.

Who is new gets an invitation by mail once the file is saved.
"""

import re
from collections.abc import Iterator

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

_BETWEEN = re.compile(r"[,;\n]+")


def _email(cell) -> str:
    try:
        validate_email(cell)
        validate_mailbox(cell)
    except ValidationError:
        raise ValueError(_("“%s” is not an email address") % cell) from None
    return normalize_email(cell)


def _departments(cell: str) -> list[str]:
    """Return each department's slug with its role, in order; without a role a crew member.

    They are given by slugs with blanks between, `street-services water-resources:supervisor`, or by
    names with semicolons or commas between, `Street Services; Water Resources: Supervisor`. Raises
    ValueError that lists what may be given.
    """
    found: dict[str, str] = {}
    for part in filter(None, (" ".join(each.split()) for each in _BETWEEN.split(cell))):
        found |= _roles_by_slug(part)
    return _listed(found)


def _roles_by_slug(part: str) -> dict[str, str]:
    """Return the role by the slug of one department, or of several slugs with blanks between."""
    name, _colon, role = (each.strip() for each in part.partition(":"))
    slug, is_one = _slugs().get(name.casefold()), role.casefold() in _roles() or " " not in role
    if slug and is_one:
        return {slug: _role(role, part)}
    words = part.split()
    if len(words) > 1 and any(each.partition(":")[0].casefold() in _slugs() for each in words):
        return {slug: role for each in words for slug, role in _roles_by_slug(each).items()}
    reason = _("there is no department “%(typed)s” in use; there are: %(known)s")
    raise ValueError(reason % {"typed": name, "known": ", ".join(sorted(set(_slugs().values())))})


@cache.cache_per_version
def _slugs() -> dict[str, str]:
    """Return the slugs of the departments in use, by slug and by name in small letters."""
    rows = list(Department.objects.active())
    return {row.slug: row.slug for row in rows} | {row.name.casefold(): row.slug for row in rows}


def _roles() -> dict[str, str]:
    """Return the roles by their values and by what people call them, in small letters."""
    return {text.casefold(): value for value, label in Role.choices for text in (value, str(label))}


def _role(typed: str, part: str) -> str:
    """Return the role that was typed, a crew member where none was. Raises ValueError."""
    role = _roles().get(typed.casefold()) if typed else Role.MEMBER.value
    if role is None:
        words = _("“%(part)s” must be a department, or one with a role; the roles are: %(roles)s")
        raise ValueError(words % {"part": part, "roles": ", ".join(Role.values)})
    return role


def _listed(roles) -> list[str]:
    return [f"{slug}:{role}" for slug, role in sorted(roles.items())]


STAFF = Table(
    "staff.csv",
    User,
    "staff",
    [
        Column("email", _email),
        Column("first_name", default=""),
        Column("last_name", default=""),
        Column("agent", cells.parse_bool, False, stored_as="is_agent"),
        Column("lead", cells.parse_bool, False, stored_as="is_lead"),
        Column("admin", cells.parse_bool, False, stored_as="is_superuser"),
        Column("departments", _departments, [], stored_as="listed"),
    ],
    ["email"],
    is_ordered=False,
)


class StaffResource(TableResource):
    """`listed` on each person are the departments and roles, as the sheet says them."""

    def list_exported_rows(self) -> QuerySet[User]:
        return self.list_all_rows().filter(is_active=True)

    def list_all_rows(self) -> QuerySet[User]:
        return User.objects.order_by("email").prefetch_related("memberships__department")

    def row_cells(self, person) -> list[str]:
        if not hasattr(person, "listed"):
            person.listed = _listed(
                {each.department.slug: each.role for each in person.memberships.all()}
            )
        return super().row_cells(person)

    def row_key(self, person) -> tuple:
        return (person.email_normalized,)

    @property
    def allowed_values(self) -> list[tuple[str, list[str]]]:
        names = [f"{row.slug} ({row.name})" for row in Department.objects.active()]
        flags = ["agent", "lead", "admin", IN_USE_COLUMN.name]
        return [
            *((self.column_label(name), [_("yes"), _("no")]) for name in flags),
            (self.column_label("departments"), names),
            (_("Role, behind a department and a colon"), list(Role.values)),
        ]

    def find_objections(self, values, known) -> Iterator[tuple[str, str]]:
        if known and known.pk == self.by.pk and not (values["in_use"] and values["admin"]):
            yield "admin", _("you can't remove your own account or your own permissions")

    def set_derived_fields(self, person) -> None:
        person.is_staff = person.is_superuser
        if person.pk is None:
            person.username = invitations.free_username(person.email)
            person.set_unusable_password()

    def save(self, person, is_new) -> None:
        """Save a person; a new one is invited, and mailed once the file is kept."""
        if is_new:
            invitations.invite(person, {}, by=self.by)
        else:
            super().save(person, is_new)
        self._write_roles(person)

    def _write_roles(self, person) -> None:
        wanted = dict(each.split(":") for each in person.listed)
        person.memberships.exclude(department__slug__in=wanted).delete()
        departments = Department.objects.filter(slug__in=wanted)
        invitations.give_roles(person, {each: wanted[each.slug] for each in departments})
