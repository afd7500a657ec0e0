"""Tests for the overview of a supervisor's department."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from city.models import Category, City, DeclineReason, NoPhotoReason, Zone
from lib import clock
from requests_app import workflow
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def read_context(client, **query):
    response = client.get(reverse("overview"), query)
    assert response.status_code == 200
    return response.context


def read_rows(chart):
    """Return the rows of a chart's table by first cell; each row maps column names to cells."""
    return {row[0]: dict(zip(chart.table.head, row, strict=True)) for row in chart.table.rows}


def finish(row, outcome=None):
    """Complete a request without a photo; then confirm it or close it, depending on `outcome`."""
    make.complete(row, photos=[], no_photo_reason=make.reason(NoPhotoReason))
    if outcome == Outcome.CONFIRMED:
        make.act(workflow.confirm, row, make.ana())
    if outcome == Outcome.UNANSWERED:
        with clock.freeze_time(clock.now() + timedelta(days=15)):
            workflow.close_unanswered(row, by=SYSTEM)


def days_ago(n):
    return clock.freeze_time(clock.now() - timedelta(days=n))


def test_only_a_supervisor_looks_at_the_numbers(client):
    make.service_request(Status.ROUTED)
    for person in (make.wes(), make.omar()):
        client.force_login(person)
        assert client.get(reverse("overview")).status_code == 403
        assert client.get(reverse("overview_jobs")).status_code == 403
        assert client.get(reverse("overview_table", args=["weeks"])).status_code == 403


def test_a_member_of_another_department_is_not_counted_there(client, sue):
    Membership.objects.create(user=sue, department=make.water(), role=Role.MEMBER)
    make.route(make.filed(), make.water())
    client.force_login(sue)
    assert read_context(client)["now"].open == 0


def test_a_department_without_work_has_a_page(client, sue):
    context = read_context(client)
    assert context["now"].open == 0
    assert context["in_period"]["median"].value is None
    assert context["answers"].title == "No work was finished in this period"


def test_open_work_is_counted_by_status_and_late_work_apart(client, sue):
    make.service_request(Status.ROUTED)
    make.service_request(Status.ON_HOLD)
    with days_ago(60):
        make.service_request(Status.ROUTED)
        make.service_request(Status.ON_HOLD)  # a request on hold is never late
    found = read_rows(read_context(client)["statuses"])
    assert (found["Routed"]["Open"], found["Routed"]["Late"]) == (2, 1)
    assert (found["On hold"]["Open"], found["On hold"]["Late"]) == (2, 0)


def test_load_is_shown_by_person_also_of_those_who_have_room(client, sue):
    row = make.service_request(Status.IN_PROGRESS)
    make.service_request(Status.ROUTED)
    context = read_context(client)
    found = read_rows(context["people"])
    assert (found["Wes"]["Open now"], found["Unassigned"]["Open now"]) == (1, 1)
    assert found["Sue"]["Open now"] == 0
    address = next(bar.href for bar in context["people"].bars if bar.label == "Wes")
    assert row.reference in client.get(address).content.decode()


def test_silence_is_no_success_and_a_dispute_is_a_no(client, sue):
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.service_request(Status.CLOSED, Outcome.UNANSWERED)
    make.service_request(Status.CLOSED, Outcome.UPHELD)
    make.service_request(Status.DISPUTED)
    make.service_request(Status.COMPLETED)
    context = read_context(client)
    counts = {row[0]: row[1] for row in context["answers"].table.rows}
    assert counts == {
        "Said it's fixed": 2,
        "Said it's not fixed": 2,
        "Didn't answer by the deadline": 1,
        "May still answer": 1,
    }
    assert context["answers"].title == "Residents confirmed 2 of the 4 jobs they answered about"
    assert context["in_period"]["said_confirmed"] == "2 of 4"


def test_what_residents_said_is_told_by_category_zone_and_week(client, sue):
    row = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.service_request(Status.DISPUTED)
    for kind, label in (("category", "Pothole"), ("zone", row.zone.name), ("week", None)):
        [bar] = read_context(client, by=kind)["answers_by"].bars
        assert [part.css_class for part in bar.parts] == ["c-yes", "c-no"]
        assert bar.note == "1 of 2"
        assert label in {bar.label, None}


