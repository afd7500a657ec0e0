"""Tests for the page of a job and the actions of a crew."""

from datetime import timedelta
from functools import partial
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from city.models import Choice, HandBackReason, HoldReason
from lib import clock
from requests_app import workflow
from requests_app.errors import InvalidInput
from requests_app.models import Photo
from requests_app.permissions import may_see_photo
from requests_app.status import Status, Verb
from staff_portal.day_plan import plan
from staff_portal.forms import Panel
from staff_portal.job.forms import ACTIONS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def routed():
    return make.service_request(Status.ROUTED)


def page(client, row, status=200):
    response = client.get(reverse("job", args=[row.reference]))
    assert response.status_code == status
    return response


def send(client, row, name, status=302, **data):
    data = {"seen": make.last_event_id(row)} | data
    response = client.post(reverse(f"job_{name}", args=[row.reference]), data)
    assert response.status_code == status, response.text[:3000]
    row.refresh_from_db()
    return response


def test_a_job_whose_words_name_a_danger_says_so_until_an_agent_clears_it(client, wes):
    row = make.service_request(Status.ROUTED, description="I smell gas next to it.")
    for address in [reverse("inbox"), reverse("job", args=[row.reference])]:
        assert "Possible emergency" in client.get(address).text
    assert 'href="tel:911"' in page(client, row).text
    make.act(workflow.clear_danger, row, make.omar())
    assert "Possible emergency" not in client.get(reverse("inbox")).text
    job = page(client, row).text
    assert "name a danger" not in job


def test_a_job_with_two_dangers_names_both_with_one_advice_and_every_number(client, wes):
    said = "My baby is not breathing. I smell gas. There is a wire down and it is sparking."
    row = make.service_request(Status.ROUTED, description=said)
    job = unescape(page(client, row).text)
    names = "Gas leak, Medical emergency, Power lines or sparks"
    assert f"Possible emergencies in the resident's text: {names}" in job
    assert "Leave the area now." in job
    assert "Stay with the person" not in job
    for tel in ["911", "+18004272200", "+18006111911"]:
        assert f'href="tel:{tel}"' in job


def test_a_danger_that_a_comment_named_later_stands_with_the_first_one(client, wes):
    row = make.service_request(
        Status.ROUTED, description="Someone passed out and is not breathing."
    )
    make.act(workflow.comment, row, make.ana(), words="And now it smells like gas.")
    assert page(client, row).context["danger_names"] == ["Gas leak", "Medical emergency"]


def test_a_job_of_another_department_is_not_found(client):
    row = make.service_request(Status.ROUTED)
    client.force_login(make.walt())
    page(client, row, status=404)
    assert client.post(reverse("job_work", args=[row.reference])).status_code == 404
    assert client.get(reverse("job_live", args=[row.reference])).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, routed):
    assert client.get(reverse("job", args=[routed.reference])).status_code == 302
    assert client.post(reverse("job_work", args=[routed.reference])).status_code == 302
    routed.refresh_from_db()
    assert routed.status == Status.ROUTED


def test_a_reference_in_small_letters_finds_its_way(client, wes, routed):
    path = reverse("job", args=[routed.reference]).replace(
        routed.reference, routed.reference.lower()
    )
    assert client.get(path)["Location"] == reverse("job", args=[routed.reference])


def test_the_page_says_what_a_crew_must_know(client, wes):
    row = make.filed(
        description="A hole as deep as a boot.",
        contact={"name": "Ana Diaz", "phone": "310 555 0142", "email": "ana@example.org"},
        photos=[make.photo()],
    )
    make.route(row)
    body = page(client, row).text
    for words in ("A hole as deep as a boot.", "City Hall", "Ana Diaz", "tel:310 555 0142", "Due "):
        assert words in body


