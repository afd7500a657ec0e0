"""Tests for mailing private links again; the page does not reveal which addresses exist."""

import pytest
from django.core import mail

from notifications import delivery
from notifications.models import Delivery
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db

PAGE = "/requests/links/"


def test_known_and_unknown_addresses_get_the_same_answer():
    make.filed(contact={"name": "Ana", "email": "ana@example.org", "phone": ""})
    answers = [
        browser(name).post(PAGE, {"email": f"{name}@example.org"}) for name in ("ana", "bob")
    ]
    assert {answer.url for answer in answers} == {PAGE + "?asked=1"}
    assert "If we have requests with this address, we emailed you the links." in (
        browser().get(answers[0].url).content.decode()
    )
    for letter in Delivery.objects.filter(event=None):
        delivery.send_delivery(letter.pk)
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]


def test_an_address_that_is_none_comes_back_with_what_to_do():
    answer = browser().post(PAGE, {"email": "ana@localhost"})
    assert answer.status_code == 422
    assert "name with a dot" in answer.content.decode()
    assert "ana@localhost" in answer.content.decode()


def test_the_fourth_time_within_the_hour_waits():
    codes = [browser().post(PAGE, {"email": "x@example.org"}).status_code for __ in range(4)]
    assert codes == [302, 302, 302, 429]


def test_who_lost_a_link_finds_the_way():
    wrong = address(make.filed(), "mine", "0" * 64)
    for page in ("/", "/requests/find/", "/requests/mine/", wrong):
        assert f'href="{PAGE}"' in browser().get(page).content.decode(), page
