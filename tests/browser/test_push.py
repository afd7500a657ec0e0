"""Tests for push notifications in a real browser: the page's controls, and the service worker.

A real subscription needs the push service of the browser's vendor, which tests cannot reach. So the
tests deliver messages to the service worker with the browser's developer tools.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from lib import web_push
from lib.web_push import BrowserKeys
from requests_app.models import Alert, AlertLink, PushEndpoint
from requests_app.push import endpoints
from tests import make
from tests.barriers import assert_accessible
from tests.browser.test_offline import KEPT
from tests.chromium import find_chromium, install_chromium
from tests.visitors import address, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = BrowserKeys(
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }))"""
TAP = """([action]) => registration.getNotifications().then(([notification]) =>
    dispatchEvent(new NotificationEvent("notificationclick", { notification, action })))"""


# Records calls that a browser permits only after a real tap, instead of executing them.
NOTES_TAPS = """() => {
    self.done = [];
    WindowClient.prototype.focus = async function () { self.done.push(["focus", this.url]); };
    Clients.prototype.openWindow = async (path) => { self.done.push(["open", path]); };
}"""


def test_the_button_of_an_alert_ends_the_alert_alone(phone):
    endpoints.save_endpoint("https://fcm.googleapis.com/x", KEYS, make.ana())
    alert = Alert.objects.create(device=make.ana(), language="en", frequency="at_once")
    link = AlertLink.create_link(alert=alert)
    end = f"/alerts/{link.token}/end/"
    push(phone, **make_notice(make.filed(), stop=end, stop_label="End this alert", ends_alert=True))
    wait_for_shown(phone, 1)
    [worker] = phone.context.service_workers
    worker.evaluate(TAP, ["stop"])
    wait_for_shown(phone, 0)
    for _each in range(200):
        if not Alert.objects.exists():
            break
        phone.wait_for_timeout(50)
    assert not Alert.objects.exists()
    assert PushEndpoint.objects.exists()


def test_without_a_network_the_button_of_an_alert_opens_its_page(phone):
    [worker] = phone.context.service_workers
    worker.evaluate(NOTES_TAPS)
    push(phone, **make_notice(make.filed(), stop="http://127.0.0.1:9/end/", ends_alert=True))
    wait_for_shown(phone, 1)
    worker.evaluate(TAP, ["stop"])
    for _each in range(100):
        if done := worker.evaluate("self.done"):
            break
        phone.wait_for_timeout(50)
    assert done == [["open", "http://127.0.0.1:9/end/"]]


def test_an_alert_is_told_on_the_device_once_notifications_are_on(phone):
    phone.add_init_script(FAKE_SUBSCRIPTION % json.dumps(KEYS._asdict()))
    phone.goto("/alerts/new/")
    email = phone.get_by_label("Email", exact=True).last
    expect(email).to_be_visible()
    assert_accessible(phone)
    phone.get_by_text("Notifications on this device", exact=True).first.click()
    expect(email).to_be_hidden()
    phone.get_by_role("button", name="Get updates").click()
    expect(phone.get_by_text("Turn on notifications on this device first.").first).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("button", name="Turn on notifications").click()
    expect(phone.get_by_text("Notifications are on.")).to_be_visible()
    expect(phone.get_by_role("button", name="Turn off notifications")).to_be_focused()
    phone.get_by_role("button", name="Get updates").click()
    expect(phone.get_by_text("We'll tell you on this device")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("button", name="End this alert").click()
    expect(phone.get_by_text("We ended the alert")).to_be_visible()
    assert not Alert.objects.exists()


# A subscription as the push service of the browser's vendor would return it.
FAKE_SUBSCRIPTION = """
    self.given = null;
    const subscription = {
        endpoint: "https://fcm.googleapis.com/fcm/send/abc",
        toJSON: () => ({ keys: %s }),
        unsubscribe: async () => { self.given = null; return true; },
    };
    PushManager.prototype.getSubscription = async () => self.given;
    PushManager.prototype.subscribe = async (options) => {
        self.options = options;
        return (self.given = subscription);
    };
"""


@pytest.fixture(scope="module")
def whole_browser(browser_type, browser_type_launch_args):
    """Start a full Chromium, because the headless shell cannot show notifications."""
    path = find_chromium(browser_type) or install_chromium(browser_type)
    browser = browser_type.launch(**{**browser_type_launch_args, "executable_path": path})
    yield browser
    browser.close()


@pytest.fixture
def phone(whole_browser, live_server):
    """Return ana's phone with the service worker installed and notifications allowed."""
    context = whole_browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, locale="en-US"
    )
    context.set_default_timeout(30_000)
    context.grant_permissions(["notifications"], origin=live_server.url)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/")
    context.add_cookies([{"name": "device", "value": "ana", "url": page.url}])
    page.evaluate(KEPT)
    yield page
    context.close()
    assert problems == []


