"""Tests for presence: agents see which colleagues have the same request open."""

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


def list_names(found):
    return [one.name for one in found]


def test_each_sees_the_others_and_not_themselves(agents):
    omar, lena, olga = agents
    assert presence.record_presence(REFERENCE, omar) == []
    assert list_names(presence.record_presence(REFERENCE, lena)) == ["Omar"]
    assert list_names(presence.record_presence(REFERENCE, olga)) == ["Lena", "Omar"]
    assert list_names(presence.record_presence(REFERENCE, omar)) == ["Lena", "Olga"]
    assert presence.record_presence("SM-7K3Q-X9F4", omar) == []


def test_who_writes_is_seen_to_write(agents):
    omar, lena, _olga = agents
    presence.record_presence(REFERENCE, lena)
    reading = presence.record_presence(REFERENCE, omar)
    presence.record_presence(REFERENCE, lena, is_writing=True)
    writing = presence.record_presence(REFERENCE, omar)
    assert [one.is_writing for one in reading + writing] == [False, True]
    assert presence.format_version(reading) != presence.format_version(writing)
    assert writing[0].initials == "L"


def test_who_leaves_is_gone_at_once(agents):
    omar, lena, _olga = agents
    presence.record_presence(REFERENCE, lena)
    presence.remove_presence(REFERENCE, lena)
    presence.remove_presence(REFERENCE, omar)  # Omar was not recorded
    assert presence.record_presence(REFERENCE, omar) == []


def test_who_says_nothing_any_more_is_gone_soon(agents, monkeypatch):
    omar, lena, _olga = agents
    presence.record_presence(REFERENCE, lena)
    later = time.time() + presence.LIFETIME_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert presence.record_presence(REFERENCE, omar) == []


def test_two_who_share_a_slot_are_both_seen(agents, monkeypatch):
    omar, lena, olga = agents
    monkeypatch.setattr(presence, "_SLOTS", 1)
    presence.record_presence(REFERENCE, lena)
    presence.record_presence(REFERENCE, olga)
    assert list_names(presence.record_presence(REFERENCE, omar)) == ["Lena", "Olga"]
    presence.remove_presence(REFERENCE, olga)
    assert list_names(presence.record_presence(REFERENCE, omar)) == ["Lena"]


def test_without_a_cache_nobody_is_there(agents):
    omar, lena, _olga = agents
    presence.record_presence(REFERENCE, lena)
    cache.clear()
    assert presence.record_presence(REFERENCE, omar) == []
