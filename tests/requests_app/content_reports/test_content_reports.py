"""Tests for reports about a photo or a text, which only agents see."""

import re
from datetime import timedelta

import pytest

from city import maintenance
from city.models import City
from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput
from requests_app.models import ContentReport, Device, Event, Photo
from requests_app.privacy import retention
from requests_app.privacy.stored_data import find_by_device
from requests_app.status import Status, Verb
from tests import make
from tests.visitors import address, browser, signed_in

pytestmark = pytest.mark.django_db
GAS = "I smell gas, and there is a gas leak."


def filed(**given):
    photo = make.photo(device=make.ana())
    Photo.objects.filter(pk=photo.pk).update(state=Photo.State.READY)
    return make.filed(photos=[photo], **given)


def post_report(client, row, item="description", reason="personal", **data):
    data |= {"seen": make.last_event_id(row), "item": item, "reason": reason}
    return client.post(address(row, "content-reports"), data)


def photo_of(row) -> str:
    return f"photo-{row.photos.get().pk}"


def get_report_form(client, row):
    return client.get(address(row, "content-reports"))


def file_private():
    return filed(category=make.category(is_private=True))


def file_hidden():
    row = filed()
    make.act(workflow.hide, row, make.omar(), words="Held back.")
    return row


ROWS = {"public": filed, "private": file_private, "hidden": file_hidden}
PEOPLE = {
    "a stranger": browser,
    "the reporter": lambda: browser("ana"),
    "a follower": lambda: browser("bob"),
    "another department": lambda: signed_in(make.walt()),
    "an agent": lambda: signed_in(make.omar()),
}
NOT_THERE, SENT, REFUSED = (404, 404), (200, 302), (302, 403)
MAY = [
    ("public", "a stranger", SENT),
    ("public", "the reporter", SENT),
    ("public", "a follower", SENT),
    ("public", "another department", REFUSED),
    ("public", "an agent", REFUSED),
    ("private", "a stranger", NOT_THERE),
    ("private", "the reporter", SENT),
    ("private", "a follower", NOT_THERE),
    ("private", "another department", NOT_THERE),
    ("private", "an agent", REFUSED),
    ("hidden", "a stranger", NOT_THERE),
    ("hidden", "the reporter", SENT),
    ("hidden", "a follower", NOT_THERE),
    ("hidden", "another department", NOT_THERE),
    ("hidden", "an agent", REFUSED),
]


@pytest.mark.parametrize(("kind", "who", "expected"), MAY)
def test_who_may_see_a_request_may_report_what_is_in_it(kind, who, expected):
    row = ROWS[kind]()
    workflow.follow(row, by=make.bob())
    client = PEOPLE[who]()
    answers = get_report_form(client, row), post_report(client, row, photo_of(row))
    assert tuple(answer.status_code for answer in answers) == expected
    assert ContentReport.objects.count() == (expected == SENT)


def test_every_photo_and_text_of_the_page_can_be_picked_and_what_is_hidden_cannot():
    row = filed(description="Call Sam at the blue house.")
    make.act(workflow.comment, row, make.ana(), words="Still there on Monday.")
    make.act(workflow.comment, row, make.omar(), words="For staff only.", is_public=False)
    page = get_report_form(browser(), row).content.decode()
    comment = row.comments.get(is_public=True)
    for said in ["Call Sam", "Still there on Monday.", photo_of(row), f"text-{comment.pk}"]:
        assert said in page
    assert "For staff only." not in page
    make.act(workflow.hide, row, make.omar(), words="Private.", photo=row.photos.get())
    make.act(workflow.hide, row, make.omar(), words="Private.", comment=comment)
    page = get_report_form(browser(), row).content.decode()
    assert photo_of(row) not in page
    assert "Still there on Monday." not in page


@pytest.mark.parametrize("of", ["hidden photo", "hidden text", "note", "other", "nothing"])
def test_what_a_reader_does_not_see_is_a_404(of):
    row, other = filed(), make.filed(by=make.bob())
    make.act(workflow.comment, row, make.ana(), words="Here.")
    make.act(workflow.comment, row, make.omar(), words="Inside.", is_public=False)
    make.act(workflow.comment, other, make.bob(), words="Elsewhere.")
    said = row.comments.get(is_public=True)
    make.act(workflow.hide, row, make.omar(), words="No.", photo=row.photos.get())
    make.act(workflow.hide, row, make.omar(), words="No.", comment=said)
    items = {
        "hidden photo": photo_of(row),
        "hidden text": f"text-{said.pk}",
        "note": f"text-{row.comments.filter(body='Inside.').get().pk}",
        "other": f"text-{other.comments.get().pk}",
        "nothing": "text-x",
    }
    assert post_report(browser(), row, items[of]).status_code == 404
    assert not ContentReport.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"item": ""}, "Choose the photo or text."),
        ({"reason": ""}, "Choose what&#x27;s wrong."),
        ({"reason": "because"}, "Choose what&#x27;s wrong."),
        ({"words": "x" * 501}, 'id="words-e"'),
        ({"words": "a\0b"}, 'id="words-e"'),
    ],
)
def test_what_is_missing_is_asked_for_and_the_rest_stays(given, said):
    row = filed()
    response = post_report(browser(), row, **{"words": "My plate is in it.", **given})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "words" in given or "My plate is in it." in page
    assert not ContentReport.objects.exists()


