"""Tests for the emails for signing in, which go through the outbox.

The responses do not reveal who has an account.
"""

import re
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from city.models import City
from lib import clock, env
from notifications import delivery as sending
from notifications.channels import email
from notifications.models import Delivery
from tests import make
from tests.accounts.security_log.reading import rows
from tests.accounts.test_second_factor import with_app

pytestmark = pytest.mark.django_db

ASKING = ["account_reset_password", "account_request_login_code"]
PASSWORD = "nine pelicans in a row"


@pytest.fixture(autouse=True)
def omar():
    return make.omar()


def ask(name, who="omar", client=None, **headers):
    """Request an email at the URL `name`, and return the response and the newest delivery."""
    answer = (client or Client()).post(reverse(name), {"email": f"{who}@example.org"}, **headers)
    return answer, Delivery.objects.order_by("pk").last()


def send(delivery):
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    return delivery.state


def code_in(message):
    return re.search(r"^Code: ([A-Z0-9-]{6,9})$", message.body, re.MULTILINE)[1]


def reset_link(message):
    return re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]


def test_a_forgotten_password_is_chosen_anew_by_mail():
    _answer, owed = ask("account_reset_password")
    assert send(owed) == Delivery.State.SENT
    client = Client()
    form = client.get(reset_link(mail.outbox[-1]), follow=True)
    given = {"password1": PASSWORD, "password2": PASSWORD}
    done = client.post(form.redirect_chain[-1][0], given, follow=True)
    assert "Your password is changed" in done.text
    assert User.objects.get(username="omar").check_password(PASSWORD)


@pytest.mark.parametrize("path", ["1-abc-def", "zzzz-abc-def", "1-set-password"])
def test_a_link_that_is_none_shows_no_fields_for_a_password(path):
    answer = Client().get(f"/accounts/password/reset/key/{path}/")
    page = answer.text
    assert answer.status_code == 410
    assert "This link no longer works" in page
    assert 'type="password"' not in page
    assert reverse("account_reset_password") in page


def test_a_link_works_once_and_for_an_hour(monkeypatch):
    _answer, owed = ask("account_reset_password")
    send(owed)
    first = reset_link(mail.outbox[-1])
    person = User.objects.get(username="omar")
    person.set_password(PASSWORD)
    person.save()
    assert Client().get(first).status_code == 410
    send(ask("account_reset_password")[1])
    late = reset_link(mail.outbox[-1])
    assert Client().get(late).status_code == 302
    later = default_token_generator._now() + timedelta(minutes=61)
    monkeypatch.setattr(default_token_generator, "_now", lambda: later)
    assert Client().get(late).status_code == 410


