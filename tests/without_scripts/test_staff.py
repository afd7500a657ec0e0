"""Tests for pages of staff without scripts, over HTTP: following links and submitting forms."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lib import clock
from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.visitors import signed_in
from tests.without_scripts.page import TICKED, Page

pytestmark = pytest.mark.django_db
CORNER = "Wilshire Blvd & 14th St"


@pytest.fixture
def omar():
    return Page(signed_in(make.omar()))


@pytest.fixture
def wes():
    return Page(signed_in(make.wes()))


@pytest.fixture
def three():
    """Return three new requests at different places, oldest first."""
    rows = []
    for number, place in enumerate(["First St", "Second St", "Third St"]):
        with clock.freeze_time(clock.now() - timedelta(hours=3 - number)):
            rows.append(make.filed(location_text=place, by=make.device(place)))
    outbox.deliver_all_pending_events()
    return rows


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)


def place(page):
    """Return the location of the request in the panel."""
    return next(page.part("fact-grid").all("dd")).text


def lines(page):
    """Return the rows of the queue."""
    return list(page.part("q-list").all("li"))


def boxes(part):
    """Return the checkboxes and radio buttons in an element."""
    return [one for one in part.all("input") if one["type"] in TICKED]


def test_an_agents_work_without_javascript(omar, three):
    omar.goto("/desk/")
    omar.click("Second St")
    assert place(omar) == "Second St"
    omar.tick(boxes(omar.part("pop-declination"))[0])
    omar.press("Decline it")
    assert place(omar) == "Third St"
    omar.press("Undo")
    assert place(omar) == "Second St"
    omar.press("Street Services")
    assert ", Second St: routed to Street Services." in omar.part("toast").text


def test_filters_and_several_at_once_without_javascript(omar, three):
    ServiceRequest.objects.filter(pk__in=[row.pk for row in three[1:]]).update(priority="urgent")
    outbox.deliver_all_pending_events()
    omar.goto("/desk/")
    omar.check("Urgent")
    omar.press("Show 3 requests")
    assert len(lines(omar)) == 2
    omar.click("Select")
    ticks = boxes(omar.part("q-list"))
    assert len(ticks) == 2
    for tick in ticks:
        omar.tick(tick)
    omar.select("bulk-department", "Street Services")
    omar.press("Route selected")
    omar.heading("2 of 2 went to Street Services")
    omar.press("Undo all")
    assert "2 of 2 were undone" in omar.part("panel").text
    assert {ServiceRequest.objects.get(pk=row.pk).status for row in three} == {Status.FILED}


def test_a_call_is_taken_in_steps_without_scripts(omar):
    omar.goto("/desk/intake/")
    omar.fill("Where is it?", CORNER)
    omar.fill("What is it?", "hole in the road")
    omar.press("Search", nth=1)
    omar.check("Bike lane")
    omar.check("answer-size")
    omar.press("File it")
    omar.heading("Filed")
    assert ServiceRequest.objects.get().location_text == CORNER


def test_jobs_are_given_and_figures_narrowed_without_javascript():
    page = Page(signed_in(make.sue()))
    with clock.freeze_time(clock.now() - timedelta(days=60)):
        row = make.filed(location_text="First Street", by=make.device("First Street"))
        make.route(row)
    make.wes()
    page.goto(reverse("overview_jobs"))
    [tick] = boxes(page.part(f"job-{row.reference}"))
    page.tick(tick)
    page.select("Assign to", "Wes")
    page.press("Assign selected jobs")
    assert "1 job assigned to Wes." in page.text
    page.goto(reverse("overview"))
    page.select("category", "Pothole")
    page.press("Show")
    assert page.path == f"{reverse('overview')}?category=pothole&zone="


def finish(page, job):
    page.goto(reverse("completion", args=[job.reference]))
    page.attach("photos", make.picture("olive"))
    page.check("resolution")
    page.fill("Tell the resident", "Filled and rolled.")


def test_the_whole_job_without_javascript(wes, job):
    finish(wes, job)
    wes.press("Done, send it")
    assert wes.path.startswith(reverse("job", args=[job.reference]))
    job.refresh_from_db()
    assert job.status == Status.COMPLETED


def test_without_scripts_the_form_that_came_too_late_is_sent_on(wes, job):
    finish(wes, job)
    make.act(workflow.route, job, make.omar(), to=make.water(), words="It is a main.")
    wes.press("Done, send it")
    wes.heading("Now with Water Resources")
    wes.press("Send to Water Resources")
    assert "Your photos and note were sent to Water Resources." in wes.text
    [event] = job.events.filter(verb=Verb.HAND_OVER)
    assert (event.photos.count(), event.words.body) == (1, "Filled and rolled.")
    assert not event.words.is_public
    assert not Photo.objects.unattached().exists()


def test_nearby_requests_and_lines_of_the_queue_leave_out_in_front_of(omar):
    first = make.filed(location_text="1 Main St")
    ServiceRequest.objects.filter(pk=first.pk).update(location_relation="in_front")
    second = make.filed(by=make.bob(), location_text="Beside it")
    outbox.deliver_all_pending_events()
    omar.goto(f"/desk/{second.reference}/?tab=open")
    near, line = omar.part("request-list"), next(omar.part("q-list").all("small"))
    assert "0 ft" in near.text
    assert "1 Main St" in line.text
    assert "In front of" not in near.text + line.text
