"""Tests for completing a job: proof, resolution code and note."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from city.models import Category, NoPhotoReason, ResolutionCode
from lib import clock
from requests_app import timeline, workflow
from requests_app.models import Photo
from requests_app.permissions import Audience
from requests_app.photos.form_upload import FormPhotos
from requests_app.status import Status, Verb
from staff_portal import photos
from tests import make
from tests.bucket import point_to
from tests.shared import photo
from tests.visitors import source

pytestmark = pytest.mark.django_db
COLORS = ["red", "green", "blue", "gray", "pink", "navy", "gold"]


def picture(color="olive"):
    return SimpleUploadedFile("IMG_1.jpg", make.picture(color).read(), "image/jpeg")


def build_form_data(row, **data):
    code = make.reason(ResolutionCode).code
    filled = {"seen": make.last_event_id(row), "resolution": code, "note": "Filled and rolled."}
    return {"key": str(uuid.uuid5(uuid.NAMESPACE_URL, row.reference))} | filled | data


def finish(client, row, status=302, headers=None, **data):
    address = reverse("completion", args=[row.reference])
    response = client.post(address, build_form_data(row, **data), headers=headers)
    assert response.status_code == status
    row.refresh_from_db()
    return response


def upload(client, row, file, status=200, **data):
    url = reverse("completion_photos", args=[row.reference])
    response = client.post(url, {"photos": file} | data)
    assert response.status_code == status
    return response


def read_photo_ids(response):
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


def test_nobody_is_said_to_be_asked_once_the_reporter_is_forgotten(client, wes, job):
    page, asked = reverse("completion", args=[job.reference]), "asking the resident to check it"
    assert asked in source(client.get(page))
    workflow.forget(job, by=make.ana())
    assert asked not in source(client.get(page))
    finish(client, job, photos=[picture()])
    shown = source(client.get(reverse("job", args=[job.reference])))
    assert f"Finished: {job.category}." in shown
    assert asked not in shown


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
        ids += read_photo_ids(upload(client, job, picture(color)))
    finish(client, job, photo=ids)
    assert [str(photo.pk) for photo in job.events.last().photos.all()] == ids


def test_a_photo_that_is_sent_again_is_the_photo_it_was(client, wes, job):
    key = build_form_data(job)["key"]
    first = read_photo_ids(upload(client, job, picture(), key=key))
    assert read_photo_ids(upload(client, job, picture(), key=key)) == first
    assert read_photo_ids(upload(client, job, picture(), key=str(uuid.uuid4()))) != first
    finish(client, job, photo=first)
    assert read_photo_ids(upload(client, job, picture(), key=key)) == first
    assert job.events.last().photos.count() == 1


def test_the_same_picture_twice_is_one(client, wes, job):
    finish(client, job, photos=[picture("red"), picture("red")])
    assert job.events.last().photos.count() == 1
    assert Photo.objects.unattached().count() == 0


def test_a_sixth_photo_is_refused_and_the_five_are_kept(client, wes, job):
    response = finish(client, job, 422, photos=[picture(color) for color in COLORS])
    assert len(response.context["photos"]) == 5
    assert "Not added: IMG_1.jpg, IMG_1.jpg." in response.content.decode()
    assert "up to 5 photos" in response.content.decode()


def test_a_file_that_is_no_picture_is_refused_in_words(client, wes, job):
    text = SimpleUploadedFile("notes.txt", b"not a picture", "text/plain")
    response = finish(client, job, 422, photos=[picture(), text])
    assert len(response.context["photos"]) == 1
    assert "notes.txt" in response.content.decode()
    response = upload(client, job, SimpleUploadedFile("a.jpg", b""), status=422)
    assert response.content.strip()


def test_after_five_files_that_are_no_pictures_the_rest_is_not_opened(client, wes, job):
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7") for n in range(6)]
    body = upload(client, job, [*files, picture()], status=422).content.decode()
    assert "4.pdf: This file is" in body
    assert "5.pdf" not in body
    assert "We didn&#x27;t look at the other files." in body
    assert not Photo.objects.exists()


def test_while_no_photo_can_be_kept_the_form_comes_back_and_says_so(client, wes, job, settings):
    point_to("http://127.0.0.1:1", settings)
    settings.MAX_SPOOLED_BYTES = 10
    answer = finish(client, job, 503, photos=picture(), note="Filled & rolled.")
    assert answer["Retry-After"]
    assert "can&#x27;t save photos right now" in answer.content.decode()
    assert "Filled &amp; rolled.</textarea>" in answer.content.decode()
    assert upload(client, job, picture(), status=503)["Retry-After"]
    assert not Photo.objects.exists()


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
    assert Photo.objects.unattached().count() == 0


def test_a_stale_page_cannot_complete_and_keeps_everything(client, wes, job):
    old = make.last_event_id(job)
    make.act(workflow.ask, job, make.sue(), question="Which side?")
    response = finish(client, job, 409, seen=old, photos=[picture()])
    body = response.content.decode()
    assert "Filled and rolled." in body
    assert "Which side?" in body
    assert len(response.context["photos"]) == 1


def test_sending_again_after_a_lost_answer_completes_once(client, wes, job):
    data = build_form_data(job) | {"photo": read_photo_ids(upload(client, job, picture()))}
    url = reverse("completion", args=[job.reference])
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"] == reverse("job", args=[job.reference])
    assert job.events.filter(verb=Verb.COMPLETE).count() == 1


def test_a_lost_answer_is_given_again_even_if_the_job_went_elsewhere(client, wes, job):
    data = build_form_data(job, photos=[picture()])
    finish(client, job, **data)
    make.act(workflow.dispute, job, make.ana(), words="It is still there.")
    make.moved_on(job, make.water())
    data.pop("photos")
    finish(client, job, 201, headers={"Accept": "application/json"}, **data)
    finish(client, job, 410, **data | {"key": str(uuid.uuid4())})


def test_other_words_with_the_key_of_what_was_sent_are_refused(client, wes, job):
    data = build_form_data(job, photos=[picture()])
    finish(client, job, **data)
    data.pop("photos")
    response = finish(client, job, 422, **data | {"note": "Another story."})
    assert "You already sent this" in response.content.decode()
    assert job.events.get(verb=Verb.COMPLETE).words.body == data["note"]


def test_a_phone_is_told_of_success_by_a_status_of_its_own(client, wes, job):
    asks = {"Accept": "application/json, text/html;q=0.9"}
    refused = finish(client, job, 422, headers=asks)
    assert refused["Content-Type"].startswith("text/html")
    done = finish(client, job, 201, headers=asks, photos=[picture()])
    assert done.json() == {"then": reverse("job", args=[job.reference])}


def test_a_phone_that_was_handed_on_sends_nothing_in_another_name(client, wes, job):
    theirs = str(make.sue().pk)
    finish(client, job, 403, photos=[picture()], by=theirs)
    upload(client, job, picture(), 403, by=theirs)
    assert Photo.objects.unattached().count() == 0
    finish(client, job, photos=[picture()], by=str(wes.pk))


def test_a_key_that_makes_no_sense_is_refused_in_words(client, wes, job):
    for key in ("nonsense", "\x00", "9" * 300):
        response = finish(client, job, 422, photos=[picture()], key=key)
        assert "The form didn&#x27;t load completely" in response.content.decode()
    other = make.service_request(Status.IN_PROGRESS)
    finish(client, other, photos=[picture("red")])
    response = finish(client, job, 422, photos=[picture()], key=build_form_data(other)["key"])
    assert "sent before, for another job" in response.content.decode()


def test_two_of_a_crew_cannot_both_complete(client, wes, job):
    data = build_form_data(job, photos=[picture()])
    make.act(
        workflow.complete,
        job,
        make.sue(),
        resolution=make.reason(ResolutionCode),
        note="Sue was quicker.",
        photos=[make.photo(Photo.Kind.COMPLETION, "pink", user=make.sue())],
    )
    response = client.post(reverse("completion", args=[job.reference]), data)
    assert response.status_code == 410
    assert "Sue was quicker." in response.content.decode()


def test_an_agent_who_is_not_of_the_crew_cannot_complete(client, job):
    client.force_login(make.omar())
    finish(client, job, 403)


def test_what_is_missing_is_said_all_at_once_and_the_photo_first(client, wes, job):
    body = finish(client, job, 422, resolution="", note=" ").content.decode()
    photo, code, note = (
        body.index(words)
        for words in ("Add a photo", "Choose what you did.", "Tell the resident what you did.")
    )
    assert photo < code < note


def test_a_refused_form_goes_on_with_what_was_seen_when_it_was_filled_in(client, wes, job):
    seen = make.last_event_id(job)
    make.act(workflow.ask, job, make.sue(), question="Which side?")
    response = finish(client, job, 422, seen=seen, note="")
    assert f'name="seen" value="{seen}"' in source(response)
    response = finish(client, job, 409, seen=seen, photos=[picture()])
    assert f'name="seen" value="{make.last_event_id(job)}"' in source(response)


def test_texts_that_fit_the_work_are_offered(client, wes, job):
    response = client.get(reverse("completion", args=[job.reference]))
    offered = response.context["suggestions"]
    assert offered[0].code == "note-pothole-filled"
    assert f'data-words="{offered[0].text}"' in response.content.decode()


FAR = "34.0580,-118.4917"  # about 5 km north of City Hall
NEAR = "34.0119,-118.4917"


@pytest.fixture
def strict(job):
    """Return a job whose category requires a photo taken today within 100 metres of the pin."""
    Category.objects.filter(pk=job.category_id).update(proof_within_m=100, proof_is_fresh=True)
    return job


def test_far_from_the_pin_says_how_far_and_takes_a_reason(client, wes, strict):
    response = finish(client, strict, 422, photos=[picture()], here=FAR)
    body = response.content.decode()
    assert "You are about 3.2 mi from the pin. Say why." in body
    ids = read_photo_ids(response)
    finish(client, strict, photo=ids, here=FAR, proof_reason="GPS was wrong")
    completion = strict.completions.get()
    assert (completion.metres, completion.proof_reason) == (5137, "GPS was wrong")
    body = client.get(reverse("job", args=[strict.reference])).content.decode()
    assert "Proof taken 3.2 mi from the pin" in body
    assert "GPS was wrong" in body


def test_near_the_pin_nobody_asks_why(client, wes, strict):
    assert (
        "Why is that?"
        in client.get(reverse("completion", args=[strict.reference])).content.decode()
    )
    finish(client, strict, photos=[picture()], here=NEAR)
    body = client.get(reverse("job", args=[strict.reference])).content.decode()
    assert "Proof taken 40 ft from the pin" in body


def test_a_phone_that_does_not_know_where_it_is_needs_a_reason_and_no_more(client, wes, strict):
    for nowhere in ("", "nonsense", "nan,nan", "1e999,5", "\x00", "9" * 400, "91,0", "1,2,3"):
        response = finish(client, strict, 422, photos=[picture()], here=nowhere)
        assert "Say why your location is missing." in response.content.decode()
    finish(client, strict, photos=[picture()], proof_reason="GPS was off")
    body = client.get(reverse("job", args=[strict.reference])).content.decode()
    assert "Photo location unknown" in body


def test_an_old_photo_needs_a_reason(client, wes, strict):
    ids = read_photo_ids(upload(client, strict, picture()))
    Photo.objects.filter(pk__in=ids).update(taken_at=clock.now() - timedelta(days=3))
    response = finish(client, strict, 422, photo=ids, here=NEAR)
    assert "This photo is older than a day. Say why." in response.content.decode()
    finish(client, strict, photo=ids, here=NEAR, proof_reason="Sent later, from elsewhere")


def test_where_no_rule_asks_the_position_is_kept_all_the_same(client, wes, job):
    Category.objects.filter(pk=job.category_id).update(proof_within_m=None, proof_is_fresh=False)
    finish(client, job, photos=[picture()], here=FAR)
    assert job.completions.get().metres == 5137


def test_a_photo_far_from_the_pin_is_said_beside_it_before_anything_is_sent(client, wes, job):
    Category.objects.filter(pk=job.category_id).update(proof_within_m=None)
    words = "Taken 3.2 mi from the pin. Right photo?"
    key = str(uuid.uuid4())
    with photo("good/gps_nikon_DSCN0010.jpg").open("rb") as file:
        assert "from the pin" in upload(client, job, file, key=key).content.decode()
    ids = read_photo_ids(upload(client, job, picture()))
    Photo.objects.filter(pk__in=ids).update(latitude=34.0580, longitude=-118.4917)
    response = finish(client, job, 422, photo=ids, note="")
    assert words in response.content.decode()
    Photo.objects.filter(pk__in=ids).update(latitude=34.0119, longitude=-118.4917)
    assert words not in finish(client, job, 422, photo=ids, note="").content.decode()


def test_a_job_that_waits_for_an_answer_cannot_be_finished(client, wes):
    row = make.service_request(Status.AWAITING_RESIDENT)
    body = client.get(reverse("completion", args=[row.reference])).content.decode()
    assert "This job can't be finished now" in body


def test_the_form_costs_few_queries(client, wes, job, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get(reverse("completion", args=[job.reference]))


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_arrives_twice_at_once_is_one():
    person, data = make.wes(), QueryDict(f"key={uuid.uuid4()}")

    def send(_number):
        try:
            return photos.save_form_photos(person, data, MultiValueDict({"photos": [picture()]}))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as phones:
        sent = list(phones.map(send, range(4)))
    assert Photo.objects.count() == 1
    assert sent == [FormPhotos([Photo.objects.get()])] * 4


def test_the_desk_reads_in_the_timeline_where_the_work_was_proved_and_residents_do_not(strict):
    make.complete(strict, here=(34.0580, -118.4917), proof_reason="GPS was wrong")
    [line] = [
        line
        for line in timeline.build_timeline(timeline.load_events(strict), Audience.STAFF)
        if line.event.verb == Verb.COMPLETE
    ]
    assert line.reason == "Repaired. Proof taken 3.2 mi from the pin. “GPS was wrong”"
    told = timeline.build_timeline(timeline.load_events(strict), Audience.REPORTER)
    assert not any("pin" in line.reason or "GPS" in line.reason for line in told)


def test_the_timeline_says_why_there_is_no_photo(job):
    reason = make.reason(NoPhotoReason)
    make.complete(job, photos=(), no_photo_reason=reason, here=None)
    [line] = timeline.build_timeline(timeline.load_events(job), Audience.STAFF)[:1]
    assert line.reason == f"Repaired. No photo: {reason}"


def test_the_resolutions_that_ended_this_kind_of_work_lately_come_first(client, wes, job):
    codes = list(ResolutionCode.objects.active())
    usual = codes[-1]
    make.complete(make.service_request(Status.IN_PROGRESS), resolution=usual)
    shown = client.get(reverse("completion", args=[job.reference])).context["usual"]
    assert shown == [usual.code, *(code.code for code in codes if code != usual)][:4]
