"""Tests that calls take the same time at every depth of the call stack."""

import resource
from itertools import pairwise

from lib.call_stack import reserve_stack

CALLS = 1_000


def _leaf():
    return None


def _loop():
    for _n in range(CALLS):
        _leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _at(depth, function):
    return _at(depth - 1, function) if depth else function()


def test_at_no_depth_is_memory_fetched_for_each_call():
    fetched = reserve_stack(lambda depths: [_at(depth, _loop) for depth in range(depths)])(600)
    assert max(after - before for before, after in pairwise(fetched)) < CALLS / 10


def test_what_it_is_given_and_what_it_gives_are_the_functions():
    def given(*args, **named):
        return args, named

    assert reserve_stack(given)(1, two=2) == ((1,), {"two": 2})