def test_an_answer_that_means_danger_stands_out(client, wes):
    choice = Choice.objects.filter(effect="urgent", question__category__is_active=True).first()
    category = choice.question.category
    answers = make.least_answers(category) | {choice.question.code: [choice.key]}
    row = make.filed(category=category, answers=answers)
    make.act(workflow.route, row, make.omar(), to=make.streets(), reason="other")
    careful = page(client, row).context["careful"]
    assert [answer.values for answer in careful] == [[choice.key]]


def test_a_private_place_on_the_map_needs_no_third_party(client, wes, routed):
    body = page(client, routed).text
    assert "<svg" in body
    assert 'src="http' not in body


def test_starting_takes_the_job_and_can_be_undone_on_its_page(client, wes, routed):
    send(client, routed, "work")
    assert routed.status == Status.IN_PROGRESS
    assert routed.assignee == wes
    event = routed.events.last()
    body = page(client, routed).text
    assert "Work started." in body
    assert reverse("job_undo", args=[routed.reference]) in body
    undo(client, routed, event)
    assert (routed.status, routed.assignee) == (Status.ROUTED, None)
    body = page(client, routed).text
    assert "Undone. The job is as it was before." in body
    assert "data-undo" not in body


def undo(client, row, event, status=302):
    return send(client, row, "undo", status, event=event.pk)


def test_the_undo_is_gone_with_its_time_and_is_for_who_started(client, wes, routed):
    send(client, routed, "work")
    event = routed.events.last()
    with clock.freeze_time(event.at + timedelta(seconds=31)):
        assert page(client, routed).context["done"] is None
        refused = undo(client, routed, event, 409)
    assert "too late to undo" in refused.text
    client.force_login(make.sue())
    assert page(client, routed).context["done"] is None
    undo(client, routed, event, 403)
    assert routed.status == Status.IN_PROGRESS


def test_what_somebody_else_did_meanwhile_refuses_the_undo_in_words(client, wes, routed):
    send(client, routed, "work")
    event = routed.events.last()
    make.act(workflow.prioritise, routed, make.omar(), priority="urgent")
    refused = undo(client, routed, event, 409)
    assert "Something changed after that, so it can" in refused.text
    assert routed.status == Status.IN_PROGRESS


def test_an_event_of_another_job_cannot_be_undone_here(client, wes, routed):
    other = make.service_request(Status.ROUTED)
    event = make.act(workflow.start, other, wes)
    undo(client, routed, event, 422)
    assert make.last_event_id(other) == event.pk


@pytest.mark.parametrize(("when", "days"), [("today", 0), ("tomorrow", 1)])
def test_planning_for_a_near_day_is_one_tap(client, wes, routed, when, days):
    plan.add_stop(wes, routed)
    send(client, routed, "plan", when=when)
    assert routed.scheduled_for == timezone.localdate() + timedelta(days=days)
    assert plan.is_on_todays_plan(wes, routed) == (days == 0)


@pytest.mark.parametrize("written", ["%Y-%m-%d", "%m/%d/%Y"])
def test_a_day_is_planned_as_a_person_types_it_and_the_resident_reads_why(
    client, wes, routed, written
):
    day = timezone.localdate() + timedelta(days=9)
    why = "The lane will be closed."
    send(client, routed, "plan", when="day", day=f"{day:{written}}", words=why)
    assert routed.scheduled_for == day
    assert routed.events.last().words.body == why


@pytest.mark.parametrize(
    ("when", "day"),
    [("", ""), ("day", ""), ("day", "2026-02-30"), ("day", "1999-01-01"), ("never", "")],
)
def test_a_day_that_makes_no_sense_is_refused_and_the_words_are_kept(
    client, wes, routed, when, day
):
    response = send(client, routed, "plan", 422, when=when, day=day, words="Bring cones.")
    assert "Bring cones." in response.text
    assert routed.status == Status.ROUTED


def test_a_job_on_hold_says_what_it_waits_for(client, wes, routed):
    reason = make.reason(HoldReason)
    send(client, routed, "pause", reason=reason.code, words="The part comes on Thursday.")
    assert routed.status == Status.ON_HOLD
    assert reason.name in page(client, routed).text


