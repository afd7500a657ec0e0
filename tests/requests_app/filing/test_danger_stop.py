"""Tests for the warning page shown if a report mentions a danger, with the emergency number."""

import re
from datetime import UTC, datetime

import pytest

from city.models import City
from lib import clock
from requests_app.models import Draft, ServiceRequest
from tests.requests_app.filing.report import HERE, Report
from tests.visitors import browser

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 20, tzinfo=UTC)  # a Tuesday, noon in Santa Monica
NIGHT = datetime(2026, 11, 25, 6, tzinfo=UTC)  # 10 pm of the same day
CALL = 'class="alarm__call" href="tel:911"'
WAY_ON = "No one is in danger: continue"


@pytest.fixture(autouse=True)
def at_noon():
    with clock.freeze_time(NOON):
        yield


def page_text(response):
    return response.content.decode()


def is_stop_page(response):
    words = page_text(response)
    return response.status_code == 422 and CALL in words and WAY_ON in words


def test_above_the_suggestions_of_the_first_step_stands_the_number():
    page = page_text(Report().get("what", q="I smell gas"))
    assert page.index(CALL) < page.index("data-says=")
    assert "Leave the area now." in page
    assert 'href="tel:+18004272200"' in page


def test_suggestions_that_come_while_somebody_types_bring_the_number():
    report = Report()
    found = report.client.get(report.url("what"), {"q": "gas leak"}, headers={"HX-Request": "true"})
    assert CALL in page_text(found)
    assert "<html" not in page_text(found)


def test_ordinary_words_bring_no_alarm():
    assert CALL not in page_text(Report().get("what", q="fire hydrant leaking"))


def test_each_continue_and_send_stop_once_and_go_on_when_nobody_is_in_danger():
    report = Report()
    given = {"q": "I smell gas", "go": "1"}
    stop = report.post_category(**given)
    assert is_stop_page(stop)
    assert 'name="q" value="I smell gas"' in page_text(stop)
    assert report.post_category(**given, no_danger="gas").url == report.url("where")
    assert report.post_location().url == report.url("details")
    assert report.post_details(description="I smell gas").url == report.url("check")
    assert report.post_review().url == report.url("sent")
    assert Draft.objects.get().no_danger == ["gas"]


def test_a_stop_comes_before_what_is_missing():
    assert is_stop_page(Report().post_category(category="", q="man with a gun"))


def read_denied_kinds(page):
    return re.search(r'name="no_danger"\s+value="([^"]+)"', page_text(page))[1]


def test_all_kinds_that_the_words_tell_of_are_dismissed_at_once():
    report = Report().walk_to("details")
    given = {"description": "I smell gas and a man has a gun"}
    stop = report.post_details(**given)
    assert is_stop_page(stop)
    assert read_denied_kinds(stop) == "weapon gas"
    assert report.post_details(**given, no_danger=read_denied_kinds(stop)).status_code == 302
    assert is_stop_page(
        report.post_details(description="I smell gas, a man has a gun and the house is on fire")
    )


def test_another_kind_of_danger_is_asked_about_by_itself():
    report = Report().walk_to("details")
    assert is_stop_page(report.post_details(description="gas leak"))
    assert report.post_details(description="gas leak", no_danger="gas").status_code == 302
    assert is_stop_page(report.post_details(description="gas leak, and a man is not breathing"))


def test_the_note_is_kept_before_the_stop_and_where_we_find_the_spot_counts_too():
    report = Report().walk_to("details")
    assert is_stop_page(
        report.post_details(description="bad", location_note="behind the house on fire")
    )
    draft = Draft.objects.get()
    assert (draft.description, draft.location_note) == ("bad", "behind the house on fire")
    assert not ServiceRequest.objects.exists()


def test_the_words_of_the_place_are_looked_at():
    report = Report().walk_to("where")
    assert is_stop_page(report.post_location(**{**HERE, "text": "house on fire at 4th and Pico"}))


def test_sending_stops_for_what_no_step_saw():
    report = Report().walk_to("check")
    Draft.objects.update(description="There is a gas leak and a fire")
    assert is_stop_page(report.post_review())
    assert not ServiceRequest.objects.exists()
    # gas is a second danger, which has to be confirmed as well
    assert report.post("check", no_danger="fire").status_code == 422
    assert report.post("check", no_danger="fire gas").url == report.url("sent")
    assert ServiceRequest.objects.get().danger


def test_a_made_up_kind_dismisses_nothing():
    report = Report()
    assert is_stop_page(report.post_category(q="gas leak", no_danger="dragons"))
    assert is_stop_page(report.post_category(q="gas leak", no_danger="x" * 500))
    assert Draft.objects.get().no_danger == []


def test_the_number_is_the_city_s_own():
    city = City.objects.get()
    city.emergency_phone = "112"
    city.save()
    stop = page_text(Report().post_category(q="gas leak"))
    assert 'class="alarm__call" href="tel:112"' in stop
    assert "Call 112" in stop
    assert "tel:911" not in stop


def test_outside_office_hours_the_page_says_when_somebody_reads_it():
    assert "Our office is closed" not in page_text(Report().post_category(q="gas leak"))
    with clock.freeze_time(NIGHT):
        stop = page_text(Report("bob").post_category(q="gas leak"))
    assert (
        "Our office is closed. We&#x27;ll read reports again tomorrow at 8:00 am."
        in stop.replace("We'll", "We&#x27;ll")
    )


def test_what_a_phone_delivers_is_filed_and_the_phone_hears_whom_to_call():
    report = Report()
    report.client.get("/report/token/")
    given = {
        **HERE,
        "category": "graffiti-public",
        "description": "I smell gas",
        "answer-hate": "no",
    }
    answer = report.post("delivery", **given)
    assert answer.status_code == 201, answer.content
    assert answer.json()["danger"].startswith("Leave the area now.")
    assert ServiceRequest.objects.get().danger == "gas"


def test_an_ordinary_delivery_says_nothing_of_danger():
    report = Report()
    report.client.get("/report/token/")
    given = {**HERE, "category": "graffiti-public", "description": "big", "answer-hate": "no"}
    assert "danger" not in report.post("delivery", **given).json()


@pytest.mark.parametrize("words", ["\0gas leak", "x" * 5000, "gas leak " * 600, "gаs lеаk"])  # noqa: RUF001
def test_whatever_is_typed_gets_an_answer(words):
    report = Report().walk_to("details")
    assert report.post_details(description=words).status_code == 422
    assert report.post_category(q=words).status_code in {302, 422}


@pytest.mark.parametrize("step", ["what", "where", "details", "check"])
def test_every_step_has_the_number_in_the_bar_that_stays_in_sight(step):
    report = Report().walk_to(step) if step != "what" else Report()
    page = page_text(report.get(step))
    bar = page[page.index('<header class="bar"') : page.index("</header>")]
    assert 'href="tel:911"' in bar


def test_the_receipt_has_the_number():
    report = Report().walk_to("check")
    report.post_review()
    assert 'href="tel:911"' in page_text(report.get("sent"))


def test_the_table_for_browsers_has_the_advice_in_their_language_and_an_etag():
    client = browser()
    page = page_text(Report().walk_to("details").get("details"))
    address = page.split('data-danger-watch="')[1].split('"')[0]
    answer = client.get(address)
    assert "immutable" in answer["Cache-Control"]
    assert answer.json()["advice"]["gas"]["phone"] == "1-800-427-2200"
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    spanish = client.get("/city/danger.es.json")
    assert spanish.json()["advice"]["gas"]["text"].startswith("Salga")
    assert client.get("/city/danger.xx.json").status_code == 404