def test_the_share_confirmed_is_of_those_who_answered(client, sue):
    for n in range(14):
        finish(
            make.service_request(Status.ROUTED),
            Outcome.UNANSWERED if n > 10 else Outcome.CONFIRMED if n < 9 else None,
        )
    context = read_context(client)
    assert context["in_period"]["said_confirmed"] == "9 of 9"
    for _n in range(2):
        make.service_request(Status.DISPUTED)
    context = read_context(client)
    said = "Residents confirmed 82% of the 11 jobs they answered about"
    assert context["answers"].title == said
    assert context["in_period"]["said_confirmed"] == "82%"
    assert context["answers_by"].bars[0].note == "82% of 11"
    row = read_rows(context["pace"])["Pothole"]
    assert (row["Confirmed"], row["Confirmed, percent of answers"]) == (9, 82)
    assert (row["Disputed, percent of answers"], row["Unanswered, percent of finished"]) == (18, 19)
    body = " ".join(client.get(reverse("overview")).text.split())
    assert "11 answered, 2 of them disputed; 3 unanswered" in body


def test_no_answer_at_all_is_no_share(client, sue):
    finish(make.service_request(Status.ROUTED))
    context = read_context(client)
    assert context["answers"].title == "No resident has answered about this work"
    assert context["answers_by"].bars[0].note == "no answers"


def test_work_that_was_done_again_and_confirmed_counts_once_and_as_a_no_first(client, sue):
    row = make.service_request(Status.DISPUTED)
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    make.act(workflow.confirm, row, make.ana(), rating=4, words="Now it is level.")
    context = read_context(client)
    assert context["in_period"]["done"].finished == 1
    assert "1 later said yes" in context["answers"].note
    assert read_rows(context["ratings"])[4]["Answers"] == 1
    assert context["comments"][0][1].body == "Now it is level."


def test_work_that_was_opened_again_by_staff_is_neither_yes_nor_no(client, sue):
    row = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.act(workflow.reopen, row, make.sue(), words="The crew was at another corner.")
    found = {row[0]: row[1] for row in read_context(client)["answers"].table.rows}
    assert found["Reopened or closed for another reason"] == 1
    assert found["Said it's fixed"] == 0


def test_the_median_is_in_working_days_as_the_calendar_counts_them(client, sue):
    calendar = City.current().calendar()
    now, expected = clock.now(), []
    for n in range(5):
        began, ended = now - timedelta(days=20 + n), now - timedelta(days=2 * n)
        with clock.freeze_time(began):
            row = make.service_request(Status.ROUTED)
        with clock.freeze_time(ended):
            finish(row)
        local = [moment.astimezone(calendar.tz).date() for moment in (began, ended)]
        expected.append(calendar.working_days_between(*local))
    context = read_context(client)
    assert context["in_period"]["median"].value == sorted(expected)[2]
    assert read_rows(context["pace"])["Pothole"]["Median business days"] == sorted(expected)[2]


def test_the_median_stands_beside_the_one_of_the_time_before(client, sue):
    for n in range(5):
        with days_ago(50 + n):
            row = make.service_request(Status.ROUTED)
        with days_ago(40):
            finish(row)
        finish(make.service_request(Status.ROUTED))
    week = {"from": str((clock.now() - timedelta(days=34)).date())}
    context = read_context(client, period="own", **week)
    assert context["in_period"]["median"].value == 0
    before = context["in_period"]["median_before"]
    assert before > 4
    assert context["in_period"]["confirmed_before"] == ""
    body = " ".join(client.get(reverse("overview"), {"period": "own", **week}).text.split())
    assert f"{before:g} business days in the previous period · " in body


def test_a_dispute_that_came_later_does_not_shorten_the_work_before_it(client, sue):
    with days_ago(20):
        row = make.service_request(Status.ROUTED)
    with days_ago(6):
        make.complete(row)
    make.act(workflow.dispute, row, make.ana(), words="It is still there.")
    assert read_context(client)["in_period"]["median"].value >= 6


