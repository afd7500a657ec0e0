"""Tests for a crew's photo that cannot be decoded: the job is in progress again."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from city.models import NoPhotoReason
from requests_app import tasks, timeline, workflow
from requests_app.errors import IllegalTransition, InvalidInput
from requests_app.models import Photo
from requests_app.permissions import SYSTEM, Audience
from requests_app.photos import uploading
from requests_app.status import Status, Verb
from tests import make
from tests.staff_portal.completion.test_completion import finish, picture, upload

pytestmark = pytest.mark.django_db


def broken():
    """Return an upload of a picture that cannot be decoded."""
    return SimpleUploadedFile("IMG_2.jpg", make.undecodable_picture().read(), "image/jpeg")


def process_photos(*photos):
    for photo in photos or Photo.objects.filter(kind=Photo.Kind.COMPLETION):
        tasks.make_photo_sizes(str(photo.pk))


@pytest.fixture
def rejected(client, wes, job):
    """Return a job that was completed with only a picture that cannot be decoded."""
    finish(client, job, photos=[broken()])
    assert job.status == Status.COMPLETED
    process_photos()
    job.refresh_from_db()
    return job


def test_the_job_is_underway_again_and_the_log_says_why(rejected):
    assert (rejected.status, rejected.completed_at) == (Status.IN_PROGRESS, None)
    assert rejected.completed_by is None
    event = rejected.events.last()
    assert event.verb == Verb.REJECT_PROOF
    [line, *_older] = timeline.build_timeline(timeline.load_events(rejected), Audience.REPORTER)
    assert "couldn't be opened" in line.text


def test_the_crews_page_keeps_what_was_written_and_says_why(client, rejected):
    body = client.get(reverse("completion", args=[rejected.reference])).content.decode()
    assert "Filled and rolled." in body
    assert "couldn't be opened" in body
    resolution = rejected.completions.get().resolution.code
    assert re.search(rf'value="{resolution}"[^>]*\schecked', body)
    assert "Your photo couldn't be opened" in client.get(
        reverse("job", args=[rejected.reference])
    ).content.decode().replace("&#x27;", "'")


def test_the_inbox_marks_it_until_it_is_finished_again(client, rejected):
    def is_marked():
        return "Photo couldn't be opened" in client.get(reverse("inbox")).content.decode()

    assert is_marked()
    key = "0192f0c4-7a3a-4b6e-9d6c-6a1b2c3d4e60"
    finish(client, rejected, photos=[picture("green")], key=key)
    rejected.refresh_from_db()
    make.act(workflow.dispute, rejected, make.ana(), words="It is still there.")
    make.act(workflow.start, rejected, make.wes())
    assert client.get(reverse("inbox")).context["cards"]
    assert not is_marked()


def test_another_photo_finishes_it(client, rejected):
    key = "0192f0c4-7a3a-4b6e-9d6c-6a1b2c3d4e5f"
    finish(client, rejected, photos=[picture("green")], key=key)
    process_photos()
    rejected.refresh_from_db()
    assert rejected.status == Status.COMPLETED
    assert rejected.completions.count() == 2
    page = client.get(reverse("job", args=[rejected.reference])).content.decode()
    assert "be opened</" not in page


def test_one_photo_that_can_be_shown_is_proof_enough(client, wes, job):
    finish(client, job, photos=[broken(), picture("green")])
    process_photos()
    job.refresh_from_db()
    assert job.status == Status.COMPLETED
    with pytest.raises(IllegalTransition):
        workflow.reject_proof(job, by=SYSTEM)


def test_work_without_a_photo_is_left_alone(job):
    make.complete(job, photos=[], no_photo_reason=make.reason(NoPhotoReason))
    with pytest.raises(IllegalTransition):
        workflow.reject_proof(job, by=SYSTEM)


def test_what_the_resident_said_meanwhile_counts(client, wes, job):
    finish(client, job, photos=[broken()])
    workflow.confirm(job, by=make.ana(), seen=make.last_event_id(job))
    process_photos()
    job.refresh_from_db()
    assert job.status == Status.CLOSED


def test_a_task_that_was_lost_is_made_up_for(client, wes, job):
    finish(client, job, photos=[broken()])
    Photo.objects.filter(kind=Photo.Kind.COMPLETION).update(state=Photo.State.UNREADABLE)
    tasks.retry_photos()
    job.refresh_from_db()
    assert job.status == Status.IN_PROGRESS


def test_a_photo_that_came_ahead_and_cannot_be_shown_is_named_before_the_job_is_finished(
    client, wes, job
):
    response = upload(client, job, broken())
    [photo] = response.context["photos"]
    process_photos(photo)
    response = finish(client, job, 422, photo=[str(photo.pk)])
    assert str(uploading.UNREADABLE_MESSAGE).replace("'", "&#x27;") in response.content.decode()
    assert "Filled and rolled." in response.content.decode()


def test_the_verb_itself_takes_none(wes, job):
    photo = make.photo(Photo.Kind.COMPLETION, "navy", user=wes)
    Photo.objects.update(state=Photo.State.UNREADABLE)
    with pytest.raises(InvalidInput):
        make.complete(job, photos=[photo])


def test_a_photo_that_ends_too_early_is_refused_at_once(client, wes, job):
    whole = make.picture("red", (640, 480)).read()
    cut = SimpleUploadedFile("IMG_3.jpg", whole[: len(whole) // 2], "image/jpeg")
    response = finish(client, job, 422, photos=[cut])
    assert str(uploading.UNREADABLE_MESSAGE).replace("'", "&#x27;") in response.content.decode()
