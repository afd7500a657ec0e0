"""The staff as a sheet: one line for each person, told apart by the e-mail address.

Who is new gets an invitation by mail once the file is saved.
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Role, User
from city import cache
from city.models import Department
from city.pack import cells
from city.pack.export import cell_text
from city.pack.tables import Table
from city.spreadsheets.resource import IN_USE, TableResource, resource_of
from santa311.lib.email_addresses import normalize_email, validate_mailbox
from santa311.lib.tabular import Column

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
    found = {}
    for part in filter(None, map(str.strip, _BETWEEN.split(cell))):
        words = part.split()
        are_slugs = all(word.partition(":")[0].casefold() in _slugs() for word in words)
        whole = None if are_slugs else _department_and_role(part)
        found |= [whole] if whole else map(_slug_and_role, words)
    return _listed(found)


@cache.remembered
def _slugs() -> dict[str, str]:
    """Return the slugs of the departments in use, by slug and by name in small letters."""
    rows = list(Department.objects.active())
    return {row.slug: row.slug for row in rows} | {row.name.casefold(): row.slug for row in rows}


def _department_and_role(text):
    """Return (slug, role) of a department by its name or slug; None where the text is neither."""
    name, colon, role = text.rpartition(":")
    typed, role = (name, role) if colon else (text, Role.MEMBER.value)
    slug = _slugs().get(" ".join(typed.split()).casefold())
    return (slug, _role(role, text)) if slug else None


def _slug_and_role(text):
    if found := _department_and_role(text):
        return found
    words = _("there is no department “%(typed)s” in use; there are: %(known)s")
    names = ", ".join(sorted(set(_slugs().values())))
    raise ValueError(words % {"typed": text.partition(":")[0], "known": names})


def _role(typed: str, text: str) -> str:
    typed = " ".join(typed.split()).casefold()
    for value, label in Role.choices:
        if typed in {value, str(label).casefold()}:
            return value
    words = _("“%(text)s” must be a department, or one with a role; the roles are: %(roles)s")
    raise ValueError(words % {"text": " ".join(text.split()), "roles": ", ".join(Role.values)})


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

    @property
    def allowed(self) -> list[tuple[str, list[str]]]:
        names = [f"{row.slug} ({row.name})" for row in Department.objects.active()]
        flags = ["agent", "lead", "admin", IN_USE.name]
        return [
            *((self.label_of(name), [_("yes"), _("no")]) for name in flags),
            (self.label_of("departments"), names),
            (_("Role, behind a department and a colon"), list(Role.values)),
        ]

    def init_instance(self, row=None):
        person = super().init_instance(row)
        person.listed = []
        return person

    def objections(self, row, known):
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
