"""The exception of the sandbox."""

from typing import Any


class UnreadableFile(Exception):
    """A file that could not be processed.

    `code` is the reason: too_heavy (memory), too_slow, died (crashed or killed) or busy (no free
    slot), else a code of the job about the file. `detail` is for the log. `facts` are values for a
    message to the user, as JSON can hold them.
    """

    def __init__(self, code: str, detail: str = "", **facts: Any) -> None:
        super().__init__(code, detail, facts)
        self.code = code
        self.detail = detail
        self.facts = facts

    @property
    def is_temporary(self) -> bool:
        """Return True for the codes busy, died and too_slow: another attempt could succeed."""
        return self.code in {"busy", "died", "too_slow"}