def push(page: Page, **notice) -> None:
    """Deliver a push message to the service worker of the page's site."""
    tools = page.context.new_cdp_session(page)
    found: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    for _each in range(100):
        if found:
            break
        page.wait_for_timeout(50)
    origin = page.evaluate("location.origin")
    message = {"origin": origin, "registrationId": found[-1], "data": json.dumps(notice)}
    tools.send("ServiceWorker.deliverPushMessage", message)


def make_notice(row, **changed) -> dict[str, str]:
    return {
        "kind": "routed",
        "reference": row.reference,
        "title": "Street Services has it now",
        "body": f"Request {row.reference}",
        "lang": "en",
        "url": address(row),
        "stop": "/notifications/x/end/",
        "stop_label": "Turn off notifications",
        "ends_alert": False,
    } | changed


def wait_for_shown(page: Page, number: int) -> list[dict]:
    """Wait until exactly `number` notifications are shown, and return them."""
    for _each in range(200):
        if len(shown := page.evaluate(SHOWN)) == number:
            return shown
        page.wait_for_timeout(50)
    raise AssertionError(shown)


def test_a_message_is_shown_and_a_newer_one_replaces_it(phone):
    row = make.filed()
    push(phone, **make_notice(row))
    [shown] = wait_for_shown(phone, 1)
    assert shown == {
        "title": "Street Services has it now",
        "body": f"Request {row.reference}",
        "tag": row.reference,
        "url": address(row),
    }
    push(phone, **make_notice(row, title="Planned for Mon, Mar 2"))
    phone.wait_for_timeout(1000)
    [shown] = wait_for_shown(phone, 1)
    assert shown["title"] == "Planned for Mon, Mar 2"
    push(phone, **make_notice(make.filed()))
    wait_for_shown(phone, 2)


def test_stop_ends_it_for_this_browser_without_a_sign_in(phone):
    row = make.filed()
    own = endpoints.save_endpoint("https://fcm.googleapis.com/x", KEYS, make.ana())
    push(phone, **make_notice(row, stop=f"/notifications/{own.token}/end/"))
    wait_for_shown(phone, 1)
    [worker] = phone.context.service_workers
    worker.evaluate(TAP, ["stop"])
    wait_for_shown(phone, 0)
    for _each in range(200):
        if not PushEndpoint.objects.exists():
            break
        phone.wait_for_timeout(50)
    assert not PushEndpoint.objects.exists()


def test_a_tap_goes_to_the_page_of_the_request_or_opens_it(phone):
    row = make.filed()
    [worker] = phone.context.service_workers
    worker.evaluate(NOTES_TAPS)
    push(phone, **make_notice(row))
    wait_for_shown(phone, 1)
    worker.evaluate(TAP, [""])
    wait_for_shown(phone, 0)
    phone.goto(address(row))
    push(phone, **make_notice(row))
    wait_for_shown(phone, 1)
    worker.evaluate(TAP, [""])
    wait_for_shown(phone, 0)
    for _each in range(100):
        if len(done := worker.evaluate("self.done")) == 2:
            break
        phone.wait_for_timeout(50)
    assert done == [["open", address(row)], ["focus", phone.url]]


