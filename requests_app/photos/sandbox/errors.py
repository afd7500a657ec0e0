"""The one error of the sandbox."""


class Unreadable(Exception):
    """No picture can be had from this file. `code` says why, `detail` is for the log.

    About the file: not_allowed (`detail` is its kind), broken, too_many_pixels, absurd_shape.
    About the work: too_heavy (memory), too_slow, died (the process crashed or was killed), busy.
    """

    def __init__(self, code: str, detail: str = ""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def may_pass(self) -> bool:
        """Whether another try, on a machine with less to do, could succeed."""
        return self.code in {"busy", "died", "too_slow"}
