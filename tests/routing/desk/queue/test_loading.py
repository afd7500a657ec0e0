"""Tests for the desk's table of requests: it is cached for 10 seconds and updated by new events."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app import workflow
from requests_app.models import Contact, ServiceRequest
from requests_app.models.queries import Urgency
from requests_app.status import OPEN_STATUSES, Status
from routing.desk.queue import facets, unseen_events
from routing.desk.queue.contents import Queue
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import FlagCode
from routing.desk.queue.loading import clear_table_cache, load_table
from routing.desk.queue.tabs import Tab
from tests import make
from tests.routing.desk.queue.shown import list_rows, load_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_city():
    """Return requests that cover all filters."""
    rows = [make.service_request(status) for status in Status if status != Status.CLOSED]
    rows += [make.filed(by=make.bob(), photos=[make.photo(device=make.bob())])]
    rows += [make.filed(by=make.device(f"d{n}"), description="All say the same.") for n in range(3)]
    rows += [make.filed(by=make.device("gas"), description="I smell gas.")]
    Contact.objects.create(service_request=rows[-1], email="a@b.org", bounced_at=clock.now())
    make.act(workflow.comment, rows[-2], make.omar(), words="I call them.", is_public=False)
    make.act(workflow.comment, rows[1], make.ana(), words="Any news?")
    ServiceRequest.objects.filter(pk=rows[0].pk).update(
        due_at=clock.now() - timedelta(days=1), times_routed=4, zone=None
    )
    return rows


@pytest.mark.parametrize("tab", Tab)
def test_each_number_is_that_of_the_lines_that_its_filter_finds(a_city, tab):
    numbers = Queue(Filters(tab=tab, agent=make.omar())).filter_counts
    assert numbers.total == len(list_rows(f"tab={tab}")) == Queue(Filters()).tab_counts[tab]
    for facet in facets.FACETS:
        for value, _name in facet.options():
            found = Queue(
                Filters.from_query(f"tab={tab}&{facet.name}={value}", make.omar())
            ).list_ids()
            assert numbers.by_facet[facet.name][value] == len(found), (facet.name, value)


def test_the_order_and_what_is_late_are_those_of_the_database(a_city):
    rows = ServiceRequest.objects.filter(status__in=OPEN_STATUSES).order_by(
        Urgency(), "filed_at", "pk"
    )
    assert Queue(Filters(tab=Tab.OPEN)).list_ids() == [row.pk for row in rows]
    late = ServiceRequest.objects.late().values_list("pk", flat=True)
    assert set(Queue(Filters(tab=Tab.LATE)).list_ids()) == set(late) != set()


def test_flags_of_the_filter_are_those_of_the_lines(a_city):
    for code in FlagCode:
        marked = {
            line.service_request.pk
            for line in load_page("tab=open").lines
            if code in {flag.code for flag in line.flags}
        }
        assert set(Queue(Filters.from_query(f"tab=open&flag={code}")).list_ids()) == marked, code


def test_numbers_of_filters_together_are_those_of_each_request(a_city):
    query = "tab=open&status=filed&status=routed&photo=no&age=day&department=-"
    numbers = Queue(Filters.from_query(query, make.omar())).filter_counts
    assert 0 < numbers.total < numbers.unfiltered
    for value in ("web", "phone"):
        found = Queue(Filters.from_query(f"{query}&channel={value}")).list_ids()
        assert numbers.by_facet["channel"][value] == len(found)
    for value in ("filed", "routed", "disputed"):
        alone = query.replace("status=filed&status=routed", f"status={value}")
        assert numbers.by_facet["status"][value] == len(Queue(Filters.from_query(alone)).list_ids())


def test_what_was_just_done_is_counted_at_once():
    row = make.filed()
    assert Queue(Filters()).tab_counts == dict.fromkeys(Tab, 0) | {"new": 1, "open": 1}
    make.act(workflow.route, row, make.omar(), to=make.streets())
    assert Queue(Filters()).tab_counts == dict.fromkeys(Tab, 0) | {"open": 1}
    other = make.filed(by=make.bob())
    numbers = Queue(Filters(tab=Tab.OPEN, agent=make.omar())).filter_counts
    assert numbers.by_facet["status"] == {"routed": 1, "filed": 1} | dict.fromkeys(
        [
            Status.SCHEDULED,
            Status.IN_PROGRESS,
            Status.AWAITING_RESIDENT,
            Status.ON_HOLD,
            "disputed",
        ],
        0,
    )
    assert numbers.by_facet["mine"]["yes"] == 1
    make.act(workflow.withdraw, other, make.bob())
    assert Queue(Filters(tab=Tab.OPEN)).filter_counts.total == 1


def test_what_no_event_tells_is_known_after_ten_seconds():
    row = make.filed()
    assert Queue(Filters()).tab_counts["late"] == 0
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(days=1))
    assert Queue(Filters()).tab_counts["late"] == 0
    with clock.freeze_time(clock.now() + timedelta(seconds=11)):
        assert Queue(Filters()).tab_counts["late"] == 1


def test_who_did_what_is_still_known_when_it_is_read_anew(a_city):
    def mine():
        numbers = Queue(Filters(tab=Tab.OPEN, agent=make.omar())).filter_counts
        return numbers.by_facet["mine"]["yes"], dict(numbers.by_facet["wrote"])

    before = mine()
    assert before[0] > 0 < before[1]["comment"]
    row = make.filed(by=make.device("new"))
    make.act(workflow.comment, row, make.device("new"), words="It grows.")
    with clock.freeze_time(clock.now() + timedelta(seconds=11)):
        again = mine()
        clear_table_cache()
        assert mine() == again
    assert again[1]["comment"] == before[1]["comment"] + 1


def test_numbers_of_filters_that_nobody_asked_before_ask_nothing_of_the_database(a_city):
    assert Queue(Filters(tab=Tab.OPEN)).filter_counts
    with CaptureQueriesContext(connection) as queries:
        assert Queue(
            Filters.from_query("tab=open&photo=yes&age=day&priority=urgent&flag=overdue")
        ).filter_counts
    assert len(queries) == 1  # the query for new events


def test_an_event_alone_has_its_request_read_again():
    row, other = make.filed(), make.filed(by=make.bob())
    first = load_table()
    assert load_table() is first
    ServiceRequest.objects.filter(pk=other.pk).update(times_routed=4)
    make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    again = load_table()
    assert again.table.rows["request"].tolist() == [row.pk, other.pk]
    assert again.table.rows["times_routed"].tolist() == [0, 0]
    assert again.last_event_id == make.last_event_id(row) > first.last_event_id
    assert first.table.owners.tolist() == []
    assert again.table.owners.tolist() == [(row.pk, make.omar().pk)]


def test_a_process_that_was_idle_for_long_begins_again():
    row = make.filed()
    assert load_table().table.rows["request"].tolist() == [row.pk]
    make.act(workflow.withdraw, row, make.ana())
    later = make.filed(by=make.bob())
    with clock.freeze_time(clock.now() + timedelta(hours=1)):
        assert load_table().table.rows["request"].tolist() == [later.pk]


def test_a_look_is_counted_at_once(a_city):
    agent, row = make.omar(), a_city[1]
    before = Queue(Filters(tab=Tab.OPEN, agent=agent)).filter_counts.by_facet["wrote"]["comment"]
    unseen_events.record_look(agent, row, make.last_event_id(row))
    assert (
        Queue(Filters(tab=Tab.OPEN, agent=agent)).filter_counts.by_facet["wrote"]["comment"]
        == before - 1
    )


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_after_a_later_one_is_known_without_another():
    early, late = make.filed(), make.filed(by=make.bob())
    make.omar()
    is_done, may_end = Signal(), Signal()

    def prioritise_slowly():
        try:
            with transaction.atomic():
                make.act(workflow.prioritise, early, make.omar(), priority="urgent")
                is_done.set()
                may_end.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(prioritise_slowly)
        assert is_done.wait(20)
        make.act(workflow.comment, late, make.omar(), words="Hm.", is_public=False)
        assert Queue(Filters()).filter_counts.by_facet["priority"] == {"normal": 2, "urgent": 0}
        may_end.set()
        slow.result()
    assert Queue(Filters()).filter_counts.by_facet["priority"] == {"normal": 1, "urgent": 1}
