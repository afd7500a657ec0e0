"""Tests that no text is cut off with the spacing of WCAG 1.4.12, also at twice the text size."""

import pytest
from django.urls import reverse

from requests_app.models import Draft
from requests_app.status import Status
from tests import make
from tests.barriers import no_sideways_scroll
from tests.spacing import all_text_is_seen, of_twice_the_size, spaced
from tests.sweeps import in_sweep
from tests.visitors import address, carry_device, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(390, 844), (1440, 900)]
PLACE = {"location_text": "Corner of Wilshire Boulevard & Ocean Park Boulevard"}


def of_a_resident():
    latitude, longitude = make.CITY_HALL
    here = {"latitude": latitude, "longitude": longitude, **PLACE}
    draft = Draft.objects.create(
        device=make.ana(), category=make.pothole(), details_done=True, **here,
        description="A deep hole in the right lane.", email="ana@example.org",
    )  # fmt: skip
    for page in ["home", "public_overview", "open_data"]:
        yield reverse(page)
    for step in ["what", "where", "details", "check"]:
        yield reverse(f"report_{step}", args=[draft.pk])
    for status in [Status.SCHEDULED, Status.AWAITING_RESIDENT, Status.COMPLETED]:
        yield address(make.service_request(status, **PLACE))


def of_an_agent():
    yield reverse("desk_request", args=[make.service_request(Status.DISPUTED, **PLACE).reference])
    yield reverse("desk_request", args=[make.filed(**PLACE).reference])


def of_a_crew():
    for status in [Status.IN_PROGRESS, Status.DISPUTED]:
        yield reverse("job", args=[make.service_request(status, **PLACE).reference])


def of_a_supervisor():
    make.service_request(Status.DISPUTED, **PLACE)
    yield reverse("overview")


WALKS = [[of_a_resident, None], [of_a_supervisor, make.sue]]
SAMPLE = [(of_an_agent, make.omar), (of_a_crew, make.wes)]


@pytest.mark.parametrize(("pages", "person"), [*SAMPLE, *in_sweep(WALKS)])
def test_text_with_its_own_spacing_and_of_twice_the_size_is_seen_whole(
    page_at, live_server, pages, person
):
    page = page_at(390, 844, bypass_csp=True, locale="en-US")
    carry_device(page, live_server)
    if person:
        sign_in(page, live_server, person())
    for each in pages():
        page.goto(each)
        is_seen_whole_at_each_size(page)
        spaced(page)
        is_seen_whole_at_each_size(page)
        of_twice_the_size(page)
        is_seen_whole_at_each_size(page)


def is_seen_whole_at_each_size(page):
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        all_text_is_seen(page)
        no_sideways_scroll(page)
