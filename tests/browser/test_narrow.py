"""Tests that no page scrolls sideways on a phone 320 px wide, or at 400 % zoom."""

from uuid import UUID

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from city.models import Category
from requests_app.models import DataLink, Draft
from requests_app.status import Outcome, Status
from staff_portal.day_plan import plan
from tests import make
from tests.barriers import (
    assert_usable_at_400_percent_zoom,
    no_box_covers_its_label,
    no_bullet_hangs_over_its_list,
    no_sideways_scroll,
    nothing_docked_is_tall,
)
from tests.sweeps import in_sweep
from tests.visitors import address, carry_device, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WORDS = {"description": f"{LONG} {LONG}", "location_text": f"Corner of {LONG}"}
OPEN = [status for status in Status if status != Status.CLOSED]
WALKED = [outcome for outcome in Outcome if outcome != Outcome.IMPORTED]


def filed(status=Status.FILED, outcome=Outcome.CONFIRMED):
    public = Category.objects.active().filter(is_private=False)
    longest = max(public, key=lambda category: len(category.name))
    return make.service_request(status, outcome, category=longest, **WORDS)


def public():
    filed()
    make.service_request(Status.ROUTED, category=make.pothole())
    for name in ["home", "requests", "my_requests", "look_up", "poster", "embed"]:
        yield reverse(name)
    yield reverse("look_up") + "?reference=SM-2222-2222"
    yield reverse("requests") + f"?q={LONG}"
    yield address(make.filed(by=make.bob(), **WORDS))
    yield "/nowhere/"


def draft(**columns):
    return Draft.objects.create(device=make.ana(), category=make.pothole(), **columns)


def a_report():
    yield reverse("report")
    latitude, longitude = make.CITY_HALL
    here = {"latitude": latitude, "longitude": longitude, "location_text": LONG}
    ready = draft(**here, description=LONG, email=f"{LONG[:60]}@example.org", details_done=True)
    for step in ["what", "where", "details", "check"]:
        yield reverse(f"report_{step}", args=[ready.pk])
    yield reverse("report_what", args=[ready.pk]) + f"?q={LONG}"
    yield reverse("report_where", args=[ready.pk]) + f"?find=1&text={LONG}"


def open_requests():
    return (address(filed(status)) for status in OPEN)


def closed_requests():
    return (address(filed(Status.CLOSED, outcome)) for outcome in WALKED)


def what_a_reporter_does():
    done = filed(Status.COMPLETED)
    yield from (address(done, act) for act in ["confirmation", "dispute"])
    yield address(filed(Status.AWAITING_RESIDENT), "answer")
    yield address(filed(), "withdrawal")
    mailed = DataLink.get_or_create_for_nonce(UUID(int=1), address="ana@example.org")
    yield reverse("data_link_deletion", args=[mailed.token])


def accounts():
    names = ["login", "reset_password", "reset_password_done", "request_login_code"]
    return (reverse(f"account_{name}") for name in names)


def the_desk():
    yield reverse("desk")
    for status in Status:
        yield reverse("desk_request", args=[filed(status).reference])


def the_crews_phone():
    for status in OPEN[1:]:
        yield reverse("job", args=[filed(status).reference])
    for tab in ["todo", "planned", "waiting", "done"]:
        yield reverse("inbox") + f"?tab={tab}"
    yield reverse("completion", args=[filed(Status.IN_PROGRESS).reference])
    for status in (Status.ROUTED, Status.DISPUTED):
        plan.add_stop(make.wes(), filed(status))
    for address_of_day in ("", "?change=1"):
        yield reverse("plan") + address_of_day
    yield reverse("inbox") + "?view=map"


def the_supervisor():
    filed(Status.DISPUTED)
    yield reverse("overview")


SAMPLE = [(public, None), (what_a_reporter_does, None), (the_supervisor, make.sue)]
SWEEP = [
    [a_report, None],
    [open_requests, None],
    [closed_requests, None],
    [accounts, None],
    [the_desk, make.omar],
    [the_crews_phone, make.wes],
]


@pytest.fixture
def narrow(page_at, live_server):
    """Return the page of ana on a narrow phone."""
    page = page_at(320, 640, has_touch=True, is_mobile=True, locale="en-US")
    return carry_device(page, live_server)


@pytest.mark.parametrize(
    ("pages", "person"),
    [*SAMPLE, *in_sweep(SWEEP)],
    ids=[walk[0].__name__ for walk in [*SAMPLE, *SWEEP]],
)
def test_nothing_hangs_over_the_edge(narrow, live_server, pages, person):
    page = narrow
    if person:
        sign_in(page, live_server, person())
    for each in pages():
        page.goto(each)
        no_sideways_scroll(page)
        no_bullet_hangs_over_its_list(page)
        nor_with_text_of_twice_the_size(page)


def test_without_scripts_nothing_hangs_over_the_edge(page_at, live_server):
    page = page_at(320, 640, java_script_enabled=False, is_mobile=True, locale="en-US")
    carry_device(page, live_server)
    sign_in(page, live_server, make.wes())
    job = filed(Status.IN_PROGRESS)
    for each in [
        *a_report(),
        *what_a_reporter_does(),
        address(filed()),
        reverse("inbox"),
        reverse("job", args=[job.reference]),
        reverse("completion", args=[job.reference]),
    ]:
        page.goto(each)
        no_sideways_scroll(page)
        for name in ("Use my location", "Share", "Copy"):
            assert page.get_by_role("button", name=name).count() == 0, (page.url, name)


def nor_with_text_of_twice_the_size(page):
    """Check the current page at twice the text size, in two widths.

    The page is not loaded again, because that takes longer and would find little more.
    """
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 640})
        no_sideways_scroll(page)
        nothing_docked_is_tall(page)
        no_box_covers_its_label(page)


def lists_and_facts():
    names = ["home", "requests", "public_overview", "accessibility", "report_offline"]
    yield from map(reverse, names)
    yield reverse("requests") + "?view=map"


def live_pages():
    completed = filed(Status.COMPLETED)
    asked = filed(Status.AWAITING_RESIDENT)
    yield from (address(asked), address(asked, "answer"))
    yield from (address(completed, "confirmation"), address(completed))


@pytest.mark.parametrize("pages", [live_pages, *in_sweep([lists_and_facts, a_report])])
def test_at_400_percent_nothing_is_lost_and_no_bar_covers_the_page(page_at, live_server, pages):
    # The text spacing is set by a style sheet that the content security policy would block.
    page = page_at(320, 256, bypass_csp=True, locale="en-US")
    carry_device(page, live_server)
    for each in pages():
        page.goto(each)
        assert_usable_at_400_percent_zoom(page)


def test_neither_does_the_kind_page_for_a_place_outside_the_city(narrow):
    page = narrow
    page.goto(reverse("report_where", args=[draft().pk]))
    page.get_by_label("Address, corner").fill("34.0522, -118.2437")
    page.get_by_role("button", name="Use this spot").click()
    expect(page.get_by_text("Los Angeles").first).to_be_visible()
    no_sideways_scroll(page)


def test_a_call_is_taken_with_text_of_twice_the_size_on_a_desk(omar):
    page = omar
    page.goto(reverse("intake"))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    no_sideways_scroll(page)
    widths = page.locator(".usa-form-group > .usa-hint:visible").evaluate_all(
        "hints => hints.map(e => e.offsetWidth / parseFloat(getComputedStyle(e).fontSize))"
    )
    assert widths
    assert min(widths) > 12, "a hint is squeezed beside its label"  # unit: em
