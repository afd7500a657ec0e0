"""Test of a supervisor's week: assigning late jobs, answering disputes, downloading figures."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from lib import clock
from requests_app import workflow
from requests_app.status import Outcome, Status
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sue(page_at, live_server):
    """Return the page of sue, signed in."""
    page = page_at(1440, 900, timezone_id="America/Los_Angeles", locale="en-US")
    return sign_in(page, live_server, make.sue())


def late(place):
    with clock.freeze_time(clock.now() - timedelta(days=60)):
        row = make.filed(location_text=place, by=make.device(place))
        make.route(row)
    return row


def holder(row):
    row.refresh_from_db()
    return row.assignee


def line(page, row):
    return page.locator(f"#job-{row.reference}")


def table_under(page, title):
    """Show the table of a chart, and return its panel and rows. A dash becomes ""."""
    page.wait_for_load_state()  # a clicked link's table may still be loading
    panel = page.locator(".panel", has=page.get_by_role("heading", name=title))
    panel.get_by_text("Show as table").click()
    cells = panel.locator("table").evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return panel, [["" if cell == "–" else cell for cell in row] for row in cells]


def rows_of(download):
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_supervisors_week(sue):
    make.wes()
    kim = make.user("kim", make.streets())
    streets = [late(f"{name} Street") for name in ("First", "Second", "Third")]
    settled, again = make.service_request(Status.DISPUTED), make.filed(by=make.device("bo"))
    make.route(again)
    make.complete(again)
    make.act(workflow.confirm, again, make.omar())
    page = sue

    # Monday: three jobs are late and unassigned. Assign them to wes, with three ticks and a button.
    page.goto(reverse("overview"))
    assert_accessible(page)
    tile = page.locator(".tile", has_text="Late")
    expect(tile.locator("strong")).to_have_text("3")
    tile.get_by_role("link").click()
    for row in streets:
        line(page, row).get_by_role("checkbox").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_label("Assign to").select_option(label="Wes")
    page.get_by_role("button", name="Assign selected jobs").click()
    expect(page.get_by_role("status")).to_contain_text("3 jobs assigned to Wes.")
    assert_accessible(page)
    assert {holder(row) for row in streets} == {make.wes()}

    # Tuesday: reassign one job to kim in its own line. Meanwhile wes has started another one.
    page.get_by_label(f"Who should do {streets[0].reference}?").select_option(label="Kim")
    make.act(workflow.start, streets[1], make.wes())
    line(page, streets[0]).get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 job assigned to Kim.")
    assert holder(streets[0]) == kim
    page.get_by_label(f"Who should do {streets[1].reference}?").select_option(label="Kim")
    make.act(workflow.schedule, streets[1], make.wes(), day=clock.now().date() + timedelta(days=9))
    line(page, streets[1]).get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Wes planned the work")
    assert holder(streets[1]) == make.wes()

    # Wednesday: answer a dispute. The work that was reported as fixed is opened again.
    page.get_by_role("link", name="Not fixed").click()
    expect(page.get_by_text("It is still there.")).to_be_visible()
    page.get_by_text("The work is done: tell the resident").click()
    page.get_by_label("What did you look at").fill("We looked on Wednesday: it is level.")
    assert_accessible(page)
    page.get_by_role("button", name="Close the dispute").click()
    expect(page.get_by_text("No disputes right now.")).to_be_visible()
    settled.refresh_from_db()
    assert settled.outcome == Outcome.UPHELD
    page.get_by_role("link", name="Recently closed").click()
    line(page, again).locator("summary", has_text="Reopen").click()
    line(page, again).get_by_role("textbox").fill("The crew was at another corner.")
    line(page, again).get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("status")).to_contain_text("is reopened")
    again.refresh_from_db()
    assert again.status == Status.ROUTED

    # Friday: download the figures for twelve weeks, as they are on the page.
    page.get_by_role("link", name="Overview").first.click()
    page.get_by_role("link", name="12 weeks").click()
    expect(page.get_by_role("link", name="12 weeks")).to_have_attribute("aria-current", "true")
    panel, shown = table_under(page, "1 job is unassigned")
    assert [row[0] for row in shown] == ["Person", "Wes", "Kim", "Unassigned", "Sue"]
    with page.expect_download() as taken:
        panel.get_by_role("link", name="Download as CSV").click()
    assert rows_of(taken.value) == shown
    today = clock.now().astimezone().date()
    assert taken.value.suggested_filename.startswith("street-services-people-")
    assert str(today.year) in taken.value.suggested_filename


@pytest.mark.sweep
def test_the_overview_and_its_lists_fit_a_narrow_phone(page_at, live_server):
    boss = make.sue()
    boss.is_lead = True
    boss.save()
    late("Corner of a street with a name that does not want to end")
    make.service_request(Status.DISPUTED)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    page = sign_in(page_at(320, 640, locale="en-US"), live_server, boss)
    for address in ("overview", "city_overview", "overview_jobs"):
        page.goto(reverse(address))
        no_sideways_scroll(page)
        assert_accessible(page)


def test_a_supervisor_gives_a_job_by_keyboard_alone(sue):
    row = late("First Street")
    make.wes()
    page = sue
    page.goto(reverse("overview_jobs"))
    page.get_by_label(f"Who should do {row.reference}?").focus()
    page.keyboard.type("Wes")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 job assigned to Wes.")
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 assignment undone.")
    expect(undo).to_have_count(0)


def test_arrow_keys_in_a_filter_send_nothing_until_its_button_is_pressed(sue):
    make.filed()
    sue.goto(reverse("overview"))
    choice = sue.locator("[name=category]")
    choice.press("ArrowDown")
    expect(choice).to_be_focused()
    expect(choice).not_to_have_value("")
    sue.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(sue).to_have_url(re.compile("category="))


def test_dates_that_are_wrong_lead_to_their_field(sue):
    sue.goto(reverse("overview") + "?period=own&from=2026-05-05&to=2026-04-01")
    expect(sue.locator("[name=from]")).to_be_focused()
    expect(sue.locator("#dates-problem")).to_be_visible()
