"""Tests that concurrent actions of two people on one request never lose an update.

A few races run with every test run. To run a thousand of each:

    RACES=1000 ./run test -s tests/requests_app/workflow/test_many_races.py

In each race, two people who have seen the same version act at the same moment, each on a database
connection of their own. Exactly one of the actions must succeed and the other must be refused. The
log must be a chain (each event begins with the status in which the previous one ended), and the
status of the row must be the last one of its log.
"""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection

from lib import clock
from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status
from requests_app.workflow import QUIET_VERBS
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
RACES = int(os.environ.get("RACES", "15"))


def at_once(row, *acts):
    """Start all acts at the same moment; return "done" or the name of the exception for each."""
    gate, moment = Barrier(len(acts)), clock.now()

    def run(act):
        mine = ServiceRequest.objects.get(pk=row.pk)
        gate.wait()
        try:
            with clock.freeze_time(moment):  # a frozen clock is not inherited by threads
                act(mine)
        except DomainError as refused:
            return type(refused).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts), initializer=connection.ensure_connection) as pool:
        return list(pool.map(run, acts))


def check_log(row):
    row.refresh_from_db()
    events = list(row.events.exclude(verb__in=QUIET_VERBS).order_by("pk"))
    for before, after in pairwise(events):
        assert after.status_before == before.status_after
    assert (row.status, row.department_id) == (events[-1].status_after, events[-1].department_id)


def told(name, answers, started):
    seconds = time.perf_counter() - started
    print(f"\n{name}: {answers.total()} races in {seconds:.0f} s: {dict(answers)}")


def test_two_agents_route_one_request_to_two_departments():
    omar, nora = make.omar(), make.user("nora", is_agent=True)
    streets, water = make.streets(), make.water()
    answers, started = Counter(), time.perf_counter()
    for _race in range(RACES):
        row = make.filed()
        seen = make.last_event_id(row)
        found = at_once(
            row,
            lambda mine, seen=seen: workflow.route(mine, to=streets, by=omar, seen=seen),
            lambda mine, seen=seen: workflow.route(mine, to=water, by=nora, seen=seen),
        )
        assert sorted(found) == ["StaleView", "done"]
        check_log(row)
        winner = streets if found[0] == "done" else water
        assert (row.department, row.times_routed) == (winner, 1)
        answers["the first won" if found[0] == "done" else "the second won"] += 1
    told("two agents", answers, started)


def test_closing_by_silence_against_a_dispute():
    ana = make.ana()
    answers, started = Counter(), time.perf_counter()
    for _race in range(RACES):
        row = make.service_request(Status.COMPLETED)
        seen = make.last_event_id(row)
        with clock.freeze_time(clock.now() + timedelta(days=14, minutes=1)):
            found = at_once(
                row,
                lambda mine: workflow.close_unanswered(mine, by=SYSTEM),
                lambda mine, seen=seen: workflow.dispute(mine, words="No.", by=ana, seen=seen),
            )
        check_log(row)
        if found[0] == "done":
            assert found[1] == "StaleView"
            assert row.outcome == Outcome.UNANSWERED
        else:
            assert found == ["IllegalTransition", "done"]
            assert row.status == Status.DISPUTED
        answers["closed" if found[0] == "done" else "disputed"] += 1
    told("closing against a dispute", answers, started)
