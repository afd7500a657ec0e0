"""Tests for the page of rules that agents read: order, description and number of matches."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.workflow import outbox
from routing.models import RoutingRule
from routing.rules.page import RulesPage
from tests import make

pytestmark = pytest.mark.django_db

PAGE = reverse("desk_rules")


@pytest.fixture
def omar(client):
    client.force_login(make.omar())
    return client


@pytest.fixture
def only(db):
    """Delete all rules; return a function that creates a rule."""
    RoutingRule.objects.all().delete()

    def create(**columns):
        columns.setdefault("department", make.water())
        return RoutingRule.objects.create(**columns)

    return create


def test_crews_do_not_read_the_desks_rules(client):
    client.force_login(make.wes())
    assert client.get(PAGE).status_code == 403


def test_rules_are_read_in_words_and_counted(omar, only):
    only(name="Late", category=make.pothole(), position=20, mode="route")
    only(name="Nights", weekdays=[0, 1, 2, 3, 4], from_time=time(22), to_time=time(6))
    only(name="Phones", channel="phone", position=9, weekdays=[2])
    only(name="Off", is_active=False)
    make.filed()
    outbox.deliver_all_pending_events()
    page = RulesPage()
    assert [
        (line.rule.name, line.conditions, line.effect, line.decided_count) for line in page.lines
    ] == [
        (
            "Nights",
            ["Mon–Fri, 22:00–06:00"],
            "suggests Water Resources",
            page.lines[0].decided_count,
        ),
        ("Phones", ["Phone", "Wed"], "suggests Water Resources", 0),
        (
            "Late",
            ["Pothole"],
            "routes to Water Resources automatically",
            1 - page.lines[0].decided_count,
        ),
    ]
    text = omar.get(PAGE).text
    assert "Mon–Fri, 22:00–06:00" in text
    assert "/admin/" not in text


def test_what_cannot_run_stands_on_top(omar, only):
    only(name="Fine", category=make.pothole())
    only(name="Never", channel="import")
    only(name="Broken", category=make.pothole(), position=30)
    water = make.water()
    water.is_active = False
    water.save()
    text = omar.get(PAGE).text
    assert text.index("rules can't do what they say") < text.index("rules__list")
    assert "The department Water Resources is turned off." in text
    assert [line.rule.name for line in RulesPage().broken_lines] == ["Fine", "Never", "Broken"]


def test_a_city_without_rules_says_so_and_admins_find_the_way(client, only):
    admin = make.user("ada", is_staff=True, is_superuser=True)
    admin.is_agent = True
    admin.save()
    client.force_login(admin)
    text = client.get(PAGE).text
    assert "There are no rules" in text
    assert reverse("admin:routing_routingrule_changelist") in text


def test_twenty_rules_cost_as_much_as_one(omar):
    omar.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        omar.get(PAGE)
    assert len(queries) <= 6
