"""Tests for the time limits of sessions, and for ending them in all browsers."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accounts import sessions
from city.models import City
from lib import clock
from tests import make
from tests.visitors import browser, pass_by, signed_in

pytestmark = pytest.mark.django_db

IDLE, CREWS_IDLE, AGE = timedelta(minutes=60), timedelta(hours=4), timedelta(hours=12)
A_MOMENT = timedelta(seconds=30)  # more than a test takes


def is_in(client, page="desk"):
    return client.get(reverse(page)).status_code == 200


def why(client):
    return client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    ("person", "page", "span"),
    [
        (make.omar, "desk", IDLE),
        (make.sue, "inbox", IDLE),
        (make.ada, "admin:index", IDLE),
        (make.wes, "inbox", CREWS_IDLE),
    ],
)
def test_silence_ends_a_session(person, page, span):
    client = signed_in(person())
    for _click in range(2):
        pass_by(client.session, span - A_MOMENT)
        assert is_in(client, page), "a click is a sign of life"
    pass_by(client.session, span)
    away = client.get(reverse(page))
    assert away.url.endswith(f"/login/?next={reverse(page)}")
    assert "You were signed out because you weren&#x27;t active for" in why(client)
    assert client.get(reverse(page)).status_code == 302, "it does not come back"


@pytest.mark.parametrize(("person", "page"), [(make.omar, "desk"), (make.wes, "inbox")])
def test_twelve_hours_end_a_session_that_is_at_work(person, page):
    client = signed_in(person())
    for _time in range(13):
        pass_by(client.session, timedelta(minutes=55))
        assert is_in(client, page)
    pass_by(client.session, timedelta(minutes=5))
    assert not is_in(client, page)
    assert "because you signed in more than 12 hr ago" in why(client)


def test_closing_the_browser_ends_no_session_and_nobody_is_asked_about_that():
    make.omar()
    client = browser()
    assert 'name="remember"' not in why(client)
    client.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD})
    kept = client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert kept > AGE.total_seconds(), "who comes back later is told why they were signed out"


def test_a_crew_member_who_is_an_agent_too_has_the_shorter_limits():
    client = signed_in(make.user("pat", make.streets(), is_agent=True))
    pass_by(client.session, IDLE)
    assert not is_in(client, "inbox")


def test_the_limits_are_settings(settings):
    settings.SESSION_LIMITS = settings.SESSION_LIMITS | {"desk": (1, 5)}
    client = signed_in(make.omar())
    pass_by(client.session, timedelta(minutes=5))
    assert not is_in(client)


POLLS = [
    ("desk_live", make.omar, "desk"),
    ("inbox_live", make.wes, "inbox"),
    ("plan_live", make.wes, "inbox"),
]


@pytest.mark.parametrize(("poll", "person", "page"), POLLS)
def test_a_poll_is_no_sign_of_life(poll, person, page):
    client = signed_in(person())
    limit = CREWS_IDLE if page == "inbox" else IDLE
    pass_by(client.session, limit - A_MOMENT)
    assert client.get(reverse(poll), headers={"HX-Request": "true"}).status_code < 300
    pass_by(client.session, A_MOMENT)
    assert client.get(reverse(poll), headers={"HX-Request": "true"}).status_code in {401, 403}
    assert not is_in(client, page)
    assert "You were signed out because" in why(client), "the poll noticed it first"


def _views(patterns, prefix=""):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from _views(each.url_patterns)
        else:
            yield each


def test_every_address_that_pages_ask_by_themselves_is_marked_as_such():
    every = _views(get_resolver().url_patterns)
    live = [each for each in every if each.name and each.name.endswith("_live")]
    live = [each for each in live if each.name != "health_live"]  # requested by machines
    assert len(live) >= 6
    unmarked = [each.name for each in live if not getattr(each.callback, "is_poll_view", 0)]
    assert unmarked == []


def test_looking_whether_a_page_is_there_is_no_sign_of_life():
    client = signed_in(make.wes())
    pass_by(client.session, CREWS_IDLE - A_MOMENT)
    assert client.head(reverse("inbox")).status_code == 200
    pass_by(client.session, A_MOMENT)
    assert not is_in(client, "inbox")


def writes(queries):
    return [q["sql"] for q in queries if "django_session" in q["sql"] and "UPDATE" in q["sql"]]


def test_the_last_sign_of_life_is_written_once_a_minute_at_the_most():
    client = signed_in(make.omar())
    for passed, written in ((0, 0), (A_MOMENT.seconds - 5, 0), (60, 1), (0, 0)):
        pass_by(client.session, timedelta(seconds=passed))
        with CaptureQueriesContext(connection) as queries:
            assert is_in(client)
        assert len(writes(queries)) == written


def test_a_poll_writes_nothing_and_asks_no_more_than_who_it_is():
    client = signed_in(make.omar())
    assert is_in(client)
    pass_by(client.session, timedelta(minutes=30))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("desk_live"), headers={"HX-Request": "true"})
    assert not [q["sql"] for q in queries if "django_session" in q["sql"]]
    assert writes(queries) == []


def test_a_sign_of_life_keeps_what_another_request_wrote_meanwhile():
    client = signed_in(make.omar())
    pass_by(client.session, timedelta(minutes=5))
    under_way = RequestFactory().get("/desk/")
    under_way.session = client.session
    assert sessions.load_user(under_way).username == "omar"
    store = client.session
    store["draft"] = "written meanwhile"
    store.save()
    sessions.note_activity(under_way)
    assert client.session["draft"] == "written meanwhile"
    assert time.time() - client.session["sign_in"]["seen"] < A_MOMENT.seconds


def test_while_the_city_only_reads_nobody_is_signed_out_by_silence_and_nothing_is_written():
    client = signed_in(make.omar())
    city = City.current()
    city.read_only_since = clock.now()
    city.save()
    pass_by(client.session, 2 * IDLE)
    with CaptureQueriesContext(connection) as queries:
        assert is_in(client), "who is signed out could not sign in again"
    assert writes(queries) == []


def test_what_was_typed_can_be_sent_again_and_the_page_says_why():
    client = signed_in(make.omar())
    pass_by(client.session, IDLE)
    answer = client.post(reverse("desk_views"), {"name": "My view"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You were signed out because you weren&#x27;t active for 1 hr" in page
    assert "My view" in page


def test_what_was_typed_in_the_administration_can_be_sent_again():
    client = signed_in(make.ada())
    address = reverse("admin:accounts_user_add")
    pass_by(client.session, IDLE)
    answer = client.post(address, {"username": "nora", "email": "nora@example.org"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "nora@example.org" in page
    assert "weren&#x27;t active" in page
    assert client.get(address).status_code == 302, "without anything typed there is nothing to keep"


def test_a_password_is_never_given_back():
    client = signed_in(make.ada())
    pass_by(client.session, IDLE)
    answer = client.post(reverse("admin:accounts_user_add"), {"password1": "typed by mistake"})
    assert "typed by mistake" not in answer.content.decode()


def test_next_goes_on_and_signing_in_forgets_the_reason():
    make.omar()
    client = signed_in(make.omar())
    pass_by(client.session, IDLE)
    away = client.get(reverse("desk") + "?tab=late")
    back = client.post(away.url, {"login": "omar", "password": make.PASSWORD,
                                  "next": reverse("desk") + "?tab=late"})  # fmt: skip
    assert back.url == reverse("desk") + "?tab=late"
    assert "signed_out" not in {name for name, each in client.cookies.items() if each.value}


def test_who_signs_out_is_told_no_reason():
    client = signed_in(make.omar())
    client.post(reverse("account_logout"))
    assert "You were signed out" not in why(client)


def test_a_session_without_limits_is_over():
    client = signed_in(make.omar())
    store = client.session
    del store["sign_in"]
    store.save()
    assert not is_in(client)


@pytest.mark.parametrize("key", ["x" * 32, "';--", "\u00e9" * 400])
def test_a_key_that_nobody_gave_out_says_nothing(key):
    client = browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get(reverse("desk")).status_code == 302
    assert "You were signed out" not in why(client)


def test_what_is_over_is_deleted():
    omar = make.omar()
    first, stays = signed_in(omar), signed_in(omar)
    old = first.session.session_key
    Session.objects.filter(pk=old).update(expire_date=clock.now() - timedelta(minutes=1))
    sessions.delete_expired_sessions()
    assert [each.pk for each in Session.objects.all()] == [stays.session.session_key]
    assert UserSession.objects.get().session_key == stays.session.session_key


def test_signing_in_gives_the_browser_another_session():
    """Check the defense against session fixation, where an attacker sets the key beforehand."""
    make.omar()
    client = browser()
    client.post(reverse("where_you_are"), {"latitude": "34.0100", "longitude": "-118.4900"})
    store = client.session
    store["kept"] = "before"
    store.save()
    before = client.session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    client.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD})
    after = client.session.session_key
    assert is_in(client)
    assert after != before
    assert len(after) == 32  # of 36 letters and digits: 165 bits
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(client)
    assert not Session.objects.filter(pk=before).exists()


def test_signing_out_deletes_the_session():
    make.omar()
    client = browser()
    client.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD})
    before = client.session.session_key
    assert "no-store" in client.get(reverse("desk"))["Cache-Control"]
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(client)
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "javascript:go()"])
def test_signing_in_leads_to_no_other_site(onward):
    make.omar()
    given = {"login": "omar", "password": make.PASSWORD, "next": onward}
    assert browser().post(reverse("account_login"), given).url == reverse("workplace")


WHERE_STAFF_BEGIN = [
    (make.omar, ["desk", "mfa_index", "usersessions_list"]),
    (make.wes, ["inbox", "plan"]),
    (make.sue, ["inbox", "overview"]),
    (make.ada, ["admin:index", "admin:city_category_changelist", "city_overview"]),
]


@pytest.mark.parametrize(("person", "names"), WHERE_STAFF_BEGIN)
def test_signing_out_is_on_the_pages_where_staff_begin(person, names):
    client = signed_in(person())
    for name in names:
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert reverse("account_logout") in page.content.decode(), name