def test_a_repeat_is_answered_kindly_and_the_first_one_stands():
    row, bob = filed(), browser("bob")
    assert post_report(bob, row, words="First.").url.endswith("?sent=1")
    again = post_report(bob, row, reason="offensive", words="Second.")
    assert "You already reported this" in bob.get(again.url).content.decode()
    assert "Thanks for telling us" in bob.get(again.url.replace("again", "sent")).content.decode()
    assert ContentReport.objects.get().text == "First."
    assert post_report(bob, row, photo_of(row)).url.endswith("?sent=1")
    assert post_report(browser("carl"), row).url.endswith("?sent=1")
    assert ContentReport.objects.count() == 3


def test_reports_are_counted_like_comments(settings):
    settings.RATE_LIMITS = {"word.person": "2/hour"}
    row, bob = filed(), browser("bob")
    assert post_report(bob, row).status_code == 302
    assert post_report(bob, row, photo_of(row)).status_code == 302
    assert post_report(bob, row).status_code == 429
    assert get_report_form(bob, row).status_code == 200


def test_the_public_hears_nothing_of_a_report_nor_of_its_end():
    row = filed(description="Nothing to see.")
    version, stranger, events = row.version, browser(), row.events.count()
    before = stranger.get(address(row)).content.decode()
    post_report(browser("bob"), row, words="My face is in it.")
    row.refresh_from_db()
    assert (row.version, row.events.count()) == (version, events)
    assert "My face" not in stranger.get(address(row)).content.decode()
    dismiss(row)
    for client in (stranger, browser("ana"), browser("bob"), signed_in(make.walt())):
        page = client.get(address(row)).content.decode()
        assert "nothing wrong" not in page
        assert "reported by" not in page.lower()
        assert page.count("data-event=") == before.count("data-event=")


def test_words_of_danger_stop_first_and_what_goes_on_is_urgent():
    row, bob = filed(), browser("bob")
    stop = post_report(bob, row, words=GAS)
    page = stop.content.decode()
    assert stop.status_code == 422
    assert page.index('href="tel:911"') < page.index(GAS)
    assert not ContentReport.objects.exists()
    kind = re.search(r'name="no_danger"\s+value="([^"]+)"', page)[1]
    assert post_report(bob, row, words=GAS, no_danger=kind).status_code == 302
    row.refresh_from_db()
    assert row.danger
    assert row.events.last().verb == Verb.FLAG_DANGER


def test_nothing_is_reported_while_the_city_only_reads():
    row = filed()
    maintenance.start_read_only_mode()
    try:
        assert post_report(browser(), row).status_code == 503
    finally:
        maintenance.end_read_only_mode()
    assert not ContentReport.objects.exists()


def test_the_live_page_leads_there_and_costs_no_more_than_before(django_assert_max_num_queries):
    row = filed()
    with django_assert_max_num_queries(12):
        page = browser("bob").get(address(row)).content.decode()
    assert address(row, "content-reports") in page
    assert (
        address(row, "content-reports")
        not in signed_in(make.omar()).get(address(row)).content.decode()
    )
    bare = make.filed(description="")
    assert address(bare, "content-reports") not in browser().get(address(bare)).content.decode()


# Decisions


def dismiss(row, by=None, item=None):
    shown = item or row.content_reports.last()
    return make.act(workflow.dismiss_reports, row, by or make.omar(), report=shown.pk)


def test_nothing_wrong_settles_what_was_shown_and_the_log_says_who():
    row = filed()
    post_report(browser("bob"), row)
    post_report(browser("bob"), row, photo_of(row))
    first = row.content_reports.first()
    post_report(browser("carl"), row)
    event = dismiss(row, item=first)
    assert (event.verb, event.actor) == (Verb.DISMISS_REPORTS, make.omar())
    assert event.status_before == event.status_after == row.status
    left = [each.device for each in row.content_reports.open()]
    assert left == [make.bob(), make.device("carl")]  # about the photo, and one that was made later
    workflow.undo(row, event=event, by=make.omar())
    assert row.content_reports.open().count() == 3


