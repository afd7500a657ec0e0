"""The command that Postfix pipes an arrived email to."""

import os
import sys
import traceback

from django.core.management import BaseCommand

from notifications.incoming.receiving import MAX_BYTES, NotAnEmail, receive_mail


class Command(BaseCommand):
    """Store one email from standard input; exit with a code that Postfix knows (sysexits.h)."""

    help = "Store an email from standard input, a reply to one of ours. For Postfix's pipe(8)."
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        """Exit with 65 for no email or one too large, and with 75, so that Postfix tries again."""
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            self.stderr.write("This email is too large.")
            sys.exit(os.EX_DATAERR)
        try:
            receive_mail(raw)
        except NotAnEmail:
            self.stderr.write("This is no email.")
            sys.exit(os.EX_DATAERR)
        except Exception:  # noqa: BLE001 - whatever it is, the mail must not be lost
            traceback.print_exc()
            sys.exit(os.EX_TEMPFAIL)
