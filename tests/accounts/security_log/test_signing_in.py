"""Tests for the security log's records of signing in."""

import logging

import pytest
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import invitations, sessions
from accounts.models import SecurityRecord, User
from lib import security_log
from lib.security_log import Kind
from tests import make
from tests.accounts.security_log.reading import rows, user
from tests.accounts.test_second_factor import code, sign_in, with_app

pytestmark = pytest.mark.django_db

HERE = security_log.format_stranger_id("127.0.0.1")


def test_a_sign_in_names_the_account_by_its_id_and_the_place_by_a_hash():
    omar = make.omar()
    client, _answer = sign_in("omar")
    client.post(reverse("account_logout"))
    [came, left] = SecurityRecord.objects.filter(target=user(omar), kind__startswith="sign")[::-1]
    assert (came.kind, came.actor, came.target, came.result) == (
        "sign_in", user(omar), user(omar), "ok by password",
    )  # fmt: skip
    assert came.source == HERE
    assert len(came.request_id) == 32
    assert left.kind == "sign_out"


def test_a_sign_in_names_its_way_and_its_second_factor():
    omar = make.omar()
    _client, secret = with_app(omar)
    codes = omar.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    for given in (code(secret, later=True), codes[0]):
        other, answer = sign_in()
        other.post(answer.url, {"code": given})
    assert [result for _kind, _actor, _target, result in rows("sign_in")] == [
        "ok by password",
        "ok by password and totp",
        "ok by password and recovery_codes",
    ]


def test_a_way_that_was_given_up_is_not_the_one_that_is_named(rf):
    omar = make.omar()
    by_app = {"method": "mfa", "type": "totp"}
    by_passkey = {"method": "mfa", "type": "webauthn", "passwordless": True}
    for steps, result in (
        ([{"method": "password"}, by_passkey], "ok by passkey"),
        ([{"method": "password"}, {"method": "code"}, by_app], "ok by code and totp"),
        ([], "ok"),
    ):
        request = rf.get("/")
        request.session = SessionStore()
        request.session["account_authentication_methods"] = steps
        request.session["account_authentication_methods_user"] = str(omar.pk)
        login(request, omar, backend="accounts.backends.SingleHashBackend")
        assert rows("sign_in")[-1][3] == result


@pytest.mark.parametrize("login", ["omar", "OMAR@example.com"])
def test_a_wrong_password_names_the_account_that_was_tried(login):
    omar = make.omar()
    omar.email = "omar@example.com"
    omar.save()
    Client().post(reverse("account_login"), {"login": login, "password": "a guess"})
    assert rows("sign_in") == [("sign_in", HERE, user(omar), "wrong password")]


def test_what_was_typed_for_an_account_that_is_none_is_not_written_down(caplog):
    caplog.set_level(logging.INFO, logger="security")
    client = Client()
    client.post(reverse("account_login"), {"login": "my-secret@example.com", "password": "a guess"})
    [line] = [line for line in caplog.records if line.name == "security"]
    assert (line.kind, line.actor, line.target) == ("sign_in", HERE, "")
    written = " ".join(map(str, vars(line).values()))
    assert "my-secret" not in written
    assert "127.0.0.1" not in written


def test_a_second_factor_is_told_of_from_its_first_day_to_its_last(
    django_capture_on_commit_callbacks,
):
    omar = make.omar()
    with django_capture_on_commit_callbacks(execute=True):
        client, _secret = with_app(omar)
    other, answer = sign_in()
    other.post(answer.url, {"code": "000000"})
    codes = omar.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    other.post(answer.url, {"code": codes[0]})
    client.post(reverse("mfa_deactivate_totp"))
    kinds = ["second_factor.added", "recovery_codes.made", "second_factor.used",
             "recovery_code.used", "second_factor.removed"]  # fmt: skip
    told = [(kind, result) for kind, _actor, target, result in rows(*kinds) if target == user(omar)]
    assert told == [
        ("second_factor.added", "totp"),
        ("recovery_codes.made", "ok"),
        ("second_factor.used", "wrong code"),
        ("recovery_code.used", "ok"),
        ("second_factor.removed", "totp"),
        ("second_factor.removed", "recovery_codes"),
    ]


def test_a_wrong_emailed_code_is_told_of_whether_the_address_has_an_account_or_not():
    """Both cases need equally many database queries, so the time does not differ."""
    omar, counts = make.omar(), []
    for address in (omar.email, "nobody@example.com"):
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": address})
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("account_confirm_login_code"), {"code": "BBBB-BBBB"})
        counts.append(len(queries))
    told = [("sign_in", HERE, target, "wrong code") for target in (user(omar), "")]
    assert rows("sign_in") == told
    assert counts[0] == counts[1]


def test_a_forgotten_password_is_told_of_when_asked_for_and_when_set(mailoutbox):
    omar = make.omar()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": omar.email})
    client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    asked = [("password.reset_asked", HERE, target, "ok") for target in (user(omar), "")]
    assert rows("password.reset_asked") == asked


def test_a_password_is_told_of_whoever_sets_it():
    omar = make.omar()
    omar.set_password("another long password")
    omar.save()
    assert rows("password.changed")[-1] == ("password.changed", "command", user(omar), "ok")


def test_a_hash_that_is_renewed_is_no_new_password(settings):
    omar = make.omar()
    before = len(rows("password.changed"))
    renewed = ["django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.PASSWORD_HASHERS = renewed
    assert User.objects.get(pk=omar.pk).check_password(make.PASSWORD)
    assert User.objects.get(pk=omar.pk).password.startswith("pbkdf2_sha1")
    assert len(rows("password.changed")) == before


def test_an_invitation_is_told_of_until_it_is_accepted():
    ada = make.ada()
    nora = invitations.invite_user(User(email="nora@example.com", is_agent=True), {}, by=ada).user
    token = invitations.build_invitation_url(nora.invitation).split("/")[-2]
    Client().post(reverse("invitation", args=[token]), {"without": "1"})
    kinds = ["account.added", "role.given", "invitation.sent", "invitation.accepted", "sign_in"]
    told = [(kind, actor, result) for kind, actor, target, result in rows(*kinds)
            if target == user(nora)]  # fmt: skip
    assert told == [
        ("account.added", "command", "ok"),
        ("role.given", "command", "agent"),
        ("invitation.sent", "command", "ok"),
        ("invitation.accepted", user(nora), "ok"),
        ("sign_in", user(nora), "ok by invitation"),
    ]


def test_an_administrator_who_ends_sessions_and_takes_factors_away_is_told_of(client):
    ada, omar = make.ada(), make.omar()
    with_app(omar)
    client.force_login(ada)
    page = reverse("admin:accounts_user_changelist")
    client.post(
        page, {"action": "take_away_second_factors", "_selected_action": [omar.pk], "post": "yes"}
    )
    assert rows("second_factor.reset", "sessions.ended") == [
        ("sessions.ended", user(ada), user(omar), "ok"),
        ("second_factor.reset", user(ada), user(omar), "ok"),
    ]
    sessions.end_all_sessions(omar)
    assert rows("sessions.ended")[-1][1] == "command"


def test_who_tries_too_often_is_told_of_once_a_minute(settings):
    settings.RATE_LIMITS = {}
    make.omar()
    statuses = [
        Client()
        .post(reverse("account_login"), {"login": "omar", "password": f"guess {n}"})
        .status_code
        for n in range(9)
    ]
    assert statuses.count(429) == 4
    assert rows(Kind.RATE_LIMITED) == [
        ("rate_limit.reached", HERE, "page:account_login", "refused")
    ]
