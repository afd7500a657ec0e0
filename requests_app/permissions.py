"""Who may: pure questions of a person and a service request, answered True or False.

A person is a `User` (staff), a `Device` (a resident's browser), an `ApiKey` (another system) or
`SYSTEM`. All answer the same questions: `is_agent`, `works_for`, `worked_on`, `supervises`,
`reported`, `follows`, `relays_to`, `uploaded`, and `may_use`: whether a verb is within their scope,
which only a key has.
"""

from collections.abc import Callable
from enum import Enum, auto


class Audience(Enum):
    """To whom a request's history is shown: who reported it, anybody else, or staff."""

    REPORTER = auto()
    OTHERS = auto()
    STAFF = auto()


class NoRights:
    """Answers all of these questions with no."""

    is_agent = False

    def works_for(self, department_id) -> bool:
        return False

    def worked_on(self, service_request) -> bool:
        return False

    def supervises(self, department_id) -> bool:
        return False

    def reported(self, service_request) -> bool:
        return False

    def follows(self, service_request) -> bool:
        return False

    def relays_to(self, service_request) -> bool:
        return False

    def uploaded(self, photo) -> bool:
        return False

    def may_use(self, verb, service_request) -> bool:
        return True


class System(NoRights):
    """Acts when no person did: `by=SYSTEM`. It is nobody's agent, member or reporter."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()


def allow_all(person, service_request) -> bool:
    return True


def deny_all(person, service_request) -> bool:
    return False


def is_system(person, service_request) -> bool:
    return person is SYSTEM


def is_agent(person, service_request) -> bool:
    return person.is_agent


def is_member(person, service_request) -> bool:
    """Of the department that holds the request."""
    return person.works_for(service_request.department_id)


def is_supervisor(person, service_request) -> bool:
    return person.supervises(service_request.department_id)


def is_reporter(person, service_request) -> bool:
    return person.reported(service_request)


def is_follower(person, service_request) -> bool:
    return person.follows(service_request)


def is_relay(person, service_request) -> bool:
    """A front end through which residents write about public requests."""
    return person.relays_to(service_request)


def any_permission(*questions) -> Callable:
    def ask(person, service_request) -> bool:
        return any(question(person, service_request) for question in questions)

    return ask


is_staff_of = any_permission(is_agent, is_member)
can_speak_for_reporter = any_permission(is_reporter, is_agent)
may_comment = any_permission(is_reporter, is_follower, is_relay, is_staff_of, is_system)


def is_of_completing_department(person, service_request) -> bool:
    return person.works_for(service_request.completed_by_id)


def can_no_longer_finish(person, service_request) -> bool:
    """Of a department that held the request and can no longer finish it."""
    is_theirs = person.works_for(service_request.department_id) and service_request.is_open
    return not is_theirs and person.worked_on(service_request)


def may_see(person, service_request) -> bool:
    """Public ones are everyone's; private or hidden ones the reporter's and the staff's."""
    if service_request.is_public:
        return True
    return any_permission(is_agent, is_member, is_of_completing_department, is_reporter)(
        person, service_request
    )


def may_see_contact(person, service_request) -> bool:
    return is_staff_of(person, service_request)


def may_see_photo(person, photo) -> bool:
    """A loose photo is its uploader's alone; one that the city hid is the staff's."""
    row = photo.service_request
    if row is None:
        return person.uploaded(photo)
    return is_staff_of(person, row) if photo.is_hidden else may_see(person, row)


def may_see_content(audience, photo_or_comment) -> bool:
    """Of a request's history: what the city hid is shown to staff alone."""
    return audience is Audience.STAFF or not photo_or_comment.is_hidden


def may_read_comment(audience, comment) -> bool:
    """Internal notes, and replies that can still be taken back, are the staff's."""
    return audience is Audience.STAFF or comment.is_out
