"""Tests for receiving emails: from a mailbox, by Postfix's pipe, by a mail service's webhook."""

import io
import os
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client

from lib import imap
from notifications.incoming import applying, fetching, receiving
from notifications.models import IncomingMail
from tests.notifications.incoming import mails
from tools.bench.faults.mail_folder import serve_folder
from tools.stack import ports

pytestmark = pytest.mark.django_db

RAW = b"From: ana@example.org\r\nMessage-ID: <one@example.org>\r\n\r\nHello"
OTHER = RAW.replace(b"<one", b"<other")


def fetch(settings, folder):
    settings.IMAP_URL = folder.url
    fetching.fetch_mails()


def test_mails_of_the_mailbox_are_stored_and_deleted_there(settings):
    with serve_folder([RAW, OTHER]) as folder:
        fetch(settings, folder)
        assert folder.mails == {}
        assert "UID EXPUNGE 1" in folder.commands
    assert [bytes(row.raw) for row in IncomingMail.objects.order_by("pk")] == [RAW, OTHER]


def test_a_mailbox_without_uidplus_is_emptied_too(settings):
    with serve_folder([RAW], capabilities="IMAP4rev1") as folder:
        fetch(settings, folder)
        assert folder.mails == {}


def test_a_mail_that_was_not_deleted_is_stored_once(settings):
    with serve_folder([RAW], refused=["STORE"]) as folder:
        fetch(settings, folder)
        fetch(settings, folder)
        assert folder.mails
    assert IncomingMail.objects.count() == 1


def test_a_mail_stays_in_the_mailbox_if_the_database_does_not_take_it(settings, monkeypatch):
    def fail(*args, **options):
        raise DatabaseError

    monkeypatch.setattr(fetching, "receive_mail", fail)
    with serve_folder([RAW]) as folder, pytest.raises(DatabaseError):
        fetch(settings, folder)
    assert folder.mails


def test_what_cannot_be_stored_is_flagged_and_keeps_no_mail_waiting(settings, monkeypatch, caplog):
    monkeypatch.setattr(fetching, "MAX_MAILS", 2)
    with serve_folder([b"\r\n", b"", b"\n\n", RAW, OTHER]) as folder:
        for _turn in range(3):
            fetch(settings, folder)
        assert list(folder.mails) == [1, 2, 3]
        assert folder.flagged == {1, 2, 3}
    assert IncomingMail.objects.count() == 2
    assert "a mail is flagged and left in the mailbox: NotAnEmail()" in caplog.text


def test_a_mail_that_the_server_does_not_give_keeps_no_mail_waiting(settings, monkeypatch, caplog):
    monkeypatch.setattr(fetching, "MAX_MAILS", 1)
    with serve_folder([RAW, RAW, OTHER], refused=["FETCH 1", "FETCH 2"]) as folder:
        fetch(settings, folder)
        assert list(folder.mails) == [1, 2]
    assert IncomingMail.objects.count() == 1
    assert "does not give the mail 2" in caplog.text


def test_what_the_server_can_do_is_asked_after_the_sign_in(settings):
    with serve_folder([RAW], capabilities="IMAP4rev1", signed_in="IMAP4rev1 UIDPLUS") as folder:
        fetch(settings, folder)
        assert "UID EXPUNGE 1" in folder.commands


def test_a_mail_too_large_is_refused_and_its_sender_told(settings, monkeypatch):
    asked = mails.asked()
    monkeypatch.setattr(fetching, "MAX_BYTES", 2_000)
    with serve_folder([mails.write(asked, "North. " * 1000)]) as folder:
        fetch(settings, folder)
    stored = IncomingMail.objects.get()
    applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert (stored.is_cut, stored.reason) == (True, "too_large")
    assert b"North" not in bytes(stored.raw)


def test_a_mailbox_that_is_away_is_asked_again_next_time(settings, caplog):
    port = ports.free(["imap"])["imap"]
    settings.IMAP_URL = f"imap://a:b@127.0.0.1:{port}"
    for _try in range(3):
        fetching.fetch_mails()
    assert "the mailbox is away" in caplog.text
    assert imap.imap_breaker.is_open


def test_a_refused_password_is_logged(settings, caplog):
    with serve_folder([RAW], refused=["LOGIN"]) as folder:
        fetch(settings, folder)
    assert "the mailbox is away" in caplog.text


def test_nothing_is_asked_without_a_mailbox(settings):
    settings.IMAP_URL = ""
    fetching.fetch_mails()


@pytest.mark.parametrize("url", ["pop3://a:b@c", "imap://a:b@mail.example.org", "https://x"])
def test_a_mailbox_is_reached_by_tls(url):
    with pytest.raises(ImproperlyConfigured):
        imap.check_url(url)
    assert imap.check_url("imaps://a:b@mail.example.org")
    assert imap.check_url("imap://a:b@c?tls=1")


@pytest.mark.parametrize("url", ["imaps://a:b@127.0.0.1:{}", "imap://a:b@127.0.0.1:{}?tls=1"])
def test_a_server_without_tls_is_not_trusted(url, settings, caplog):
    with serve_folder([RAW]) as folder:
        settings.IMAP_URL = url.format(folder.server_address[1])
        fetching.fetch_mails()
        assert not any("LOGIN" in command for command in folder.commands)
    assert "the mailbox is away" in caplog.text


def pipe(monkeypatch, raw) -> int:
    """Run the command receive_mail with `raw` as its standard input; return its exit status."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("receive_mail", stderr=io.StringIO())
    except SystemExit as end:
        return end.code
    return 0


def test_postfix_learns_what_became_of_a_mail(monkeypatch, capsys):
    assert pipe(monkeypatch, RAW) == 0
    assert pipe(monkeypatch, RAW) == 0
    assert pipe(monkeypatch, b"") == os.EX_DATAERR
    assert pipe(monkeypatch, b"x" * (receiving.MAX_BYTES + 1)) == os.EX_DATAERR
    assert IncomingMail.objects.count() == 1
    monkeypatch.setattr(IncomingMail.objects, "bulk_create", lambda *a, **k: 1 / 0)
    assert pipe(monkeypatch, OTHER) == os.EX_TEMPFAIL
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.fixture
def hook(settings):
    """Return a function that posts a raw email to the webhook and returns the status code."""
    settings.MAIL_HOOK_SECRET = "correct horse"

    def call(raw=RAW, secret="Bearer correct horse", kind="message/rfc822"):
        headers = {"Authorization": secret} if secret else {}
        client = Client(enforce_csrf_checks=True)
        return client.post("/hooks/mail/", raw, content_type=kind, headers=headers).status_code

    return call


def test_a_mail_service_hands_mails_over(hook):
    assert [hook(), hook()] == [202, 202]
    assert IncomingMail.objects.count() == 1


def test_a_forged_call_leaves_nothing(hook):
    forged = ["", "Bearer", "Bearer wrong", "Basic correct horse", "Bearer correct hors"]
    assert {hook(secret=secret) for secret in forged} == {403}
    assert hook(kind="multipart/form-data; boundary=x") == 415
    assert hook(raw=b"\r\n") == 400
    assert hook(raw=b"x" * (receiving.MAX_BYTES + 1)) == 413
    assert not IncomingMail.objects.exists()


def test_guessing_the_secret_is_limited(hook, settings):
    settings.RATE_LIMITS = {}
    assert 429 in {hook(secret=f"Bearer {n}") for n in range(30)}


def test_there_is_no_hook_without_a_secret(hook, settings):
    settings.MAIL_HOOK_SECRET = ""
    assert hook(secret="Bearer ") == 404
