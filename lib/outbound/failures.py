"""The error of a call that failed, and a sentence for each of its codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAILURE_SENTENCES = {
    "bad_address": _("This isn't a web address that can be called."),
    "not_https": _("The address must start with https://."),
    "odd_port": _("The address must use port 443."),
    "unknown_host": _("No server of this name was found."),
    "not_public": _("The address leads into a private network."),
    "too_many_redirects": _("The address redirects too often."),
    "too_slow": _("The server took too long."),
    "too_large": _("The file is too large."),
    "bad_certificate": _("The server's certificate isn't valid."),
    "no_answer": _("The server didn't answer."),
    "bad_status": _("The server answered with an error."),
}
"""A sentence about a failed call, by its code."""


class FailedCall(Exception):
    """A call that failed. `code` is a key of FAILURE_SENTENCES.

    `http_status` is the status of an error response.
    """

    def __init__(self, code: str, http_status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.http_status = http_status

    @property
    def sentence(self) -> Promise:
        """Return the translated sentence of the code in FAILURE_SENTENCES."""
        return FAILURE_SENTENCES[self.code]
