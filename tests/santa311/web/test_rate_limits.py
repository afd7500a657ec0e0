"""Tests for responses to requests over a rate limit: typed text is kept, nothing is revealed."""

from uuid import uuid4

import pytest
from django.urls import get_resolver

from lib import rate_limiter
from notifications.models import Delivery
from requests_app.models import AccessLink, ServiceRequest
from requests_app.status import Status
from santa311.web import rate_limits
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import address, bare, browser, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.RATE_LIMITS = {}
    return settings.RATE_LIMITS


def ready(client, n=0):
    """Return a report that is ready to be sent, and too far from the others to be a duplicate."""
    report = Report(client=client)
    report.post_category()
    report.post_location(latitude=f"34.0{118 + 20 * n}", longitude="-118.491700", text="A wall")
    assert report.post_details().status_code == 302
    return report


def set_network(client, network):
    client.defaults["REMOTE_ADDR"] = network
    return client


def names(patterns):
    for entry in patterns:
        yield from names(entry.url_patterns) if hasattr(entry, "url_patterns") else [entry.name]


def test_every_address_of_the_table_exists():
    counted = (
        rate_limits.LIMITS_OF_FORMS.keys()
        | rate_limits.LIMITS_OF_PAGES.keys()
        | rate_limits.REFERENCE_VIEWS
        | rate_limits.PRIVATE_LINK_VIEWS
    )
    assert counted <= set(names(get_resolver().url_patterns))


def test_every_count_of_the_table_has_its_limits():
    for name in {*rate_limits.LIMITS_OF_FORMS.values(), *rate_limits.LIMITS_OF_PAGES.values()}:
        assert f"{name}.address" in rate_limiter.DEFAULT_LIMITS


def test_a_hundred_reports_a_minute_from_one_address_are_refused_and_another_is_not(limits):
    limits["report.address"] = "3/hour"
    phones = [set_network(browser(f"phone {n}"), "192.0.2.1") for n in range(4)]
    answers = [ready(phone, n).post_review() for n, phone in enumerate(phones)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert int(answers[3].headers["Retry-After"]) >= 1
    assert "Please wait" in answers[3].content.decode()
    neighbour = set_network(browser("bob"), "192.0.2.2")
    assert ready(neighbour, 5).post_review().status_code == 302
    assert ServiceRequest.objects.count() == 4


def test_a_refused_report_is_kept_and_can_be_sent_later(limits):
    limits["report.address"] = "1/hour"
    ready(browser("ana")).post_review()
    late = ready(browser("bob"), 1)
    assert late.post_review().status_code == 429
    del limits["report.address"]
    assert late.post_review().status_code == 302


def test_one_phone_alone_is_refused_before_its_whole_network_is(limits):
    limits["report.person"] = "1/hour"
    codes = [
        ready(browser(name), n).post_review().status_code
        for n, name in enumerate(["ana", "ana", "bob"])
    ]
    assert codes == [302, 429, 302]


def test_a_phone_that_delivers_reads_json_and_comes_later(limits):
    limits["report.person"] = "1/hour"
    ready(browser("ana")).post_review()
    report = ready(browser("ana"), 1)
    url = f"/report/{report.draft_id}/delivery/"
    answer = report.client.post(url, headers={"Accept": "application/json"})
    assert answer.status_code == 429
    assert answer.json()["problems"]
    assert answer.headers["Retry-After"]


def test_what_was_typed_comes_back_to_be_sent_again(limits):
    limits["word.person"] = "1/hour"
    row = make.filed()
    client, words = browser("ana"), "It is <b>deeper</b> now."
    given = {"words": "First.", "seen": make.last_event_id(row)}
    assert client.post(address(row, "comments"), given).status_code == 302
    answer = client.post(
        address(row, "comments"), {"words": words, "seen": make.last_event_id(row)}
    )
    assert answer.status_code == 429
    assert "It is &lt;b&gt;deeper&lt;/b&gt; now." in answer.content.decode()
    assert "Send it again" in answer.content.decode()


def test_photos_shared_from_a_gallery_are_counted_as_others_are(limits):
    limits["photo.address"] = "2/hour"
    shared, phone = {"Sec-Fetch-Site": "none"}, browser()
    codes = [
        phone.post("/report/shared/", {"photos": make.picture()}, headers=shared).status_code
        for _each in range(3)
    ]
    assert codes == [302, 302, 429]


def test_each_photo_of_a_form_is_counted_wherever_it_comes_along(limits):
    limits["photo.person"] = "5/hour"
    row = make.service_request(Status.AWAITING_RESIDENT)
    report = Report(client=browser("ana"))
    assert (
        report.post_category(photos=[make.picture("red"), make.picture("blue")]).status_code == 302
    )
    answer = {"words": "Here.", "photos": [make.picture("green")] * 4}
    assert browser("ana").post(address(row, "answer"), answer).status_code == 429
    assert report.post_category(photos=make.picture("green")).status_code == 302


def test_twenty_wrong_links_a_minute_and_then_not_even_the_right_one():
    row = make.filed()
    link = AccessLink.get_or_create_for_nonce(uuid4(), service_request=row)
    right = address(row, "mine", link.token)
    wrong = [browser(f"phone {n}").get(address(row, "mine", f"{n:064x}")) for n in range(21)]
    assert [answer.status_code for answer in wrong] == [404] * 20 + [429]
    assert len({bare(answer) for answer in wrong[:20]}) == 1
    assert browser("stranger").get(right).status_code == 429
    assert set_network(browser("carol"), "192.0.2.2").get(right).status_code == 200


def test_all_kinds_of_misses_are_one_count_and_what_is_public_stays_open():
    row = make.filed()
    misses = [
        "/requests/SM-2222-2222/",
        "/requests/find/?reference=SM-2222-2222",
        f"/your-data/{'0' * 64}/",
        address(row, "following", "0" * 64),
    ]
    answers = [browser("bob").get(miss) for miss in misses * 6]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429] * 4
    assert browser("bob").get(address(row)).status_code == 200


