"""A report stops where its words tell of danger: the number first, and a quiet way on."""

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


def said(response):
    return response.content.decode()


def stops(response):
    words = said(response)
    return response.status_code == 422 and CALL in words and WAY_ON in words


def test_above_the_suggestions_of_the_first_step_stands_the_number():
    page = said(Report().see("what", q="I smell gas"))
    assert page.index(CALL) < page.index("data-says=")
    assert "Leave the area now." in page
    assert 'href="tel:+18004272200"' in page


def test_suggestions_that_come_while_somebody_types_bring_the_number():
    report = Report()
    found = report.client.get(
        report.address("what"), {"q": "gas leak"}, headers={"HX-Request": "true"}
    )
    assert CALL in said(found)
    assert "<html" not in said(found)


def test_ordinary_words_bring_no_alarm():
    assert CALL not in said(Report().see("what", q="fire hydrant leaking"))


def test_each_continue_and_send_stop_once_and_go_on_when_nobody_is_in_danger():
    report = Report()
    given = {"q": "I smell gas", "go": "1"}
    stop = report.what(**given)
    assert stops(stop)
    assert 'name="q" value="I smell gas"' in said(stop)
    assert report.what(**given, no_danger="gas").url == report.address("where")
    assert report.where().url == report.address("details")
    assert report.details(description="I smell gas").url == report.address("check")
    assert report.check().url == report.address("sent")
    assert Draft.objects.get().no_danger == ["gas"]


def test_a_stop_comes_before_what_is_missing():
    assert stops(Report().what(category="", q="man with a gun"))


def kinds_in(page):
    return re.search(r'name="no_danger"\s+value="([^"]+)"', said(page))[1]


def test_all_kinds_that_the_words_tell_of_are_dismissed_at_once():
    report = Report().walk_to("details")
    given = {"description": "I smell gas and a man has a gun"}
    stop = report.details(**given)
    assert stops(stop)
    assert kinds_in(stop) == "weapon gas"
    assert report.details(**given, no_danger=kinds_in(stop)).status_code == 302
    assert stops(
        report.details(description="I smell gas, a man has a gun and the house is on fire")
    )


def test_another_kind_of_danger_is_asked_about_by_itself():
    report = Report().walk_to("details")
    assert stops(report.details(description="gas leak"))
    assert report.details(description="gas leak", no_danger="gas").status_code == 302
    assert stops(report.details(description="gas leak, and a man is not breathing"))


def test_the_note_is_kept_before_the_stop_and_where_we_find_the_spot_counts_too():
    report = Report().walk_to("details")
    assert stops(report.details(description="bad", location_note="behind the house on fire"))
    draft = Draft.objects.get()
    assert (draft.description, draft.location_note) == ("bad", "behind the house on fire")
    assert not ServiceRequest.objects.exists()


def test_the_words_of_the_place_are_looked_at():
    report = Report().walk_to("where")
    assert stops(report.where(**{**HERE, "text": "house on fire at 4th and Pico"}))


def test_sending_stops_for_what_no_step_saw():
    report = Report().walk_to("check")
    Draft.objects.update(description="There is a gas leak and a fire")
    assert stops(report.check())
    assert not ServiceRequest.objects.exists()
    assert report.post("check", no_danger="fire").status_code == 422  # the gas is another danger
    assert report.post("check", no_danger="fire gas").url == report.address("sent")
    assert ServiceRequest.objects.get().danger


def test_a_made_up_kind_dismisses_nothing():
    report = Report()
    assert stops(report.what(q="gas leak", no_danger="dragons"))
    assert stops(report.what(q="gas leak", no_danger="x" * 500))
    assert Draft.objects.get().no_danger == []


def test_the_number_is_the_city_s_own():
    city = City.objects.get()
    city.emergency_phone = "112"
    city.save()
    stop = said(Report().what(q="gas leak"))
    assert 'class="alarm__call" href="tel:112"' in stop
    assert "Call 112" in stop
    assert "tel:911" not in stop


def test_outside_office_hours_the_page_says_when_somebody_reads_it():
    assert "Our office is closed" not in said(Report().what(q="gas leak"))
    with clock.freeze_time(NIGHT):
        stop = said(Report("bob").what(q="gas leak"))
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
    assert report.details(description=words).status_code == 422
    assert report.what(q=words).status_code in {302, 422}


@pytest.mark.parametrize("step", ["what", "where", "details", "check"])
def test_every_step_has_the_number_in_the_bar_that_stays_in_sight(step):
    report = Report().walk_to(step) if step != "what" else Report()
    page = said(report.see(step))
    bar = page[page.index('<header class="bar"') : page.index("</header>")]
    assert 'href="tel:911"' in bar


def test_the_receipt_has_the_number():
    report = Report().walk_to("check")
    report.check()
    assert 'href="tel:911"' in said(report.see("sent"))


def test_the_table_for_browsers_has_the_advice_in_their_language_and_an_etag():
    client = browser()
    page = said(Report().walk_to("details").see("details"))
    address = page.split('data-danger-watch="')[1].split('"')[0]
    answer = client.get(address)
    assert "immutable" in answer["Cache-Control"]
    assert answer.json()["advice"]["gas"]["phone"] == "1-800-427-2200"
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    spanish = client.get("/city/danger.es.json")
    assert spanish.json()["advice"]["gas"]["text"].startswith("Salga")
    assert client.get("/city/danger.xx.json").status_code == 404
