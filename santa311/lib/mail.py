"""Mail over SMTP to a server that may be away or say nothing: nobody waits for it long.

The breaker is one for all mail of a process: the owed messages, which are tried again for a day,
and the codes for signing in, for which a person waits.
"""

import smtplib

from django.core.mail.backends import smtp

from santa311.lib.breaker import Breaker, Unavailable


class LeftAlone(ConnectionError):
    """The mail server did not answer lately, so it was not asked."""


_ANSWERS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
server = Breaker(
    "smtp",
    lambda error: isinstance(error, OSError) and not isinstance(error, _ANSWERS),
    failures=3,
)


class EmailBackend(smtp.EmailBackend):
    def send_messages(self, email_messages):
        """Raises an OSError where the server is away, whatever it was that failed."""
        try:
            with server.guard():
                return super().send_messages(email_messages)
        except Unavailable as unavailable:
            raise unavailable.__cause__ or LeftAlone("the mail server is left alone") from None
