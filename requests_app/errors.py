"""The errors of verbs. `requests_app.middleware` turns them into HTTP responses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from requests_app.models import Event


class DomainError(Exception):
    """A refused verb. `status_code` is the HTTP status, `message` is for the person."""

    status_code = 422
    retry_after = ""  # seconds after which a retry will work
    message: str | Promise = _("We couldn't do that.")

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__(message)
        if message is not None:
            self.message = message


class IllegalTransition(DomainError):
    """The status or a condition of the request does not allow the verb."""

    status_code = 409
    message = _("This request has changed. Here is where it stands now.")


class StaleView(DomainError):
    """The person has not seen `events`, oldest first, which matter to the decision."""

    status_code = 409
    message = _("This request changed after you opened it. Please check it again.")

    def __init__(self, events: Iterable[Event]) -> None:
        super().__init__()
        self.events = list(events)


class NotAllowed(DomainError):
    """The person lacks the permission for the verb on this request."""

    status_code = 403
    message = _("You aren't allowed to do this.")


class InvalidInput(DomainError):
    """A missing or invalid argument. `field` is the name of the form's field."""

    def __init__(self, field: str, message: str | Promise) -> None:
        super().__init__(message)
        self.field = field


def require(given: object, field: str, message: str | Promise) -> None:
    """Raise InvalidInput if `given` is falsy."""
    if not given:
        raise InvalidInput(field, message)


class FileTooLarge(InvalidInput):
    """A file above the maximum size, which the message names."""

    status_code = 413


class TooManyItems(InvalidInput):
    """An item above the maximum number, which the message names."""


class OutsideServiceArea(InvalidInput):
    """A location outside the city's border."""

    def __init__(self) -> None:
        super().__init__("location", _("This location is outside the city's service area."))


class TooManyAttempts(DomainError):
    """More than three requests for the same mail within an hour."""

    status_code = 429
    retry_after = "3600"
    message = _(
        "We already sent this 3 times in the last hour. Check your email, including your spam "
        "folder, or try again in an hour."
    )


class ServerBusy(DomainError):
    """A temporary overload of the server; a retry after a few seconds will work."""

    status_code = 503
    retry_after = "5"
    message = _("Our system is busy. Please try again in a minute.")
