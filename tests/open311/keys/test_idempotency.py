"""Tests that a repeated request has one effect, also concurrently and after a failure."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory

from lib import clock
from open311.keys import IdempotentRequest, idempotency
from requests_app.models import Device, IdempotencyRecord
from tests import make
from tests.locks import wait_for_someone_to_block


class Done:
    """An action that creates a device and counts its calls."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict:
        self.times += 1
        Device.objects.create(key_hash=f"{self.times}-{id(self)}")
        return {"number": self.times}


def sending(key: str = "key", words: str = "same", door: str = "door") -> IdempotentRequest:
    headers = {"Idempotency-Key": key}
    request = RequestFactory().post(f"/open311/{door}.json", {"words": words}, headers=headers)
    return IdempotentRequest(request, make.front_end(), name="entries", item="entry")


def number_in(response: HttpResponse) -> int:
    return json.loads(response.content)[0]["number"]


@pytest.mark.django_db
def test_the_second_is_answered_as_the_first():
    make_it = Done()
    first = sending().run_once(make_it)
    again = sending().run_once(make_it)
    assert (again.content, again.status_code, again["Content-Type"]) == (
        first.content,
        first.status_code,
        first["Content-Type"],
    )
    assert make_it.times == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"key": "another key"}, {"door": "another"}])
def test_another_key_or_door_is_something_else(other):
    make_it = Done()
    sending().run_once(make_it)
    sending(**other).run_once(make_it)
    assert make_it.times == 2


@pytest.mark.django_db
def test_something_else_with_the_same_key_is_refused():
    make_it = Done()
    sending(words="one").run_once(make_it)
    with pytest.raises(idempotency.KeyReused):
        sending(words="another").run_once(make_it)
    with pytest.raises(idempotency.KeyReused):
        sending(words="another").find_previous_response()
    assert make_it.times == 1


@pytest.mark.django_db
def test_after_its_lifetime_it_is_forgotten():
    make_it = Done()
    sending().run_once(make_it)
    with clock.freeze_time(clock.now() + idempotency.LIFETIME + timedelta(seconds=1)):
        assert sending().find_previous_response() is None
        sending(words="other").run_once(make_it)
        assert make_it.times == 2
    with clock.freeze_time(clock.now() + 3 * idempotency.LIFETIME):
        idempotency.delete_expired_records()
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_failed_leaves_neither_a_record_nor_anything_done():
    def fail():
        Device.objects.create(key_hash="half done")
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        sending().run_once(fail)
    assert not IdempotencyRecord.objects.exists()
    assert not Device.objects.exists()
    make_it = Done()
    assert number_in(sending(words="mended").run_once(make_it)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one():
    make_it, mine, others = Done(), sending(), sending()

    def rival():
        try:
            return others.run_once(make_it).content
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = mine.run_once(make_it).content
            other = pool.submit(rival)
            wait_for_someone_to_block()
        assert other.result() == first
    assert make_it.times == 1


def test_a_fingerprint_is_of_all_that_was_sent_and_of_no_order():
    def of(query, *files):
        return idempotency.compute_fingerprint(QueryDict(query), files)

    assert of("a=1&b=2") == of("b=2&a=1")
    assert len({of("a=1"), of("a=2"), of("a=1&a=1"), of("a=1", make.picture())}) == 4
    picture = make.picture()
    assert of("a=1", picture) == of("a=1", picture)
    assert picture.read()  # the file position is at the start
