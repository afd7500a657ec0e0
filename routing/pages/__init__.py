"""One context builder per region of the desk, used whole and polled."""

from routing.pages.panel import Panel
from routing.pages.queue import QueuePage

__all__ = ["Panel", "QueuePage"]
