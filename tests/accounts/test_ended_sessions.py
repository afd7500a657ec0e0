"""Tests for ending sessions: by the user, by an admin, or by a changed role."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts import browsers, sessions
from accounts.models import Membership, Role, User
from tests import make
from tests.accounts.test_sessions import is_in, why
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


ENDINGS = {
    "a role is given": lambda omar: User.objects.filter(pk=omar.pk).update(is_lead=True),
    "a role is taken away": lambda omar: User.objects.filter(pk=omar.pk).update(is_agent=False),
    "the account is turned off and on": lambda omar: [
        User.objects.filter(pk=omar.pk).update(is_active=is_on) for is_on in (False, True)
    ],
    "a department is given": lambda omar: Membership.objects.create(
        user=omar, department=make.water()
    ),
    "a department is taken away": lambda omar: Membership.objects.all().delete(),
    "a role in a department changes": lambda omar: Membership.objects.update(role=Role.SUPERVISOR),
    "a group is given": lambda omar: omar.groups.create(name="auditors"),
}


@pytest.mark.parametrize("change", ENDINGS.values(), ids=ENDINGS)
def test_every_session_ends_where_what_its_person_may_do_changes(change):
    omar = make.user("omar", make.streets(), is_agent=True)
    clients = [signed_in(omar), signed_in(omar)]
    assert all(is_in(each) for each in clients)
    change(omar)
    for each in clients:
        assert each.get(reverse("desk")).status_code == 302
        assert "because your role or department was changed" in why(each)
    again = signed_in(User.objects.get(pk=omar.pk))
    assert is_in(again, "inbox") or is_in(again, "desk")


def test_a_changed_password_ends_the_others_only(client):
    omar = make.omar()
    other = signed_in(omar)
    client.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD})
    password = "eleven herons on one leg"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": make.PASSWORD, "password1": password, "password2": password},
    )
    assert User.objects.get(pk=omar.pk).check_password(password)
    assert is_in(client)
    assert not is_in(other)
    assert "because your password was changed" in why(other)


def test_saving_a_person_changes_nothing_and_never_revives_what_was_ended():
    omar = make.omar()
    read_before = User.objects.get(pk=omar.pk)
    client = signed_in(omar)
    omar.first_name = "Om"
    omar.save()
    Membership.objects.update(role=Role.MEMBER)
    assert is_in(client), "nothing that counts has changed"
    sessions.end_all_sessions(omar)
    read_before.save()
    assert not is_in(client)
    assert "because you or an administrator ended this session" in why(client)


def test_a_session_that_only_the_cache_knows_still_ends():
    client = signed_in(make.omar())
    assert is_in(client)
    sessions.end_all_sessions(make.omar())
    assert client.session[SESSION_KEY], "nothing was deleted"
    assert not is_in(client)


def test_a_session_is_ended_by_its_person_in_one_browser_or_in_all_others():
    omar = make.omar()
    mine = Client()
    mine.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD},
              headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})  # fmt: skip
    mine.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    one, two, three = (signed_in(omar) for _each in range(3))
    address = reverse("usersessions_list")
    page = mine.get(address).text
    assert page.count("Last active") == 4
    assert "This browser" in page
    row = UserSession.objects.get(session_key=one.session.session_key)
    mine.post(address, {"session": row.pk})
    assert [is_in(each) for each in (mine, one, two, three)] == [True, False, True, True]
    assert "because you or an administrator ended this session" in why(one)
    mine.post(address, {"others": "1"})
    assert [is_in(each) for each in (mine, two, three)] == [True, False, False]
    assert "You aren't signed in anywhere else" in mine.get(address).text


def test_ending_sessions_asks_who_it_is(client):
    client.force_login(make.omar())  # no recent reauthentication, as in a browser left open
    other = signed_in(make.omar())
    assert client.get(reverse("usersessions_list")).status_code == 200
    answer = client.post(reverse("usersessions_list"), {"others": "1"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert is_in(other)


def test_nobody_ends_a_session_of_somebody_else():
    wes = signed_in(make.wes())
    row = UserSession.objects.get()
    omar = Client()
    omar.post(reverse("account_login"), {"login": make.omar().username, "password": make.PASSWORD})
    omar.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    omar.post(reverse("usersessions_list"), {"session": row.pk})
    assert is_in(wes, "inbox")


def test_an_admin_ends_all_sessions_of_a_person():
    ada, omar = signed_in(make.ada()), signed_in(make.omar())
    person = make.omar()
    address = reverse("admin:accounts_user_change", args=[person.pk])
    assert "Sign out everywhere" in ada.get(address).text
    done = ada.post(reverse("admin:accounts_user_sign_out", args=[person.pk]), follow=True)
    page = done.text
    assert "Omar was signed out everywhere" in page
    assert "Not signed in anywhere" in page
    assert not is_in(omar)
    ended = LogEntry.objects.get()
    assert (ended.user.username, ended.object_id) == ("ada", str(person.pk))


def test_who_may_not_change_people_ends_no_sessions():
    person = make.omar()
    omar = signed_in(person)
    address = reverse("admin:accounts_user_sign_out", args=[person.pk])
    clerk = signed_in(make.user("clerk", is_staff=True))
    assert clerk.post(address).status_code == 403
    assert signed_in(make.ada()).get(address).status_code == 405
    assert is_in(omar)


def test_an_admin_who_changes_a_role_of_their_own_goes_on():
    ada = make.ada()
    here, elsewhere = signed_in(ada), signed_in(ada)
    address = reverse("admin:accounts_user_change", args=[ada.pk])
    fields = {"username": "ada", "email": ada.email, "is_active": "on", "is_staff": "on",
              "is_superuser": "on", "is_agent": "on", "memberships-TOTAL_FORMS": 0,
              "memberships-INITIAL_FORMS": 0}  # fmt: skip
    assert here.post(address, fields).status_code == 302
    assert User.objects.get(pk=ada.pk).is_agent
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
         "Edge on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("curl/8.5.0", "A browser we don't know"),
    ],
)  # fmt: skip
def test_a_browser_has_the_name_that_people_call_it(user_agent, name):
    assert browsers.format_browser_name(user_agent) == name
