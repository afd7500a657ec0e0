"""Tests for floods of reports: held for review, and invisible until an agent accepts them."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.filing import drafts, flooding
from requests_app.models import Draft, ServiceRequest
from requests_app.status import ReviewReason, Status, Verb
from routing import triage
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import address, browser, signed_in

pytestmark = pytest.mark.django_db
WORDS = "They want to close our library. Please stop it at once."


def create_draft(name, words="", color=None):
    device = make.device(name)
    latitude, longitude = make.CITY_HALL
    draft = Draft.objects.create(
        device=device,
        category=make.pothole(),
        latitude=latitude,
        longitude=longitude,
        location_text="City Hall",
        answers=make.least_answers(make.pothole()),
        description=words,
        details_done=True,
    )
    if color:
        make.photo(color=color, draft=draft, device=device)
    return draft


def send_by_many(people, **given):
    return [drafts.send_draft(create_draft(f"phone {n}", **given)) for n in range(people)]


@pytest.fixture
def held():
    return send_by_many(flooding.MIN_OTHER_SENDERS + 1, words=WORDS)[-1]


def test_the_same_words_of_many_are_held_and_what_came_before_is_not():
    rows = send_by_many(flooding.MIN_OTHER_SENDERS + 3, words=WORDS)
    assert [row.held_for for row in rows] == [""] * flooding.MIN_OTHER_SENDERS + [
        ReviewReason.WORDS
    ] * 3


def test_the_same_words_are_those_that_say_the_same():
    send_by_many(flooding.MIN_OTHER_SENDERS, words=WORDS)
    typed = WORDS.upper().replace(".", "!!")
    assert drafts.send_draft(create_draft("bob", words=typed)).held_for == ReviewReason.WORDS
    assert drafts.send_draft(create_draft("bob", words="Something else altogether.")).held_for == ""


def test_the_same_photo_of_many_is_held():
    send_by_many(flooding.MIN_OTHER_SENDERS, color="red")
    assert drafts.send_draft(create_draft("bob", color="red")).held_for == ReviewReason.PHOTO
    assert drafts.send_draft(create_draft("bob", color="blue")).held_for == ""


def test_who_sends_the_same_often_is_one():
    for _each in range(flooding.MIN_OTHER_SENDERS + 2):
        drafts.send_draft(create_draft("ana", words=WORDS))
    assert drafts.send_draft(create_draft("bob", words=WORDS)).held_for == ""


def test_what_many_said_before_the_hour_is_no_flood():
    send_by_many(flooding.MIN_OTHER_SENDERS, words=WORDS)
    with clock.freeze_time(clock.now() + timedelta(minutes=61)):
        assert drafts.send_draft(create_draft("bob", words=WORDS)).held_for == ""


def test_few_words_are_said_by_many_who_never_met():
    send_by_many(flooding.MIN_OTHER_SENDERS, words="big hole")
    assert drafts.send_draft(create_draft("bob", words="big hole")).held_for == ""


def test_looking_for_a_flood_costs_two_queries(django_assert_num_queries):
    send_by_many(2, words=WORDS, color="red")
    draft = create_draft("bob", words=WORDS, color="red")
    photos = list(draft.photos.all())
    with django_assert_num_queries(2):
        flooding.find_hold_reason(draft.device, WORDS, photos)


def test_nobody_but_the_reporter_and_the_city_sees_what_is_held(held):
    assert not ServiceRequest.objects.public().filter(pk=held.pk).exists()
    assert browser("bob").get(address(held)).status_code == 404
    page = browser(f"phone {flooding.MIN_OTHER_SENDERS}").get(address(held)).content.decode()
    assert "A staff member will review it first" in page
    assert "has hidden" not in page
    assert held.reference not in browser("bob").get("/requests/").content.decode()


def test_no_rule_routes_what_is_held_and_neither_does_an_agent(held):
    triage.on_event(held.events.get())
    held.refresh_from_db()
    assert (held.status, held.department) == (Status.FILED, None)
    with pytest.raises(IllegalTransition):
        make.act(workflow.route, held, make.omar(), to=make.streets())
    with pytest.raises(IllegalTransition):
        make.act(workflow.unhide, held, make.omar())
    assert Verb.ROUTE not in workflow.available_verbs(held, make.omar())


def test_a_released_one_is_like_any_other_and_the_rules_speak(held):
    event = make.act(workflow.release, held, make.omar())
    assert (held.held_for, held.is_public, event.code) == ("", True, ReviewReason.WORDS)
    triage.on_event(event)
    assert held.proposal.why is not None
    make.act(workflow.route, held, make.omar(), to=make.streets())
    assert held.status == Status.ROUTED


def test_only_what_is_held_is_released_and_only_by_an_agent(held):
    assert Verb.RELEASE in workflow.available_verbs(held, make.omar())
    for person in (make.wes(), make.ana(), make.ada()):
        assert Verb.RELEASE not in workflow.available_verbs(held, person)
    other = make.filed()
    with pytest.raises(IllegalTransition):
        make.act(workflow.release, other, make.omar())


def test_a_release_is_taken_back_within_the_half_minute(held):
    event = make.act(workflow.release, held, make.omar())
    workflow.undo(held, event=event, by=make.omar())
    held.refresh_from_db()
    assert (held.held_for, held.is_hidden) == (ReviewReason.WORDS, True)


def test_the_desk_has_them_in_a_place_of_their_own_and_releases_with_one_button(held):
    agent = signed_in(make.omar())
    assert held.reference not in agent.get("/desk/").content.decode()
    page = agent.get(f"/desk/{held.reference}/?tab=held").content.decode()
    assert "Held for review" in page
    assert "The same text from many people within an hour" in page
    assert f"/desk/{held.reference}/release/" in page
    given = {"seen": make.last_event_id(held)}
    assert agent.post(f"/desk/{held.reference}/release/?tab=held", given).status_code == 302
    held.refresh_from_db()
    assert held.is_public


def test_where_nothing_is_held_the_desk_has_no_place_for_it():
    make.filed()
    assert "tab=held" not in signed_in(make.omar()).get("/desk/").content.decode()


def test_a_whole_flood_is_released_or_declined_at_once():
    rows = send_by_many(flooding.MIN_OTHER_SENDERS + 4, words=WORDS)[flooding.MIN_OTHER_SENDERS :]
    agent = signed_in(make.omar())
    ticks = [f"{row.pk}:{make.last_event_id(row)}" for row in rows]
    key = "11111111-1111-4111-8111-111111111111"
    given = {"key": key, "verb": "release", "row": ticks[:2]}
    answer = agent.post("/desk/batches/?tab=held", given, follow=True)
    assert "2 of 2 were released" in answer.content.decode()
    given = {"key": key.replace("1", "2"), "verb": "decline", "row": ticks[2:],
             "decline-reason": make.reason(make.DeclineReason).code}  # fmt: skip
    agent.post("/desk/batches/?tab=held", given, follow=True)
    states = [(ServiceRequest.objects.get(pk=row.pk).is_public) for row in rows]
    assert states == [True, True, False, False]
    assert not ServiceRequest.objects.open().exclude(held_for="").exists()


def test_the_receipt_says_that_a_person_looks_first():
    send_by_many(flooding.MIN_OTHER_SENDERS, words=WORDS)
    report = Report("bob")
    report.post_category()
    report.post_location(latitude="34.013800", longitude="-118.491700", text="A wall")
    report.post_details(description=WORDS)
    page = report.client.post(report.url("check"), follow=True).content.decode()
    assert "A staff member will review it before" in page
    assert ServiceRequest.objects.latest("pk").held_for == ReviewReason.WORDS