def test_a_reason_that_is_not_listed_is_refused(client, wes, routed):
    for code in ("", "\x00", "nonsense", "9" * 300):
        send(client, routed, "pause", 422, reason=code)
    assert routed.status == Status.ROUTED


def test_asking_stops_the_clock_and_can_be_taken_back(client, wes, routed):
    send(client, routed, "question", question="Which side of the street?")
    assert routed.status == Status.AWAITING_RESIDENT
    assert "Which side of the street?" in page(client, routed).text
    send(client, routed, "question_taken_back")
    assert routed.status == Status.ROUTED


def test_a_job_that_is_not_ours_goes_back_to_the_desk(client, wes, routed):
    reason = make.reason(HandBackReason)
    response = send(client, routed, "return", reason=reason.code, words="Ask the water people.")
    assert response["Location"] == reverse("inbox")
    assert routed.department is None
    assert "Handed back to 311." in client.get(reverse("inbox")).text


def test_a_job_is_given_to_a_colleague_only(client, wes, routed):
    sue, walt = make.sue(), make.walt()
    send(client, routed, "assignment", to=str(sue.pk))
    assert routed.assignee == sue
    for nobody_here in (str(walt.pk), "9" * 40, "\x00"):
        send(client, routed, "assignment", 422, to=nobody_here)
    send(client, routed, "assignment", to="")
    assert routed.assignee is None


def test_assigning_can_be_undone_on_the_jobs_page(client, wes, routed):
    send(client, routed, "assignment", to=str(make.sue().pk))
    event = routed.events.last()
    assert "Assigned to Sue." in page(client, routed).text
    undo(client, routed, event)
    assert routed.assignee is None


def test_a_note_among_us_is_not_for_the_resident(client, wes, routed):
    send(client, routed, "comments", words="The gate code is on the board.", audience="staff")
    send(client, routed, "comments", words="We come in the morning.", audience="everyone")
    public = {c.body: c.is_public for c in routed.comments.all()}
    assert public == {"The gate code is on the board.": False, "We come in the morning.": True}


def test_a_note_on_an_imported_job_is_for_staff_alone(client, wes):
    row = make.imported(department=make.streets())
    shown = page(client, row).text
    assert "Location unknown" in shown
    assert "The resident too" not in shown
    send(client, row, "comments", 422, words="We were there.", audience="everyone")
    send(client, row, "comments", words="We were there.", audience="staff")
    assert [note.is_public for note in row.comments.all()] == [False]


def test_a_note_whose_answer_was_lost_is_kept_once(client, wes, routed):
    note = {"words": "Mind the dog.", "audience": "staff", "key": str(uuid4()), "by": wes.pk}
    note["seen"] = make.last_event_id(routed)
    json = {"Accept": "application/json"}
    path = reverse("job_comments", args=[routed.reference])
    for _time in range(2):
        answer = client.post(path, note, headers=json)
        assert answer.status_code == 201
        assert answer.json() == {"then": reverse("job", args=[routed.reference])}
    make.act(workflow.hand_back, routed, wes, reason=HandBackReason.objects.first())
    assert client.post(path, note, headers=json).status_code == 201
    assert client.post(path, note | {"words": "Mind the cat."}, headers=json).status_code == 422
    assert [said.body for said in routed.comments.filter(is_public=False)] == ["Mind the dog."]


HELD = {"reason": "parts", "words": "The part comes on Thursday."}
BACK = {"reason": "mistake", "words": "Ask the water people."}


