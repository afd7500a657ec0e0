"""Tests for alerts by email: creating, confirming, listing and ending them."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app.alerts import saved
from requests_app.alerts.ended import describe_ended, sign_ended
from requests_app.models import Alert, AlertLink
from requests_app.models.alert import MAX_PER_OWNER
from requests_app.privacy import retention
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

NEW = "/alerts/new/"
ASKED = {"email": "Bob@Example.org", "frequency": "daily", "wants_new": "1"}


def ask(**given):
    return browser("bob").post(NEW, ASKED | given)


def token_of(alert, number=1) -> str:
    return AlertLink.get_or_create_for_nonce(UUID(int=number), alert=alert).token


def confirmed(**columns) -> Alert:
    given = {"email": "bob@example.org", "language": "en", "frequency": "at_once"}
    return Alert.objects.create(**given | {"confirmed_at": clock.now()} | columns)


def send_all():
    for delivery_id in delivery.list_due_ids():
        delivery.send_delivery(delivery_id)
    return mail.outbox


@pytest.mark.parametrize(
    ("words", "near", "text"),
    [
        ("1685 Main St", "1685 Main St", ""),
        ("34.0118, -118.4917", "City Hall", ""),
        ("Main St", "", "Main St"),
        ("pothole", "", "pothole"),
    ],
)
def test_an_address_that_was_searched_in_the_list_is_a_location(words, near, text):
    form = browser("bob").get(NEW, {"q": words}).context["form"]
    assert near in form.initial["near"]
    assert bool(near) == bool(form.initial["near"])
    assert form.initial["words"] == text


def test_the_form_finds_locations_while_somebody_types():
    page = browser("bob").get(NEW).content.decode()
    assert 'hx-get="/city/places?field=near"' in page
    answer = browser("bob").get(
        "/city/places?field=near&near=city+hall", headers={"HX-Request": "true"}
    )
    assert 'data-name="City Hall' in answer.content.decode()


def test_an_alert_is_confirmed_by_the_button_behind_the_mails_link():
    asked = ask(category="pothole", near="City Hall").url
    assert asked == NEW + "?category=pothole&near=City+Hall&asked=1"
    page = browser("bob").get(asked).content.decode()
    assert "Check your email" in page
    assert 'href="/alerts/new/?category=pothole&amp;near=City+Hall"' in page
    alert = Alert.objects.get()
    assert (alert.email_normalized, alert.confirmed_at) == ("bob@example.org", None)
    [letter] = send_all()
    link = next(word for word in letter.body.split() if "/alerts/" in word)
    path = link.removeprefix("http://testserver").partition("?")[0]
    page = browser().get(path)
    assert "Yes, send me updates" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "strict-origin"
    alert.refresh_from_db()
    assert alert.confirmed_at is None
    assert browser().post(path).url == path + "?confirmed=1"
    alert.refresh_from_db()
    assert alert.confirmed_at
    assert alert.digest_due_at > alert.confirmed_at
    there = browser().get(path).content.decode()
    assert "City Hall" in there
    assert "End this alert" in there


def test_the_form_begins_with_the_lists_filters():
    category = make.pothole()
    page = browser().get(
        NEW, {"category": category.service_code, "q": "deep", "area": "-118.5,34,-118.48,34.02"}
    )
    text = page.content.decode()
    assert 'value="-118.5,34,-118.48,34.02"' in text
    assert 'value="deep"' in text
    form = page.context["form"]
    assert form["category"].value() == category.service_code
    for show, is_finished in {"open": False, "all": False, "fixed": True, "closed": True}.items():
        form = browser().get(NEW, {"show": show}).context["form"]
        assert form["wants_finished"].value() is is_finished


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "bob"}, "email"),
        ({"email": "bob@exa\0mple.org"}, "email"),
        ({"frequency": "hourly"}, "frequency"),
        ({"frequency": ""}, "frequency"),
        ({"wants_new": ""}, "wants_new"),
        ({"category": "no-such"}, "category"),
        ({"category": "group:no-such"}, "category"),
        ({"zone": "atlantis"}, "zone"),
        ({"near": "Atlantis 99999"}, "near"),
        ({"near": "Main St"}, "near"),
        ({"near": "200 N Spring St, Los Angeles"}, "near"),
        ({"near": "City Hall", "radius": "999999"}, "radius"),
        ({"near": "x" * 201}, "near"),
        ({"area": "1,2,3"}, "area"),
        ({"area": "nan,nan,nan,nan"}, "area"),
        ({"area": "-118.4,34,-118.5,33"}, "area"),
        ({"words": "x" * 101}, "words"),
        ({"words": "a\0b"}, "words"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_saves_nothing(given, field):
    response = ask(**given)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_a_text_that_means_several_locations_is_answered_with_some_of_them():
    page = unescape(ask(near="main").content.decode())
    assert "Which one do you mean? For example: " in page


def test_a_location_comes_before_a_part_of_the_map():
    ask(near="City Hall", area="-118.5,34,-118.48,34.02", radius="805")
    alert = Alert.objects.get()
    assert (alert.radius_m, alert.place) == (805, "City Hall")
    middle = saved.get_area(alert).center
    assert middle == pytest.approx([float(each) for each in make.CITY_HALL], abs=0.001)


def test_words_without_letters_are_no_filter():
    ask(words="!!!")
    assert Alert.objects.get().words == ""


def test_the_same_alert_is_kept_once_and_the_mail_says_so():
    ask()
    ask()
    assert Alert.objects.count() == 1
    saved.confirm(Alert.objects.get())
    ask()
    assert Alert.objects.count() == 1
    assert send_all()[-1].subject == "You get these updates already"


def test_an_address_has_so_many_alerts_and_the_page_does_not_tell():
    for number in range(MAX_PER_OWNER):
        confirmed(words=f"word{number}")
    assert ask().url == NEW + "?asked=1"
    assert Alert.objects.count() == MAX_PER_OWNER
    [letter] = send_all()
    assert letter.subject == "You have too many alerts"
    waiting = confirmed(words="late", confirmed_at=None)
    assert saved.confirm(waiting) is False
    page = browser().get(f"/alerts/{token_of(waiting)}/").content.decode()
    assert f"This address has {MAX_PER_OWNER} alerts" in page


def test_addresses_that_only_look_alike_are_different_people():
    confirmed(email="ana@mañana.example")
    stranger = confirmed(email="ana@manana.example")
    page = browser().get(f"/alerts/{token_of(stranger)}/")
    assert len(page.context["alerts"]) == 1


def test_alerts_of_one_address_are_ended_one_by_one():
    first, second = confirmed(), confirmed(words="couch")
    theirs = confirmed(email="eve@example.org")
    path = f"/alerts/{token_of(first)}/"
    assert browser().post(path, {"end": theirs.pk}).status_code == 404
    assert browser().post(path, {"end": "x"}).status_code == 404
    assert browser().post(path, {"end": "9" * 30}).status_code == 404
    page = browser().post(path, {"end": second.pk}, follow=True).content.decode()
    assert f"We ended the alert “{second.description.summary}”." in page
    assert "unsubscribed" in browser().post(path, {"end": first.pk}).content.decode()
    assert list(Alert.objects.all()) == [theirs]
    assert browser().get(path).status_code == 404


@pytest.mark.parametrize(
    ("columns", "query"),
    [
        ({"words": "couch"}, {"q": "couch"}),
        ({"wants_new": False, "wants_finished": True}, {"show": "fixed"}),
        ({**dict.fromkeys(("west", "east"), -118.5), **dict.fromkeys(("south", "north"), 34.0),
          "radius_m": 805, "place": "1685 Main St"}, {"near": "1685 Main St"}),
    ],
)  # fmt: skip
def test_an_ended_alert_is_set_up_again_by_a_link(columns, query):
    ended = describe_ended(confirmed(**{"category": None, "words": ""} | columns))
    found = urlsplit(ended.new_url)
    assert (found.path, dict(parse_qsl(found.query))) == ("/alerts/new/", query)
    assert browser().get(ended.new_url).status_code == 200


def test_only_our_own_message_is_shown_as_an_ended_alert():
    path = f"/alerts/{token_of(confirmed())}/"
    for wrong in ("1", "", "a:b:c", "x" * 5000):
        page = browser().get(path, {"ended": wrong})
        assert page.status_code == 200
        assert page.context["ended"] is None
    signed = sign_ended(describe_ended(confirmed(words="couch")))
    assert browser().get(path, {"ended": signed}).context["ended"] is not None


def test_a_mail_program_ends_an_alert_without_a_session():
    alert = confirmed()
    path = f"/alerts/{token_of(alert)}/end/"
    assert "Unsubscribe?" in browser().get(path).content.decode()
    assert Alert.objects.exists()
    response = browser().post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not Alert.objects.exists()
    assert browser().post(path).status_code == 404


def test_who_ends_one_of_several_alerts_is_told_that_the_others_go_on():
    first, _second = confirmed(), confirmed(words="couch")
    path = f"/alerts/{token_of(first)}/end/"
    assert "Your other alerts go on." in browser().get(path).content.decode()
    assert "Your other alerts go on;" in browser().post(path).content.decode()


@pytest.mark.parametrize("path", ["/alerts/{}/", "/alerts/{}/end/"])
def test_an_unknown_link_is_a_404_with_words(path):
    for token in ("0" * 64, "x", "%00"):
        response = browser().get(path.format(token))
        assert response.status_code == 404
    assert "the link isn't complete" in unescape(browser().get(path.format("x")).content.decode())


def test_too_many_mails_to_an_address_are_refused_and_nothing_typed_is_lost():
    for number in range(3):
        assert ask(words=f"w{number}").status_code == 302
    response = ask(words="another")
    assert response.status_code == 429
    assert 'value="another"' in response.content.decode()
    assert Alert.objects.count() == 3


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", "2026-12-01T06:59", "2026-12-01T07:00"),
        ("daily", "2026-12-01T07:00", "2026-12-02T07:00"),
        ("weekly", "2026-12-01T06:59", "2026-12-07T07:00"),
        ("weekly", "2026-12-07T06:00", "2026-12-07T07:00"),
        # daylight saving time ends in this night
        ("daily", "2026-10-31T08:00", "2026-11-01T07:00"),
    ],
)
def test_a_digest_is_due_at_seven_in_the_city(frequency, now, due):
    moment, expected = (
        timezone.make_aware(timezone.datetime.fromisoformat(text)) for text in (now, due)
    )
    assert saved.find_next_digest(frequency, moment) == expected


def test_an_unconfirmed_alert_is_deleted_after_a_week():
    ask()
    kept = confirmed(email="ana@example.org")
    with clock.freeze_time(clock.now() + timedelta(days=8)):
        retention.delete_expired()
    assert list(Alert.objects.all()) == [kept]
