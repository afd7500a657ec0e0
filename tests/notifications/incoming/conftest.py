import pytest

from notifications.incoming import applying, receiving
from notifications.models import IncomingMail
from tests.notifications.incoming import mails


@pytest.fixture(autouse=True)
def _replies_are_on(settings):
    settings.REPLY_DOMAIN = mails.DOMAIN
    settings.MAIL_AUTHSERV_ID = mails.SERVER


@pytest.fixture
def take():
    """Return a function that receives and applies a raw email, and returns its IncomingMail."""

    def take(raw: bytes) -> IncomingMail:
        stored = receiving.receive_mail(raw)
        applying.apply_mail(stored.pk)
        stored.refresh_from_db()
        return stored

    return take
