"""Tests for hints on personal data in public texts, and for the button that removes it."""

import html
import re

import pytest

from requests_app.models import Comment, Draft, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import browser

pytestmark = pytest.mark.django_db

CALL = "Call 310-555-0142, the hole is deep."
PHONE_SAID = "You included a phone number (310-555-0142)."


def read_words(response):
    text = re.sub(r"\s+", " ", html.unescape(response.content.decode()))
    return text.replace(" >", ">")


def open_review_step(category="graffiti-public", **details):
    report = Report()
    report.post_category(category)
    report.post_location()
    answers = make.least_answers(make.Category.objects.get(service_code=category))
    report.post("details", **{f"answer-{code}": v for code, v in answers.items()}, **details)
    return report


# The review step


def sections(report):
    """Return the public and the private section of the review step, without scripts."""
    page = read_words(report.get("check"))
    first, _h, second = page.partition('id="city-only"')
    return first.partition('id="others"')[2], second.partition("</section>")[0]


def test_the_preview_shows_what_the_public_page_shows_and_nothing_else():
    given = {"description": "Deep and wide.", "location_note": "By the pier sign"}
    mine = {"name": "Ana Lopez", "email": "ana@example.org", "phone": "310 555 0142"}
    report = open_review_step(**given, **mine)
    others, city = sections(report)
    for words in [*given.values(), "City Hall", "Graffiti"]:
        assert words in others
    for words in [*mine.values()]:
        assert words in city
        assert words not in others
    report.post_review()
    public = read_words(browser("bob").get(f"/requests/{ServiceRequest.objects.get().reference}/"))
    for words in [*given.values(), "City Hall", "Graffiti"]:
        assert words in public
    for words in mine.values():
        assert words not in public


def test_answers_are_shown_as_the_citys_and_are_not_on_the_public_page():
    report = open_review_step("storm-drain")
    _others, city = sections(report)
    answers = [answer.said for answer in given_answers(report)]
    assert answers
    assert all(said in city for said in answers)
    report.post_review()
    public = read_words(browser("bob").get(f"/requests/{ServiceRequest.objects.get().reference}/"))
    labels = [answer.question.label for answer in ServiceRequest.objects.get().answers.all()]
    assert not [label for label in labels if label in public]


def given_answers(report):
    draft = Draft.objects.get(pk=report.draft_id)
    return make.questions.validate_answers(draft.category, draft.answers)


def test_a_private_report_says_that_nobody_else_sees_it_and_points_at_nothing():
    report = open_review_step("encampment", description=CALL)
    page = read_words(report.get("check"))
    assert "Not shown to the public" in page
    assert "What others will see" not in page
    assert PHONE_SAID not in page


# While filing a report


def test_the_check_marks_it_in_place_and_still_sends():
    report = open_review_step(description=CALL)
    page = read_words(report.get("check"))
    assert "Call <mark>310-555-0142</mark>, the hole is deep." in page
    assert PHONE_SAID in page
    assert "Send as is" in page
    assert report.post_review().url == report.url("sent")
    assert ServiceRequest.objects.get().description == CALL


def test_one_press_takes_it_out_and_keeps_the_rest():
    report = open_review_step(
        description=CALL, location_note="Ask Mrs. Vega", email="ana@example.org"
    )
    response = report.post("check", take_out="description:310-555-0142")
    assert response.url == report.url("check") + "#others"
    draft = Draft.objects.get(pk=report.draft_id)
    assert draft.description == "Call […], the hole is deep."
    assert (draft.location_note, draft.email) == ("Ask Mrs. Vega", "ana@example.org")
    report.post("check", take_out="location_note:Vega")
    assert "Send to the city" in read_words(report.get("check"))


@pytest.mark.parametrize(
    "button",
    ["", "description", "description:", "email:ana@example.org", "description:hole", "x\0"],
)
def test_a_button_that_names_nothing_found_takes_out_nothing(button):
    report = open_review_step(description=CALL, email="ana@example.org")
    assert report.post("check", take_out=button).status_code == 302
    draft = Draft.objects.get(pk=report.draft_id)
    assert (draft.description, draft.email) == (CALL, "ana@example.org")


