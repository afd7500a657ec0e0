"""Tests for concurrent bulk actions: the same batch sent twice, and batches of two agents."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from requests_app.models import Event
from requests_app.status import Verb
from routing.desk.bulk import run
from routing.models import Batch, BatchLine
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def run_batch_in_thread(key, agent, ticks, to):
    """Run the batch in a thread with its own connection. Return None if the key is not new."""
    try:
        given = {"verb": Verb.ROUTE, "goal": to.name, "query": ""}
        if batch := run.begin_batch(key=key, agent=agent, ticks=ticks, **given):
            run.run_batch(batch, {"to": to})
        return batch
    finally:
        connection.close()


def build_ticks(rows):
    return [(row.pk, make.last_event_id(row)) for row in rows]


def test_two_presses_at_once_are_one_batch():
    rows = [make.filed(by=make.device(str(number))) for number in range(6)]
    key, omar, to = uuid.uuid4(), make.omar(), make.streets()
    with ThreadPoolExecutor(3) as pool:
        pressed = [
            pool.submit(run_batch_in_thread, key, omar, build_ticks(rows), to) for _ in range(3)
        ]
        begun = [each.result() for each in pressed]
    assert sum(batch is not None for batch in begun) == 1
    assert Batch.objects.count() == 1
    assert Event.objects.filter(verb=Verb.ROUTE).count() == len(rows)


def test_of_two_agents_with_the_same_requests_each_request_goes_to_one():
    rows = [make.filed(by=make.device(str(number))) for number in range(12)]
    ticks = build_ticks(rows)
    olga = make.user("olga", is_agent=True)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(run_batch_in_thread, uuid.uuid4(), make.omar(), ticks, make.streets())
        two = pool.submit(run_batch_in_thread, uuid.uuid4(), olga, ticks[::-1], make.water())
        batches = [one.result(), two.result()]
    answers = [line.answer for batch in batches for line in batch.lines.all()]
    assert answers.count(BatchLine.Answer.DONE) == len(rows)
    assert answers.count(BatchLine.Answer.MOVED_ON) == len(rows)
    assert all(row.events.filter(verb=Verb.ROUTE).count() == 1 for row in rows)
