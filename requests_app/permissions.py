"""Permission checks: pure functions of a person and a service request that return a bool."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from requests_app.models import Comment, Photo, ServiceRequest
    from requests_app.status import Verb

type Permission = Callable[[Person, ServiceRequest], bool]
"""A function that returns whether a person may do something with a service request."""


class Audience(Enum):
    """The readers of a request's history: its reporter, other residents, or staff."""

    REPORTER = auto()
    OTHERS = auto()
    STAFF = auto()


class Person(Protocol):
    """An actor: a `User` (staff), a `Device` (a browser), an `ApiKey` (a system) or `SYSTEM`."""

    @property
    def is_agent(self) -> bool:
        """Return whether the person is an agent of the desk."""
        ...

    def works_for(self, department_id: int | None) -> bool:
        """Return whether the person is a member of the department; False for None."""
        ...

    def has_worked_on(self, service_request: ServiceRequest) -> bool:
        """Return whether the person's department holds the request or held it before."""
        ...

    def supervises(self, department_id: int | None) -> bool:
        """Return whether the person supervises the department; False for None."""
        ...

    def has_reported(self, service_request: ServiceRequest) -> bool:
        """Return whether the person is the reporter of the request."""
        ...

    def follows(self, service_request: ServiceRequest) -> bool:
        """Return whether the person follows the request, or a duplicate of it."""
        ...

    def relays_to(self, service_request: ServiceRequest) -> bool:
        """Return whether residents may write about the request through this system."""
        ...

    def has_uploaded(self, photo: Photo) -> bool:
        """Return whether the person uploaded the photo."""
        ...

    def may_use(self, verb: Verb, service_request: ServiceRequest) -> bool:
        """Return whether the person's scope has the verb and the request's category.

        Only an ApiKey has a scope; others get True.
        """
        ...


class NoRights:
    """A base class of persons: each method returns False, except `may_use`."""

    is_agent = False

    def works_for(self, department_id: int | None) -> bool:
        return False

    def has_worked_on(self, service_request: ServiceRequest) -> bool:
        return False

    def supervises(self, department_id: int | None) -> bool:
        return False

    def has_reported(self, service_request: ServiceRequest) -> bool:
        return False

    def follows(self, service_request: ServiceRequest) -> bool:
        return False

    def relays_to(self, service_request: ServiceRequest) -> bool:
        return False

    def has_uploaded(self, photo: Photo) -> bool:
        return False

    def may_use(self, verb: Verb, service_request: ServiceRequest) -> bool:
        """Return True: only an ApiKey limits the verbs."""
        return True


class System(NoRights):
    """The actor of automatic verbs: `by=SYSTEM`."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()


def allow_all(person: Person, service_request: ServiceRequest) -> bool:
    return True


def deny_all(person: Person, service_request: ServiceRequest) -> bool:
    return False


def is_system(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person is SYSTEM."""
    return person is SYSTEM


def is_agent(person: Person, service_request: ServiceRequest) -> bool:
    return person.is_agent


def is_member(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person works for the department that holds the request."""
    return person.works_for(service_request.department_id)


def is_supervisor(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person supervises the department that holds the request."""
    return person.supervises(service_request.department_id)


def is_reporter(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person reported the request, on this device or by this key."""
    return person.has_reported(service_request)


def is_follower(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person, a device, follows the request or has a duplicate of it."""
    return person.follows(service_request)


def is_relay(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person is an ApiKey for residents and the request is public."""
    return person.relays_to(service_request)


def any_permission(*permissions: Permission) -> Permission:
    """Return a permission that is granted if one of `permissions` is."""

    def check(person: Person, service_request: ServiceRequest) -> bool:
        return any(permission(person, service_request) for permission in permissions)

    return check


is_staff_of = any_permission(is_agent, is_member)
can_speak_for_reporter = any_permission(is_reporter, is_agent)
may_comment = any_permission(is_reporter, is_follower, is_relay, is_staff_of, is_system)


def is_of_completing_department(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person works for the department that completed the request."""
    return person.works_for(service_request.completed_by_id)


def can_no_longer_finish(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person's department had the request, now closed or another's."""
    is_theirs = person.works_for(service_request.department_id) and service_request.is_open
    return not is_theirs and person.has_worked_on(service_request)


def may_see(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the request is public, or the person is its reporter or of its staff.

    The request's staff are all agents, its department, and the department that completed it.
    """
    if service_request.is_public:
        return True
    return any_permission(is_agent, is_member, is_of_completing_department, is_reporter)(
        person, service_request
    )


def may_see_contact(person: Person, service_request: ServiceRequest) -> bool:
    """Return whether the person is an agent or works for the department of the request."""
    return is_staff_of(person, service_request)


def may_see_photo(person: Person, photo: Photo) -> bool:
    """Return whether the person may see a photo.

    An unattached photo is for its uploader alone, a hidden one for the staff of the request.
    """
    row = photo.service_request
    if row is None:
        return person.has_uploaded(photo)
    return is_staff_of(person, row) if photo.is_hidden else may_see(person, row)


def may_see_content(audience: Audience, photo_or_comment: Photo | Comment) -> bool:
    """Return whether the audience may see a photo or comment: hidden ones are for staff alone."""
    return audience is Audience.STAFF or not photo_or_comment.is_hidden


def may_read_comment(audience: Audience, comment: Comment) -> bool:
    """Return whether the audience may read a comment: staff all, others published ones.

    Whether the comment is hidden is not checked.
    """
    return audience is Audience.STAFF or comment.is_published