def test_the_details_say_it_too_and_take_it_out_with_everything_else_kept():
    report = open_review_step(description=CALL)
    assert PHONE_SAID in read_words(report.get("details"))
    response = report.post_details(
        description=CALL + " Thanks", name="Ana Lopez", take_out="description:310-555-0142"
    )
    assert response.url.startswith(report.url("details"))
    draft = Draft.objects.get(pk=report.draft_id)
    assert draft.description == "Call […], the hole is deep. Thanks"
    assert draft.name == "Ana Lopez"


def test_the_reporters_own_name_is_found_by_what_they_typed_beside_it():
    report = open_review_step(description="Carmen saw it too", name="Carmen Ortiz")
    assert "You included a name (Carmen)." in read_words(report.get("check"))


def test_while_writing_the_same_hint_comes_as_a_fragment():
    client = browser("ana")
    hint = client.post("/report/words/", {"field": "description", "words": CALL})
    assert PHONE_SAID in read_words(hint)
    assert "<html" not in hint.content.decode()
    for words in ("A hole.", "", "\0", "x" * 90_000):
        assert client.post("/report/words/", {"words": words}).status_code == 204
    assert not Draft.objects.exists()


def test_a_fragment_carries_what_was_typed_as_text():
    given = {"field": '"><b>', "words": "<script>x</script> a@example.org"}
    page = browser().post("/report/words/", given).content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


# On a request's page


def reply(row, noun, **given):
    given = {"seen": make.last_event_id(row), **given}
    return browser("ana").post(f"/requests/{row.reference}/{noun}/", given)


REPLIES = [
    ("comments", Status.ROUTED),
    ("answer", Status.AWAITING_RESIDENT),
    ("dispute", Status.COMPLETED),
    ("confirmation", Status.COMPLETED),
]


@pytest.mark.parametrize(("noun", "status"), REPLIES)
def test_words_with_a_number_come_back_once_and_go_as_they_are_with_one_press(noun, status):
    row = make.service_request(status)
    response = reply(row, noun, words=CALL)
    page = read_words(response)
    assert response.status_code == 422
    assert PHONE_SAID in page
    assert "<mark>310-555-0142</mark>" in page
    assert not Comment.objects.filter(body__contains="0142").exists()
    assert reply(row, noun, words=CALL, as_it_is="1").status_code == 302
    assert Comment.objects.filter(body__contains=CALL).exists()


@pytest.mark.parametrize(("noun", "status"), REPLIES)
def test_taken_out_the_words_are_shown_once_more_and_then_sent(noun, status):
    row = make.service_request(status)
    response = reply(row, noun, words=CALL, take_out="words:310-555-0142")
    page = read_words(response)
    assert "Call […], the hole is deep.</textarea>" in page
    assert "We removed it." in page
    assert reply(row, noun, words="Call […], the hole is deep.").status_code == 302


def test_a_second_finding_is_still_pointed_out():
    row = make.service_request(Status.ROUTED)
    both = "Call 310-555-0142 or write to ana@example.org"
    page = read_words(reply(row, "comments", words=both, take_out="words:310-555-0142"))
    assert "email address (ana@example.org)" in page
    assert "Send as is" in page


def test_words_that_only_the_city_reads_are_sent_as_they_are():
    row = make.service_request(Status.ROUTED, category=make.category(is_private=True))
    assert reply(row, "comments", words=CALL).status_code == 302


def test_a_photo_that_came_along_is_kept_while_the_words_are_looked_at():
    row = make.service_request(Status.COMPLETED)
    response = reply(row, "dispute", words=CALL, photos=make.picture())
    assert response.status_code == 422
    assert 'name="photo"' in response.content.decode()


def test_the_given_name_of_who_reported_is_known():
    row = make.service_request(
        Status.ROUTED, contact={"name": "Carmen Ortiz", "email": "", "phone": "1"}
    )
    assert "(Carmen)" in read_words(reply(row, "comments", words="Carmen here, still broken"))
