"""Secrets are changed one day; what was signed with the old ones still holds for its time."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import invitations
from accounts.adapter import StaffMFAAdapter
from accounts.models import User
from notifications import delivery as sending
from notifications.models import Delivery
from requests_app.models import AccessLink
from requests_app.workflow import outbox
from tests import make
from tests.accounts.test_second_factor import with_app
from tests.visitors import browser

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}


@pytest.fixture
def change_the_secrets(settings):
    def change(keep=True):
        older = [settings.LINK_SECRET] if keep else []
        settings.LINK_SECRET_FALLBACKS = older
        settings.LINK_SECRET = "another one " * 5
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "yet another one " * 5

    return change


def owed() -> Delivery:
    make.filed(contact=ANA)
    outbox.deliver_all_pending_events()
    return Delivery.objects.get()


def test_a_link_in_a_mail_that_waited_meanwhile_opens(change_the_secrets):
    delivery = owed()
    change_the_secrets()
    sending.send_delivery(delivery.pk)
    path = re.search(r"/requests/[\w-]+/mine/\w+/", mail.outbox[0].body)[0]
    assert browser().get(path).status_code == 200


def test_a_link_that_was_sent_before_opens_whatever_became_of_the_secret(change_the_secrets):
    link = owed().link
    path = reverse("private_link", args=[link.service_request.reference, link.token])
    change_the_secrets(keep=False)
    assert browser().get(path).status_code == 200


def test_a_new_link_is_made_with_the_new_secret(change_the_secrets):
    row = make.filed()
    nonce = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
    before = AccessLink(nonce=nonce, service_request=row).token
    change_the_secrets()
    assert AccessLink(nonce=nonce, service_request=row).token != before


def test_without_the_old_secret_no_mail_goes_out_with_a_dead_link(change_the_secrets):
    delivery = owed()
    change_the_secrets(keep=False)
    with pytest.raises(LookupError, match="LINK_SECRET_FALLBACKS"):
        sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DUE


def test_an_invitation_opens(change_the_secrets):
    guest = User(email="new@example.org", first_name="New")
    address = invitations.build_invitation_url(invitations.invite_user(guest, {}, by=make.ada()))
    change_the_secrets()
    assert browser().get(address.removeprefix("http://testserver")).status_code == 200


def test_a_second_factor_is_unlocked(change_the_secrets):
    locked = StaffMFAAdapter().encrypt("what the app knows")
    change_the_secrets()
    assert StaffMFAAdapter().decrypt(locked) == "what the app knows"


def test_who_is_signed_in_stays_so(change_the_secrets, client):
    client.force_login(make.omar())
    change_the_secrets()
    assert client.get("/desk/").status_code == 200


def test_second_factors_do_without_the_old_secret_once_they_are_locked_again(
    change_the_secrets, settings
):
    _client, secret = with_app(make.omar())
    change_the_secrets()
    call_command("relock_second_factors", stdout=StringIO())
    settings.LINK_SECRET_FALLBACKS = []
    app, codes = Authenticator.objects.order_by("type").reverse()
    assert StaffMFAAdapter().decrypt(app.data["secret"]) == secret
    assert StaffMFAAdapter().decrypt(codes.data["seed"])


def test_a_second_factor_that_no_secret_opens_is_named_and_left_as_it_is(change_the_secrets):
    with_app(make.omar())
    before = list(Authenticator.objects.values_list("pk", "data"))
    change_the_secrets(keep=False)
    with pytest.raises(CommandError, match="factor of omar can't be opened"):
        call_command("relock_second_factors")
    assert list(Authenticator.objects.values_list("pk", "data")) == before
