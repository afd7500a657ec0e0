"""Tests for a job that was rerouted during the work: the new department gets the crew's work."""

import uuid

import pytest
from django.urls import reverse

from city.models import DeclineReason, HandBackReason, ResolutionCode
from notifications import subscriber
from notifications.models import Delivery
from requests_app import timeline, workflow
from requests_app.errors import InvalidInput, NotAllowed
from requests_app.models import Handover, Photo
from requests_app.permissions import SYSTEM, Audience
from requests_app.status import Outcome, Status, Verb
from tests import make
from tests.staff_portal.completion.test_completion import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(job):
    """Return a job that Wes worked on and an agent then routed to another department."""
    make.route(job, make.water())
    return job


def post(client, name, row, status, headers=None, **data):
    response = client.post(reverse(name, args=[row.reference]), data, headers=headers)
    assert response.status_code == status, response.text
    return response


def send(client, row, status=302, **data):
    return post(client, "handover", row, status, **{"note": "Filled and rolled."} | data)


def make_loose_photo(person):
    return make.photo(Photo.Kind.COMPLETION, "olive", user=person)


def can_see_photo(client, photo, person=None):
    """Return True if the photo's URL redirects the client, signed in as `person`, to the photo."""
    if person:
        client.force_login(person)
    return client.get(reverse("photo", args=[photo.key, 320])).status_code == 302


def test_the_photos_and_the_note_go_to_who_has_the_job_now(client, wes, moved):
    before = moved.status, moved.department, moved.due_at
    send(client, moved, photos=[picture("red"), picture("blue")])
    [event] = moved.events.filter(verb=Verb.HAND_OVER)
    assert (event.actor, event.department) == (wes, make.water())
    assert event.words.body == "Filled and rolled."
    assert not event.words.is_public
    assert [photo.is_hidden for photo in event.photos.all()] == [True, True]
    moved.refresh_from_db()
    assert (moved.status, moved.department, moved.due_at) == before


def test_a_code_that_is_not_listed_is_left_out(client, wes, moved):
    send(client, moved, resolution="no such code")
    assert moved.events.last().code == ""


def test_the_crew_reads_where_it_went_and_the_desk_sees_the_note_with_its_photos(
    client, wes, moved
):
    send(client, moved, photos=[picture()])
    assert "Your photos and note were sent to Water Resources." in client.get(reverse("inbox")).text
    client.force_login(make.omar())
    line = timeline.build_timeline(timeline.load_events(moved), Audience.STAFF)[0]
    assert (line.is_internal, line.quote, len(line.photos)) == (True, "Filled and rolled.", 1)
    page = client.get(reverse("desk_request", args=[moved.reference])).text
    assert "Filled and rolled." in page


def test_the_new_department_sees_the_note_with_its_photos(client, wes, moved):
    code = make.reason(ResolutionCode)
    send(client, moved, photos=[picture()], resolution=code.code)
    [photo] = moved.photos.filter(kind=Photo.Kind.COMPLETION)
    photo.state = Photo.State.READY
    photo.save()
    client.force_login(make.walt())
    page = client.get(reverse("job", args=[moved.reference])).text
    assert "Wes worked on it before it moved, and sent this:" in page
    assert "Filled and rolled." in page
    assert str(code) in page
    assert photo.key in page
    poll = client.get(reverse("job_live", args=[moved.reference]) + "?e=0").text
    assert "Wes worked on it before it moved" in poll


@pytest.mark.parametrize("audience", [Audience.REPORTER, Audience.OTHERS])
@pytest.mark.parametrize("words", ["Filled and rolled.", ""])
def test_residents_get_no_update_of_it_and_see_none_of_its_photos(client, moved, audience, words):
    photo = make_loose_photo(make.wes())
    workflow.hand_over(moved, by=make.wes(), words=words, photos=[photo])
    lines = timeline.build_timeline(timeline.load_events(moved), audience)
    assert Verb.HAND_OVER not in [line.event.verb for line in lines]
    assert not can_see_photo(client, photo)
    page = client.get(reverse("service_request", args=[moved.reference])).text
    assert photo.key not in page
    assert "Filled and rolled." not in page
    assert can_see_photo(client, photo, make.walt())
    assert can_see_photo(client, photo, make.omar())


