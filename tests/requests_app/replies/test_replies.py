"""Tests for the reporter's reply to "Is it fixed?"."""

import pytest

from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Outcome, Status
from tests import make
from tests.bucket import point_to
from tests.shared import photo
from tests.visitors import address, browser, source

pytestmark = pytest.mark.django_db


def post_reply(client, row, part, **data):
    data.setdefault("seen", make.last_event_id(row))
    return client.post(address(row, part), data)


def reload(row):
    row.refresh_from_db()
    return row


def test_the_finished_work_is_shown_with_the_question():
    page = browser("ana").get(address(make.service_request(Status.COMPLETED))).content.decode()
    assert "Is it fixed?" in page
    assert "Yes, fixed" in page


def test_others_are_not_asked():
    page = browser("bob").get(address(make.service_request(Status.COMPLETED))).content.decode()
    assert "Is it fixed?" not in page


def test_looking_at_yes_or_no_changes_nothing():
    row = make.service_request(Status.COMPLETED)
    for part in ("confirmation", "dispute"):
        assert browser("ana").get(address(row, part)).status_code == 200
    assert reload(row).status == Status.COMPLETED


@pytest.mark.parametrize("part", ["confirmation", "dispute"])
def test_who_reads_the_words_is_said_before_they_are_written(part):
    row = make.service_request(Status.COMPLETED)
    ana = browser("ana")
    assert "Everyone who looks at this request" in ana.get(address(row, part)).content.decode()
    row.is_private = True
    row.save(update_fields=["is_private"])
    assert "Only you and the city can read it." in ana.get(address(row, part)).content.decode()


def test_yes_with_stars_and_words_closes_it():
    row = make.service_request(Status.COMPLETED)
    response = post_reply(browser("ana"), row, "confirmation", rating="5", words="Quick!")
    assert response["Location"] == address(row)
    assert reload(row).outcome == Outcome.CONFIRMED
    assert row.feedback.get().rating == 5
    assert "Quick!" in browser("ana").get(address(row)).content.decode()


def test_yes_needs_neither_stars_nor_words():
    row = make.service_request(Status.COMPLETED)
    post_reply(browser("ana"), row, "confirmation")
    assert reload(row).outcome == Outcome.CONFIRMED
    assert not row.feedback.exists()


@pytest.mark.parametrize("rating", ["0", "6", "five", "9" * 31, "\u0665"])
def test_stars_that_do_not_exist_are_refused_and_the_words_kept(rating):
    row = make.service_request(Status.COMPLETED)
    response = post_reply(browser("ana"), row, "confirmation", rating=rating, words="Quick!")
    assert response.status_code == 422
    assert "Quick!" in response.content.decode()
    assert reload(row).status == Status.COMPLETED


def test_no_with_a_reason_and_a_photo_goes_back_to_who_did_it():
    row = make.service_request(Status.COMPLETED)
    response = post_reply(
        browser("ana"),
        row,
        "dispute",
        what="part",
        words="The edge still crumbles.",
        photos=make.picture("red"),
    )
    assert response["Location"] == address(row)
    assert reload(row).status == Status.DISPUTED
    assert row.department == make.streets()
    assert row.comments.last().body == "Only part of it was done.\nThe edge still crumbles."
    assert row.photos.filter(kind=Photo.Kind.DISPUTE).count() == 1


@pytest.mark.parametrize("given", [{"what": "nothing"}, {"words": "It is still there."}])
def test_no_needs_a_tap_or_a_few_words(given):
    row = make.service_request(Status.COMPLETED)
    post_reply(browser("ana"), row, "dispute", **given)
    assert reload(row).status == Status.DISPUTED


def test_a_yes_is_asked_for_in_so_many_words():
    page = source(
        browser("ana").get(address(make.service_request(Status.COMPLETED), "confirmation"))
    )
    assert "<h1>Close this request?</h1>" in page
    assert "Yes, it's fixed. Close it" in page


def test_an_empty_no_marks_the_answers_and_not_the_words():
    row = make.service_request(Status.COMPLETED)
    page = source(post_reply(browser("ana"), row, "dispute"))
    words = "Choose what is still wrong, or write it in your own words."
    assert f'<a href="#w-nothing">{words}</a>' in page
    assert page.count(words) == 2
    assert 'aria-describedby="what-e"' in page
    assert "aria-invalid" not in page
    assert page.count("Optional") == 2  # for the photo and for the text


def test_where_there_are_no_answers_an_empty_no_marks_the_words():
    row = make.service_request(Status.CLOSED, Outcome.DECLINED)
    page = source(post_reply(browser("ana"), row, "dispute"))
    assert '<a href="#words">Tell us why you disagree.</a>' in page
    assert page.count("Optional") == 1


def test_no_without_any_reason_asks_for_one_and_keeps_the_photo():
    row, ana = make.service_request(Status.COMPLETED), browser("ana")
    response = post_reply(ana, row, "dispute", photos=make.picture("red"))
    kept = Photo.objects.get(kind=Photo.Kind.DISPUTE)
    assert response.status_code == 422
    assert f'name="photo" value="{kept.pk}"' in source(response)
    post_reply(ana, row, "dispute", words="It is still there.", photo=str(kept.pk))
    assert row.photos.filter(kind=Photo.Kind.DISPUTE).get() == kept


