"""The demo's staff in the database, and the choice of a person for a task."""

from functools import cached_property
from itertools import cycle

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Role, User
from city.models import Department
from requests_app.models import ApiKey
from requests_app.models.api_key import FRONT_END_VERBS
from tools.demo.people import APP_KEY, APP_NAME, COLLEAGUES, EVERYONE, PASSWORD, PEOPLE


def create_staff(jobs: dict[str, str]) -> None:
    """Create the accounts and memberships of the staff, and the key of an app.

    `jobs` maps a username to the slug of the person's department. All accounts share a public
    password, so it is hashed once.
    """
    departments = {department.slug: department for department in Department.objects.all()}
    password = make_password(PASSWORD)
    users = User.objects.bulk_create([_account(person, password) for person in EVERYONE])
    Membership.objects.bulk_create(
        Membership(user=user, department=departments[jobs[user.username]], role=_role(person))
        for user, person in zip(users, EVERYONE, strict=True)
        if user.username in jobs
    )
    issue_key()


def issue_key() -> None:
    """Create the API key of the app, which the greeting prints, unless it exists."""
    if not ApiKey.objects.filter(name=APP_NAME).exists():
        key = ApiKey(name=APP_NAME, verbs=list(FRONT_END_VERBS))
        key.set_secret(APP_KEY)
        key.save()


def delete_staff() -> None:
    """Delete the accounts and the key; they must not have been used."""
    ApiKey.objects.filter(name=APP_NAME, digest=ApiKey.compute_digest(APP_KEY)).delete()
    names = [person.username for person in EVERYONE]
    User.objects.filter(username__in=names, email__in=[each.email for each in EVERYONE]).delete()


def list_written_jobs() -> dict[str, str]:
    """Return the department of each username for the pack with the written story."""
    return {person.username: person.department for person in EVERYONE if person.department}


def list_default_jobs() -> dict[str, str]:
    """Return the department of each username for a pack without its own staff.

    The people of the greeting are in the first department.
    """
    slugs = list(Department.objects.active().values_list("slug", flat=True))
    if not slugs:
        return {}
    jobs = {person.username: slugs[0] for person in PEOPLE if person.department}
    for is_lead in (False, True):
        others = [p for p in COLLEAGUES if p.department and p.is_supervisor == is_lead]
        turns = cycle(slugs if not is_lead else slugs[1:] or slugs)
        jobs |= {person.username: next(turns) for person in others}
    return jobs


def _account(person, password) -> User:
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


def _role(person) -> Role:
    return Role.SUPERVISOR if person.is_supervisor else Role.MEMBER


class Staff:
    """Finds people by name or for a task; `dice` is a random.Random."""

    def __init__(self, dice) -> None:
        self.dice = dice

    @cached_property
    def _users(self) -> dict[str, User]:
        users = User.objects.filter(username__in=[person.username for person in EVERYONE])
        return {user.username: user for user in users.order_by("pk")}

    def named(self, username) -> User:
        """Return the user with this username. Raise KeyError."""
        return self._users[username]

    @cached_property
    def app(self) -> ApiKey:
        """Return the API key of the system that reports for the residents who use it."""
        return ApiKey.objects.get(name=APP_NAME)

    def agent(self) -> User:
        """Return a random agent who is not an administrator."""
        names = [person.username for person in EVERYONE if person.is_agent and not person.is_admin]
        return self.named(self.dice.choice(names))

    def has_crew(self, department) -> bool:
        return any(department.pk in user.roles for user in self._users.values())

    def crew(self, department) -> User:
        """Return a member of a department, else a lead; usually Wes in his department."""
        names = self._of(department, Role.MEMBER) or self._of(department, Role.SUPERVISOR)
        return self.named(
            "wes" if "wes" in names and self.dice.random() < 0.4 else self.dice.choice(names)
        )

    def answers_for(self, department) -> User:
        """Return the person who closes a dispute: the department's supervisor, or an agent."""
        names = self._of(department, Role.SUPERVISOR) if department else []
        return self.named(names[0]) if names else self.agent()

    def _of(self, department, role) -> list[str]:
        """Return the usernames of the people with this role in the department."""
        return [name for name, user in self._users.items() if user.roles.get(department.pk) == role]