def test_a_report_is_dismissed_once_and_only_where_it_belongs():
    row, other = filed(), make.filed()
    post_report(browser("bob"), row)
    [found] = row.content_reports.all()
    with pytest.raises(InvalidInput):
        dismiss(other, item=found)
    dismiss(row, item=found)
    with pytest.raises(IllegalTransition):
        dismiss(row, item=found)


BOXES = [(0, 0, 0.5, 0.5)]
SETTLING = [
    (workflow.hide, "whole", {}, []),
    (workflow.hide, "photo", {}, ["comment", "description"]),
    (workflow.redact, "photo", {"boxes": BOXES}, ["comment", "description"]),
    (workflow.hide, "comment", {}, ["description", "photo"]),
    (workflow.redact, "comment", {"body": "Gone."}, ["description", "photo"]),
    (workflow.redact, "whole", {"body": "A hole."}, ["comment", "photo"]),
]


def kind_of(report) -> str:
    return "photo" if report.photo else "comment" if report.comment else "description"


@pytest.mark.parametrize(("verb", "what", "given", "left"), SETTLING)
def test_what_is_hidden_or_changed_is_settled_by_that(verb, what, given, left):
    row = filed()
    make.act(workflow.comment, row, make.ana(), words="Sam lives here.")
    subjects, bob = {"photo": row.photos.get(), "comment": row.comments.get()}, browser("bob")
    for item in (photo_of(row), f"text-{subjects['comment'].pk}", "description"):
        assert post_report(bob, row, item).status_code == 302
    subject = {what: subjects[what]} if what in subjects else {}
    event = make.act(verb, row, make.omar(), words="Personal.", **subject, **given)
    assert sorted(kind_of(each) for each in row.content_reports.open()) == left
    if event.verb == Verb.HIDE:
        workflow.undo(row, event=event, by=make.omar())
        assert row.content_reports.open().count() == 3


def test_undoing_nothing_wrong_leaves_the_photo_as_it_was():
    row = filed()
    post_report(browser("bob"), row, photo_of(row))
    make.act(workflow.hide, row, make.omar(), words="Personal.", photo=row.photos.get())
    ContentReport.objects.update(settled_by=None)
    event = dismiss(row)
    workflow.undo(row, event=event, by=make.omar())
    assert row.photos.get().is_hidden


# Export, deletion and retention of the reporter's data


def test_a_reader_sees_carries_away_and_deletes_what_they_reported():
    row, bob = filed(), browser("bob")
    post_report(bob, row, words="That is my car.")
    page = bob.get("/your-data/device/").content.decode()
    assert "That is my car." in page
    assert b"".join(bob.get("/your-data/device/file/").streaming_content)
    bob.post("/your-data/device/deletion/", {"what": "here"})
    kept = ContentReport.objects.get()
    assert (kept.device, kept.text, kept.reason) == (None, "", "personal")
    assert not Device.objects.filter(key_hash=Device.hash_key("bob")).exists()


def test_a_reporter_who_is_forgotten_takes_their_reports_along_and_others_stay():
    row = filed()
    post_report(browser("ana"), row, words="Mine.")
    post_report(browser("bob"), row, words="Another's.")
    workflow.forget(row, by=make.ana())
    assert sorted(row.content_reports.values_list("text", flat=True)) == ["", "Another's."]


def test_when_the_citys_period_is_over_nobody_knows_who_reported_what():
    row = filed()
    post_report(browser("bob"), row, words="Mine.")
    days = City.current().contact_kept_days
    retention.apply_retention()
    assert ContentReport.objects.get().text == "Mine."
    with clock.freeze_time(clock.now() + timedelta(days=days + 1)):
        retention.apply_retention()
    kept = ContentReport.objects.get()
    assert (kept.device, kept.text, kept.reason) == (None, "", "personal")


def test_with_the_words_of_a_private_request_go_those_about_it():
    row = file_private()
    post_report(browser("ana"), row, words="It names my son.")
    make.route(row)
    workflow.forget(row, by=make.omar(), reason="caller")
    assert ContentReport.objects.get().text == ""


def test_the_log_holds_nothing_of_a_report():
    row = filed()
    post_report(browser("bob"), row, words="That is my car.")
    dismiss(row)
    assert not Event.objects.filter(device=make.bob()).exists()
    assert row.status == Status.FILED


def test_your_data_of_a_browser_that_only_reported_is_something():
    row = filed()
    assert not find_by_device(make.bob())
    post_report(browser("bob"), row)
    assert find_by_device(make.bob())