def test_somebody_elses_photo_cannot_be_sent_along():
    row = make.service_request(Status.COMPLETED)
    foreign = make.photo(Photo.Kind.DISPUTE, device=make.bob())
    post_reply(browser("ana"), row, "dispute", words="Still there.", photo=str(foreign.pk))
    assert reload(row).status == Status.DISPUTED
    assert not row.photos.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("ids", ["", "x", "9" * 31, "\0", "00000000-0000-0000-0000-000000000000"])
def test_photo_ids_that_make_no_sense_are_left_out(ids):
    row = make.service_request(Status.COMPLETED)
    post_reply(browser("ana"), row, "dispute", words="Still there.", photo=ids)
    assert reload(row).status == Status.DISPUTED


def test_a_file_that_is_no_photo_is_refused_and_everything_else_kept():
    row, ana = make.service_request(Status.COMPLETED), browser("ana")
    red, blue = make.picture("red"), make.picture("blue")
    with photo("nasty/pdf_renamed.jpg").open("rb") as broken:
        response = post_reply(
            ana, row, "dispute", what="again", words="Look.", photos=[red, broken, blue]
        )
    page = source(response)
    assert response.status_code == 422
    assert "pdf_renamed.jpg: " in page
    assert "Look." in page
    assert 'value="again" id="w-again" checked' in page
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 2


def test_while_no_photo_can_be_kept_the_words_come_back_and_it_is_said(settings):
    row = make.service_request(Status.COMPLETED)
    point_to("http://127.0.0.1:1", settings)
    settings.MAX_SPOOLED_BYTES = 10
    given = {"what": "again", "words": "Look & see.", "photos": make.picture("red")}
    response = post_reply(browser("ana"), row, "dispute", **given)
    page = source(response)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "can&#x27;t save photos right now" in page
    assert "Look &amp; see.</textarea>" in page
    assert 'value="again" id="w-again" checked' in page
    assert reload(row).status == Status.COMPLETED


def test_six_photos_are_one_too_many():
    row = make.service_request(Status.COMPLETED)
    colours = ("red", "blue", "green", "pink", "gold", "gray")
    photos = [make.picture(colour) for colour in colours]
    response = post_reply(browser("ana"), row, "dispute", words="Look.", photos=photos)
    assert response.status_code == 422
    assert "up to 5 photos" in response.content.decode()


def test_a_stale_yes_shows_what_happened_and_keeps_what_was_typed():
    row = make.service_request(Status.COMPLETED)
    old = make.last_event_id(row)
    make.act(workflow.dispute, row, make.ana(), words="From my other phone.")
    response = post_reply(browser("ana"), row, "confirmation", seen=old, rating="4", words="Quick!")
    page = source(response)
    assert response.status_code == 409
    assert "From my other phone." in page
    assert "Quick!" in page
    assert 'value="4" id="r4" checked' in page


@pytest.mark.parametrize("part", ["dispute", "confirmation"])
def test_a_reply_whose_answer_was_lost_is_answered_as_the_first_time(part):
    row = make.service_request(Status.COMPLETED)
    told = {"seen": make.last_event_id(row), "words": "Look again."}
    for _ in range(2):
        response = post_reply(browser("ana"), row, part, **told)
        assert response.status_code == 302
        assert response["Location"] == address(row)
    assert row.comments.filter(body="Look again.").count() == 1
    other = post_reply(browser("ana"), row, part, **told | {"words": "And the edge."})
    assert other.status_code == 409


def test_a_second_no_to_the_same_work_is_not_open():
    row = make.service_request(Status.CLOSED, Outcome.UPHELD)
    assert browser("ana").get(address(row, "dispute"))["Location"] == address(row)
    response = post_reply(browser("ana"), row, "dispute", words="No.")
    assert response.status_code == 409
    assert "has changed" in response.content.decode()


def test_a_dispute_can_be_taken_back_by_a_yes():
    row = make.service_request(Status.DISPUTED)
    page = browser("ana").get(address(row)).content.decode()
    assert "Is it fixed after all?" in page
    post_reply(browser("ana"), row, "confirmation")
    assert reload(row).outcome == Outcome.CONFIRMED


def test_a_closed_request_can_be_disputed_for_two_weeks():
    row = make.service_request(Status.CLOSED)
    assert "Tell us by" in browser("ana").get(address(row)).content.decode()


def test_strangers_can_say_neither_yes_nor_no():
    row = make.service_request(Status.COMPLETED)
    for part in ("confirmation", "dispute"):
        assert post_reply(browser("bob"), row, part, words="x").status_code == 403
    assert reload(row).status == Status.COMPLETED


def test_of_six_photos_of_a_dispute_five_are_kept_and_the_sixth_is_named():
    row = make.service_request(Status.COMPLETED)
    files = [make.picture((n * 40, 0, 0)) for n in range(6)]
    for n, file in enumerate(files):
        file.name = f"IMG_{n}.jpg"
    response = post_reply(browser("ana"), row, "dispute", words="Still there.", photos=files)
    assert response.status_code == 422
    assert "You can add up to 5 photos. Not added: IMG_5.jpg." in response.content.decode()
    assert Photo.objects.unattached().filter(kind=Photo.Kind.DISPUTE).count() == 5
