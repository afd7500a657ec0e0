"""Tests for the demo's page of emails, which are stored instead of sent."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend

from tests.visitors import browser
from tools.demo import mailbox

MAILS = "/demo/mails/"


@pytest.fixture
def folder(tmp_path, demo_mode, db):
    demo_mode.DATA_DIR = tmp_path
    return tmp_path / "mails"


def send(folder, *subjects):
    """Write one email per subject into a single file, as one connection does."""
    html = "<html><head></head><body><h1>Fixed?</h1><a href='/x/'>Yes</a></body></html>"
    mails = []
    for subject in subjects:
        mail = EmailMultiAlternatives(subject, "Fixed? é", to=["ana@demo.example"])
        mail.attach_alternative(html, "text/html")
        mails.append(mail)
    EmailBackend(file_path=str(folder), alias="default").send_messages(mails)


def test_mails_are_listed_newest_first_and_can_be_read(folder):
    send(folder, "We have your report", "Is it fixed? Please check")
    newest = mailbox.newest(folder)
    assert [mail.subject for mail in newest] == ["Is it fixed? Please check", "We have your report"]
    page = browser().get(f"{MAILS}{newest[0].name}/").content.decode()
    assert "Is it fixed? Please check" in page
    assert "ana@demo.example" in page
    assert "Fixed? é" in page
    assert "<h1>Fixed?</h1>" not in page


def test_a_mail_runs_nothing_and_its_links_open_in_the_whole_window(folder):
    send(folder, "Is it fixed? Please check")
    answer = browser().get(f"{MAILS}{mailbox.newest(folder)[0].name}/page/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "script" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.content.decode()


def test_a_city_that_has_sent_nothing_says_so(folder):
    answer = browser().get(MAILS)
    assert answer.status_code == 200
    assert "No email has been sent yet" in answer.content.decode()


def test_a_mail_that_is_being_written_is_not_there_yet(folder):
    send(folder, "Whole")
    path = next(folder.iterdir())
    path.write_bytes(path.read_bytes() + b"Subject: half a ma")
    assert [mail.subject for mail in mailbox.newest(folder)] == ["Whole"]


@pytest.mark.parametrize("name", ["no-such-mail-0", "..", "a" * 300, "-", "0"])
def test_a_mail_that_is_not_there_is_not_found(folder, name):
    send(folder, "Whole")
    for address in (f"{MAILS}{name}/", f"{MAILS}{name}/page/"):
        assert browser().get(address).status_code == 404
