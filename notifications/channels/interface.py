"""What every channel can do: render a message, send it, and classify the answer."""

from datetime import timedelta
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from notifications.models import Delivery


class Outcome(Enum):
    """The outcome of one attempt to send a message.

    RETRY is a temporary failure. UNAVAILABLE is one too, but the server was not asked, so the
    attempt does not count. REFUSED concerns this message alone. GONE means that the address takes
    no messages any more.
    """

    SENT = auto()
    RETRY = auto()
    UNAVAILABLE = auto()
    REFUSED = auto()
    GONE = auto()


class Result(NamedTuple):
    """The outcome of an attempt, and the server's answer as text.

    `wait` is the time that the server asked for before the next attempt; None if it named none.
    """

    outcome: Outcome
    answer: str = ""
    wait: timedelta | None = None


class Channel(Protocol):
    """A way to send a message, such as email. A channel is a module with these functions."""

    def render(self, delivery: Delivery) -> Any | None:
        """Return what `send` takes, in the delivery's language; None if there is nothing to say.

        Called in the transaction that claims the delivery.
        """

    def send(self, rendered: Any) -> Result:
        """Send what `render` returned. Return the result; a failure of the server is one too."""

    def forget_address(self, delivery: Delivery) -> None:
        """Record that the recipient's address takes no messages any more, after GONE."""
