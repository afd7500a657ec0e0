"""Mail over SMTP to a server that may be away or say nothing: a worker waits for it, never a page.

The answer to a whole mail is waited for longer than that to each step, since the server may want to
look through it first: to give up before it does is to send again what it takes all the same.
"""

import smtplib
from functools import partial

from django.core.mail.backends import smtp

from lib.breaker import Breaker, Unavailable


class LeftAlone(ConnectionError):
    """The mail server did not answer lately, so it was not asked."""


# To one mail or one address. A wrong password or a refused sender is trouble with all of them.
_ANSWERS = (smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused)
server = Breaker(
    "smtp",
    lambda error: isinstance(error, OSError) and not isinstance(error, _ANSWERS),
    failures=3,
)


class _Patient(smtplib.SMTP):
    def __init__(self, *args, answer_timeout, **kwargs) -> None:
        self.answer_timeout = answer_timeout
        super().__init__(*args, **kwargs)

    def data(self, msg):
        self.sock.settimeout(self.answer_timeout)
        try:
            return super().data(msg)
        finally:
            if self.sock:  # smtplib has closed it where the server did not answer
                self.sock.settimeout(self.timeout)


class _PatientSSL(_Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """`timeout` is for each step, `answer_timeout` for what follows DATA; both in seconds."""

    def __init__(self, *args, answer_timeout, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.answer_timeout = answer_timeout

    @property
    def connection_class(self) -> partial:
        kind = _PatientSSL if self.use_ssl else _Patient
        return partial(kind, answer_timeout=self.answer_timeout)

    def send_messages(self, email_messages) -> int:
        """Raises an OSError where the server is away, whatever it was that failed."""
        try:
            with server.guard():
                return super().send_messages(email_messages)
        except Unavailable as unavailable:
            raise unavailable.__cause__ or LeftAlone("the mail server is left alone") from None
