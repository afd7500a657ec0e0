"""Tests for requests for personal data from email addresses that resemble another person's."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications import delivery
from notifications.models import Delivery
from requests_app.following import followers
from requests_app.mail import record_bounce
from requests_app.models import Contact, FollowerAddress
from requests_app.privacy.stored_data import find_by_email
from requests_app.tracking.private_links import find_requests_with_link
from routing.desk.queue.search import build_caller_condition
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

VICTIM = "kim.siss@silk.example.org"
LOOKALIKES = [
    "kim.siss@s\u0131lk.example.org",  # dotless i
    "kim.siss@s\u0130lk.example.org",  # I with a dot
    "kim.siss@\u017f\u0131lk.example.org",  # long s
    "kim.siss@s\u0456lk.example.org",  # Cyrillic i
    "kim.siss@silk.ex\u0430mple.org",  # Cyrillic a
    "k\u0131m.siss@silk.example.org",
    "k\u0130m.siss@silk.example.org",
    "kim.\u017fiss@silk.example.org",
    "\uff4bim.siss@silk.example.org",  # full-width
    "k\u0456m.siss@silk.example.org",  # Cyrillic
]
# Unicode and DNS treat these letters as ASCII, so this is the victim's own address
SAME_MAILBOX = [
    "kim.siss@\u017filk.example.org",
    "kim.siss@\uff53ilk.example.org",
    "\u212aim.siss@silk.example.org",  # the Kelvin sign
    "KIM.SISS@SILK.EXAMPLE.ORG",
]
FORMS = [
    "/your-data/",
    "/requests/links/",
    reverse("account_reset_password"),
    reverse("account_request_login_code"),
]


@pytest.fixture(autouse=True)
def filed_report():
    """Create a report of the victim, who is also a member of staff."""
    make.user("kim.siss", email=VICTIM, is_agent=True)
    return make.filed(contact={"name": "Kim", "email": VICTIM, "phone": ""})


def ask(path, address) -> list[str]:
    """Request the mail with a new browser, and return its recipients."""
    mail.outbox.clear()
    answer = browser(f"eve {address.encode().hex()}").post(path, {"email": address})
    assert answer.status_code in {200, 302, 422}
    for letter in Delivery.objects.filter(event=None):
        delivery.send_delivery(letter.pk)
    Delivery.objects.all().delete()
    return [recipient for message in mail.outbox for recipient in message.to]


@pytest.mark.parametrize("path", FORMS)
def test_a_lookalike_gets_no_mail(path):
    for address in LOOKALIKES:
        assert ask(path, address) == []


@pytest.mark.parametrize("path", FORMS)
def test_mail_goes_to_the_stored_address_and_never_to_the_typed_one(path):
    for address in [VICTIM, *SAME_MAILBOX]:
        assert ask(path, address) == [VICTIM]


@pytest.mark.parametrize("address", LOOKALIKES)
def test_a_lookalike_is_nobody_who_is_known(address, filed_report):
    assert not find_by_email(address)
    assert not find_requests_with_link(address).exists()
    assert User.objects.find_by_login(address) is None
    if (known := build_caller_condition(address)) is not None:
        assert not type(filed_report).objects.filter(known).exists()
    record_bounce(filed_report, address)
    assert Contact.objects.get(service_request=filed_report).bounced_at is None


@pytest.mark.parametrize("address", LOOKALIKES)
def test_a_lookalike_does_not_sign_in(address):
    given = {"login": address, "password": make.PASSWORD}
    answer = Client().post(reverse("account_login"), given)
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.wsgi_request.session


@pytest.mark.parametrize("address", LOOKALIKES)
def test_a_lookalike_that_follows_is_another_follower(address, filed_report):
    followers.request_confirmation(filed_report, VICTIM, by=make.bob())
    followers.request_confirmation(filed_report, address, by=make.ana())
    assert FollowerAddress.objects.filter(email=VICTIM).count() == 1
    assert FollowerAddress.objects.count() == 2


def test_two_spellings_of_one_mailbox_follow_once(filed_report):
    for number, address in enumerate([VICTIM, *SAME_MAILBOX]):
        answer = browser(f"bob {number}").post(
            f"/requests/{filed_report.reference}/following/", {"want": "mail", "email": address}
        )
        assert answer.status_code == 302
        Delivery.objects.all().delete()
    assert [each.email for each in FollowerAddress.objects.all()] == [VICTIM]


@pytest.mark.parametrize("address", LOOKALIKES)
def test_what_a_lookalike_reports_is_not_the_victims(address):
    theirs = make.filed(contact={"name": "Eve", "email": address, "phone": ""})
    shown = [each.service_request for each in find_by_email(VICTIM).reported]
    assert theirs not in shown
    assert len(shown) == 1
