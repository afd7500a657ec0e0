"""What can be wrong with a verb, as nouns of the domain. `requests_app.middleware` answers them."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A verb was refused. `status_code` is the HTTP answer, `message` is for the person."""

    status_code = 422
    retry_after = ""  # seconds, where the same will do later
    message = _("We couldn't do that.")

    def __init__(self, message=None) -> None:
        super().__init__(message)
        if message is not None:
            self.message = message


class IllegalTransition(DomainError):
    """The request is not in a state that allows this verb."""

    status_code = 409
    message = _("This request has changed. Here is where it stands now.")


class StaleView(DomainError):
    """Something happened that the person had not seen. `events` tells what, oldest first."""

    status_code = 409
    message = _("This request changed after you opened it. Please check it again.")

    def __init__(self, events) -> None:
        super().__init__()
        self.events = list(events)


class NotAllowed(DomainError):
    """This person may not do this to this request."""

    status_code = 403
    message = _("You aren't allowed to do this.")


class InvalidInput(DomainError):
    """What was given is incomplete or impossible. `field` names the input it belongs to."""

    def __init__(self, field, message) -> None:
        super().__init__(message)
        self.field = field


def require(given, field, message) -> None:
    """Raises InvalidInput where nothing was given, or where what must be true of it is not."""
    if not given:
        raise InvalidInput(field, message)


class FileTooLarge(InvalidInput):
    """A file that is larger than may be sent; the message says how large it may be."""

    status_code = 413


class TooManyItems(InvalidInput):
    """One more than a person may add; the message says how many that is."""


class OutsideServiceArea(InvalidInput):
    """The place lies outside the city's outline."""

    def __init__(self) -> None:
        super().__init__("location", _("This location is outside the city's service area."))


class TooManyAttempts(DomainError):
    """The same was asked for too many times within the hour."""

    status_code = 429
    retry_after = "3600"
    message = _(
        "We already sent this 3 times in the last hour. Check your email, including your spam "
        "folder, or try again in an hour."
    )


class ServerBusy(DomainError):
    """Too much at once just now; the same again in a few seconds will do."""

    status_code = 503
    retry_after = "5"
    message = _("Our system is busy. Please try again in a minute.")
