"""Fetching of replies from the mailbox of settings.IMAP_URL."""

import logging

from django.conf import settings
from django.db import DataError

from lib.imap import Unavailable, open_mailbox
from notifications.incoming.receiving import MAX_BYTES, NotAnEmail, receive_mail

log = logging.getLogger(__name__)

MAX_MAILS = 50  # of one fetch


def fetch_mails() -> None:
    """Store at most MAX_MAILS mails, and delete each from the mailbox once its row is committed.

    A mail that cannot be stored is logged as an error and flagged in the mailbox, so that it stays
    for a person and never keeps others waiting. Do nothing without IMAP_URL. A mail server that is
    away is logged, and the mails are fetched next time, as after any other error of the database; a
    mail that was stored but not deleted is recognized then.
    """
    if not settings.IMAP_URL:
        return
    try:
        with open_mailbox(settings.IMAP_URL) as mailbox:
            for stored in mailbox.read_mails(MAX_MAILS, MAX_BYTES):
                try:
                    receive_mail(stored.raw, is_cut=stored.is_cut)
                except (NotAnEmail, ValueError, DataError) as error:
                    log.error("a mail is flagged and left in the mailbox: %r", error)
                    mailbox.flag_mail(stored.uid)
                else:
                    mailbox.delete_mail(stored.uid)
    except Unavailable as unavailable:
        log.warning("the mailbox is away: %r", unavailable.__cause__)
