"""Tests for stored data about incoming emails: admin, the sender's own data, installation check."""

import json
import zipfile

import pytest

from notifications.models import IncomingMail
from requests_app.privacy.export import write_archive
from requests_app.privacy.stored_data import find_by_email
from santa311.observability.replies import check_replies
from tests import make
from tests.notifications.incoming import mails
from tests.visitors import browser, signed_in
from tools.bench.faults.mail_folder import serve_folder

pytestmark = pytest.mark.django_db


def test_administrators_see_why_a_mail_was_refused(take):
    asked = mails.asked()
    stored = take(mails.write(asked, "> quoted"))
    take(mails.write(asked, "Secret words", to="reply@elsewhere.example"))
    admin = signed_in(make.ada())
    listed = admin.get("/admin/notifications/incomingmail/").text
    assert "No text and no photo" in listed
    assert "Names no valid reply address" in listed
    assert asked.event.service_request.reference in listed
    page = admin.get(f"/admin/notifications/incomingmail/{stored.pk}/change/").text
    assert "ana@example.org" in page
    assert "quoted" not in page
    assert admin.get("/admin/notifications/incomingmail/?q=ana@example.org").status_code == 200


def test_a_person_gets_their_mails_with_their_data(take):
    take(mails.write(mails.asked(), "North."))
    held = find_by_email("ANA@example.org")
    with write_archive(held) as file, zipfile.ZipFile(file) as archive:
        data = json.loads(archive.read("your-data.json"))
        assert [mail["file"] for mail in data["emails"]] == ["emails/1.eml"]
        assert b"North." in archive.read("emails/1.eml")
        assert "Emails you sent us" in archive.read("your-data.html").decode()
    IncomingMail.objects.update(raw=None)
    with write_archive(find_by_email("ana@example.org")) as file, zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("your-data.json"))["emails"][0]["file"] is None


def test_who_only_wrote_a_mail_has_data_too(take):
    take(mails.write(mails.asked(), "North.", sender="bob@example.org"))
    assert find_by_email("bob@example.org")
    assert not find_by_email("nobody@example.org")


def test_the_page_about_privacy_names_mails_where_there_are_replies(settings):
    assert "An email that you send as a reply" in browser().get("/privacy/").text
    settings.REPLY_DOMAIN = ""
    assert "An email that you send as a reply" not in browser().get("/privacy/").text


def test_the_check_of_the_installation_signs_in_at_the_mailbox(settings):
    assert list(check_replies()) == [(f"{mails.DOMAIN}, checked by {mails.SERVER}", None)]
    with serve_folder([]) as folder:
        settings.IMAP_URL = folder.url
        assert ("the mailbox of IMAP_URL takes our sign-in", None) in check_replies()
    wrong = [words for words, page in check_replies() if page]
    assert wrong[0].startswith("the mailbox of IMAP_URL doesn't answer (ConnectionRefusedError")
    settings.IMAP_URL = settings.MAIL_AUTHSERV_ID = ""
    assert [page for _words, page in check_replies()] == ["howto/replies-by-email.md#settings"]
    settings.REPLY_DOMAIN = ""
    assert list(check_replies()) == [("off: REPLY_DOMAIN is not set", None)]
