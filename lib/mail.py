"""An SMTP email backend with a circuit breaker and a separate time-out for the answer to a mail.

The answer to the content of a mail may take long, because servers scan the mail first. Giving up
before the answer means sending the mail twice.
"""

import smtplib
from functools import partial

from django.core.mail.backends import smtp

from lib.breaker import CircuitBreaker, Unavailable


class MailServerUnavailable(ConnectionError):
    """The breaker of the mail server is open, so no connection was tried."""


# Refusals of one mail or address. A wrong password or refused sender concerns all mails.
_REFUSALS = (smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused)
mail_breaker = CircuitBreaker(
    "smtp",
    lambda error: isinstance(error, OSError) and not isinstance(error, _REFUSALS),
    failures=3,
)


class _PatientSMTP(smtplib.SMTP):
    def __init__(self, *args, answer_timeout, **kwargs) -> None:
        self.answer_timeout = answer_timeout
        super().__init__(*args, **kwargs)

    def data(self, msg):
        """Send the content with `answer_timeout` as time-out, and restore the usual one.

        Return the server's (code, message).
        """
        self._set_timeout(self.answer_timeout)
        try:
            return super().data(msg)
        finally:
            self._set_timeout(self.timeout)

    def _set_timeout(self, seconds: float) -> None:
        if self.sock:  # smtplib closes the socket if the server does not answer
            self.sock.settimeout(seconds)


class _PatientSMTPS(_PatientSMTP, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """An SMTP backend. `timeout` limits each step, `answer_timeout` what follows DATA (seconds)."""

    def __init__(self, *args, answer_timeout, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.answer_timeout = answer_timeout

    @property
    def connection_class(self) -> partial:  # type: ignore[override]  # Django only calls it
        """Return the class of smtplib (with or without TLS) with `answer_timeout` bound."""
        kind = _PatientSMTPS if self.use_ssl else _PatientSMTP
        return partial(kind, answer_timeout=self.answer_timeout)

    def send_messages(self, email_messages) -> int:
        """Send the messages and return their number. Raise OSError if the server is unavailable.

        The error is smtplib's own, such as SMTPException, or MailServerUnavailable while the
        breaker is open. A refusal of one mail or address does not count for the breaker.
        """
        try:
            with mail_breaker.guard():
                return super().send_messages(email_messages)
        except Unavailable as unavailable:
            raise unavailable.__cause__ or MailServerUnavailable(
                "the mail server is left alone"
            ) from None
