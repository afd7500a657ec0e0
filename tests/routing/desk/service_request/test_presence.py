"""Colleagues see who has a request open, for as long as they have."""

import time

import pytest
from django.core.cache import cache

from routing.desk.service_request import presence
from tests import make

pytestmark = pytest.mark.django_db
REFERENCE = "SM-7K3Q-X9F2"


@pytest.fixture
def agents():
    return make.omar(), make.user("lena", is_agent=True), make.user("olga", is_agent=True)


def names(found):
    return [one.name for one in found]


def test_each_sees_the_others_and_not_themselves(agents):
    omar, lena, olga = agents
    assert presence.enter(REFERENCE, omar) == []
    assert names(presence.enter(REFERENCE, lena)) == ["Omar"]
    assert names(presence.enter(REFERENCE, olga)) == ["Lena", "Omar"]
    assert names(presence.enter(REFERENCE, omar)) == ["Lena", "Olga"]
    assert presence.enter("SM-7K3Q-X9F4", omar) == []


def test_who_writes_is_seen_to_write(agents):
    omar, lena, _olga = agents
    presence.enter(REFERENCE, lena)
    reading = presence.enter(REFERENCE, omar)
    presence.enter(REFERENCE, lena, is_writing=True)
    writing = presence.enter(REFERENCE, omar)
    assert [one.is_writing for one in reading + writing] == [False, True]
    assert presence.mark_of(reading) != presence.mark_of(writing)
    assert writing[0].initials == "L"


def test_who_leaves_is_gone_at_once(agents):
    omar, lena, _olga = agents
    presence.enter(REFERENCE, lena)
    presence.leave(REFERENCE, lena)
    presence.leave(REFERENCE, omar)  # was never there
    assert presence.enter(REFERENCE, omar) == []


def test_who_says_nothing_any_more_is_gone_soon(agents, monkeypatch):
    omar, lena, _olga = agents
    presence.enter(REFERENCE, lena)
    later = time.time() + presence.LIFETIME + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert presence.enter(REFERENCE, omar) == []


def test_two_who_share_a_slot_are_both_seen(agents, monkeypatch):
    omar, lena, olga = agents
    monkeypatch.setattr(presence, "_SLOTS", 1)
    presence.enter(REFERENCE, lena)
    presence.enter(REFERENCE, olga)
    assert names(presence.enter(REFERENCE, omar)) == ["Lena", "Olga"]
    presence.leave(REFERENCE, olga)
    assert names(presence.enter(REFERENCE, omar)) == ["Lena"]


def test_without_a_cache_nobody_is_there(agents):
    omar, lena, _olga = agents
    presence.enter(REFERENCE, lena)
    cache.clear()
    assert presence.enter(REFERENCE, omar) == []