def test_the_desk_may_show_one_of_its_photos_and_the_words_stay_inside(moved):
    photos = [
        make_loose_photo(make.wes()),
        make.photo(Photo.Kind.COMPLETION, "red", user=make.wes()),
    ]
    workflow.hand_over(moved, by=make.wes(), words="Filled and rolled.", photos=photos)
    photos[0].refresh_from_db()
    make.act(workflow.unhide, moved, make.omar(), photo=photos[0])
    line = timeline.build_timeline(timeline.load_events(moved), Audience.REPORTER)[0]
    assert line.event.verb == Verb.HAND_OVER
    assert [photo.pk for photo in line.photos] == [photos[0].pk]
    assert (line.quote, line.reason) == ("", "")


def test_nobody_is_mailed(moved, wes):
    event = workflow.hand_over(moved, by=wes, words="Filled and rolled.")
    subscriber.on_event(event)
    assert not Delivery.objects.filter(event=event).exists()


def test_what_is_sent_twice_is_kept_once(client, wes, moved):
    key = str(uuid.uuid4())
    for _again in range(2):
        response = post(
            client,
            "handover",
            moved,
            201,
            {"accept": "application/json"},
            note="Filled.",
            photos=[picture()],
            key=key,
        )
    assert response.json() == {"then": reverse("inbox")}
    assert moved.events.filter(verb=Verb.HAND_OVER).count() == 1
    assert Handover.objects.get().key == uuid.UUID(key)
    assert not Photo.objects.unattached().exists()


def test_a_key_is_one_persons_and_one_jobs(moved, wes):
    key = uuid.uuid4()
    workflow.hand_over(moved, by=wes, words="Filled.", key=key)
    assert workflow.hand_over(moved, by=wes, words="Filled.", key=key) == moved.events.last()
    with pytest.raises(InvalidInput):
        workflow.hand_over(moved, by=make.sue(), words="Filled.", key=key)


def test_without_photo_and_note_there_is_nothing_to_send(client, wes, moved):
    response = send(client, moved, 422, note=" ")
    assert "Add a photo or write a note first." in response.text
    assert not moved.events.filter(verb=Verb.HAND_OVER).exists()


def test_only_a_department_that_had_it_and_lost_it_may(job):
    with pytest.raises(NotAllowed):
        workflow.hand_over(job, by=make.wes(), words="Ours, and open.")
    with pytest.raises(NotAllowed):
        workflow.hand_over(job, by=make.walt(), words="Never ours.")
    for person in (make.ana(), make.bob(), make.omar()):
        with pytest.raises(NotAllowed):
            workflow.hand_over(job, by=person, words="Not of a crew.")
    make.route(job, make.water())
    assert Verb.HAND_OVER in workflow.available_verbs(job, make.wes())
    assert Verb.HAND_OVER not in workflow.available_verbs(job, make.walt())


def test_a_department_that_never_had_it_finds_nothing(client, job):
    client.force_login(make.walt())
    for name in ("job", "completion", "handover"):
        assert client.get(reverse(name, args=[job.reference])).status_code == 404
    send(client, job, 404)
    post(client, "completion_photos", job, 404, photos=picture())


def test_the_job_page_says_who_has_it_and_takes_what_was_done(client, wes, moved):
    response = client.get(reverse("job", args=[moved.reference]))
    body = response.text
    assert response.status_code == 410
    assert "Now with Water Resources" in body
    assert "Send to Water Resources" in body
    assert "Omar sent it to Water Resources." in body
    assert "Kept-For" not in response


def test_back_with_the_desk_it_goes_to_311(client, wes, job):
    make.act(workflow.hand_back, job, make.sue(), reason=make.reason(HandBackReason))
    body = client.get(reverse("job", args=[job.reference])).text
    assert "Send to 311" in body
    send(client, job, photos=[picture()])
    assert job.events.last().department is None


