"""The work is done: proof, a resolution and a note."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from city.models import NoPhotoReason, ResolutionCode
from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make

pytestmark = pytest.mark.django_db
COLORS = ["red", "green", "blue", "gray", "pink", "navy", "gold"]


@pytest.fixture
def wes(client):
    client.force_login(make.wes())
    return make.wes()


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)


def picture(color="olive"):
    return SimpleUploadedFile("IMG_1.jpg", make.picture(color).read(), "image/jpeg")


def given(row, **data):
    code = make.reason(ResolutionCode).code
    return {"seen": make.seen(row), "resolution": code, "note": "Filled and rolled."} | data


def finish(client, row, status=302, **data):
    response = client.post(reverse("completion", args=[row.reference]), given(row, **data))
    assert response.status_code == status
    row.refresh_from_db()
    return response


def upload(client, row, file, status=200, **data):
    url = reverse("completion_photos", args=[row.reference])
    response = client.post(url, {"photos": file} | data)
    assert response.status_code == status
    return response


def kept_ids(response):
    return [str(photo.pk) for photo in response.context["photos"]]


def test_a_photo_a_code_and_a_note_finish_the_job(client, wes, job):
    finish(client, job, photos=[picture("red"), picture("blue")])
    assert job.status == Status.COMPLETED
    event = job.events.last()
    assert event.words.body == "Filled and rolled."
    assert [photo.user for photo in event.photos.all()] == [wes, wes]


def test_a_job_may_be_finished_without_having_been_started(client, wes):
    row = make.service_request(Status.ROUTED)
    finish(client, row, photos=[picture()])
    assert row.status == Status.COMPLETED


def test_proof_is_demanded_or_the_reason_why_there_is_none(client, wes, job):
    response = finish(client, job, 422)
    assert "Add a photo of the finished work" in response.content.decode()
    reason = make.reason(NoPhotoReason)
    finish(client, job, no_photo_reason=reason.code)
    assert job.completions.get().no_photo_reason == reason


def test_a_reason_for_no_photo_is_forgotten_where_there_is_one(client, wes, job):
    finish(client, job, photos=[picture()], no_photo_reason=make.reason(NoPhotoReason).code)
    assert job.completions.get().no_photo_reason is None


def test_what_was_uploaded_and_typed_survives_a_refusal(client, wes, job):
    response = finish(client, job, 422, photos=[picture()], resolution="")
    [photo] = response.context["photos"]
    body = response.content.decode()
    assert "Filled and rolled." in body
    assert f'value="{photo.pk}"' in body
    finish(client, job, photo=[str(photo.pk)])
    assert list(job.events.last().photos.all()) == [photo]


def test_photos_go_up_one_by_one_and_are_sent_by_their_ids(client, wes, job):
    ids = []
    for color in ("red", "blue"):
        response = upload(client, job, picture(color), photo=ids)
        ids += kept_ids(response)
    finish(client, job, photo=ids)
    assert [str(photo.pk) for photo in job.events.last().photos.all()] == ids


def test_the_same_picture_twice_is_one(client, wes, job):
    finish(client, job, photos=[picture("red"), picture("red")])
    assert job.events.last().photos.count() == 1
    assert Photo.objects.loose().count() == 0


def test_a_sixth_photo_is_refused_and_the_five_are_kept(client, wes, job):
    response = finish(client, job, 422, photos=[picture(color) for color in COLORS])
    assert len(response.context["photos"]) == 5
    assert "up to 5 photos" in response.content.decode()


def test_a_file_that_is_no_picture_is_refused_in_words(client, wes, job):
    text = SimpleUploadedFile("notes.txt", b"not a picture", "text/plain")
    response = finish(client, job, 422, photos=[picture(), text])
    assert len(response.context["photos"]) == 1
    assert "notes.txt" in response.content.decode()
    response = upload(client, job, SimpleUploadedFile("a.jpg", b""), status=422)
    assert response.content.strip()


def test_somebody_elses_loose_photo_is_not_mine_to_send(client, wes, job):
    theirs = make.photo(Photo.Kind.COMPLETION, "pink", user=make.sue())
    report = make.photo(Photo.Kind.REPORT, "gold", user=wes)
    nonsense = ["", "1 or 1=1", "\x00", "9" * 40]
    finish(client, job, 422, photo=[str(theirs.pk), str(report.pk), *nonsense])
    theirs.refresh_from_db()
    assert theirs.service_request is None


def test_a_job_of_another_department_takes_no_photo(client, job):
    client.force_login(make.walt())
    upload(client, job, picture(), status=404)
    finish(client, job, 404)
    assert Photo.objects.loose().count() == 0


def test_a_stale_page_cannot_complete_and_keeps_everything(client, wes, job):
    old = make.seen(job)
    make.act(workflow.ask, job, make.sue(), question="Which side?")
    response = finish(client, job, 409, seen=old, photos=[picture()])
    body = response.content.decode()
    assert "Filled and rolled." in body
    assert "Which side?" in body
    assert len(response.context["photos"]) == 1


def test_sending_again_after_a_lost_answer_completes_once(client, wes, job):
    data = given(job) | {"photo": kept_ids(upload(client, job, picture()))}
    url = reverse("completion", args=[job.reference])
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"] == reverse("job", args=[job.reference])
    assert job.events.filter(verb=Verb.COMPLETE).count() == 1


def test_two_of_a_crew_cannot_both_complete(client, wes, job):
    data = given(job, photos=[picture()])
    make.act(
        workflow.complete,
        job,
        make.sue(),
        resolution=make.reason(ResolutionCode),
        note="Sue was quicker.",
        photos=[make.photo(Photo.Kind.COMPLETION, "pink", user=make.sue())],
    )
    response = client.post(reverse("completion", args=[job.reference]), data)
    assert response.status_code == 409
    assert "Sue was quicker." in response.content.decode()


def test_an_agent_who_is_not_of_the_crew_cannot_complete(client, job):
    client.force_login(make.omar())
    finish(client, job, 403)


def test_what_the_department_wrote_lately_is_offered(client, wes, job):
    finish(client, job, photos=[picture()])
    again = make.service_request(Status.IN_PROGRESS)
    response = client.get(reverse("completion", args=[again.reference]))
    assert response.context["suggestions"] == ["Filled and rolled."]


def test_a_job_that_waits_for_an_answer_cannot_be_finished(client, wes):
    row = make.service_request(Status.AWAITING_RESIDENT)
    body = client.get(reverse("completion", args=[row.reference])).content.decode()
    assert "This job cannot be finished now" in body


def test_the_form_costs_few_queries(client, wes, job, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get(reverse("completion", args=[job.reference]))
