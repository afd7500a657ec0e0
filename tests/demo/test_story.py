"""Tests for the demo's story, which creates requests of every status by workflow verbs."""

import os
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from city import danger
from city.models import Category
from city.pack import load_pack
from lib import clock
from notifications.models import Delivery
from requests_app.models import ApiKey, Device, Event, PendingEvent, Photo, ServiceRequest
from requests_app.status import Outcome, Status, Verb
from staff_portal.models import ChangedRequest, DailyFacts
from tools.demo.management.commands.seed_demo import Command
from tools.demo.people import ANA_EMAIL, ANA_KEY, APP_KEY, APP_NAME, EVERYONE
from tools.demo.story import words
from tools.demo.story.seed import _find_recent_case, is_about_this_city
from tools.embedded import ServiceFailed

COUNT = 40
ALDERHAVEN = Path(settings.BASE_DIR) / "city" / "packs" / "alderhaven"


def seed(count, capsys, processes=1):
    call_command(Command(), requests=count, processes=processes)
    return capsys.readouterr().out


def events_of(service_request):
    return list(service_request.events.order_by("pk"))


@pytest.mark.django_db
def test_a_small_city_has_everything_and_all_of_it_was_walked(capsys):
    assert "requests" in seed(COUNT, capsys)
    rows = list(ServiceRequest.objects.all())
    assert COUNT <= len(rows) <= COUNT + 3
    every_status_and_outcome_is_there(rows)
    for row in rows:
        the_log_tells_how_it_came_here(row)
    the_turns_of_the_road_are_there()
    pictures_come_in_pairs_and_are_ready()
    ana_finds_her_requests()
    nobody_speaks_of_danger()
    assert DailyFacts.objects.exists()  # the figures of the overview are computed
    assert not ChangedRequest.objects.exists()
    old_messages_count_as_sent_and_the_newest_are_still_to_go()


def every_status_and_outcome_is_there(rows):
    assert {row.status for row in rows} == set(Status.values)
    assert {row.outcome for row in rows} - {""} == set(Outcome.values)


def the_log_tells_how_it_came_here(row):
    events = events_of(row)
    assert events[0].status_before == ""
    for event, later in pairwise(events):
        assert (later.status_before, later.at >= event.at) == (event.status_after, True)
    assert events[-1].status_after == row.status
    assert row.zone is not None
    assert events[-1].at <= clock.now()
    assert row.filed_at > clock.now() - timedelta(days=75)


def the_turns_of_the_road_are_there():
    disputes = Event.objects.filter(verb=Verb.DISPUTE).values_list("service_request", flat=True)
    assert any(list(disputes).count(pk) == 2 for pk in disputes)
    assert ServiceRequest.objects.filter(times_routed__gte=4).exists()
    assert set(Event.objects.values_list("verb", flat=True)) >= {
        Verb.ASK, Verb.HOLD, Verb.HAND_BACK, Verb.FOLLOW, Verb.COMMENT, Verb.REOPEN, Verb.UNDO,
        Verb.HIDE, Verb.REDACT, Verb.RECATEGORISE, Verb.PRIORITISE,
    }  # fmt: skip
    assert not PendingEvent.objects.exists()
    assert ServiceRequest.objects.filter(is_private=True).exists()


def pictures_come_in_pairs_and_are_ready():
    assert not Photo.objects.exclude(state=Photo.State.READY).exists()
    for photo in Photo.objects.all():
        names = [photo.original, *(photo.storage_name(size) for size in Photo.SIZES)]
        assert all(default_storage.exists(name) for name in names)
    before = Photo.objects.filter(kind=Photo.Kind.REPORT).values("service_request")
    assert Photo.objects.filter(kind=Photo.Kind.COMPLETION, service_request__in=before).exists()


def ana_finds_her_requests():
    ana = Device.objects.get(key_hash=Device.hash_key(ANA_KEY))
    hers = ServiceRequest.objects.filter(reporter_sessions__device=ana)
    assert {row.status for row in hers} == {
        Status.IN_PROGRESS, Status.COMPLETED, Status.AWAITING_RESIDENT, Status.FILED,
        Status.SCHEDULED, Status.CLOSED,
    }  # fmt: skip


def nobody_speaks_of_danger():
    assert not Event.objects.filter(verb=Verb.FLAG_DANGER).exists()


def old_messages_count_as_sent_and_the_newest_are_still_to_go():
    due = Delivery.objects.filter(state=Delivery.State.DUE)
    sent = Delivery.objects.filter(state=Delivery.State.SENT)
    assert 0 < due.count() < 30 < sent.count()
    assert due.filter(recipient=ANA_EMAIL).exists()
    assert all(delivery.sent_at == delivery.due_at for delivery in sent)


def test_nobody_reports_the_same_before_it_was_first_filed():
    """An agent may file a case days after it began, and neighbors see it from the first day."""
    now = clock.now()
    report = SimpleNamespace(category=SimpleNamespace(is_private=False))
    filed, later = SimpleNamespace(report=report), SimpleNamespace(report=report)
    previous = [(now - timedelta(hours=1), filed), (now + timedelta(days=3), later)]
    assert _find_recent_case(previous, now) is filed
    assert _find_recent_case(previous[1:], now) is None


