"""The versions of a service request that polls compare."""

from datetime import datetime

from lib import clock


class Versions:
    """Mixin of ServiceRequest."""

    version: int
    staff_version: int
    replies_public_from: list[datetime]
    is_public: bool

    @property
    def live_version(self) -> str:
        """What a poll compares. It changes by itself when a reply becomes public. The mark at its
        end says, without a look at the row, that not everyone may look.
        """
        now = clock.now()
        came = sum(moment <= now for moment in self.replies_public_from)
        replies = f".{came}" if came else ""
        return f"{self.version}{replies}{'' if self.is_public else 'p'}"

    @property
    def staff_live_version(self) -> str:
        """`live_version`, which also changes with what staff alone see."""
        return f"{self.live_version}~{self.staff_version}"

    @property
    def seconds_to_next_reply(self) -> float | None:
        """How long `live_version` holds; None without an end."""
        now = clock.now()
        coming = [moment for moment in self.replies_public_from if moment > now]
        return (min(coming) - now).total_seconds() if coming else None
