"""Tests for webhooks in the admin by keyboard: adding one, copying its secret, its deliveries."""

import pytest
from playwright.sync_api import expect

from open311.models import Webhook
from open311.webhooks import circuit
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible
from tests.open311.webhooks.receiver import Receiver, send_all_deliveries
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(serve, settings):
    return Receiver(serve, settings)


@pytest.fixture
def ada(page_at, live_server):
    """Return the page of ada, signed in."""
    return sign_in(page_at(390, 844), live_server, make.ada())


def fits(page):
    for width, height in [(1440, 900), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert_accessible(page)


def to(page, control):
    """Press Tab until the control has the focus. Fail after 120 keys."""
    for _stop in range(120):
        if control.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{control} is not reached by Tab")


def test_a_webhook_is_added_by_keyboard_and_its_secret_is_shown(ada, receiver):
    page = ada
    page.goto("/admin/open311/webhook/add/")
    fits(page)
    to(page, page.get_by_label("Name"))
    page.keyboard.type("Neighbor city")
    to(page, page.get_by_label("Address"))
    page.keyboard.type("https://localhost/hook")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The address leads into a private network.")).to_be_visible()
    fits(page)
    page.get_by_label("Address").fill(receiver.url)
    to(page, page.get_by_label("Closed", exact=True))
    page.keyboard.press("Space")
    to(page, page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Secret")).to_be_visible()
    expect(page.get_by_label("Secret")).to_have_value(Webhook.objects.get().secret)
    fits(page)
    page.get_by_role("link", name="Back to the webhook").click()
    expect(page.get_by_label("Closed", exact=True)).to_be_checked()
    fits(page)


@pytest.mark.sweep
def test_the_lists_and_what_failed_can_be_read(ada, receiver):
    page = ada
    page.goto("/admin/open311/webhookdelivery/")
    fits(page)
    webhook = receiver.webhook()
    receiver.answers = [503]
    for _n in range(3):
        make.filed()
    send_all_deliveries()
    send_all_deliveries()
    make.filed()
    outbox.deliver_all_pending_events()
    circuit.deactivate_webhook(webhook, Webhook.OffBecause.FAILED)
    receiver.webhook()
    for address in ("", f"{webhook.pk}/change/"):
        page.goto(f"/admin/open311/webhook/{address}")
        expect(page.get_by_text("A webhook is turned off because")).to_be_visible()
        fits(page)
    last = webhook.deliveries.order_by("pk").last()
    for address in ("", f"{last.pk}/change/"):
        page.goto(f"/admin/open311/webhookdelivery/{address}")
        expect(page.get_by_text("The webhook was turned off.")).to_be_visible()
        fits(page)