@pytest.mark.django_db
def test_a_story_is_told_once(capsys):
    seed(0, capsys)
    ApiKey.objects.all().delete()  # as in demos made before API keys existed
    assert "there already" in seed(COUNT, capsys)
    assert not ServiceRequest.objects.exists()
    assert ApiKey.objects.find_by_secret(APP_KEY).name == APP_NAME


@pytest.mark.django_db(transaction=True)
def test_a_story_that_breaks_off_leaves_nothing(capsys, monkeypatch):
    """The use of savepoints is also enabled again afterwards."""

    def full(*args):
        raise OSError("No space left on device")

    load_pack(Path(settings.CITY_PACK))
    monkeypatch.setattr(default_storage._wrapped, "_save", full)
    with pytest.raises(OSError, match="No space"):
        seed(12, capsys)
    assert not ServiceRequest.objects.exists()
    assert not User.objects.exists()
    assert connection.features.uses_savepoints


@pytest.mark.sweep
@pytest.mark.django_db(transaction=True)
def test_two_processes_tell_one_story(capsys):
    load_pack(Path(settings.CITY_PACK))
    seed(50, capsys, processes=2)
    rows = list(ServiceRequest.objects.all())
    assert 50 <= len(rows) <= 53
    for row in rows:
        the_log_tells_how_it_came_here(row)
    pictures_come_in_pairs_and_are_ready()
    ana_finds_her_requests()
    assert not PendingEvent.objects.exists()
    assert Delivery.objects.filter(state=Delivery.State.DUE).count() < 30


@pytest.mark.sweep
@pytest.mark.django_db(transaction=True)
def test_a_process_that_breaks_off_leaves_nothing_of_the_others_either(capsys, monkeypatch):
    itself, save = os.getpid(), default_storage._wrapped._save

    def full_for_the_other(*args):
        if os.getpid() != itself:
            raise OSError("No space left on device")
        return save(*args)

    load_pack(Path(settings.CITY_PACK))
    monkeypatch.setattr(default_storage._wrapped, "_save", full_for_the_other)
    with pytest.raises(ServiceFailed):
        seed(50, capsys, processes=2)
    assert not ServiceRequest.objects.exists()
    assert not User.objects.exists()
    assert not Device.objects.exists()
    monkeypatch.undo()
    seed(0, capsys)
    assert "there already" in seed(0, capsys)


@pytest.mark.django_db
def test_people_whom_a_killed_start_left_are_made_anew(capsys):
    """The people are committed before the story. Its last row is Ana's device."""
    seed(0, capsys)
    Device.objects.get(key_hash=Device.hash_key(ANA_KEY)).delete()
    assert "there already" not in seed(0, capsys)
    assert User.objects.count() == len(EVERYONE)


@pytest.mark.django_db
def test_everybody_can_sign_in_and_knows_their_department(capsys, client):
    seed(0, capsys)
    assert User.objects.count() == len(EVERYONE)
    for person in EVERYONE:
        user = User.objects.get(username=person.username)
        assert bool(user.roles) == bool(person.department)
    assert client.login(username="wes", password="santa311-demo")


@pytest.mark.django_db
def test_there_are_words_for_every_category():
    topics = words.topics(Path(settings.CITY_PACK) / "demo")
    assert set(topics) == set(Category.objects.active().values_list("service_code", flat=True))
    for topic in topics.values():
        assert all(len(each.text) > 8 and "=" not in each.text for each in topic.sayings)
        assert {"en", "es"} == {saying.language for saying in topic.sayings}


@pytest.mark.django_db
def test_no_words_of_the_story_are_taken_for_danger():
    topics = words.topics(Path(settings.CITY_PACK) / "demo").values()
    said = [saying.text for topic in topics for saying in topic.sayings]
    said += [text for topic in topics for text in topic.again]
    assert [text for text in said if danger.find_danger(text)] == []


@pytest.mark.django_db
def test_another_citys_pack_gets_a_story_that_fits_it(capsys, settings):
    """The plain story needs none of the categories, departments and places of the written one."""
    settings.CITY_PACK = str(ALDERHAVEN)
    load_pack(ALDERHAVEN)
    seed(12, capsys)
    rows = ServiceRequest.objects.select_related("category", "zone", "department")
    assert len(rows) == 12
    assert {row.zone.slug for row in rows} <= {"old-town", "harbor", "mill-hill", "meadows"}
    assert all(row.category.is_active for row in rows)
    for row in rows:
        the_log_tells_how_it_came_here(row)
    assert ServiceRequest.objects.filter(completions__isnull=False).exists()
    wes = User.objects.get(username="wes")
    assert wes.memberships.get().department.slug == "roads"
    device = Device.objects.get(key_hash=Device.hash_key(ANA_KEY))
    assert ServiceRequest.objects.filter(reporter_sessions__device=device).exists()


@pytest.mark.django_db
def test_a_changed_copy_of_the_storys_pack_gets_the_plain_one(settings):
    """An edited copy of the pack has a written story about categories that no longer exist."""
    folder = Path(settings.CITY_PACK) / "demo"
    assert is_about_this_city(folder)
    Category.objects.filter(service_code="pothole").update(is_active=False)
    assert not is_about_this_city(folder)
    assert not is_about_this_city(ALDERHAVEN / "demo")
