"""Tests for routing rules: drafting, trying, publishing and showing them, without barriers."""

import pytest

from routing.models import RoutingRule
from tests import make
from tests.barriers import assert_accessible
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(page_at, live_server):
    """Return the page of ada, signed in, who is also an agent."""
    person = make.ada()
    person.is_agent = True
    person.save()
    return sign_in(page_at(1440, 900), live_server, person)


def fits(page):
    """Check that the page is not wider than the screen, and has no barriers."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440, page.url
    assert_accessible(page)


def test_a_rule_is_drafted_tried_published_and_read_at_the_desk(ada):
    make.filed()
    ada.goto("/admin/routing/routingrule/")
    ada.get_by_role("link", name="Draft and try other rules").click()
    ada.get_by_label("Name").fill("Night crews")
    ada.get_by_role("button", name="Save", exact=True).click()

    ada.get_by_role("button", name="Save and add a rule").click()
    ada.get_by_label("Name").fill("Holes at the weekend → Water")
    ada.get_by_label("Position").fill("1")
    ada.get_by_label("Category").select_option("Pothole")
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        ada.get_by_label(day).check()
    ada.get_by_label("Department").select_option("Water Resources")
    fits(ada)
    ada.get_by_role("button", name="Save", exact=True).click()

    ada.get_by_role("button", name="Save and try it on the last 90 days").click()
    ada.get_by_text("One of 1 requests would be routed differently").wait_for()
    fits(ada)
    ada.get_by_role("link", name="Publish…").click()
    ada.get_by_label("Why the rules change").fill("The night crew is theirs.")
    ada.get_by_role("button", name="Publish").click()
    ada.get_by_text("These are the rules now").wait_for()

    ada.get_by_role("link", name="Read them as the desk does").click()
    ada.get_by_text("Mon–Sun").wait_for()
    fits(ada)
    ada.goto(f"/admin/routing/routingrule/{RoutingRule.objects.latest('pk').pk}/history/")
    ada.get_by_text("The night crew is theirs. (Night crews)").wait_for()