def test_a_password_chosen_by_mail_leaves_the_second_factor():
    with_app(User.objects.get(username="omar"))
    _answer, owed = ask("account_reset_password")
    send(owed)
    client = Client()
    form = client.get(reset_link(mail.outbox[-1]), follow=True)
    given = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(form.redirect_chain[-1][0], given, follow=True)
    assert client.get(reverse("desk")).status_code == 302, "the link is no way in"
    answer = client.post(reverse("account_login"), {"login": "omar", "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("desk")).status_code == 302


def test_a_code_by_mail_signs_in_once():
    client = Client()
    _answer, owed = ask("account_request_login_code", client=client)
    assert send(owed) == Delivery.State.SENT
    given = {"code": code_in(mail.outbox[-1])}
    page = reverse("account_confirm_login_code")
    assert client.post(page, given).url == reverse("workplace")
    assert rows("sign_in")[-1][3] == "ok by code"
    client.post(reverse("account_logout"))
    client.post(page, given)
    assert client.get(reverse("workplace")).url.startswith(reverse("account_login"))
    ask("account_request_login_code", client=client)
    assert client.post(page, given).status_code == 200, "a new one was asked for"


def test_a_code_of_another_browser_signs_nobody_in():
    """Two browsers requested a code for the same person. Each code works only in its browser."""
    one, other = Client(), Client()
    _answer, owed = ask("account_request_login_code", client=one)
    send(owed)
    ask("account_request_login_code", client=other)
    given = {"code": code_in(mail.outbox[-1])}
    assert other.post(reverse("account_confirm_login_code"), given).status_code == 200
    assert other.get(reverse("workplace")).url.startswith(reverse("account_login"))
    assert one.post(reverse("account_confirm_login_code"), given).url == reverse("workplace")


@pytest.mark.parametrize("name", ASKING)
def test_mails_for_signing_in_name_the_city_and_not_the_host(name):
    _answer, owed = ask(name)
    send(owed)
    sent = mail.outbox[-1]
    service = City.current().service_name
    assert sent.subject.startswith(f"{service}: ")
    without_links = re.sub(r"http://\S+", "", sent.body)
    assert "testserver" not in sent.subject + without_links


def test_a_link_is_of_the_citys_own_address_whatever_host_was_asked(settings):
    settings.BASE_URL = "https://311.example.org"
    _answer, owed = ask("account_reset_password", HTTP_HOST="localhost")
    send(owed)
    links = re.findall(r"https?://[^/\s]+", mail.outbox[-1].body)
    assert set(links) == {"https://311.example.org"}


@pytest.mark.parametrize("name", ASKING)
def test_an_address_of_nobody_gets_no_mail_and_the_same_answer(name):
    (known, owed), (unknown, dropped) = ask(name), ask(name, "nobody")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert {*known.headers} == {*unknown.headers}
    assert (send(owed), send(dropped)) == (Delivery.State.SENT, Delivery.State.DROPPED)
    assert [each.to for each in mail.outbox] == [["omar@example.org"]]


@pytest.mark.parametrize("name", ASKING)
def test_who_is_turned_off_gets_no_mail(name):
    User.objects.update(is_active=False)
    _answer, owed = ask(name)
    assert send(owed) == Delivery.State.DROPPED


@pytest.mark.parametrize("name", ASKING)
def test_an_address_of_nobody_costs_the_database_the_same(name):
    asked = []
    ask(name, "warmed up")
    for who in ("omar", "nobody"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(name, who)
        asked.append([re.sub(r"\d+|'[^']*'", "?", each["sql"])[:60] for each in queries])
    assert asked[0] == asked[1]


@pytest.mark.parametrize("name", ASKING)
def test_a_mail_server_that_is_away_is_nothing_to_the_page(name, settings):
    settings.MAILERS = env.build_mailers("smtp://127.0.0.1:9")
    answers = {ask(name, who)[0].status_code for who in ("omar", "nobody")}
    assert answers == {302}
    assert send(Delivery.objects.earliest("pk")) == Delivery.State.DUE


@pytest.mark.parametrize("who", ["omar", "nobody"])
def test_the_page_for_the_code_answers_alike(who):
    client = Client()
    ask("account_request_login_code", who, client=client)
    page = reverse("account_confirm_login_code")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    people = [each["sql"] for each in queries if 'FROM "accounts_user"' in each["sql"]]
    assert len(people) == 1
    wrong = client.post(page, {"code": "BBBB-BBBB"})
    assert "This code isn&#x27;t right" in wrong.text
    codes = [client.post(page, {"code": "BBBB-BBBB"}).status_code for _n in range(3)]
    assert codes == [200, 302, 302], "three tries, then a new code is asked for"


def test_who_starts_over_is_not_led_back_to_the_page_for_the_code():
    client = Client()
    ask("account_request_login_code", client=client)
    page = client.get(reverse("account_confirm_login_code")).text
    again = re.search(r'href="(\S+start-over)"', page)[1]
    assert client.get(again).status_code == 200
    assert client.get(reverse("account_login")).status_code == 200


def test_a_code_is_not_readable_in_the_database():
    _answer, owed = ask("account_request_login_code")
    send(owed)
    assert code_in(mail.outbox[-1]) not in str(owed.about)


def test_a_code_that_is_over_is_not_sent_any_more():
    _answer, owed = ask("account_request_login_code")
    with clock.freeze_time(clock.now() + timedelta(minutes=11)):
        assert send(owed) == Delivery.State.DROPPED
    assert mail.outbox == []


def test_a_mail_that_is_tried_again_has_the_same_code_and_another_link_that_works():
    _answer, owed = ask("account_request_login_code")
    assert len({email.render(owed).body for _try in range(2)}) == 1
    _answer, owed = ask("account_reset_password")
    for _try in range(2):
        answer = Client().get(reset_link(email.render(owed)))
        assert answer.status_code == 302


def test_the_owner_of_an_address_is_not_shut_out_by_who_asked_before():
    for _n in range(5):
        answer, _owed = ask("account_request_login_code")
    assert answer.status_code == 302
    assert Delivery.objects.count() == 5


def test_no_other_mail_of_the_library_goes_past_the_outbox(rf):
    with pytest.raises(NotImplementedError):
        get_adapter(rf.get("/")).send_mail("account/email/password_changed", "a@example.org", {})
