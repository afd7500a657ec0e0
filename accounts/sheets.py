"""The staff as a sheet: one line for each person, told apart by the e-mail address.

Who is new gets an invitation by mail once the file is saved.
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Role, User
from city.models import Department
from city.pack import cells
from city.pack.export import cell_text
from city.pack.tables import Table
from city.spreadsheets.resource import TableResource, resource_of
from santa311.lib.email_addresses import normalize_email, validate_mailbox
from santa311.lib.tabular import Column

_LISTED = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*(?::[a-z]+)?", re.ASCII)


def _email(cell) -> str:
    try:
        validate_email(cell)
        validate_mailbox(cell)
    except ValidationError:
        raise ValueError(_("“%s” is not an email address") % cell) from None
    return normalize_email(cell)


def _departments(cell) -> list[str]:
    """`street-services water-resources:supervisor`, in order; without a role a crew member."""
    found = {}
    for part in cell.split():
        slug, _colon, role = part.partition(":")
        role = role or Role.MEMBER.value
        if not _LISTED.fullmatch(part) or role not in Role.values:
            raise ValueError(
                _("“%s” must be a department, or one with a role like streets:supervisor") % part
            )
        found[slug] = role
    return _listed(found)


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
        Column("agent", cells.yes, False),
        Column("lead", cells.yes, False),
        Column("admin", cells.yes, False),
        Column("departments", _departments, []),
    ],
    ["email"],
    is_ordered=False,
)


class StaffResource(TableResource):
    """`listed` on each person are the departments and roles, as the sheet says them."""

    attributes = TableResource.attributes | {
        "agent": "is_agent",
        "lead": "is_lead",
        "admin": "is_superuser",
        "departments": "listed",
    }

    def rows(self):
        return self.all_rows().filter(is_active=True)

    def all_rows(self):
        return User.objects.order_by("email").prefetch_related("memberships__department")

    def cells(self, person):
        if not hasattr(person, "listed"):
            person.listed = _listed(
                {each.department.slug: each.role for each in person.memberships.all()}
            )
        names = [self.attributes.get(name, name) for name in self.head]
        return [cell_text(getattr(person, name)) for name in names]

    def key_of_instance(self, person):
        return (person.email_normalized,)

    def init_instance(self, row=None):
        person = super().init_instance(row)
        person.listed = []
        return person

    def objections(self, row, known):
        slugs = {each.partition(":")[0] for each in row["departments"]}
        in_use = set(
            Department.objects.active().filter(slug__in=slugs).values_list("slug", flat=True)
        )
        for slug in sorted(slugs - in_use):
            yield "departments", _("there is no department “%s” in use") % slug
        if known and known.pk == self.by.pk and not (row["in_use"] and row["admin"]):
            yield "admin", _("you can't remove your own account or your own permissions")

    def complete(self, person):
        person.is_staff = person.is_superuser
        if person.pk is None:
            person.username = invitations.free_username(person.email)
            person.set_unusable_password()

    def save_instance(self, instance, is_create, row, **kwargs):
        """A new person is invited, which saves them; nobody is mailed before the file is kept."""
        if is_create:
            invitations.invite(instance, {}, by=self.by)
        else:
            super().save_instance(instance, is_create, row, **kwargs)
        self._write_roles(instance)
        self.after_save_instance(instance, row, **kwargs)

    def _write_roles(self, person):
        wanted = dict(each.split(":") for each in person.listed)
        person.memberships.exclude(department__slug__in=wanted).delete()
        departments = Department.objects.filter(slug__in=wanted)
        invitations.give_roles(person, {each: wanted[each.slug] for each in departments})


StaffResource = resource_of(STAFF, StaffResource)
