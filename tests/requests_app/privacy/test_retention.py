"""Tests for deleting personal data after the city's retention period; the events are kept."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city import cache
from city.models import City
from lib import clock
from lib.storage import default_storage
from notifications.models import Delivery
from requests_app import workflow
from requests_app.errors import InvalidInput, NotAllowed
from requests_app.models import (
    AccessLink,
    Comment,
    Contact,
    DataLink,
    Device,
    Follower,
    Photo,
    ReporterSession,
)
from requests_app.photos import uploading
from requests_app.photos.clean_originals import clean_originals
from requests_app.privacy import retention
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana Lopez", "email": "ana@example.org", "phone": "310 555 0142"}


def later(days):
    return clock.freeze_time(clock.now() + timedelta(days=days))


def closed(**given):
    return make.service_request(Status.CLOSED, contact=ANA, **given)


def nightly(days):
    with later(days):
        return retention.apply_retention()


def private_one(**given):
    return closed(category=make.category(is_private=True), **given)


def all_text(row):
    """Return every text in the database about a request, as one string."""
    row.refresh_from_db()
    rows = [*Contact.objects.all(), *Comment.objects.all(), *Delivery.objects.all(), row]
    return " ".join(str(value) for each in rows for value in vars(each).values())


def test_details_are_kept_for_the_period_and_then_gone():
    row = closed()
    AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row)
    outbox.deliver_all_pending_events()
    assert nightly(179) == 0
    assert Contact.objects.filter(service_request=row).exists()
    assert nightly(181) == 1
    assert not Contact.objects.filter(service_request=row).exists()
    assert not ReporterSession.objects.filter(service_request=row).exists()
    assert not AccessLink.objects.filter(service_request=row).exists()
    assert "ana@example.org" not in all_text(row)
    assert not re.search(r"555\D?0142", all_text(row))
    assert row.forgotten_at is not None


def test_the_request_its_timeline_and_its_public_words_stay():
    row = closed()
    make.act(workflow.comment, row, make.omar(), words="Patched for good.")
    before = list(row.events.values_list("pk", "verb", "device", "at"))
    words = sorted(Comment.objects.values_list("body", flat=True))
    nightly(181)
    row.refresh_from_db()
    assert row.description == "A hole as wide as a bucket."
    assert list(row.events.values_list("pk", "verb", "device", "at")) == before
    assert sorted(Comment.objects.values_list("body", flat=True)) == words


def test_an_open_request_keeps_its_reporter_however_old_it_is():
    row = make.service_request(Status.ON_HOLD, contact=ANA)
    assert nightly(2000) == 0
    assert Contact.objects.filter(service_request=row).exists()


def test_a_second_night_finds_nothing_to_do():
    closed()
    assert nightly(181) == 1
    assert nightly(182) == 0


def test_what_was_opened_again_and_closed_again_is_forgotten_again():
    row = closed()
    nightly(181)
    with later(190):
        make.act(workflow.reopen, row, make.omar(), words="It came back.")
        workflow.follow(row, by=make.bob())
        make.act(workflow.decline, row, make.omar(), reason=make.reason(make.DeclineReason),
                 words="Not ours.")  # fmt: skip
    assert nightly(300) == 0
    assert nightly(190 + 181) == 1
    assert not Follower.objects.exists()


def test_a_city_sets_its_own_period():
    closed()
    City.objects.update(contact_kept_days=30)
    cache.clear_process_cache()
    assert nightly(29) == 0
    assert nightly(31) == 1


def test_the_browser_is_no_longer_known_and_its_row_in_the_log_stays():
    row = closed()
    ana = make.ana()
    nightly(181)
    assert row.events.filter(device=ana).exists()
    assert not Device.objects.filter(key_hash=ana.key_hash).exists()
    assert make.ana().pk != ana.pk


def test_a_browser_that_still_reports_something_is_kept():
    closed()
    make.filed(by=make.ana())
    ana = make.ana()
    nightly(181)
    assert make.ana().pk == ana.pk


def test_a_browser_that_only_once_began_a_report_is_deleted():
    idle = make.device("idle")
    nightly(179)
    assert Device.objects.filter(pk=idle.pk).exists()
    nightly(181)
    assert not Device.objects.filter(pk=idle.pk).exists()


def test_ten_idle_browsers_are_deleted_with_as_many_statements_as_one():
    def count_statements(names):
        for name in names:
            make.device(name)
        with CaptureQueriesContext(connection) as statements:
            nightly(181)
        assert not Device.objects.exists()
        return len(statements)

    count_statements(["first"])  # loads what a process reads only once
    one = count_statements(["idle"])
    assert count_statements([f"idle {n}" for n in range(10)]) == one


def test_numbers_that_staff_noted_for_each_other_go_too():
    row = make.service_request(Status.ROUTED, contact=ANA)
    make.act(workflow.comment, row, make.wes(), is_public=False,
             words="Ana Lopez says call 310-555-0142, gate is left.")  # fmt: skip
    make.act(workflow.comment, row, make.wes(), is_public=False, words="Bring the big shovel.")
    make.complete(row)
    make.act(workflow.confirm, row, make.ana())
    nightly(181)
    notes = Comment.objects.filter(is_public=False).order_by("pk")
    assert [note.body for note in notes] == [
        "[…] says call […], gate is left.",
        "Bring the big shovel.",
    ]


def test_words_photos_and_answers_of_private_requests_go_the_place_stays():
    photo = make.photo(device=make.ana())
    row = private_one(photos=[photo], description="The man in the blue tent.", location_note="Tent")
    uploading.make_sizes(photo.pk)
    nightly(181)
    row.refresh_from_db()
    assert (row.description, row.location_note, row.words_digest) == ("", "", "")
    assert row.location_text == "City Hall"
    assert default_storage.exists(photo.original)
    clean_originals()
    assert not default_storage.exists(photo.original)
    kept = Photo.objects.get(pk=photo.pk)
    assert not default_storage.exists(kept.storage_name(320))
    assert kept.latitude is None
    assert kept.taken_at is None


def test_what_the_city_wrote_in_a_private_request_stays_what_residents_wrote_goes():
    row = make.service_request(Status.DISPUTED, category=make.category(is_private=True))
    make.act(workflow.uphold, row, make.sue(), words="We were there at ten.")
    nightly(181)
    bodies = {c.event.verb: c.body for c in Comment.objects.filter(service_request=row)}
    assert bodies[Verb.DISPUTE] == ""
    assert bodies[Verb.UPHOLD] == "We were there at ten."


def test_a_city_may_keep_private_words_longer_or_shorter_than_the_contact():
    row = private_one()
    City.objects.update(words_kept_days=10)
    cache.clear_process_cache()
    nightly(11)
    row.refresh_from_db()
    assert row.description == ""
    assert row.forgotten_at is None
    assert Contact.objects.filter(service_request=row).exists()


def test_figures_are_the_same_before_and_after():
    closed()
    private_one()
    make.service_request(Status.CLOSED, Outcome.DECLINED, contact=ANA)
    before = counted()
    nightly(181)
    assert counted() == before


def counted():
    """Return what the overview counts: statuses, outcomes, times and ratings, by category."""
    rows = make.ServiceRequest.objects.order_by("pk")
    return list(
        rows.values_list(
            "category",
            "status",
            "outcome",
            "zone",
            "filed_at",
            "completed_at",
            "closed_at",
            "changed_at",
            "feedback__rating",
        )
    )


def test_a_mail_that_still_waits_is_not_sent_to_somebody_forgotten():
    row = closed()
    workflow.forget(row, by=make.ana())
    outbox.deliver_all_pending_events()
    assert not Delivery.objects.filter(recipient="ana@example.org").exists()


def test_the_log_says_that_details_were_deleted_why_and_nothing_personal():
    row = make.service_request(Status.ROUTED, contact=ANA)
    event = workflow.forget(row, by=make.omar(), reason="caller")
    assert (event.verb, event.code, event.on_behalf) == (Verb.FORGET, "caller", True)
    assert not hasattr(event, "words")
    assert row.status == Status.ROUTED
    assert row.forgotten_at is not None


@pytest.mark.parametrize("stranger", [make.bob, make.walt, make.wes])
def test_nobody_but_the_reporter_or_an_agent_deletes_details(stranger):
    row = make.service_request(Status.ROUTED, contact=ANA)
    with pytest.raises(NotAllowed):
        workflow.forget(row, by=stranger())


def test_dead_data_links_are_swept():
    link = DataLink.objects.create(nonce=uuid.uuid4(), address="ana@example.org", token_hash="x")
    retention.delete_expired()
    assert DataLink.objects.filter(pk=link.pk).exists()
    with later(1.1):
        retention.delete_expired()
    assert not DataLink.objects.exists()


def test_a_reason_for_deleting_is_one_of_the_list():
    row = make.service_request(Status.ROUTED, contact=ANA)
    with pytest.raises(InvalidInput):
        workflow.forget(row, by=make.omar(), reason="because Ana Lopez said so")
    assert Contact.objects.filter(service_request=row).exists()