def test_a_job_that_was_closed_meanwhile_takes_it_too(client, wes, job):
    make.act(workflow.decline, job, make.omar(), reason=make.reason(DeclineReason), words="No.")
    assert job.outcome == Outcome.DECLINED
    response = post(client, "completion", job, 410, note="Filled.", photos=[picture()])
    [photo] = response.context["photos"]
    send(client, job, photo=[str(photo.pk)])
    assert job.events.last().photos.get() == photo


def test_what_a_colleague_finished_meanwhile_takes_a_second_crews_photos(client, wes, job):
    make.act(
        workflow.complete,
        job,
        make.sue(),
        note="Done.",
        resolution=make.reason(ResolutionCode),
        photos=[make_loose_photo(make.sue())],
    )
    post(client, "completion", job, 410, note="Filled.", photos=[picture()], seen=1)
    send(client, job)
    job.refresh_from_db()
    assert job.status == Status.COMPLETED


def test_a_form_that_comes_too_late_keeps_its_photos_and_words(client, wes, moved):
    code = make.reason(ResolutionCode).code
    sent = {"note": "Filled.", "photos": [picture()], "seen": 1, "resolution": code}
    response = post(client, "completion", moved, 410, **sent)
    form = response.context["form"]
    [photo] = response.context["photos"]
    assert (form["note"].value(), form["resolution"].value()) == ("Filled.", code)
    assert f'value="{photo.pk}"' in response.text
    assert not moved.completions.exists()


@pytest.mark.parametrize(
    ("name", "field"), [("job_comments", "words"), ("job_question", "question")]
)
def test_words_typed_on_the_open_page_are_offered_as_the_note(client, wes, moved, name, field):
    response = post(client, name, moved, 410, **{field: "Cones are out.", "seen": 1})
    assert response.context["form"]["note"].value() == "Cones are out."
    assert moved.events.filter(verb=Verb.COMMENT).count() == 0


def test_an_open_page_is_told_who_has_it(client, wes, moved):
    response = client.get(reverse("job_live", args=[moved.reference]) + "?e=1")
    assert response.status_code == 200
    assert "Now with Water Resources" in response.text
    assert "data-moved" in response.text


def test_what_came_back_meanwhile_is_finished_as_any_job(client, wes, moved):
    make.route(moved, make.streets())
    response = send(client, moved, 409, photos=[picture()])
    body = response.text
    assert "This job is with your department again." in body
    assert reverse("completion", args=[moved.reference]) in body
    assert response.context["form"]["note"].value() == "Filled and rolled."
    assert len(response.context["photos"]) == 1


def test_a_phone_that_was_handed_on_sends_nothing_in_another_name(client, wes, moved):
    send(client, moved, 403, by=make.sue().pk)


def test_it_makes_nobodys_page_stale(moved, wes):
    seen = make.last_event_id(moved)
    workflow.hand_over(moved, by=wes, words="Filled.")
    workflow.start(moved, by=make.walt(), seen=seen)
    assert moved.status == Status.IN_PROGRESS


def test_photos_of_a_job_that_moved_go_up_one_by_one(client, wes, moved):
    response = post(client, "completion_photos", moved, 200, photos=picture())
    [photo] = response.context["photos"]
    send(client, moved, photo=[str(photo.pk)])
    assert moved.events.last().photos.get() == photo


def test_the_page_of_a_job_that_moved_costs_few_queries(
    client, wes, moved, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        client.get(reverse("job", args=[moved.reference]))


def test_of_a_private_job_that_moved_only_its_reference_and_holder_are_told(client, wes, moved):
    type(moved).objects.filter(pk=moved.pk).update(is_private=True)
    page = client.get(reverse("job", args=[moved.reference])).text
    assert moved.reference in page
    assert "Water Resources" in page
    assert moved.category.name not in page
    assert "sent it to" not in page


def test_the_system_worked_on_nothing_and_hands_nothing_over(moved):
    assert Verb.HAND_OVER not in workflow.available_verbs(moved, SYSTEM)
