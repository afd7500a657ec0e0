"""Tests for the live page of a request, its polling, and the private link."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import DeclineReason, HoldReason
from lib import clock
from requests_app import workflow
from requests_app.models import AccessLink, Photo, ReporterSession, ServiceRequest
from requests_app.status import Outcome, Status
from tests import make
from tests.visitors import CacheCommands, address, browser, signed_in, source

pytestmark = pytest.mark.django_db
NONCE = UUID("7c0f3f5e-3d5b-4b8e-9d5f-0a1b2c3d4e5f")


def get_page(client, service_request, *parts):
    response = client.get(address(service_request, *parts))
    assert response.status_code == 200
    return response.text


def poll(client, service_request, version):
    return client.get(address(service_request, "live"), {"v": version})


def shown_version(client, service_request):
    return client.get(address(service_request)).context["access"].version


def private_request(**given):
    return make.filed(category=make.category(is_private=True), **given)


# The page


def test_the_page_answers_where_who_and_when():
    row = make.service_request(Status.IN_PROGRESS, location_note="Curb lane, north side")
    page = get_page(browser(), row)
    for answer in (
        "City Hall",
        "Curb lane, north side",
        "Street Services",
        "A crew has been there since",
    ):
        assert answer in page
    assert "Expected by" in page


def test_each_answer_of_the_page_has_its_icon():
    page = get_page(browser(), make.filed())
    answers = page[page.index('<dl class="answers') : page.index("</dl>")]
    assert answers.count("#i-") == answers.count("<dt>") == 3
    assert '#i-"' not in page


@pytest.mark.parametrize(
    ("status", "to_ana", "to_bob"),
    [
        (Status.FILED, "Received", "Received"),
        (Status.ROUTED, "With Street Services", "With Street Services"),
        (Status.SCHEDULED, "Planned for", "Planned for"),
        (Status.IN_PROGRESS, "Work underway", "Work underway"),
        (Status.AWAITING_RESIDENT, "We need an answer from you", "Waiting for the person"),
        (Status.ON_HOLD, "On hold:", "On hold:"),
        (Status.COMPLETED, "Work finished. Please check", "Work finished. Waiting for a resident"),
        (Status.DISPUTED, "You told us it&#x27;s not fixed", "Reported as not fixed"),
        (Status.CLOSED, "You confirmed it&#x27;s fixed", "Confirmed as fixed"),
    ],
)
def test_every_status_is_told_to_the_reporter_and_to_others(status, to_ana, to_bob):
    row = make.service_request(status)
    assert to_ana in get_page(browser("ana"), row)
    assert to_bob in get_page(browser("bob"), row)


@pytest.mark.parametrize("outcome", [o for o in Outcome if o != Outcome.IMPORTED])
def test_every_way_to_close_has_a_page(outcome):
    row = make.service_request(Status.CLOSED, outcome)
    assert "Closed." in get_page(browser("ana"), row)


def test_a_declined_request_says_why_in_the_words_for_the_resident():
    row = make.filed()
    listed = make.reason(DeclineReason)
    make.act(workflow.decline, row, make.omar(), reason=listed, words="Please ask the owner.")
    assert "Please ask the owner." in get_page(browser("ana"), row)


def test_a_transferred_request_says_who_has_it_and_how_to_reach_them():
    row = make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    page = get_page(browser("ana"), row)
    assert row.agency.name in page
    assert row.agency.phone_tel == "" or f'href="tel:{row.agency.phone_tel}"' in page


def test_a_duplicate_leads_to_its_original():
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    assert address(row.duplicate_of) in get_page(browser("ana"), row)


def test_a_late_request_says_so_and_does_not_promise_again():
    row = make.service_request(Status.ROUTED)
    with clock.freeze_time(row.due_at + timedelta(days=3)):
        page = get_page(browser("ana"), row)
    assert "Running late" in page
    assert "Expected by" not in page


def test_a_pause_is_explained():
    row = make.service_request(Status.ON_HOLD)
    page = get_page(browser("ana"), row)
    assert "On pause" in page
    assert make.reason(HoldReason).name in page


def test_those_who_held_it_are_listed_with_the_reason_why_it_moved():
    row = make.service_request(Status.ROUTED)
    make.moved_on(row, make.water())
    page = get_page(browser(), row)
    holders = [page.index(f"<strong>{name}</strong>") for name in ("311 team", "Street Services")]
    assert holders == sorted(holders)
    assert "Water Resources" in page


def test_internal_notes_and_names_of_staff_stay_inside():
    row = make.service_request(Status.IN_PROGRESS)
    make.act(workflow.comment, row, make.wes(), words="Owner is rude.", is_public=False)
    for person in (browser("ana"), browser("bob"), signed_in(make.omar())):
        page = get_page(person, row)
        assert "Owner is rude." not in page
        assert not re.search(r"\bWes\b", page)


def test_nothing_a_person_wrote_becomes_markup():
    row = make.filed(description="<script>alert(1)</script>", location_text='"><b>x')
    page = get_page(browser(), row)
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_a_reference_in_small_letters_leads_to_the_page():
    row = make.filed()
    sloppy = row.reference.lower().replace("-", "")
    response = browser().get(f"/requests/{sloppy}/")
    assert response.status_code == 301
    assert response["Location"] == address(row)


@pytest.mark.parametrize("reference", ["SM-0000-0000", "SM-7K3Q-X9F2", "sm-7k3q-x9f", "9" * 16])
def test_a_reference_that_is_nobodys_is_a_404(reference):
    assert browser().get(f"/requests/{reference}/").status_code == 404


# Access


def test_a_private_request_is_seen_by_its_reporter_and_by_staff_alone():
    row = private_request()
    assert "Only the person who reported this and the city" in get_page(browser("ana"), row)
    assert "signed in as staff" in get_page(signed_in(make.omar()), row)
    for stranger in (browser(), browser("bob"), signed_in(make.walt())):
        for part in ((), ("live",), ("dispute",), ("comments",)):
            assert stranger.get(address(row, *part)).status_code == 404


def test_a_hidden_request_is_gone_for_neighbours_and_told_to_the_reporter():
    row = make.filed()
    make.act(workflow.hide, row, make.omar(), words="It shows a neighbour's plate.")
    assert browser("bob").get(address(row)).status_code == 404
    assert "has hidden this request" in get_page(browser("ana"), row)


def test_pages_for_one_person_are_kept_by_no_cache():
    assert browser("ana").get(address(private_request()))["Cache-Control"] == "private, no-store"
    assert "private" in browser("ana").get(address(make.filed()))["Cache-Control"]


# Polling


def test_an_unchanged_public_poll_costs_one_cache_read_and_no_sql():
    row, client = make.service_request(Status.ROUTED), browser("ana")
    version = shown_version(client, row)
    poll(client, row, version)  # the first poll stores the version in the cache
    with CaptureQueriesContext(connection) as queries, CacheCommands() as asked:
        response = poll(client, row, version)
    assert response.status_code == 204
    assert response.content == b""
    assert len(queries) == 0
    assert asked.counts == {"get": 1}
    assert response["Cache-Control"] == "public, max-age=1"
    assert "Set-Cookie" not in response
    assert not response.cookies


def test_an_unchanged_poll_that_the_cache_knows_no_more_reads_one_row_by_its_reference():
    row, client = make.service_request(Status.ROUTED), browser("ana")
    version = shown_version(client, row)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert poll(client, row, version).status_code == 204
    assert len(queries) == 1
    assert "JOIN" not in queries[0]["sql"]
    with CaptureQueriesContext(connection) as queries:
        assert poll(browser("bob"), row, version).status_code == 204
    assert len(queries) == 0


def test_an_unchanged_private_poll_costs_one_cache_read_more():
    row, client = private_request(), browser("ana")
    version = shown_version(client, row)
    poll(client, row, version)
    with CaptureQueriesContext(connection) as queries, CacheCommands() as asked:
        response = poll(client, row, version)
    assert response.status_code == 204
    assert len(queries) == 0
    assert asked.counts == {"get": 2}
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("version", ["1p", "1", "2p", ""])
def test_the_poll_of_a_private_request_tells_a_stranger_nothing(version):
    row = private_request()
    poll(browser("ana"), row, "1p")
    for stranger in (browser(), browser("bob")):
        assert poll(stranger, row, version).status_code == 404


def test_a_request_that_becomes_hidden_stops_answering_neighbours_at_once(
    django_capture_on_commit_callbacks,
):
    row, client = make.filed(), browser("bob")
    version = shown_version(client, row)
    assert poll(client, row, version).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        make.act(workflow.hide, row, make.omar(), words="Not for everyone.")
    assert poll(client, row, version).status_code == 404


def test_a_change_comes_with_the_next_poll_in_six_queries_at_most(
    django_capture_on_commit_callbacks,
):
    row, client = make.service_request(Status.ROUTED), browser("ana")
    version = shown_version(client, row)
    poll(client, row, version)
    with django_capture_on_commit_callbacks(execute=True):
        make.act(workflow.start, row, make.wes())
    with CaptureQueriesContext(connection) as queries:
        response = poll(client, row, version)
    page = response.text
    assert response.status_code == 200
    assert len(queries) <= 6
    assert "Work underway" in page
    assert "<html" not in page
    assert "csrfmiddlewaretoken" not in page
    assert response["Live-Version"] == row.live_version
    assert 'hx-trigger="poll"' in page


def test_a_note_among_staff_moves_no_residents_page(django_capture_on_commit_callbacks):
    row, client = make.service_request(Status.IN_PROGRESS), browser("ana")
    make.route(row, make.water())
    version, changed_at = shown_version(client, row), row.changed_at
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        make.act(workflow.comment, row, make.omar(), words="Mind the dog.", is_public=False)
        workflow.hand_over(row, by=make.wes(), words="We filled it before.")
    with CaptureQueriesContext(connection) as queries:
        assert poll(client, row, version).status_code == 204
    assert len(queries) == 0
    cache.clear()
    assert poll(client, row, version).status_code == 204
    row.refresh_from_db()
    assert (row.live_version, row.changed_at) == (version, changed_at)
    assert row.staff_version == 2


def test_the_whole_page_takes_twelve_queries_at_most():
    row = make.service_request(Status.DISPUTED)
    make.act(workflow.comment, row, make.ana(), words="Still there.")
    get_page(browser("ana"), row)
    for client in (browser("ana"), browser("bob"), browser(), signed_in(make.omar())):
        with CaptureQueriesContext(connection) as queries:
            get_page(client, row)
        assert len(queries) <= 12


def test_a_first_visit_weighs_sixty_kilobytes_before_photos_at_most():
    row = make.service_request(Status.DISPUTED, description="Deep. " * 60)
    for n in range(12):
        make.act(workflow.comment, row, make.ana(), words=f"Still there on day {n}.")
    response = browser("ana").get(address(row), headers={"accept-encoding": "gzip"})
    page = gunzipped(response)
    files = {find(name.split("#")[0]) for name in re.findall(r"/static/([^\"' ]+)", page)}
    assets = sum(len(gzip.compress(Path(file).read_bytes())) for file in files)
    assert len(files) > 8
    assert assets + len(response.content) <= 60 * 1024


def gunzipped(response):
    packed = response.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(response.content) if packed else response.content).decode()


def test_only_what_everyone_would_get_may_be_shared():
    row = make.filed()
    assert poll(browser(), row, "0")["Cache-Control"] == "public, max-age=1"
    assert poll(browser("bob"), row, "0")["Cache-Control"] == "public, max-age=1"
    for person in (browser("ana"), signed_in(make.omar())):
        response = poll(person, row, "0")
        assert response["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))
    workflow.follow(row, by=make.bob())
    assert poll(browser("bob"), row, "0")["Cache-Control"] == "private, no-store"


def test_a_lost_cache_costs_a_query_and_no_news():
    row, client = make.filed(), browser("bob")
    version = shown_version(client, row)
    cache.clear()
    assert poll(client, row, version).status_code == 204
    assert poll(client, row, "0").status_code == 200


@pytest.mark.parametrize("version", ["", "9" * 31, "-1", "\0", "1' OR 1=1", "٣"])
def test_a_version_that_makes_no_sense_gets_the_page_as_it_stands(version):
    assert poll(browser(), make.filed(), version).status_code == 200


def test_polling_ends_an_hour_after_closing():
    row = make.service_request(Status.CLOSED)
    assert 'hx-trigger="poll"' in poll(browser("ana"), row, "").text
    with clock.freeze_time(row.closed_at + timedelta(minutes=61)):
        final = poll(browser("ana"), row, "").text
        page = get_page(browser("ana"), row)
    for html in (final, page):
        assert "hx-trigger" not in html
        assert "hx-get" not in html
        assert "Final" in html


def test_the_page_carries_what_the_pace_is_made_of():
    row = make.service_request(Status.IN_PROGRESS)
    with clock.freeze_time(row.changed_at + timedelta(minutes=90)):
        page = get_page(browser(), row)
    assert 'data-age="5400"' in page
    assert "data-lively" in page


def test_a_session_that_ended_gets_no_sign_in_page_in_its_poll():
    row, client = private_request(), signed_in(make.omar())
    version = shown_version(client, row)
    assert poll(client, row, version).status_code == 204
    client.session.flush()
    cache.clear()
    response = poll(client, row, version)
    assert response.status_code == 404
    assert "Location" not in response


# The private link


def private_link_url(row):
    return address(
        row, "mine", AccessLink.get_or_create_for_nonce(NONCE, service_request=row).token
    )


def test_looking_at_a_private_link_changes_nothing():
    row, phone = make.filed(), browser("ana's phone")
    response = phone.get(private_link_url(row))
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["Cache-Control"] == "private, no-store"
    assert ReporterSession.objects.filter(service_request=row).count() == 1


def test_a_private_link_advises_no_search_that_would_find_nothing():
    advice = "look it up by its request number instead"
    for row, is_advised in ((make.filed(), True), (private_request(), False)):
        assert (advice in browser().get(private_link_url(row)).text) is is_advised


def test_the_button_of_a_private_link_makes_the_device_the_reporters():
    row, phone = private_request(), browser()
    assert phone.get(address(row)).status_code == 404
    response = phone.post(private_link_url(row))
    assert response["Location"] == address(row)
    assert "Only the person who reported this" in get_page(phone, row)
    phone.post(private_link_url(row))
    assert ReporterSession.objects.filter(service_request=row).count() == 2


def test_a_private_link_goes_straight_on_where_the_device_is_a_reporter_already():
    row = make.service_request(Status.COMPLETED)
    phone, link = browser(), f"{private_link_url(row)}?to=dispute"
    assert phone.get(link).status_code == 200
    phone.post(link)
    assert phone.get(link).url == address(row, "dispute")
    assert ReporterSession.objects.filter(service_request=row).count() == 2


def test_a_private_link_goes_on_to_the_page_its_mail_was_about():
    row = make.service_request(Status.COMPLETED)
    assert browser().post(f"{private_link_url(row)}?to=dispute")["Location"] == address(
        row, "dispute"
    )
    assert browser().post(f"{private_link_url(row)}?to=//evil.example")["Location"] == address(row)


def strip_visit_data(response):
    """Return a page without its CSRF token and its return address."""
    return re.sub(rb'value="[^"]*"', b"", response.content)


def test_wrong_expired_and_foreign_tokens_are_the_same_404():
    row, other = make.service_request(Status.CLOSED), make.filed(by=make.bob())
    foreign = address(
        other, "mine", AccessLink.get_or_create_for_nonce(NONCE, service_request=row).token
    )
    answers = [browser().get(address(row, "mine", "0" * 64)), browser().get(foreign)]
    with clock.freeze_time(row.closed_at + timedelta(days=91)):
        answers.append(browser().get(private_link_url(row)))
        answers.append(browser().post(private_link_url(row)))
    assert {answer.status_code for answer in answers} == {404}
    assert len({strip_visit_data(answer) for answer in answers}) == 1


def test_an_agents_browser_never_becomes_the_reporter():
    row, desk = make.filed(), signed_in(make.omar())
    assert desk.post(private_link_url(row)).status_code == 403
    assert ReporterSession.objects.filter(service_request=row).count() == 1


# Texts by residents while the city works


def post_reply(client, row, part, **data):
    data.setdefault("seen", make.last_event_id(row))
    return client.post(address(row, part), data)


def test_a_comment_is_on_the_page():
    row = make.filed()
    assert post_reply(browser("ana"), row, "comments", words="It grew.")["Location"] == address(row)
    assert "It grew." in get_page(browser(), row)


def test_a_stranger_cannot_comment():
    assert post_reply(browser("bob"), make.filed(), "comments", words="Hello").status_code == 403


@pytest.mark.parametrize("words", ["", "   ", "\u200b\u200d", "\x00\x01"])
def test_a_comment_of_nothing_is_asked_for_again(words):
    row = make.filed()
    assert post_reply(browser("ana"), row, "comments", words=words).status_code == 422
    assert row.comments.count() == 0


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 31, "1e5"])
def test_a_form_that_does_not_say_what_was_seen_comes_back_with_its_words(seen):
    row = make.filed()
    response = post_reply(browser("ana"), row, "comments", words="It grew.", seen=seen)
    assert response.status_code == 422
    assert "It grew." in response.text


def test_a_stale_comment_comes_back_with_what_happened_and_what_was_typed():
    row = make.filed()
    old = make.last_event_id(row)
    make.route(row)
    response = post_reply(browser("ana"), row, "comments", words="It grew.", seen=old)
    page = response.text
    assert response.status_code == 409
    assert "It grew." in page
    assert "311 sent it to Street Services." in page
    assert f'name="seen" value="{make.last_event_id(row)}"' in page


def test_a_question_is_answered_with_words_and_a_photo():
    row, ana = make.service_request(Status.AWAITING_RESIDENT), browser("ana")
    page = get_page(ana, row, "answer")
    assert "Which side of the street?" in page
    assert "Everyone who looks at this request can read it." in page
    photo = make.picture("pink")
    response = post_reply(ana, row, "answer", words="The north side.", photos=photo)
    assert response["Location"] == address(row)
    row.refresh_from_db()
    assert row.status == Status.ROUTED
    assert row.photos.count() == 1


def test_an_answer_to_a_question_that_was_taken_back_can_be_sent_as_a_comment():
    row = make.service_request(Status.AWAITING_RESIDENT)
    old = make.last_event_id(row)
    make.act(workflow.cancel_question, row, make.wes())
    response = post_reply(browser("ana"), row, "answer", words="The north side.", seen=old)
    page = response.text
    assert response.status_code == 409
    assert "The north side." in page
    assert address(row, "comments") in page


def test_the_answer_page_of_a_request_without_a_question_leads_back():
    row = make.filed()
    assert browser("ana").get(address(row, "answer"))["Location"] == address(row)


def test_a_request_is_taken_back_with_a_second_look():
    row, ana = make.filed(), browser("ana")
    assert "Cancel this request?" in get_page(ana, row, "withdrawal")
    post_reply(ana, row, "withdrawal")
    row.refresh_from_db()
    assert row.outcome == Outcome.WITHDRAWN


def test_where_others_follow_the_reporter_leaves_and_it_goes_on():
    row = make.filed()
    workflow.follow(row, by=make.bob())
    assert "Others follow it" in get_page(browser("ana"), row, "withdrawal")
    assert post_reply(browser("ana"), row, "withdrawal")["Location"] == address(row)
    row.refresh_from_db()
    assert row.status == Status.FILED


def test_following_and_its_end_are_safe_to_repeat():
    row, bob = make.filed(), browser("bob")
    for want, count in [("yes", 1), ("yes", 1), ("no", 0), ("no", 0)]:
        response = bob.post(address(row, "following"), {"want": want})
        assert response["Location"] == f"{address(row)}?following={want}"
        assert row.followers.count() == count


def test_after_the_button_its_answer_is_said_and_the_focus_is_on_the_button_again():
    row, bob = make.filed(), browser("bob")
    focused = 'aria-describedby="follow-said" autofocus'
    for want, said in [("yes", "You follow this request."), ("no", "You stopped following")]:
        page = source(bob.post(address(row, "following"), {"want": want}, follow=True))
        assert said in page
        assert focused in page
        assert focused not in get_page(bob, row)


@pytest.mark.parametrize("said", ["yes", "no", "", "x"])
def test_an_address_that_was_passed_on_says_nothing_about_following(said):
    row = make.filed()
    for name in (None, "ana"):
        page = browser(name).get(address(row), {"following": said}).text
        assert "follow-said" not in page


def test_only_who_can_comment_by_following_is_told_so():
    row, told = make.filed(), "Follow it to add a comment."
    assert told in get_page(browser(), row)
    assert told not in get_page(browser("ana"), row)
    assert told not in get_page(signed_in(make.omar()), row)
    workflow.follow(row, by=make.bob())
    page = get_page(browser("bob"), row)
    assert told not in page
    assert "Your comment" in page
    assert told not in get_page(browser(), make.imported())


def test_followers_are_counted_on_the_page():
    row = make.filed()
    for name in ("bob", "cat"):
        workflow.follow(row, by=make.device(name))
    assert "2 neighbors follow this" in get_page(browser("ana"), row)


def test_staff_do_not_speak_as_residents():
    row, desk = make.service_request(Status.COMPLETED), signed_in(make.omar())
    for part in ("comments", "confirmation", "dispute", "following", "withdrawal", "answer"):
        assert post_reply(desk, row, part, words="x", want="yes").status_code == 403
    assert ServiceRequest.objects.get(pk=row.pk).status == Status.COMPLETED


def test_a_duplicates_private_link_leads_on_to_the_original():
    original, duplicate = make.filed(by=make.bob()), make.filed()
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    answer = browser().post(f"{private_link_url(duplicate)}?to=original")
    assert answer["Location"] == address(original)


def test_a_private_link_without_an_original_leads_to_its_own_request():
    row = make.filed()
    assert browser().post(f"{private_link_url(row)}?to=original")["Location"] == address(row)


def test_what_is_new_says_the_words_of_a_comment():
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words="It's under the tree.")
    page = source(get_page(browser(), row))
    news = page[page.index("data-news") : page.index("</p>", page.index("data-news"))]
    assert "wrote: “It&#x27;s under the tree.”" in news


def test_disputed_work_is_no_after_until_the_work_is_finished_anew():
    row = make.service_request(Status.COMPLETED)

    def after():
        row.photos.update(state="ready")
        return browser("ana").get(address(row)).context["after"]

    first = after()
    assert first
    make.act(workflow.dispute, row, make.ana(), words="It is still there.")
    assert after() is None
    make.act(workflow.start, row, make.wes())
    assert after() is None
    assert first.small in get_page(browser("ana"), row)  # the photo is in the timeline
    make.complete(row, photos=[make.photo(Photo.Kind.COMPLETION, "blue", user=make.wes())])
    assert after() not in (None, first)


def test_the_reporter_reads_that_it_is_urgent_as_long_as_it_is():
    row = make.service_request(Status.ROUTED)
    ana, badge = browser("ana"), "status--urgent"
    assert badge not in get_page(ana, row)
    make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    assert badge in get_page(ana, row)
    assert badge not in get_page(browser("bob"), row)
    version = shown_version(ana, row)
    make.act(workflow.prioritise, row, make.omar(), priority="normal")
    cache.clear()
    assert badge not in poll(ana, row, version).text
    assert poll(ana, row, version).status_code == 200
