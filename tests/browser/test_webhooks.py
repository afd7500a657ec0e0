"""An administrator adds a webhook by keyboard, copies its secret and looks at its deliveries."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from open311.models import Webhook
from open311.webhooks import circuit
from requests_app.workflow import outbox
from tests import make
from tests.barriers import no_barriers
from tests.open311.webhooks.receiver import Receiver, send_all_deliveries
from tests.sweeps import in_sweep
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(serve, settings):
    return Receiver(serve, settings)


@pytest.fixture
def ada(page_at, live_server):
    """Return a function that opens a page of ada's with a given width."""
    value = signed_in(make.ada()).cookies[settings.SESSION_COOKIE_NAME].value

    def open_page(width, height):
        page = page_at(width, height)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )
        return page

    return open_page


def fits(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    no_barriers(page)


def to(page, control):
    """With Tab, until the control has the focus."""
    for _stop in range(120):
        if control.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{control} is not reached by Tab")


@pytest.mark.parametrize(("width", "height"), [(390, 844), *in_sweep([[1440, 900]])])
def test_a_webhook_is_added_by_keyboard_and_its_secret_is_shown(ada, receiver, width, height):
    page = ada(width, height)
    page.goto("/admin/open311/webhook/add/")
    fits(page, width)
    to(page, page.get_by_label("Name"))
    page.keyboard.type("Neighbor city")
    to(page, page.get_by_label("Address"))
    page.keyboard.type("https://localhost/hook")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The address leads into a private network.")).to_be_visible()
    fits(page, width)
    page.get_by_label("Address").fill(receiver.url)
    to(page, page.get_by_label("Closed", exact=True))
    page.keyboard.press("Space")
    to(page, page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Secret")).to_be_visible()
    expect(page.get_by_label("Secret")).to_have_value(Webhook.objects.get().secret)
    fits(page, width)
    page.get_by_role("link", name="Back to the webhook").click()
    expect(page.get_by_label("Closed", exact=True)).to_be_checked()
    fits(page, width)


@pytest.mark.sweep
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_the_lists_and_what_failed_can_be_read(ada, receiver, width, height):
    page = ada(width, height)
    page.goto("/admin/open311/webhookdelivery/")
    fits(page, width)
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
        fits(page, width)
    last = webhook.deliveries.order_by("pk").last()
    for address in ("", f"{last.pk}/change/"):
        page.goto(f"/admin/open311/webhookdelivery/{address}")
        expect(page.get_by_text("The webhook was turned off.")).to_be_visible()
        fits(page, width)
