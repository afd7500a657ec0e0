"""Mails that a person asked for on a page, so that no event tells of them.

They are owed, sent and tried again like every other message; their words are in
`wording.on_request`. Lower rooms reach `request` through `requests_app.mail`.
"""

from datetime import timedelta

from django.db import connection, transaction

from lib import clock, enqueue
from lib.email_addresses import normalize_email
from notifications.delivery import SEND
from notifications.models import Delivery
from notifications.wording.on_request import WORDS
from requests_app.errors import TooManyAttempts

MOST = 3  # of a kind within HOUR, to one address and from one browser
HOUR = timedelta(hours=1)
KEPT = timedelta(days=30)
# By the page's rate limits, which leave the owner of the address a way in: see accounts/throttle
LIMITED_ON_THE_PAGE = {Delivery.Kind.PASSWORD_RESET, Delivery.Kind.SIGN_IN_CODE}


@transaction.atomic
def request(kind, *, to, language, asked_by, about) -> Delivery:
    """Owe a mail, as `requests_app.mail.request_mail` says. What is asked for at once is counted in
    turn.
    """
    if kind not in WORDS:
        raise KeyError(kind)
    address = normalize_email(to)
    if kind not in LIMITED_ON_THE_PAGE:
        _wait_for_others(address, asked_by)
        _refuse_too_many(kind, address, asked_by)
    delivery = Delivery.objects.create(
        kind=kind, recipient=address, language=language, asked_by=asked_by, about=about
    )
    enqueue.enqueue_on_commit(SEND, delivery.pk)
    return delivery


def delete_expired() -> None:
    """Delete requested mails after a month: they are not part of a request's history."""
    old = Delivery.objects.filter(event=None, created_at__lt=clock.now() - KEPT)
    old.exclude(state=Delivery.State.DUE).delete()


def _wait_for_others(address, device) -> None:
    names = [f"letters:{address}", *([f"letters:device:{device.pk}"] if device else [])]
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _refuse_too_many(kind, address, device) -> None:
    lately = Delivery.objects.filter(event=None, kind=kind, created_at__gt=clock.now() - HOUR)
    if lately.filter(recipient=address).count() >= MOST:
        raise TooManyAttempts
    if device and lately.filter(asked_by=device).count() >= MOST:
        raise TooManyAttempts
