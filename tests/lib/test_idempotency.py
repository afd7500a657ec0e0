"""What is sent twice is done once, also at the same moment, and after something went wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict

from lib import clock, idempotency
from requests_app.models import Device, IdempotencyRecord
from tests import make
from tests.locks import wait_for_someone_to_block


class Done:
    """Makes a device each time it is called, and says how often."""

    def __init__(self, status=200):
        self.status, self.times = status, 0

    def __call__(self):
        self.times += 1
        Device.objects.create(key_hash=f"{self.times}-{id(self)}")
        return HttpResponse(f"number {self.times}", status=self.status, content_type="text/plain")


@pytest.mark.django_db
def test_the_second_is_answered_as_the_first():
    make_it = Done()
    first = idempotency.once("door", "key", "same", make_it)
    again = idempotency.once("door", "key", "same", make_it)
    assert (again.content, again.status_code, again["Content-Type"]) == (
        first.content,
        first.status_code,
        first["Content-Type"],
    )
    assert make_it.times == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [("door", "another key"), ("another door", "key")])
def test_another_key_or_door_is_something_else(other):
    make_it = Done()
    idempotency.once("door", "key", "same", make_it)
    idempotency.once(*other, "same", make_it)
    assert make_it.times == 2


@pytest.mark.django_db
def test_something_else_with_the_same_key_is_refused():
    make_it = Done()
    idempotency.once("door", "key", "one", make_it)
    with pytest.raises(idempotency.KeyReused):
        idempotency.once("door", "key", "another", make_it)
    with pytest.raises(idempotency.KeyReused):
        idempotency.kept("door", "key", "another")
    assert make_it.times == 1


@pytest.mark.django_db
def test_what_was_refused_is_not_kept():
    make_it = Done(status=400)
    idempotency.once("door", "key", "one", make_it)
    idempotency.once("door", "key", "another", make_it)
    assert make_it.times == 2


@pytest.mark.django_db
def test_after_its_lifetime_it_is_forgotten():
    make_it = Done()
    idempotency.once("door", "key", "same", make_it)
    with clock.at(clock.now() + idempotency.LIFETIME + timedelta(seconds=1)):
        assert idempotency.kept("door", "key", "same") is None
        idempotency.once("door", "key", "other", make_it)
        assert make_it.times == 2
    with clock.at(clock.now() + 3 * idempotency.LIFETIME):
        idempotency.delete_expired()
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_failed_leaves_neither_a_record_nor_anything_done():
    def fail():
        Device.objects.create(key_hash="half done")
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        idempotency.once("door", "key", "same", fail)
    assert not IdempotencyRecord.objects.exists()
    assert not Device.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one():
    make_it = Done()

    def rival():
        try:
            return idempotency.once("door", "key", "same", make_it).content
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = idempotency.once("door", "key", "same", make_it).content
            other = pool.submit(rival)
            wait_for_someone_to_block()
        assert other.result() == first
    assert make_it.times == 1


def test_a_fingerprint_is_of_all_that_was_sent_and_of_no_order():
    def of(query, *files):
        return idempotency.fingerprint(QueryDict(query), files)

    assert of("a=1&b=2") == of("b=2&a=1")
    assert len({of("a=1"), of("a=2"), of("a=1&a=1"), of("a=1", make.picture())}) == 4
    picture = make.picture()
    assert of("a=1", picture) == of("a=1", picture)
    assert picture.read()  # it is left at its beginning
