"""Tests for the choice of light or dark pages, which is stored in the staff account."""

import pytest
from django.urls import reverse

from tests import make
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db

DARK_SHEET = 'href="/static/css/dark'
AS_THE_SYSTEM_ASKS = 'media="screen and (prefers-color-scheme: dark)"'
WORKPLACES = [(make.omar, "desk"), (make.wes, "inbox"), (make.sue, "overview")]


def choose(client, mode, onward="/desk/"):
    return client.post(reverse("color_mode"), {"color_mode": mode, "next": onward})


@pytest.mark.parametrize(("person", "page"), WORKPLACES)
def test_pages_of_staff_follow_the_system_until_the_account_chose(person, page):
    client = signed_in(person())
    assert AS_THE_SYSTEM_ASKS in client.get(reverse(page)).text
    choose(client, "dark")
    dark = client.get(reverse(page)).text
    assert DARK_SHEET in dark
    assert 'media="screen"' in dark
    choose(client, "light")
    assert DARK_SHEET not in client.get(reverse(page)).text
    choose(client, "system")
    assert AS_THE_SYSTEM_ASKS in client.get(reverse(page)).text


def test_a_choice_holds_in_every_browser_of_the_account():
    omar = make.omar()
    choose(signed_in(omar), "dark")
    assert 'media="screen"' in signed_in(omar).get(reverse("desk")).text


def test_a_choice_leads_back_to_the_page():
    assert choose(signed_in(make.omar()), "dark", "/desk/?q=Pico").url == "/desk/?q=Pico"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\0", ""]
)
def test_a_choice_never_leads_to_another_site(onward):
    assert choose(signed_in(make.omar()), "dark", onward).url == reverse("workplace")


@pytest.mark.parametrize("mode", ["", "sepia", "DARK", "dark\0", "d" * 9999, "light\r\ndark"])
def test_a_color_mode_that_does_not_exist_changes_nothing(mode):
    omar = make.omar()
    client = signed_in(omar)
    assert choose(client, mode).status_code == 400
    omar.refresh_from_db()
    assert omar.color_mode == "system"


def test_a_choice_without_a_value_is_refused():
    assert signed_in(make.omar()).post(reverse("color_mode")).status_code == 400


@pytest.mark.parametrize("page", ["desk", "inbox", "overview", "mfa_index"])
def test_the_switch_tells_which_colors_are_chosen(page):
    sam = make.user("sam", is_agent=True, color_mode="dark")
    sam.memberships.create(department=make.sue().memberships.get().department, role="supervisor")
    shown = signed_in(sam).get(reverse(page)).text
    pressed = shown.partition('value="dark"')[2].partition(">")[0]
    assert 'aria-pressed="true"' in pressed
