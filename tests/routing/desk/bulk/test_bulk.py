"""Tests for bulk actions at the desk: one result per request, and undoing the whole batch."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from city.models import DeclineReason, RouteReason
from lib import clock
from requests_app import workflow
from requests_app.models import Event, ServiceRequest
from requests_app.status import Outcome, Status, Verb
from routing.models import Batch, Proposal
from tests import make

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}


def tick_value(row):
    return f"{row.pk}:{make.last_event_id(row)}"


def send_batch(client, rows, verb="route", headers=None, **given):
    """Post a bulk action and return the response.

    `rows` are requests, or values of the checkboxes in the queue.
    """
    if verb == "route":
        given.setdefault("route-department", "street-services")
    ticks = [row if isinstance(row, str) else tick_value(row) for row in rows]
    form = {"key": str(uuid.uuid4()), "verb": verb, "row": ticks} | given
    return client.post("/desk/batches/?tab=open&priority=normal", form, headers=headers)


def load_results(client, answer):
    return client.get(answer.url).context["batch"]


def undo_batch(client):
    return client.post(reverse("desk_batch_undo", args=[Batch.objects.first().key]))


def count_by_group(page):
    return {str(group.heading): len(group.lines) for group in page.groups}


def file_requests(count):
    return [make.filed(by=make.device(f"d{number}")) for number in range(count)]


def find_statuses(rows):
    ids = [row.pk for row in rows]
    return set(ServiceRequest.objects.filter(pk__in=ids).values_list("status", flat=True))


def test_a_hundred_mixed_ones_answer_each_for_itself_and_come_back_at_once(omar):
    """70 requests are routed, 30 are skipped with the reason, and one undo reverts the 70."""
    free = file_requests(70)
    closed = [make.service_request(Status.CLOSED, Outcome.WITHDRAWN) for _ in range(10)]
    there = [make.service_request(Status.ROUTED) for _ in range(10)]
    elsewhere = file_requests(10)
    for row in elsewhere:
        make.route(row, make.water())
    answer = send_batch(omar, [*free, *closed, *there, *elsewhere])
    page = load_results(omar, answer)
    assert page.heading == "70 of 100 went to Street Services"
    assert find_statuses(free) == {Status.ROUTED}
    assert {row.department for row in map(reload, elsewhere)} == {make.water()}
    assert count_by_group(page) == {
        "This request has changed. Here is where it stands now.": 10,
        "This department already has the request.": 10,
        "Say why you're moving it. The resident and the crew will see this.": 10,
        "Done": 70,
    }
    again = omar.get(page.reselect_url).context["page"]
    assert sum(line.is_ticked for line in again.lines) == 20
    assert "Undo all" in omar.get(answer.url).text

    page = load_results(omar, undo_batch(omar))
    assert page.heading == "70 of 70 were undone"
    assert find_statuses(free) == {Status.FILED}
    assert count_by_group(page)["Undone"] == 70
    assert not page.can_undo


def reload(row):
    return ServiceRequest.objects.get(pk=row.pk)


def test_what_moved_on_meanwhile_is_left_alone_and_told(omar):
    first, second = file_requests(2)
    ticks = [tick_value(first), tick_value(second)]
    make.act(workflow.route, first, make.user("olga", is_agent=True), to=make.water())
    make.act(workflow.comment, second, make.device("d1"), words="It grows.")
    page = load_results(omar, send_batch(omar, ticks))
    assert reload(first).department == make.water()
    assert reload(second).department == make.streets()
    moved = page.groups[0]
    assert moved.is_failure
    assert "Olga sent it to Water Resources" in moved.lines[0].reason
    assert "Olga sent it to Water Resources" in omar.get(f"/desk/batches/{page.batch.key}/").text


def get_usual_departments(client, rows, department="street-services"):
    given = {"row": [tick_value(row) for row in rows], "route-department": department}
    return " ".join(client.get(reverse("desk_batch_usual"), given).text.split())


def test_a_chosen_department_says_how_many_usually_go_elsewhere(omar):
    rows = file_requests(3)
    ours = make.category(service_code="water-leak")
    ours.department = make.water()
    ours.save()
    rows.append(make.filed(by=make.device("d9"), category=ours))
    assert "1 of 4 is usually routed to another department." in get_usual_departments(omar, rows)
    assert "3 of 4 are usually routed to another department." in get_usual_departments(
        omar, rows, "water-resources"
    )
    assert get_usual_departments(omar, rows[:3]) == ""
    Proposal.objects.update_or_create(
        service_request=rows[0], defaults={"department": make.water()}
    )
    assert "2 of 4 are usually routed to another department." in get_usual_departments(
        omar, rows, "water-resources"
    )
    assert get_usual_departments(omar, rows, "nobody") == ""
    assert get_usual_departments(omar, []) == ""


def test_what_is_sent_twice_is_done_once(omar):
    row, other = file_requests(2)
    key = str(uuid.uuid4())
    first = send_batch(omar, [row], key=key)
    before = Event.objects.count()
    again = send_batch(omar, [row, other], key=key)
    assert again.url == first.url
    assert Event.objects.count() == before
    assert reload(other).status == Status.FILED
    omar.force_login(make.user("olga", is_agent=True))
    assert send_batch(omar, [other], key=key).status_code == 403
    assert omar.get(first.url).status_code == 404
    assert undo_batch(omar).status_code == 404


def test_a_second_press_of_undo_changes_nothing(omar):
    row = make.filed()
    send_batch(omar, [row])
    undo_batch(omar)
    before = Event.objects.count()
    page = load_results(omar, undo_batch(omar))
    assert Event.objects.count() == before
    assert page.heading == "1 of 1 was undone"
    assert "Before: 1 of 1 went to Street Services" in omar.get(undo_batch(omar).url).text


def test_what_can_no_longer_be_taken_back_says_why(omar):
    row, other = file_requests(2)
    send_batch(omar, [row, other])
    make.act(workflow.start, row, make.wes())
    page = load_results(omar, undo_batch(omar))
    assert page.heading == "1 of 2 was undone"
    assert any("Something changed after that" in words for words in count_by_group(page))
    assert reload(row).status == Status.IN_PROGRESS

    with clock.freeze_time(clock.now() - timedelta(seconds=31)):
        third = make.filed(by=make.device("third"))
        answer = send_batch(omar, [third])
    assert "Undo all" not in omar.get(answer.url).text
    page = load_results(omar, undo_batch(omar))
    assert any("too late" in words for words in count_by_group(page))
    assert reload(third).status == Status.ROUTED


def test_many_are_declined_with_the_words_of_the_reason(omar):
    rows = file_requests(3)
    reason = make.reason(DeclineReason)
    page = load_results(omar, send_batch(omar, rows, "decline", **{"decline-reason": reason.code}))
    assert page.heading == f"3 of 3 were declined: {reason.name}"
    assert {reload(row).outcome for row in rows} == {Outcome.DECLINED}
    assert rows[2].events.last().words.body == reason.words.strip()


def test_many_are_the_same_as_one_and_come_back_with_their_own_duplicates(omar):
    original, row, other, echo = file_requests(4)
    make.act(workflow.mark_duplicate, echo, make.omar(), original=row)
    given = {"duplicate-reference": original.reference.lower()}
    page = load_results(omar, send_batch(omar, [row, other, original], "mark_duplicate", **given))
    assert {reload(each).duplicate_of for each in (row, other, echo)} == {original}
    assert count_by_group(page) == {"A request can't be a duplicate of itself.": 1, "Done": 2}
    undo_batch(omar)
    assert [reload(each).duplicate_of for each in (row, other, echo)] == [None, None, row]


def test_a_route_after_the_first_goes_with_a_reason(omar):
    rows = [make.service_request(Status.ROUTED) for _ in range(2)]
    given = {"route-department": "water-resources", "route-reason": make.reason(RouteReason).code}
    send_batch(omar, rows, **given)
    assert {reload(row).department for row in rows} == {make.water()}
    assert rows[0].events.last().code == given["route-reason"]


def test_what_is_missing_is_said_and_everything_stays_as_it_was(omar):
    row, other = file_requests(2)
    wordy = {"route-department": "", "route-words": "For you, with thanks."}
    answer = send_batch(omar, [row], **wordy)
    assert answer.status_code == 422
    assert "Please choose one." in answer.text
    assert "For you, with thanks." in answer.text
    ticked = [line.service_request for line in answer.context["page"].lines if line.is_ticked]
    assert ticked == [row]
    assert "Select at least one" in send_batch(omar, []).text
    for rows in (["x"], ["1:"], [f"{10**30}:1"], [f"{row.pk + 999}:1"], ["\0:1"], ["1:-1"]):
        refused = send_batch(omar, rows)
        assert (refused.status_code, "didn&#x27;t load completely" in refused.text) == (
            422,
            True,
        ), rows
    for odd in ({"key": "x"}, {"verb": "uphold"}, {"verb": ""}, {"route-department": "atlantis"}):
        assert send_batch(omar, [row], **odd).status_code == 422
    alone = send_batch(omar, [other], headers=HTMX, **{"route-department": ""})
    assert (alone.status_code, alone["HX-Retarget"]) == (422, "#q-bulk-problems")
    assert "<form" not in alone.text
    assert find_statuses([row, other]) == {Status.FILED}
    assert Batch.objects.count() == 0


def test_more_than_a_hundred_are_refused_with_the_number(omar):
    row = make.filed()
    answer = send_batch(omar, [f"{number}:1" for number in range(1, 131)])
    assert answer.status_code == 422
    assert "You selected 130 requests. The most is 100 at once." in answer.text
    assert reload(row).status == Status.FILED


def test_the_summary_stands_beside_the_queue_or_alone_for_htmx(omar):
    rows = file_requests(2)
    answer = send_batch(omar, rows[:1])
    whole = omar.get(answer.url).text
    assert "1 of 1 went to Street Services" in whole
    assert 'id="queue"' in whole
    alone = omar.get(answer.url, headers=HTMX)
    assert 'id="queue"' not in alone.text
    assert "#q-bulk-key" in alone.text
    assert alone["HX-Push-Url"] == answer.url


def test_what_was_interrupted_is_told_as_not_done(omar):
    row, other = file_requests(2)
    answer = send_batch(omar, [row, other])
    batch = Batch.objects.get()
    batch.lines.filter(service_request=other).update(answer="waiting", event=None)
    assert "look again in a moment" in omar.get(answer.url).text
    with clock.freeze_time(clock.now() + timedelta(minutes=2)):
        page = load_results(omar, answer)
        assert count_by_group(page) == {"Not done, because it was interrupted": 1, "Done": 1}
    assert page.heading == "1 of 2 went to Street Services"


def test_lines_hold_what_was_seen_of_them_and_those_asked_for_are_ticked(omar):
    row, other = file_requests(2)
    page = omar.get(f"/desk/?select=1&ticked={other.pk},x,{'9' * 5000}").context["page"]
    assert [line.tick_value for line in page.lines] == [tick_value(row), tick_value(other)]
    assert [line.is_ticked for line in page.lines] == [False, True]
    assert page.selection_form.is_selecting


def test_the_log_holds_one_event_for_each(omar):
    rows = file_requests(3)
    send_batch(omar, rows)
    assert Event.objects.filter(verb=Verb.ROUTE, actor=make.omar()).count() == 3


def test_several_are_marked_as_finished_work_only_after_a_warning(omar):
    original = make.service_request(Status.COMPLETED)
    rows = [make.filed(), make.filed()]
    given = {"verb": "mark_duplicate", "duplicate-reference": original.reference}
    refused = send_batch(omar, rows, **given)
    assert refused.status_code == 422
    assert 'name="duplicate-anyway"' in refused.text
    send_batch(omar, rows, **given | {"duplicate-anyway": f"{original.reference} finished"})
    found = ServiceRequest.objects.filter(pk__in=[row.pk for row in rows])
    assert [row.duplicate_of for row in found] == [original, original]


# Routing each request to its suggested department


def test_each_is_routed_to_the_department_that_is_suggested_for_it(omar):
    hole = make.filed()
    leak = make.filed(by=make.bob())
    Proposal.objects.update_or_create(service_request=leak, defaults={"department": make.water()})
    page = load_results(
        omar, send_batch(omar, [hole, leak], **{"route-each": "1", "route-department": ""})
    )
    assert page.result_text == "2 of 2 went to the suggested department"
    hole.refresh_from_db()
    leak.refresh_from_db()
    assert (hole.department, leak.department) == (hole.category.department, make.water())


def test_one_without_a_suggestion_stays_and_says_why(omar):
    row, other = file_requests(2)
    Proposal.objects.update_or_create(service_request=row, defaults={"department": None})
    page = load_results(
        omar, send_batch(omar, [row, other], **{"route-each": "1", "route-department": ""})
    )
    assert count_by_group(page) == {"Done": 1, "No department is suggested. Route it by itself": 1}
    assert find_statuses([row]) == {Status.FILED}
