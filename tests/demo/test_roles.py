"""Tests for the role switcher, which turns a visitor into one of the people of the demo."""

import pytest
from django.core.management import call_command
from django.test import Client

from requests_app.middleware import DEVICE_COOKIE
from tests.visitors import browser, source
from tools.demo.management.commands.seed_demo import Command
from tools.demo.people import ANA_KEY, PEOPLE

ROLE = "/demo/role/"


@pytest.fixture
def people(db):
    call_command(Command(), requests=0)


@pytest.mark.django_db
def test_without_demo_mode_there_is_no_switcher():
    visitor = browser()
    assert "demo__in" not in source(visitor.get("/"))
    for address in (ROLE, "/demo/mails/"):
        assert visitor.get(address).status_code == 404
    assert visitor.post(ROLE, {"person": "ada"}).status_code == 404


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.username)
def test_one_press_makes_you_a_member_of_staff_on_their_own_page(demo_mode, people, person):
    visitor = browser()
    answer = visitor.post(ROLE, {"person": person.username}, follow=True)
    assert answer.status_code == 200
    assert answer.wsgi_request.user.username == person.username
    page = source(answer)
    assert page.count('aria-current="true"><span>') == 1
    assert f'value="{person.username}" aria-current="true"' in page


def test_ana_is_a_device_and_nobody_who_is_signed_in(demo_mode, people):
    visitor = browser()
    visitor.post(ROLE, {"person": "omar"})
    answer = visitor.post(ROLE, {"person": "ana"}, follow=True)
    assert not answer.wsgi_request.user.is_authenticated
    assert visitor.cookies[DEVICE_COOKIE].value == ANA_KEY
    assert 'value="ana" aria-current="true"' in source(visitor.get("/"))


def test_a_fresh_browser_is_nobody_yet(demo_mode, people):
    page = source(browser().get("/"))
    assert "demo__in" in page
    assert 'aria-current="true"><span>' not in page


def test_nobody_else_can_be_played(demo_mode, people):
    for name in ("", "walt", "root", "omar\x00", "9" * 400):
        assert browser().post(ROLE, {"person": name}).status_code == 404
    assert browser().get(ROLE).status_code == 405


def test_another_site_cannot_press_it(demo_mode, people):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(ROLE, {"person": "ada"}).status_code == 403
