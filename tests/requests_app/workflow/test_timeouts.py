from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import HoldReason
from lib import clock
from requests_app import workflow
from requests_app.models import Event
from requests_app.status import Outcome, Reminder, Status, Verb
from requests_app.workflow import timeouts
from tests import make

pytestmark = pytest.mark.django_db


def test_fourteen_days_of_silence_close_finished_work():
    silent = make.service_request(Status.COMPLETED)
    with clock.freeze_time(clock.now() + timedelta(days=7)):
        recent = make.service_request(Status.COMPLETED)
    with clock.freeze_time(clock.now() + timedelta(days=14, minutes=1)):
        timeouts.run_timeouts()
    silent.refresh_from_db(), recent.refresh_from_db()
    assert silent.outcome == Outcome.UNANSWERED
    assert recent.status == Status.COMPLETED


def test_a_question_nobody_answers_falls_away_after_five_working_days():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    with clock.freeze_time(clock.now() + timedelta(days=3)):
        timeouts.run_timeouts()
    service_request.refresh_from_db()
    assert service_request.status == Status.AWAITING_RESIDENT
    with clock.freeze_time(clock.now() + timedelta(days=14)):
        timeouts.run_timeouts()
    service_request.refresh_from_db()
    assert service_request.status == Status.ROUTED


def test_what_somebody_dealt_with_in_the_meantime_is_left_alone(caplog):
    service_request = make.service_request(Status.COMPLETED)
    stale = make.ServiceRequest.objects.get(pk=service_request.pk)
    make.act(workflow.confirm, service_request, make.ana())
    with caplog.at_level("INFO"):
        timeouts._apply_to_each(partial(workflow.close_unanswered, by=workflow.SYSTEM), [stale])
    assert service_request.reference in caplog.text


def count_statements() -> int:
    with CaptureQueriesContext(connection) as statements:
        timeouts.run_timeouts()
    return len(statements)


def test_with_nothing_due_fifty_open_requests_cost_as_many_statements_as_one():
    start = clock.now()
    with clock.freeze_time(start):
        rows = [make.service_request(Status.AWAITING_RESIDENT), make.service_request(Status.ROUTED)]
    near = start + timedelta(days=2)
    with clock.freeze_time(near):
        timeouts.run_timeouts()
        few = count_statements()
    with clock.freeze_time(start):
        rows += [make.service_request(Status.AWAITING_RESIDENT) for _n in range(20)]
        rows += [make.service_request(Status.ROUTED) for _n in range(30)]
    with clock.freeze_time(near):
        assert count_statements() == few <= 5
    late = rows[1].due_at + timedelta(minutes=5)
    with clock.freeze_time(late):
        timeouts.run_timeouts()
        assert count_statements() <= 5
    assert Event.objects.filter(verb=Verb.REMIND, code=Reminder.LATE).count() == 31


def test_a_pause_puts_a_reminder_off():
    row = make.service_request(Status.ROUTED)
    with clock.freeze_time(clock.now() + timedelta(minutes=5)):
        make.act(workflow.hold, row, make.wes(), reason=make.reason(HoldReason))
    with clock.freeze_time(clock.now() + timedelta(days=60)):
        make.act(workflow.start, row, make.wes())
    row.refresh_from_db()
    with clock.freeze_time(row.due_at - timedelta(days=6, hours=20)):
        timeouts.run_timeouts()
    assert not row.events.filter(verb=Verb.REMIND)
    with clock.freeze_time(row.due_at + timedelta(minutes=5)):
        timeouts.run_timeouts()
    assert [event.code for event in row.events.filter(verb=Verb.REMIND)] == [Reminder.LATE]