def test_a_few_jobs_have_no_median_and_no_percentage(client, sue):
    for _n in range(3):
        finish(make.service_request(Status.ROUTED))
    context = read_context(client)
    assert context["pace"].title == "3 jobs: too few to compare"
    assert context["pace"].bars[0].note == "3 jobs, too few"
    row = read_rows(context["pace"])["Pothole"]
    assert (row["Median business days"], row["On time, percent"]) == (None, None)
    assert "3 finished: too few to compare" in client.get(reverse("overview")).content.decode()


def test_what_was_finished_late_is_not_in_time(client, sue):
    for n in range(10):
        with days_ago(70 if n < 4 else 8):
            row = make.service_request(Status.ROUTED)
        with days_ago(7):
            finish(row)
    assert read_context(client)["in_period"]["said_in_time"] == "60%"


def test_handed_back_work_is_told_with_its_reason(client, sue):
    for _n in range(2):
        make.handed_back(make.service_request(Status.ROUTED))
    context = read_context(client)
    assert context["returns"].title == "2 jobs were handed back"
    assert [row[1] for row in context["returns"].table.rows] == [2]


def read_backlog(context):
    """Return the title of the weekly chart, and the sums of received and cleared in its table."""
    weeks = context["weeks"]
    sums = [sum(row[n] for row in weeks.table.rows) for n in (2, 3)]
    return weeks.title, *sums


def test_what_left_a_department_unfinished_is_gone_from_its_backlog(client, sue):
    for _n in range(2):
        make.service_request(Status.COMPLETED)
        make.handed_back(make.service_request(Status.ROUTED))
    make.moved_on(make.service_request(Status.ROUTED), make.water())
    declined = make.service_request(Status.ROUTED)
    make.act(
        workflow.decline, declined, make.omar(), reason=make.reason(DeclineReason), words="No."
    )
    tail = "6 received, 2 finished, 4 handed back, rerouted or closed"
    assert read_backlog(read_context(client)) == (f"4 weeks: {tail}", 6, 6)
    make.service_request(Status.ROUTED)
    tail = "7 received, 2 finished, 4 handed back, rerouted or closed"
    assert read_backlog(read_context(client)) == (f"Backlog grew: {tail}", 7, 6)
    assert read_context(client)["now"].open == 1


def test_what_came_back_to_a_department_is_not_gone(client, sue):
    again, done, elsewhere = (make.service_request(Status.ROUTED) for _n in range(3))
    for row in (again, done, elsewhere):
        make.handed_back(row)
        make.moved_on(row, make.streets())
    make.complete(done)
    make.moved_on(elsewhere, make.water())
    undone = make.service_request(Status.ROUTED)
    make.moved_on(undone, make.water())
    workflow.undo(undone, event=undone.events.last(), by=make.omar())
    reopened = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.act(workflow.reopen, reopened, make.sue(), words="Another corner.")
    make.moved_on(reopened, make.water())
    context = read_context(client)
    tail = "5 received, 2 finished, 1 handed back, rerouted or closed"
    assert read_backlog(context) == (f"Backlog grew: {tail}", 5, 3)
    assert context["now"].open == 2
    assert context["in_period"]["moved"].returned == 3


def test_each_week_says_what_came_and_what_went(client, sue):
    with days_ago(7):
        make.service_request(Status.COMPLETED)
    make.service_request(Status.ROUTED)
    table = read_context(client)["weeks"].table
    assert [row[2:5] for row in table.rows[:2]] == [(1, 0, 0), (1, 1, 0)]
    assert len(table.rows) == 4
    assert len(read_context(client, period="year")["weeks"].table.rows) == 52


def test_the_last_week_is_marked_as_incomplete_in_charts_and_tables(client, sue):
    with days_ago(7):
        make.service_request(Status.COMPLETED)
    make.complete(make.service_request(Status.IN_PROGRESS))
    context = read_context(client)
    chart = context["weeks"]
    assert [row[1] for row in chart.table.rows] == ["No", "Yes", "Yes", "Yes"]
    assert "The last week is incomplete" in chart.note
    assert [bool(line.incomplete_points) for line in chart.lines] == [True, True]
    marked = ["(incomplete)" in words for _x, _width, words in chart.hovers]
    assert marked == [False, False, False, True]
    body = client.get(reverse("overview"), {"answers": "week"}).content.decode()
    assert "(incomplete)" in body
    before = {"from": str(clock.today() - timedelta(days=28))}
    monday = clock.today() - timedelta(days=clock.today().weekday())
    over = read_context(client, **before, to=str(monday - timedelta(days=1)))["weeks"]
    assert not over.lines[0].incomplete_points


