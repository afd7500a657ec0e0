"""Fetching of replies from the mailbox of settings.IMAP_URL."""

import logging

from django.conf import settings

from lib.imap import Unavailable, open_mailbox
from notifications.incoming.receiving import MAX_BYTES, NotAnEmail, receive_mail

log = logging.getLogger(__name__)

MAX_MAILS = 50  # of one fetch


def fetch_mails() -> None:
    """Store at most MAX_MAILS mails, and delete each from the mailbox once its row is committed.

    Do nothing without IMAP_URL. A mail server that is away is logged, and the mails are fetched
    next time; a mail that was stored but not deleted is recognized then.
    """
    if not settings.IMAP_URL:
        return
    try:
        with open_mailbox(settings.IMAP_URL) as mailbox:
            for stored in mailbox.read_mails(MAX_MAILS, MAX_BYTES):
                try:
                    receive_mail(stored.raw, is_cut=stored.is_cut)
                except NotAnEmail:
                    log.warning("a mail without header fields is left in the mailbox")
                    continue
                mailbox.delete_mail(stored.uid)
    except Unavailable as unavailable:
        log.warning("the mailbox is away: %r", unavailable.__cause__)