def test_searching_places_stops_and_a_script_reads_why(limits):
    limits["search.address"] = "2/hour"
    codes = [browser("ana").get("/city/places?q=pier").status_code for _each in range(3)]
    assert codes == [200, 200, 429]
    answer = browser("ana").get("/city/places?q=pier", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        429,
        "text/plain; charset=utf-8",
    )


def test_looking_for_a_place_in_a_report_is_searching(limits):
    """The search may use a geocoding service that costs money, or that others provide for free."""
    report = Report(client=browser("ana"))
    report.post_category()
    limits["search.address"] = "2/hour"
    assert report.client.get(report.url("where"), {"find": "1", "text": "x"}).status_code == 200
    assert report.post_location(text="Nowhere at all").status_code == 422
    assert report.post_location(text="Nowhere at all").status_code == 429


def test_staff_count_by_name_and_not_by_the_address_of_city_hall(limits):
    limits["search.address"] = "1/hour"
    limits["search.person"] = "2/hour"
    omar, other = signed_in(make.omar()), signed_in(make.user("olga", is_agent=True))
    for agent in (omar, other):
        codes = [agent.get("/city/places?q=pier").status_code for _each in range(3)]
        assert codes == [200, 200, 429]


def test_one_mailbox_gets_five_mails_an_hour_whoever_asks():
    make.omar()
    answers = [
        set_network(browser(), f"192.0.2.{n}").post(url, {"email": "Omar@example.org"})
        for n in range(4)
        for url in ("/accounts/password/reset/", "/accounts/login/code/")
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 3
    assert Delivery.objects.count() == 5
    other = set_network(browser(), "192.0.2.9").post(
        "/accounts/password/reset/", {"email": "x@example.org"}
    )
    assert other.status_code == 302


def test_who_asks_for_mails_to_a_colleague_does_not_keep_them_out_of_their_own_browser():
    make.omar()
    desk, code, email = browser(), "/accounts/login/code/", {"email": "Omar@example.org"}
    desk.post("/accounts/login/", {"login": "omar", "password": make.PASSWORD})
    desk.post("/accounts/logout/")
    others = [browser().post(code, email).status_code for _each in range(6)]
    own = [desk.post(code, email).status_code for _each in range(6)]
    assert others == own == [302] * 5 + [429]
    assert Delivery.objects.count() == 6  # no further email is sent to a browser that has a code


def test_a_mail_that_nobody_gets_is_counted_alike():
    """Otherwise the limit would reveal which addresses belong to staff."""
    codes = [
        browser().post("/accounts/password/reset/", {"email": "nobody@example.org"}).status_code
        for _each in range(6)
    ]
    assert codes == [302] * 5 + [429]


def test_a_forged_forwarding_header_makes_nobody_else():
    codes = [
        browser().get(f"/your-data/{n:064x}/", headers={"X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(21)
    ]
    assert codes[20].status_code == 429


def test_the_poll_of_a_page_is_never_counted():
    row = make.filed()
    client = browser("ana")
    client.get(address(row))
    assert {client.get(address(row, "live")).status_code for _each in range(30)} == {200}
