"""The desk's numbers, which are kept for ten seconds and yet know of every act."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app import workflow
from requests_app.models import Contact, ServiceRequest
from requests_app.status import Status
from routing.desk.queue import facets, snapshot, unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.reading import Queue
from routing.desk.queue.tabs import Tab
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_city():
    """Requests that differ in everything that can be asked."""
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


def found(query):
    return set(Queue(Filters.from_query(query, make.omar())).rows().values_list("pk", flat=True))


@pytest.mark.parametrize("tab", Tab)
def test_each_number_is_what_the_database_finds(a_city, tab):
    numbers = Queue(Filters(tab=tab, agent=make.omar())).tally
    assert numbers.total == len(found(f"tab={tab}")) == Queue(Filters()).counts[tab]
    for facet in facets.FACETS:
        for value, _name in facet.options():
            asked = found(f"tab={tab}&{facet.name}={value}")
            assert numbers.of[facet.name][value] == len(asked), (facet.name, value)


def test_filters_together_leave_what_the_database_finds(a_city):
    query = "tab=open&status=filed&status=routed&photo=no&age=day&department=-"
    numbers = Queue(Filters.from_query(query, make.omar())).tally
    assert 0 < numbers.total == len(found(query)) < numbers.all
    for value in ("web", "phone"):
        assert numbers.of["channel"][value] == len(found(f"{query}&channel={value}"))
    for value in ("filed", "routed", "disputed"):
        alone = query.replace("status=filed&status=routed", f"status={value}")
        assert numbers.of["status"][value] == len(found(alone))


def test_what_was_just_done_is_counted_at_once():
    row = make.filed()
    assert Queue(Filters()).counts == dict.fromkeys(Tab, 0) | {"new": 1, "open": 1}
    make.act(workflow.route, row, make.omar(), to=make.streets())
    assert Queue(Filters()).counts == dict.fromkeys(Tab, 0) | {"open": 1}
    other = make.filed(by=make.bob())
    numbers = Queue(Filters(tab=Tab.OPEN, agent=make.omar())).tally
    assert numbers.of["status"] == {"routed": 1, "filed": 1} | dict.fromkeys(
        [
            Status.SCHEDULED,
            Status.IN_PROGRESS,
            Status.AWAITING_RESIDENT,
            Status.ON_HOLD,
            "disputed",
        ],
        0,
    )
    assert numbers.of["mine"]["yes"] == 1
    make.act(workflow.withdraw, other, make.bob())
    assert Queue(Filters(tab=Tab.OPEN)).tally.total == 1


def test_what_no_event_tells_is_known_after_ten_seconds():
    row = make.filed()
    assert Queue(Filters()).counts["late"] == 0
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(days=1))
    assert Queue(Filters()).counts["late"] == 0
    with clock.at(clock.now() + timedelta(seconds=11)):
        assert Queue(Filters()).counts["late"] == 1


def test_who_did_what_is_still_known_when_it_is_read_anew(a_city):
    def mine():
        numbers = Queue(Filters(tab=Tab.OPEN, agent=make.omar())).tally
        return numbers.of["mine"]["yes"], dict(numbers.of["wrote"])

    before = mine()
    assert before[0] > 0 < before[1]["comment"]
    row = make.filed(by=make.device("new"))
    make.act(workflow.comment, row, make.device("new"), words="It grows.")
    with clock.at(clock.now() + timedelta(seconds=11)):
        again = mine()
        snapshot.forget()
        assert mine() == again
    assert again[1]["comment"] == before[1]["comment"] + 1


def test_numbers_of_filters_that_nobody_asked_before_ask_nothing_of_the_database(a_city):
    assert Queue(Filters(tab=Tab.OPEN)).tally
    with CaptureQueriesContext(connection) as queries:
        assert Queue(
            Filters.from_query("tab=open&photo=yes&age=day&priority=urgent&flag=overdue")
        ).tally
    assert len(queries) == 1  # the latest event


def test_a_look_is_counted_at_once(a_city):
    agent, row = make.omar(), a_city[1]
    before = Queue(Filters(tab=Tab.OPEN, agent=agent)).tally.of["wrote"]["comment"]
    unseen.note_look(agent, row, make.seen(row))
    assert Queue(Filters(tab=Tab.OPEN, agent=agent)).tally.of["wrote"]["comment"] == before - 1
