"""The check of the settings for replies by email, for `check_installation`."""

from collections.abc import Iterator

from django.conf import settings

from lib.imap import Unavailable, open_mailbox
from lib.scrubbing import format_error_chain

_PAGE = "howto/replies-by-email.md#settings"


def check_replies() -> Iterator[tuple[str, str | None]]:
    """Yield (words, page that explains a problem or None); sign in at the mailbox of IMAP_URL."""
    if not settings.REPLY_DOMAIN:
        yield "off: REPLY_DOMAIN is not set", None
        return
    if settings.MAIL_AUTHSERV_ID:
        yield f"{settings.REPLY_DOMAIN}, checked by {settings.MAIL_AUTHSERV_ID}", None
    else:
        yield "MAIL_AUTHSERV_ID is not set, so every reply is refused.", _PAGE
    if not settings.IMAP_URL:
        return
    try:
        with open_mailbox(settings.IMAP_URL):
            yield "the mailbox of IMAP_URL takes our sign-in", None
    except Unavailable as unavailable:
        error = unavailable.__cause__ or unavailable
        yield f"the mailbox of IMAP_URL doesn't answer ({format_error_chain(error)}).", _PAGE
