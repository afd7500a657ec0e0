"""The demo's staff in the database, and who of them does what."""

from functools import cached_property

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Role, User
from city.models import Department
from santa311.demo.people import EVERYONE, PASSWORD


def hire():
    """Makes the accounts and memberships; one hash for all, since all share a public password."""
    departments = {department.slug: department for department in Department.objects.all()}
    password = make_password(PASSWORD)
    users = User.objects.bulk_create([_account(person, password) for person in EVERYONE])
    Membership.objects.bulk_create(
        Membership(user=user, department=departments[person.department], role=_role(person))
        for user, person in zip(users, EVERYONE, strict=True)
        if person.department
    )


def _account(person, password):
    return User(
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        password=password,
        is_agent=person.is_agent,
        is_lead=person.is_lead,
        is_staff=person.is_admin,
        is_superuser=person.is_admin,
    )


def _role(person):
    return Role.SUPERVISOR if person.is_supervisor else Role.MEMBER


class Staff:
    """Finds people by name, or someone for a task; `dice` is a random.Random."""

    def __init__(self, dice):
        self.dice = dice

    @cached_property
    def _users(self):
        return {user.username: user for user in User.objects.prefetch_related("memberships")}

    def named(self, username) -> User:
        return self._users[username]

    def agent(self) -> User:
        names = [person.username for person in EVERYONE if person.is_agent and not person.is_admin]
        return self.named(self.dice.choice(names))

    def crew(self, department) -> User:
        """A member of this department; of Wes's most often Wes."""
        names = [
            person.username
            for person in EVERYONE
            if person.department == department.slug and not person.is_supervisor
        ]
        return self.named(
            "wes" if "wes" in names and self.dice.random() < 0.4 else self.dice.choice(names)
        )

    def answers_for(self, department) -> User:
        """Who closes a dispute: the department's supervisor, or an agent where it has none."""
        names = [
            person.username
            for person in EVERYONE
            if department and person.department == department.slug and person.is_supervisor
        ]
        return self.named(names[0]) if names else self.agent()