@pytest.mark.parametrize(
    ("name", "verb", "given"),
    [("work", Verb.START, {}), ("pause", Verb.HOLD, HELD), ("return", Verb.HAND_BACK, BACK)],
)
def test_what_is_sent_again_after_a_lost_answer_is_done_once(
    client, wes, routed, name, verb, given
):
    if given:
        reason = make.reason(HoldReason if name == "pause" else HandBackReason)
        given = given | {"reason": reason.code}
    form = {"key": str(uuid4()), "by": wes.pk, "seen": make.last_event_id(routed)} | given
    path, json = reverse(f"job_{name}", args=[routed.reference]), {"Accept": "application/json"}
    answers = [client.post(path, form, headers=json) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert routed.events.filter(verb=verb).count() == 1
    if given:
        changed = client.post(path, form | {"words": "Something else."}, headers=json)
        assert changed.status_code == 422


def test_a_start_of_ones_own_does_not_make_the_finish_stale_that_was_filled_in_before(
    client, wes, routed
):
    seen = make.last_event_id(routed)
    send(client, routed, "work", seen=seen, key=str(uuid4()))
    held = {"reason": make.reason(HoldReason).code, "key": str(uuid4())}
    send(client, routed, "pause", seen=seen, **held)
    assert routed.status == Status.ON_HOLD


def test_what_a_colleague_did_between_makes_it_stale_and_alone_is_named(client, wes, routed):
    seen = make.last_event_id(routed)
    send(client, routed, "work", seen=seen)
    make.act(workflow.assign, routed, make.sue(), to=make.sue())
    held = {"reason": make.reason(HoldReason).code, "words": "Until Friday."}
    body = send(client, routed, "pause", 409, seen=seen, **held).text
    happened = body.partition('class="error-summary"')[2].partition("</ol>")[0]
    assert "The job is assigned to Sue." in happened
    assert "started work" not in happened
    assert "Until Friday." in body


def photo_file(color="olive"):
    return make.picture(color)


def test_the_photos_of_a_note_for_staff_are_hidden_from_residents(client, wes, routed):
    note = {"words": "Mind the dog.", "photos": photo_file()}
    send(client, routed, "comments", audience="staff", **note)
    send(client, routed, "comments", audience="everyone", **note | {"photos": photo_file("red")})
    internal, public = routed.photos.order_by("event")
    assert [internal.kind, public.kind] == [Photo.Kind.NOTE] * 2
    assert [internal.is_hidden, public.is_hidden] == [True, False]
    assert not may_see_photo(make.bob(), internal)
    assert may_see_photo(make.bob(), public)
    assert may_see_photo(wes, internal)


def test_a_refused_note_keeps_its_photo(client, wes, routed):
    response = send(
        client, routed, "comments", 422, words="", photos=photo_file(), audience="staff"
    )
    photo = Photo.objects.unattached().get()
    assert f'value="{photo.pk}"' in response.text
    send(client, routed, "comments", words="See this.", audience="staff", photo=str(photo.pk))
    assert routed.photos.get() == photo


def test_a_file_that_is_no_photo_is_refused_in_words_and_the_note_stays(client, wes, routed):
    broken = SimpleUploadedFile("notes.txt", b"no picture at all")
    body = send(
        client, routed, "comments", 422, words="See this.", audience="staff", photos=broken
    ).text
    assert "notes.txt" in body
    assert "See this." in body
    assert not routed.comments.exists()


def test_a_photo_from_before_the_work_stands_beside_the_finished_work(client, wes, routed):
    send(client, routed, "before_photos", photos=photo_file())
    before = routed.photos.get()
    assert before.kind == Photo.Kind.BEFORE
    assert page(client, routed).context["log"].before_photos == [before]
    make.complete(routed)
    live = client.get(reverse("service_request", args=[routed.reference]))
    assert live.context["before"] == before
    assert "added a photo from before the work." in live.text


def test_a_photo_from_before_the_work_is_asked_for_and_only_while_there_is_work(
    client, wes, routed
):
    body = send(client, routed, "before_photos", 422).text
    assert "Add a photo first." in body
    make.complete(routed)
    assert "before_photos" not in page(client, routed).context["forms"]


def test_nobody_sends_a_note_that_another_person_wrote(client, wes, routed):
    note = {"words": "Mind the dog.", "audience": "staff", "key": str(uuid4())}
    send(client, routed, "comments", 403, **note, by=make.sue().pk)
    assert not routed.comments.exists()


def test_a_key_is_one_persons_and_one_jobs(wes, routed):
    key, other = uuid4(), make.service_request(Status.ROUTED)

    def start(row, person):
        act = partial(make.act, workflow.start, row, person)
        return workflow.run_once(act, row, by=person, key=key)

    begun = start(routed, wes)
    assert start(routed, wes) == begun
    for row, person in [(routed, make.sue()), (other, wes)]:
        with pytest.raises(InvalidInput):
            start(row, person)


def test_a_note_must_say_who_reads_it(client, wes, routed):
    response = send(client, routed, "comments", 422, words="Half a note.")
    assert "Half a note." in response.text


def test_a_dispute_stands_on_top_with_its_photo_and_words(client, wes):
    row = make.service_request(Status.COMPLETED)
    picture = make.photo(Photo.Kind.DISPUTE, "red", device=make.ana())
    make.act(workflow.dispute, row, make.ana(), words="It is still there.", photos=[picture])
    context = page(client, row).context
    assert context["log"].dispute.quote == "It is still there."
    assert context["log"].dispute.photos == [picture]
    assert "start" in context["verbs"]


def test_only_a_supervisor_can_uphold(client, wes):
    row = make.service_request(Status.DISPUTED)
    assert "verdict" not in page(client, row).context["forms"]
    body = send(client, row, "verdict", 403, words="It is level.").text
    assert escape("You aren't allowed to do this.") in body
    assert "It is level." in body
    assert row.status == Status.DISPUTED
    client.force_login(make.sue())
    send(client, row, "verdict", words="It is level now.")
    assert row.status == Status.CLOSED


def test_a_stale_page_says_what_happened_and_keeps_the_words(client, wes, routed):
    old = make.last_event_id(routed)
    make.act(workflow.schedule, routed, make.sue(), day=clock.now().date() + timedelta(days=5))
    response = send(client, routed, "question", 409, seen=old, question="Left or right?")
    body = response.text
    assert "Left or right?" in body
    assert "planned the work for" in body
    assert response.context["seen"] == make.last_event_id(routed)
    assert routed.status == Status.SCHEDULED


def test_a_form_without_what_was_seen_does_nothing(client, wes, routed):
    for seen in ("", "nonsense", "9" * 30, "-4"):
        send(client, routed, "work", 422, seen=seen)
    assert routed.status == Status.ROUTED


def test_what_is_over_cannot_be_started(client, wes):
    row = make.service_request(Status.COMPLETED)
    send(client, row, "work", 409)
    assert row.status == Status.COMPLETED


def test_every_state_has_a_page_with_buttons_for_what_is_possible(client, wes):
    for status in Status:
        row = make.service_request(status)
        if row.department_id == make.streets().pk:
            context = page(client, row).context
            verbs = set(workflow.available_verbs(row, wes))
            leads_to = {action.form: action.verb for action in ACTIONS}
            assert {leads_to[type(form)] for form in context["forms"].values()} <= verbs


def test_a_poll_tells_what_others_did_and_not_what_i_did(client, wes, routed):
    url = reverse("job_live", args=[routed.reference])
    seen = make.last_event_id(routed)
    make.act(workflow.start, routed, wes)
    assert client.get(url, {"e": seen}).status_code == 204
    make.act(workflow.comment, routed, make.sue(), words="Mind the dog.", is_public=False)
    response = client.get(url, {"e": seen})
    assert "Mind the dog." in response.text
    assert client.get(url, {"e": make.last_event_id(routed)}).status_code == 204


def test_a_poll_tells_when_the_photo_is_ready(client, wes):
    row = make.filed(photos=[make.photo()])
    make.route(row)
    url, seen = reverse("job_live", args=[row.reference]), make.last_event_id(row)
    assert f"?e={seen}&amp;w=1" in page(client, row).text
    assert client.get(url, {"e": seen, "w": 1}).status_code == 204
    row.photos.update(state=Photo.State.READY)
    assert "The photo is ready." in client.get(url, {"e": seen, "w": 1}).text


def test_a_job_page_costs_few_queries(client, wes, django_assert_max_num_queries):
    row = make.service_request(Status.DISPUTED)
    for n in range(10):
        make.act(workflow.comment, row, wes, words=f"Note {n}")
    page(client, row)
    with django_assert_max_num_queries(20):
        page(client, row)


def test_a_session_that_ended_does_not_cost_what_was_typed(client, routed):
    url = reverse("job_question", args=[routed.reference])
    response = client.post(url, {"seen": make.last_event_id(routed), "question": "Which <side>?"})
    assert response.status_code == 403
    assert "Which &lt;side&gt;?" in response.text
    client.force_login(make.wes())
    again = dict(response.context["typed"])
    assert client.post(url, again).status_code == 302
    routed.refresh_from_db()
    assert routed.status == Status.AWAITING_RESIDENT


def test_a_day_later_than_promised_needs_words_for_the_resident(client, wes, routed):
    promised = timezone.localdate(routed.due_at)
    hint = f"The resident expects it by {clock.format_relative_date(promised)}."
    assert hint in page(client, routed).text
    later = (promised + timedelta(days=3)).isoformat()
    response = send(client, routed, "plan", 422, when="day", day=later)
    body = response.text
    assert "This is after the expected date. Tell the resident why." in body
    assert f'value="{later}"' in body
    send(client, routed, "plan", when="day", day=later, words="The asphalt plant is closed.")
    assert routed.status == Status.SCHEDULED


def test_prepared_questions_are_offered(client, wes, routed):
    offered = page(client, routed).context["questions"]
    assert offered
    assert f'data-words="{escape(offered[0].text)}"' in page(client, routed).text


def test_after_the_work_the_next_stop_of_the_day_is_offered(client, wes, routed):
    done, other = make.service_request(Status.IN_PROGRESS), make.service_request(Status.ROUTED)
    plan.add_stop(wes, done)
    plan.add_stop(wes, other)
    assert page(client, done).context["next_stop"] is None
    make.complete(done)
    body = page(client, done).text
    assert page(client, done).context["next_stop"].row == other
    assert f'href="{reverse("job", args=[other.reference])}"' in body


def test_after_the_work_the_next_job_of_the_list_opens_where_no_stop_is_planned(client, wes):
    done, given = make.service_request(Status.IN_PROGRESS), make.service_request(Status.ROUTED)
    make.act(workflow.assign, given, make.sue(), to=make.sue())
    free = make.service_request(Status.ROUTED)
    make.complete(done)
    body = page(client, done).text
    assert page(client, done).context["next_job"] == free
    dock = body.partition('class="dock"')[2]
    assert f'href="{reverse("job", args=[free.reference])}"' in dock
    assert "Next job" in dock
    make.complete(free)
    assert page(client, done).context["next_job"] is None
    assert f'href="{reverse("inbox")}"' in page(client, done).text.partition('"dock"')[2]


def test_what_to_bring_stands_above_and_below_a_dispute(client, wes, routed):
    note = routed.category.crew_note
    body = page(client, routed).text
    assert body.index(note) < body.index("jobfacts")
    make.complete(routed)
    make.act(workflow.dispute, routed, make.ana(), words="It is still there.")
    body = page(client, routed).text
    assert body.index("It is still there.") < body.index(note) < body.index("jobfacts")
    make.act(workflow.uphold, routed, make.sue(), words="We looked.")
    assert "What to bring" not in page(client, routed).text


def test_each_field_of_a_panel_that_shows_fields_alone_has_a_template():
    panels = [action.form for action in ACTIONS if action.form.panel]
    plain = [form for form in panels if form.panel.fields == Panel("", "").fields]
    fields = [field for form in plain for field in form.base_fields.values()]
    shown = [field for field in fields if not field.widget.is_hidden]
    assert shown
    assert all(field.template_name for field in shown)
