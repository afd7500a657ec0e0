"""Tests for verbs called with API keys, within the scope of each key."""

import sys
from functools import partial
from types import ModuleType

import pytest
from django.db import IntegrityError, transaction

from city.models import Category
from lib import clock
from requests_app import timeline, workflow
from requests_app.errors import InvalidInput, NotAllowed
from requests_app.models import ApiKey, PendingEvent
from requests_app.permissions import SYSTEM, Audience
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import VERBS
from requests_app.workflow.actor_names import actor_name
from requests_app.workflow.filing import add_photo
from requests_app.workflow.sentences import format_sentence
from tests import make

pytestmark = pytest.mark.django_db


def told(row, audience=Audience.OTHERS):
    events = row.events.order_by("pk")
    told = [format_sentence(VERBS[event.verb].sentence, event, audience) for event in events]
    return [text for text, _icon in told]


def test_a_front_end_confirms_what_it_filed():
    row = make.filed(by=make.front_end())
    make.route(row)
    make.complete(row)
    make.act(workflow.confirm, row, make.front_end(), rating=5)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.CONFIRMED)
    assert row.events.last().key == make.front_end()


def test_a_front_end_disputes_as_the_reporter_what_it_filed():
    row = make.filed(by=make.front_end())
    make.route(row)
    make.complete(row)
    make.act(workflow.dispute, row, make.front_end(), words="It's still there.")
    assert row.status == Status.DISPUTED
    assert row.disputed_by_reporter


@pytest.mark.parametrize("verb", [workflow.confirm, workflow.dispute])
def test_a_front_end_does_not_speak_for_the_reporters_of_others(verb):
    row = make.service_request(Status.COMPLETED)
    words = {"words": "It's still there."} if verb is workflow.dispute else {}
    with pytest.raises(NotAllowed):
        make.act(verb, row, make.front_end(), **words)
    other = make.front_end("Another one")
    with pytest.raises(NotAllowed):
        make.act(verb, make.filed(by=other), make.front_end(), **words)


def test_residents_write_through_a_front_end_on_what_is_public_alone():
    row = make.service_request(Status.ROUTED)
    event = make.act(workflow.comment, row, make.front_end(), words="I saw it too.")
    assert event.key == make.front_end()
    private = make.filed(category=make.category(is_private=True))
    with pytest.raises(NotAllowed):
        make.act(workflow.comment, private, make.front_end(), words="I saw it too.")


def test_words_of_danger_are_seen_whoever_relays_them():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.front_end(), words="There is a strong smell of gas here")
    row.refresh_from_db()
    assert row.danger


def test_the_system_of_a_department_does_its_work():
    row, system = make.service_request(Status.ROUTED), make.department_system()
    make.act(workflow.start, row, system)
    assert row.status == Status.IN_PROGRESS
    assert row.assignee is None  # not assigned to anyone
    assert row.events.last().key == system


def test_the_system_of_a_department_leaves_the_work_of_others_alone():
    row = make.filed()
    make.act(workflow.route, row, make.omar(), to=make.water())
    with pytest.raises(NotAllowed):
        make.act(workflow.start, row, make.department_system())


def test_a_key_does_nothing_beyond_its_verbs():
    row = make.service_request(Status.ROUTED)
    with pytest.raises(NotAllowed):
        make.act(workflow.hand_back, row, make.department_system(), reason=None)
    only_files = ApiKey.objects.create(name="Only files", verbs=[Verb.FILE], digest="x" * 64)
    with pytest.raises(NotAllowed):
        make.act(workflow.comment, row, only_files, words="I saw it too.")
    only_comments = ApiKey.objects.create(name="Comments", verbs=[Verb.COMMENT], digest="y" * 64)
    with pytest.raises(NotAllowed):
        make.filed(by=only_comments)


def test_a_key_does_nothing_beyond_its_categories():
    other = Category.objects.exclude(pk=make.pothole().pk).first()
    key = make.front_end("Trees only")
    key.services.add(other)
    with pytest.raises(NotAllowed):
        make.filed(by=key)
    with pytest.raises(NotAllowed):
        make.act(workflow.comment, make.service_request(Status.ROUTED), key, words="Me too.")


