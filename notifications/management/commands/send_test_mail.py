"""`send_test_mail ADDRESS`: one mail at once, past the outbox, and what the mail server said."""

import smtplib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from lib import clock
from lib.version import VERSION


class Command(BaseCommand):
    help = "Send one email to ADDRESS at once, and say what the server for email answered."

    def add_arguments(self, parser) -> None:
        """Add ADDRESS, the recipient of the test mail."""
        parser.add_argument("address")

    def handle(self, *, address, **_options) -> None:
        """Send a test mail at once and write that it was accepted.

        Raise CommandError for an invalid address, or with the answer of the mail server.
        """
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is no email address.") from error
        sent_at = clock.now().isoformat(timespec="seconds")
        words = f"A test mail of {settings.BASE_URL} (Santa311 {VERSION}), sent at {sent_at}."
        mail = EmailMessage(subject="Test mail", body=words, to=[address])
        try:
            mail.send()
        except smtplib.SMTPResponseException as refused:
            answer = f"{refused.smtp_code} {_text(refused.smtp_error)}"
            raise CommandError(f"The server for email refused it: {answer}") from refused
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = refused.recipients[address]
            raise CommandError(f"It refused the address: {code} {_text(text)}") from refused
        except OSError as error:
            raise CommandError(f"No answer from the server for email: {error}") from error
        self.stdout.write(
            f"From {mail.from_email} to {address}: the server for email took it. Look whether it "
            "arrived. Among the junk? Then SPF or DKIM of the sender's domain is missing."
        )


def _text(answer) -> str:
    """Return an answer of the mail server as text."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