def test_each_dispute_stands_there_with_its_words(client, sue):
    row = make.service_request(Status.DISPUTED)
    [(url, dispute)] = read_context(client)["disputes"]
    assert (dispute.row, dispute.words, dispute.number) == (row, "It is still there.", 1)
    assert url == reverse("job", args=[row.reference])


def test_hidden_words_are_not_shown(client, sue):
    row = make.service_request(Status.DISPUTED)
    comment = row.events.last().words
    make.act(workflow.hide, row, make.omar(), comment=comment, words="A name is in it.")
    context = read_context(client)
    assert context["comments"] == []
    assert context["disputes"][0][1].words == ""


def test_figures_are_narrowed_by_category_zone_and_days(client, sue):
    with days_ago(10):
        old = make.service_request(Status.COMPLETED)
    sign = Category.objects.get(service_code="street-sign")
    make.service_request(Status.COMPLETED, category=sign)
    other = Zone.objects.exclude(pk=old.zone_id).first()
    assert read_context(client, category="street-sign")["in_period"]["done"].finished == 1
    assert read_context(client, zone=old.zone.slug)["in_period"]["done"].finished == 2
    assert read_context(client, zone=other.slug)["in_period"]["done"].finished == 0
    last_week = {"from": str((clock.now() - timedelta(days=12)).date())}
    last_week["to"] = str((clock.now() - timedelta(days=8)).date())
    assert read_context(client, period="own", **last_week)["in_period"]["done"].finished == 1


def test_dates_of_no_use_are_told_and_kept(client, sue):
    query = {"period": "own", "from": "last <week>", "to": "2026-11-01"}
    response = client.get(reverse("overview"), query)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Enter dates like 11/30/2026." in body
    assert 'value="last &lt;week&gt;"' in body


@pytest.mark.parametrize("text", ["\x00", "9" * 40, "💥", "-1"])
def test_what_makes_no_sense_in_an_address_is_left_out(client, sue, text):
    names = ("period", "department", "category", "zone", "list", "person", "status", "page")
    query = dict.fromkeys(names, text)
    for page in ("overview", "overview_jobs"):
        assert client.get(reverse(page), query).status_code == 200


def test_who_supervises_two_departments_sees_them_side_by_side(client, sue):
    Membership.objects.create(user=sue, department=make.water(), role=Role.SUPERVISOR)
    make.service_request(Status.ROUTED)
    make.route(make.filed(), make.water())
    client.force_login(sue)
    context = read_context(client)
    assert context["now"].open == 2
    assert {one.department for one in context["multiples"].each} == {make.streets(), make.water()}
    assert read_context(client, department="water-resources")["now"].open == 1


def test_the_numbers_cost_the_same_for_many_jobs(client, sue, django_assert_max_num_queries):
    for _n in range(3):
        make.service_request(Status.COMPLETED)
        make.service_request(Status.DISPUTED)
        make.service_request(Status.CLOSED, Outcome.CONFIRMED)
        make.handed_back(make.service_request(Status.ROUTED))
    read_context(client)
    client.is_patient = False
    with django_assert_max_num_queries(20):
        read_context(client)
    with django_assert_max_num_queries(20):
        client.get(reverse("overview_jobs"), {"list": "open"})


def test_a_figure_in_spanish_still_has_points_for_a_drawing(client):
    make.service_request(Status.COMPLETED)
    make.service_request(Status.ROUTED)
    body = client.get(reverse("public_overview"), headers={"accept-language": "es"})
    body = body.content.decode()
    assert 'lang="es"' in body
    lengths = re.findall(r' (?:x|y|width|cx|cy|x1|y1)="([^"]*)"', body)
    assert lengths
    assert not [length for length in lengths if "," in length]
