from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.status import Outcome, Status
from requests_app.workflow import timeouts
from tests import make

pytestmark = pytest.mark.django_db


def test_fourteen_days_of_silence_close_finished_work():
    silent = make.service_request(Status.COMPLETED)
    with clock.at(clock.now() + timedelta(days=7)):
        recent = make.service_request(Status.COMPLETED)
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        timeouts.run_timeouts()
    silent.refresh_from_db(), recent.refresh_from_db()
    assert silent.outcome == Outcome.UNANSWERED
    assert recent.status == Status.COMPLETED


def test_a_question_nobody_answers_falls_away_after_five_working_days():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    with clock.at(clock.now() + timedelta(days=3)):
        timeouts.run_timeouts()
    service_request.refresh_from_db()
    assert service_request.status == Status.AWAITING_RESIDENT
    with clock.at(clock.now() + timedelta(days=14)):
        timeouts.run_timeouts()
    service_request.refresh_from_db()
    assert service_request.status == Status.ROUTED


def test_what_somebody_dealt_with_in_the_meantime_is_left_alone(caplog):
    service_request = make.service_request(Status.COMPLETED)
    stale = make.ServiceRequest.objects.get(pk=service_request.pk)
    make.act(workflow.confirm, service_request, make.ana())
    with caplog.at_level("INFO"):
        timeouts._try_each(workflow.close_unanswered, [stale])
    assert service_request.reference in caplog.text