def test_the_page_offers_it_and_asks_only_after_a_tap(phone):
    row = make.filed()
    phone.goto(address(row))
    turn_on = phone.get_by_role("button", name="Turn on notifications")
    expect(turn_on).to_be_visible()
    expect(phone.get_by_text("That didn't work.")).to_be_hidden()
    assert_accessible(phone)
    # Without the vendor's push service the browser refuses, and the page shows a message.
    turn_on.click()
    refused = phone.get_by_text("Your browser didn't turn them on.")
    expect(refused).to_be_visible(timeout=20_000)
    expect(turn_on).to_be_focused()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("delete window.PushManager", "can't show notifications"),
        (
            "delete window.PushManager; navigator.standalone = false",
            "add this site to your Home Screen first",
        ),
        (
            "Object.defineProperty(Notification, 'permission', { value: 'denied' })",
            "You blocked notifications",
        ),
    ],
)
def test_what_is_not_possible_is_said(phone, script, words):
    phone.add_init_script(script)
    phone.goto("/notifications/")
    expect(phone.get_by_text(words)).to_be_visible()
    expect(phone.get_by_role("button", name="Turn on notifications")).to_be_hidden()


def test_it_is_turned_on_and_off(phone, settings):
    phone.add_init_script(FAKE_SUBSCRIPTION % json.dumps(KEYS._asdict()))
    phone.goto("/notifications/")
    phone.get_by_role("button", name="Turn on notifications").click()
    expect(phone.get_by_text("Notifications are on.")).to_be_visible()
    asked = phone.evaluate("window.options")
    assert asked == {"userVisibleOnly": True, "applicationServerKey": settings.VAPID_PUBLIC_KEY}
    assert PushEndpoint.objects.get().device == make.ana()
    phone.get_by_role("button", name="Turn off notifications").click()
    expect(phone.get_by_text("Notifications are off.")).to_be_visible()
    expect(phone.get_by_role("button", name="Turn on notifications")).to_be_focused()
    assert not PushEndpoint.objects.exists()


@pytest.mark.parametrize(("is_earlier", "offered"), [(False, "Turn off"), (True, "Turn on")])
def test_a_subscription_with_an_earlier_key_has_to_be_turned_on_again(
    phone, settings, is_earlier, offered
):
    key = KEYS.p256dh if is_earlier else settings.VAPID_PUBLIC_KEY
    phone.add_init_script(
        FAKE_SUBSCRIPTION % json.dumps(KEYS._asdict())
        + f"const key = new Uint8Array({[*web_push.decode_base64(key)]}).buffer;"
        + "subscription.options = { applicationServerKey: key }; self.given = subscription;"
    )
    phone.goto("/notifications/")
    expect(phone.get_by_role("button", name=f"{offered} notifications")).to_be_visible()
    assert PushEndpoint.objects.exists() is not is_earlier


@pytest.mark.parametrize("has_resident", [True, False])
def test_signing_out_ends_what_staff_get_on_a_browser(phone, has_resident):
    url = "https://fcm.googleapis.com/fcm/send/abc"
    for owner in [make.ana(), make.wes()] if has_resident else [make.wes()]:
        endpoints.save_endpoint(url, KEYS, owner)
    [worker] = phone.context.service_workers
    fake = FAKE_SUBSCRIPTION % json.dumps(KEYS._asdict())
    worker.evaluate("() => {" + fake + "self.given = subscription; }")
    session = signed_in(make.wes()).cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": phone.url}])
    phone.goto("/accounts/logout/")
    phone.get_by_role("main").get_by_role("button", name="Sign out").click()
    for _each in range(200):
        if not PushEndpoint.objects.filter(user=make.wes()).exists():
            break
        phone.wait_for_timeout(50)
    phone.wait_for_timeout(500)
    assert [each.device for each in PushEndpoint.objects.all()] == [make.ana()] * has_resident
    assert worker.evaluate("self.given !== null") is has_resident


def test_a_subscription_that_the_browser_ended_is_renewed(phone, settings):
    [worker] = phone.context.service_workers
    worker.evaluate("() => {" + FAKE_SUBSCRIPTION % json.dumps(KEYS._asdict()) + "}")
    worker.evaluate("() => { dispatchEvent(new ExtendableEvent('pushsubscriptionchange')); }")
    for _each in range(200):
        if PushEndpoint.objects.exists():
            break
        phone.wait_for_timeout(50)
    assert PushEndpoint.objects.get().device == make.ana()
    assert worker.evaluate("self.options.applicationServerKey") == settings.VAPID_PUBLIC_KEY
