"""Tests for inviting staff by email: the invitation, the choice of sign-in, the first page."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import invitations
from accounts.models import Invitation, Role, User
from lib import clock
from notifications import delivery
from notifications.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db

ADD = "admin:accounts_invitation_add"
LIST = "admin:accounts_invitation_changelist"


def invite(ada, **given):
    person = {"email": "nora@example.com", "first_name": "Nora", "crew_of": make.streets().pk}
    return ada.post(reverse(ADD), person | given)


def post_is_sent():
    for pk in delivery.list_due_ids():
        delivery.send_delivery(pk)


def link():
    """Return the path of the invitation link in the newest email."""
    return re.search(r"http://testserver(/accounts/invitation/\S+)", mail.outbox[-1].body)[1]


def invited(ada, **given):
    assert invite(ada, **given).status_code == 302
    post_is_sent()
    return link()


def act(ada, action):
    rows = Invitation.objects.values_list("pk", flat=True)
    data = {"action": action, "_selected_action": list(rows)}
    return ada.post(reverse(LIST), data, follow=True).text


def test_an_invited_person_chooses_a_password_and_lands_where_they_work(ada):
    address = invited(ada)
    assert mail.outbox[-1].to == ["nora@example.com"]
    assert "Ada created an account for you" in mail.outbox[-1].body
    nora = Client()
    assert "Welcome, Nora" in nora.get(address).text
    password = "seven gulls on the pier"
    answer = nora.post(address, {"new_password1": password, "new_password2": password})
    assert (answer.status_code, answer.url) == (302, reverse("workplace"))
    assert nora.get(reverse("workplace")).url == reverse("inbox")
    person = User.objects.get(email="nora@example.com")
    assert (person.username, person.roles) == ("nora", {make.streets().pk: Role.MEMBER})
    assert person.check_password(password)
    assert not person.is_staff


def test_looking_at_the_link_uses_nothing_up_and_coming_does(ada):
    address = invited(ada)
    for _scanner in range(3):
        assert Client().get(address).status_code == 200
    nora = Client()
    assert nora.post(address, {"without": "1"}).url == reverse("mfa_index")
    assert nora.get(reverse("mfa_index")).status_code == 200
    again = Client().get(address)
    assert again.status_code == 410
    assert "You&#x27;ve already set up your account" in again.text
    assert Client().post(address, {"without": "1"}).status_code == 410


def test_a_weak_password_is_refused_and_the_link_stays_good(ada):
    address = invited(ada)
    answer = Client().post(address, {"new_password1": "1234", "new_password2": "1234"})
    assert answer.status_code == 422
    assert "too short" in answer.text
    assert Client().get(address).status_code == 200


def test_a_second_mail_makes_the_first_link_useless(ada):
    first = invited(ada)
    assert "1 invitation sent." in act(ada, "send_again")
    post_is_sent()
    assert link() != first
    assert "A newer invitation" in Client().get(first).text
    assert Client().get(link()).status_code == 200


def test_a_withdrawn_invitation_opens_nothing_and_can_be_sent_again(ada):
    address = invited(ada)
    assert "1 invitation canceled." in act(ada, "withdraw")
    assert Client().get(address).status_code == 410
    assert not User.objects.get(email="nora@example.com").is_active
    act(ada, "send_again")
    post_is_sent()
    assert Client().get(link()).status_code == 200
    assert User.objects.get(email="nora@example.com").is_active


def test_an_invitation_holds_for_a_week(ada):
    address = invited(ada)
    with clock.freeze_time(clock.now() + timedelta(days=6, hours=23)):
        assert Client().get(address).status_code == 200
    with clock.freeze_time(clock.now() + timedelta(days=7, hours=1)):
        assert "more than a week old" in Client().get(address).text
        assert Invitation.objects.get().state == Invitation.State.OVER


def test_a_link_that_was_changed_opens_nothing(ada):
    address = invited(ada)
    for wrong in (
        address[:-2] + "x/",
        "/accounts/invitation/x/",
        f"/accounts/invitation/{'9' * 300}/",
    ):
        assert Client().get(wrong).status_code == 410


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": "WES@example.org"}, "has an account already: Wes"),
        ({"email": "no address"}, "valid email"),
        ({"crew_of": []}, "Choose at least one thing"),
    ],
)
def test_what_cannot_be_invited_is_said_in_the_form(ada, given, words):
    make.wes()
    answer = invite(ada, **given)
    assert answer.status_code == 200
    assert words in answer.text
    assert not Invitation.objects.exists()


def test_a_supervisor_and_an_admin_are_invited_with_their_rights(ada):
    invite(ada, email="sol@example.com", supervises=make.water().pk, crew_of=[], is_admin="on")
    sol = User.objects.get(email="sol@example.com")
    assert (sol.roles, sol.is_staff, sol.is_superuser) == (
        {make.water().pk: Role.SUPERVISOR}, True, True,
    )  # fmt: skip


def test_the_list_says_who_has_not_come_yet(ada):
    address = invited(ada)
    page = ada.get(reverse(LIST), {"state": "waiting"}).text
    assert "not accepted yet" in page
    assert "nora@example.com" in page
    Client().post(address, {"without": "1"})
    assert "nora@example.com" not in ada.get(reverse(LIST), {"state": "waiting"}).text
    assert "accepted" in ada.get(reverse(LIST), {"state": "come"}).text


def test_only_admins_invite(client):
    client.force_login(make.user("clerk", is_staff=True))
    assert client.get(reverse(ADD)).status_code == 403
    client.force_login(make.sue())
    assert client.get(reverse(ADD)).status_code in {302, 403}


def test_two_people_with_the_same_first_half_of_an_address_get_two_names(ada):
    invite(ada, email="wes@other.example.com")
    make.wes()
    invite(ada, email="nora@one.example.com")
    invite(ada, email="nora@two.example.com")
    names = set(User.objects.filter(email__startswith="nora").values_list("username", flat=True))
    assert names == {"nora", "nora2"}


def test_a_mail_has_the_whole_address_and_is_not_sent_to_who_came_meanwhile(ada):
    invite(ada)
    row = Invitation.objects.get()
    assert invitations.build_invitation_url(row).startswith(
        "http://testserver/accounts/invitation/"
    )
    person = User.objects.get(email="nora@example.com")
    person.last_login = clock.now()
    person.save()
    post_is_sent()
    assert mail.outbox == []
    assert Delivery.objects.get().state == Delivery.State.DROPPED
