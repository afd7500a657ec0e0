"""Tests for the circuit breaker: it opens after failures, and later lets one caller try."""

import threading

import pytest

from lib import breaker
from lib.breaker import CircuitBreaker, Unavailable


@pytest.fixture
def service():
    made = CircuitBreaker("a service", is_failure=lambda error: isinstance(error, OSError))
    yield made
    breaker.breakers_by_name.pop(made.name)


def fail(service, error=None):
    with service.guard():
        raise error or OSError("no answer")


def open_breaker(service):
    for _failure in range(breaker.DEFAULT_FAILURES):
        with pytest.raises(Unavailable):
            fail(service)


def wait_half_a_minute(service):
    service._opened_at -= 31


def test_it_is_left_alone_after_five_failures_and_asked_again_when_closed_by_hand(service):
    open_breaker(service)
    assert service.is_open
    with pytest.raises(Unavailable), service.guard():
        pytest.fail("nobody is let through")
    service.close()
    with service.guard():
        assert not service.is_open


def test_the_failure_is_the_cause(service):
    with pytest.raises(Unavailable) as caught:
        fail(service)
    assert isinstance(caught.value.__cause__, OSError)


def test_an_unwelcome_answer_is_an_answer(service):
    for _answer in range(2 * breaker.DEFAULT_FAILURES):
        with pytest.raises(KeyError):
            fail(service, KeyError("no such thing"))
    assert not service.is_open


def test_a_success_forgives_what_went_before(service):
    for _turn in range(breaker.DEFAULT_FAILURES):
        with pytest.raises(Unavailable):
            fail(service)
        with service.guard():
            pass
    assert not service.is_open


def test_after_a_while_one_tries_and_the_others_wait_for_what_becomes_of_it(service):
    open_breaker(service)
    wait_half_a_minute(service)
    with service.guard(), pytest.raises(Unavailable), service.guard():
        pytest.fail("a second one")
    with service.guard():
        assert not service.is_open


def test_a_try_that_fails_opens_it_again(service):
    open_breaker(service)
    wait_half_a_minute(service)
    with pytest.raises(Unavailable):
        fail(service)
    assert service.is_open


def test_who_began_before_it_opened_is_not_the_one_that_tries(service):
    late = service.guard()
    late.__enter__()
    open_breaker(service)
    wait_half_a_minute(service)
    error = OSError("its time ran out")
    with pytest.raises(Unavailable):
        late.__exit__(OSError, error, None)
    with service.guard():
        pass
    assert service.is_closed


def test_failures_from_before_it_closed_do_not_open_it_again(service):
    late = [service.guard() for _each in range(breaker.DEFAULT_FAILURES)]
    for each in late:
        each.__enter__()
    open_breaker(service)
    service.close()
    for each in late:
        with pytest.raises(Unavailable):
            each.__exit__(OSError, OSError("its time ran out"), None)
    assert service.is_closed


def test_nobody_waits_for_another_ones_time_out(service):
    both_are_inside = threading.Barrier(2, timeout=10)

    def work():
        with service.guard():
            both_are_inside.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both_are_inside.broken
