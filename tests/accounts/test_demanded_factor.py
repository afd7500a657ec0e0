"""Tests that a second factor is required outside the demo, unless a setting changes this."""

import runpy
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.urls import reverse

import santa311
from tests import make
from tests.accounts.test_second_factor import confirmed, set_up

pytestmark = pytest.mark.django_db

SETTINGS = Path(santa311.__file__).with_name("settings_sign_in.py")
USUAL = {"admin", "agent", "supervisor"}


@pytest.mark.parametrize(
    ("environment", "demanded"),
    [
        ({}, USUAL),
        ({"DEMO_MODE": "1"}, set()),
        ({"REQUIRE_SECOND_FACTOR_FOR": "none"}, set()),
        ({"REQUIRE_SECOND_FACTOR_FOR": "admin"}, {"admin"}),
        ({"DEMO_MODE": "1", "REQUIRE_SECOND_FACTOR_FOR": "member"}, {"member"}),
    ],
)
def test_agents_supervisors_and_admins_need_one_where_nothing_is_said(
    monkeypatch, environment, demanded
):
    monkeypatch.delenv("REQUIRE_SECOND_FACTOR_FOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert runpy.run_path(str(SETTINGS))["REQUIRE_SECOND_FACTOR_FOR"] == demanded


def warnings():
    said = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [str(each.msg) for each in said if each.id == "accounts.W001"]


def test_the_deployment_check_names_the_roles_that_need_none(settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = USUAL
    assert warnings() == []
    settings.REQUIRE_SECOND_FACTOR_FOR = {"agent"}
    assert warnings() == ["No second factor is demanded from these roles: admin, supervisor."]
    settings.DEMO_MODE = True
    assert warnings() == []


@pytest.mark.parametrize(
    ("person", "page"), [(make.omar, "desk"), (make.sue, "inbox"), (make.ada, "admin:index")]
)
def test_it_is_set_up_at_the_first_sign_in_before_any_other_page(settings, person, page):
    settings.REQUIRE_SECOND_FACTOR_FOR = USUAL
    client = confirmed(person().username)
    for address in (reverse(page), reverse("home"), reverse("open_data")):
        assert client.get(address).url == reverse("mfa_index")
    assert client.post(reverse("desk_views"), {"name": "x"}).url == reverse("mfa_index")
    assert client.get(reverse("desk_live"), headers={"HX-Request": "true"}).status_code == 403
    set_up(client)
    assert client.get(reverse(page)).status_code == 200


def test_a_crew_works_without_one(settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = USUAL
    client = confirmed(make.wes().username)
    assert client.get(reverse("inbox")).status_code == 200
