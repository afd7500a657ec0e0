"""Tests for the timeline, for each of its three audiences."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import timeline, workflow
from requests_app.models import Photo
from requests_app.permissions import Audience
from requests_app.status import Outcome, Status
from requests_app.timeline import badge
from tests import make

pytestmark = pytest.mark.django_db


def lines(service_request, audience):
    return [
        line.text
        for line in timeline.build_timeline(timeline.load_events(service_request), audience)
    ]


def test_every_event_is_told_newest_first_and_only_staff_read_a_persons_name():
    service_request = make.service_request(Status.CLOSED, Outcome.UPHELD)
    assert lines(service_request, Audience.REPORTER) == [
        "Street Services reviewed it again and replied.",
        "You said it's not fixed.",
        "Street Services finished the work.",
        "311 sent it to Street Services.",
        "You reported it.",
    ]
    others = lines(service_request, Audience.OTHERS)
    assert others[1] == "A resident said it's not fixed."
    assert others[-1] == "It was reported."
    make.act(workflow.reopen, service_request, make.omar(), words="It sank again.")
    make.act(workflow.assign, service_request, make.wes(), to=make.sue())
    for audience in (Audience.REPORTER, Audience.OTHERS):
        told = " ".join(lines(service_request, audience))
        assert not {"Omar", "Wes", "Sue"} & set(told.replace(".", "").split())
    assert "The job is assigned to Sue." in lines(service_request, Audience.STAFF)


def test_internal_notes_are_for_staff():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.comment, service_request, make.wes(), words="Bring sand.", is_public=False)
    assert "Wes wrote:" in lines(service_request, Audience.STAFF)
    assert not any("wrote" in line for line in lines(service_request, Audience.REPORTER))


def test_the_author_is_told_why_words_are_hidden_and_others_read_that_they_are():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.comment, service_request, make.ana(), words="Call Bob on 555.")
    comment = service_request.comments.get()
    make.act(workflow.hide, service_request, make.omar(), words="A number.", comment=comment)
    events = timeline.load_events(service_request)
    reporter = timeline.build_timeline(events, Audience.REPORTER)
    assert (reporter[0].text, reporter[0].quote) == ("311 hid some text.", "A number.")
    others = timeline.build_timeline(events, Audience.OTHERS)
    assert others[0].quote == "The city hid this text."


def test_the_reporter_is_not_told_why_a_followers_words_or_a_crews_photo_are_hidden():
    service_request = make.service_request(Status.COMPLETED)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.comment, service_request, make.bob(), words="I know who did it.")
    comment = service_request.comments.get(body="I know who did it.")
    photo = service_request.photos.get(kind="completion")
    make.act(workflow.hide, service_request, make.omar(), words="A claim.", comment=comment)
    make.act(workflow.hide, service_request, make.omar(), words="A face.", photo=photo)
    told = timeline.build_timeline(timeline.load_events(service_request), Audience.REPORTER)
    assert not {"A claim.", "A face."} & {line.quote for line in told}


def test_what_was_undone_is_not_told_to_residents():
    service_request = make.service_request(Status.ROUTED)
    workflow.undo(service_request, event=service_request.events.last(), by=make.omar())
    assert lines(service_request, Audience.REPORTER) == ["You reported it."]
    assert lines(service_request, Audience.STAFF)[0] == "Omar undid that."


def test_a_planned_day_is_tomorrow_only_on_the_day_of_the_plan():
    tomorrow = clock.today() + timedelta(days=1)
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.schedule, service_request, make.wes(), day=tomorrow)
    newest = "Street Services planned the work for"
    assert lines(service_request, Audience.REPORTER)[0] == f"{newest} tomorrow."
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        told = f"{newest} {clock.format_absolute_date(tomorrow)}."
        assert lines(service_request, Audience.REPORTER)[0] == told


def test_the_chain_of_custody_says_who_how_long_and_why():
    start = clock.now() - timedelta(days=3)
    with clock.freeze_time(start):
        service_request = make.filed()
    with clock.freeze_time(start + timedelta(minutes=42)):
        make.route(service_request)
    with clock.freeze_time(start + timedelta(hours=4)):
        make.moved_on(service_request, make.water())
    chain = timeline.list_holding_periods(timeline.load_events(service_request), service_request)
    assert [stretch.holder for stretch in chain] == [
        "311 team", "Street Services", "Water Resources",
    ]  # fmt: skip
    assert chain[0].duration_text == "42 min"
    assert chain[1].end_reason == make.reason(make.RouteReason).name
    assert chain[2].until is None


def test_a_closed_requests_custody_has_ended():
    service_request = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    chain = timeline.list_holding_periods(timeline.load_events(service_request), service_request)
    assert chain[-1].until == service_request.closed_at


@pytest.mark.parametrize("status", [status for status in Status if status != Status.CLOSED])
def test_every_status_has_a_badge_without_holes(status):
    service_request = make.service_request(status)
    for words in (badge.reporter_badge(service_request), badge.public_badge(service_request)):
        assert words.words
        assert "{" not in words.words
        assert not words.words.endswith(": ")


@pytest.mark.parametrize("outcome", [each for each in Outcome if each != Outcome.IMPORTED])
def test_every_outcome_has_a_badge_without_holes(outcome):
    service_request = make.service_request(Status.CLOSED, outcome)
    for words in (badge.reporter_badge(service_request), badge.public_badge(service_request)):
        assert "{" not in words.words
        assert "()" not in words.words


def test_a_neighbours_no_is_not_put_into_the_reporters_mouth():
    service_request = make.service_request(Status.COMPLETED)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.dispute, service_request, make.bob(), words="Not at my end.")
    assert lines(service_request, Audience.REPORTER)[0] == "A neighbor said it's not fixed."
    assert badge.reporter_badge(service_request) == badge.public_badge(service_request)
    assert "You told us" not in badge.reporter_badge(service_request).words


def test_the_desks_ruling_is_the_desks_and_the_supervisors_reopening_the_departments():
    service_request = make.service_request(Status.DISPUTED)
    make.act(workflow.uphold, service_request, make.omar(), words="We looked at the photo.")
    make.act(workflow.reopen, service_request, make.sue(), words="There is a second hole.")
    assert lines(service_request, Audience.REPORTER)[:2] == [
        "Street Services reopened it.",
        "311 reviewed it again and replied.",
    ]


def test_who_wrote_is_told_apart():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.comment, service_request, make.ana(), words="Still there.")
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.comment, service_request, make.bob(), words="I saw it too.")
    newest = [lines(service_request, audience)[:2] for audience in Audience]
    assert dict(zip(Audience, newest, strict=True)) == {
        Audience.REPORTER: ["A resident wrote:", "You wrote:"],
        Audience.OTHERS: ["A resident wrote:", "The person who reported it wrote:"],
        Audience.STAFF: ["A resident wrote:", "The person who reported it wrote:"],
    }


@pytest.mark.parametrize(
    ("count", "to_them", "to_others", "a_neighbors"),
    [
        (1, "You added a photo.", "added a photo.", "A resident added a photo."),
        (2, "You added 2 photos.", "added 2 photos.", "A resident added 2 photos."),
    ],
)
def test_photos_without_words_are_told_as_photos(count, to_them, to_others, a_neighbors):
    service_request = make.service_request(Status.ROUTED)
    workflow.follow(service_request, by=make.bob())
    for person in (make.ana(), make.bob()):
        photos = [make.photo(Photo.Kind.COMMENT, device=person) for _n in range(count)]
        make.act(workflow.comment, service_request, person, words="", photos=photos)
    others = [a_neighbors, f"The person who reported it {to_others}"]
    assert lines(service_request, Audience.REPORTER)[:2] == [a_neighbors, to_them]
    assert lines(service_request, Audience.OTHERS)[:2] == others
    assert lines(service_request, Audience.STAFF)[:2] == others


def test_photos_with_words_were_written():
    service_request = make.service_request(Status.ROUTED)
    photo = make.photo(Photo.Kind.COMMENT, device=make.ana())
    make.act(workflow.comment, service_request, make.ana(), words="Here.", photos=[photo])
    assert lines(service_request, Audience.REPORTER)[0] == "You wrote:"


def test_a_hidden_photo_was_added_all_the_same():
    service_request = make.service_request(Status.ROUTED)
    photo = make.photo(Photo.Kind.COMMENT, device=make.ana())
    make.act(workflow.comment, service_request, make.ana(), words="", photos=[photo])
    make.act(workflow.hide, service_request, make.omar(), words="A face.", photo=photo)
    assert lines(service_request, Audience.REPORTER)[1] == "You added a photo."


def test_a_crews_photo_without_words_names_who_added_it():
    service_request = make.service_request(Status.ROUTED)
    photo = make.photo(Photo.Kind.COMMENT, user=make.wes())
    make.act(workflow.comment, service_request, make.wes(), words="", photos=[photo])
    newest = [lines(service_request, audience)[0] for audience in Audience]
    assert all(each.endswith(" added a photo.") for each in newest)


def test_photos_without_words_from_another_system_name_it():
    service_request = make.service_request(Status.ROUTED)
    photos = [make.photo(Photo.Kind.COMMENT, color, device=make.bob()) for color in ("red", "tan")]
    make.act(workflow.comment, service_request, make.front_end(), words="", photos=photos)
    newest = {lines(service_request, audience)[0] for audience in Audience}
    assert newest == {"Someone added 2 photos through FixMyStreet."}