def test_a_key_is_for_residents_or_for_a_department_never_both():
    with transaction.atomic(), pytest.raises(IntegrityError):
        ApiKey.objects.create(name="Both", verbs=[Verb.START], digest="x" * 64)
    with transaction.atomic(), pytest.raises(IntegrityError):
        ApiKey.objects.create(
            name="Both", verbs=[Verb.FILE], digest="x" * 64, department=make.streets()
        )


def test_a_history_calls_a_key_by_its_name():
    row = make.filed(by=make.front_end())
    make.route(row)
    make.act(workflow.start, row, make.department_system())
    make.act(workflow.comment, row, make.front_end(), words="I saw it too.")
    everybody = told(row)
    assert everybody[0] == "It was reported through FixMyStreet."
    assert everybody[-1] == "Someone wrote through FixMyStreet:"
    assert not any("Work orders" in line for line in everybody)
    assert "Work orders started work." in told(row, Audience.STAFF)


def test_the_whole_timeline_tells_of_a_key(django_assert_max_num_queries):
    row = make.filed(by=make.front_end())
    for words in ("One.", "Two.", "Three."):
        make.act(workflow.comment, row, make.front_end(), words=words)
    with django_assert_max_num_queries(4):
        shown = timeline.build_timeline(timeline.load_events(row), Audience.OTHERS)
    assert len(shown) == 4


def test_a_secret_is_found_by_its_hash_alone():
    key = make.front_end()
    secret = make.secret_of(key.name)
    assert ApiKey.objects.find_by_secret(secret) == key
    assert ApiKey.objects.find_by_secret(secret + "x") is None
    assert ApiKey.objects.find_by_secret("") is None


def test_after_a_rotation_both_secrets_are_good_for_a_while():
    key = make.front_end()
    before, after = make.secret_of(key.name), key.rotate()
    assert ApiKey.objects.find_by_secret(before) == ApiKey.objects.find_by_secret(after) == key
    with clock.freeze_time(clock.now() + ApiKey.GRACE_PERIOD):
        assert ApiKey.objects.find_by_secret(before) is None
        assert ApiKey.objects.find_by_secret(after) == key


def test_a_revoked_key_is_unknown_at_once():
    key = make.front_end()
    key.revoke()
    assert ApiKey.objects.find_by_secret(make.secret_of(key.name)) is None


def test_staff_read_what_the_system_noted():
    row = make.filed(by=make.front_end())
    event = workflow.comment(row, by=SYSTEM, words="It wasn't added.", is_public=False)
    assert told(row, Audience.STAFF)[-1] == "Noted automatically:"
    assert not event.words.is_public


def test_only_staff_and_the_system_leave_internal_notes():
    row = make.service_request(Status.ROUTED)
    with pytest.raises(InvalidInput):
        make.act(workflow.comment, row, make.front_end(), words="Psst.", is_public=False)


def test_a_key_that_judges_is_named_where_staff_would_be():
    row = make.filed(by=make.front_end())
    event = make.act(workflow.comment, row, make.front_end(), words="I saw it too.")
    assert actor_name(event, Audience.OTHERS) == "FixMyStreet"


def test_a_photo_that_came_later_joins_its_report_and_is_seen_at_once():
    row = make.filed(by=make.front_end(), photos=[make.photo(color="olive")])
    version, event = row.version, row.events.get()
    add_photo(event, make.photo(color="navy"))
    row.refresh_from_db()
    assert [photo.position for photo in event.photos.order_by("position")] == [0, 1]
    assert row.version == version + 1


def test_an_optional_subscriber_is_owed_an_event_while_somebody_listens(settings, monkeypatch):
    for name, is_heard in (("deaf", False), ("hearing", True)):
        module = ModuleType(name)
        module.is_heard = partial(bool, is_heard)
        monkeypatch.setitem(sys.modules, name, module)
    settings.OPTIONAL_EVENT_SUBSCRIBERS = ["deaf", "hearing"]
    settings.EVENT_SUBSCRIBERS = []
    event = make.filed().events.get()
    owed = PendingEvent.objects.filter(event=event).values_list("subscriber", flat=True)
    assert list(owed) == ["hearing.on_event"]
