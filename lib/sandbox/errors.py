"""The one error of the sandbox."""

from typing import Any


class Unreadable(Exception):
    """Nothing can be had from this file. `code` says why, `detail` is for the log, and `facts` are
    for whoever tells a person: numbers and texts that JSON can hold.

    About the work: too_heavy (memory), too_slow, died (the process crashed or was killed), busy.
    Every other code is about the file and belongs to the job.
    """

    def __init__(self, code: str, detail: str = "", **facts: Any) -> None:
        super().__init__(code, detail, facts)
        self.code = code
        self.detail = detail
        self.facts = facts

    @property
    def may_pass(self) -> bool:
        """Whether another try, on a machine with less to do, could succeed."""
        return self.code in {"busy", "died", "too_slow"}
