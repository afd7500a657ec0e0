"""Tests for second factors: codes of an app, recovery codes, and who must use them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db


def code(secret, *, later=False):
    """Return the app's current code, or the next one, which is valid too."""
    _before, now, after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, after if later else now))


def sign_in(name="omar", **extra):
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": name, "password": make.PASSWORD}, **extra
    )
    return client, answer


def confirmed(name):
    """Return a test client of this user, signed in and just reauthenticated."""
    client, _answer = sign_in(name)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


def set_up(client):
    """Set up an authenticator app, and return its secret."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'ways__secret">([A-Z2-7]+)<', page)[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    return secret


def with_app(person):
    """Set up an authenticator app for `person`, and return the test client and the secret."""
    client = confirmed(person.username)
    return client, set_up(client)


def test_an_app_is_set_up_and_asked_for_after_the_password():
    client, secret = with_app(make.omar())
    assert "shown" not in client.get(reverse("mfa_index")).content.decode()
    other, answer = sign_in()
    assert answer.url == reverse("mfa_authenticate")
    assert other.get(reverse("workplace")).status_code == 302
    assert "One more step" in other.get(answer.url).content.decode()
    wrong = other.post(answer.url, {"code": "000000"})
    assert "This code isn&#x27;t right" in wrong.content.decode()
    done = other.post(answer.url, {"code": code(secret, later=True)})
    assert done.url == reverse("workplace")
    assert other.get(reverse("workplace")).url == reverse("desk")


def test_a_recovery_code_opens_once():
    client, _secret = with_app(make.omar())
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<code>(\d+)</code>", page)
    assert len(codes) == 10
    for expected in (reverse("workplace"), None):
        other, answer = sign_in()
        done = other.post(answer.url, {"code": codes[0]})
        assert getattr(done, "url", None) == expected


def test_codes_of_an_app_are_guessed_five_times(settings):
    with_app(make.omar())
    settings.RATE_LIMITS = {"sign_in.person": "100/minute"}
    codes = []
    for _browser in range(3):
        other, answer = sign_in()
        wrong = [other.post(answer.url, {"code": "000000"}).status_code for _try in range(3)]
        codes += wrong
    assert codes == [200] * 5 + [429] * 4


def test_secrets_are_not_readable_in_the_database():
    _client, secret = with_app(make.omar())
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept


def test_changing_the_way_in_asks_who_it_is(client):
    client.force_login(make.omar())  # no recent reauthentication, as in a browser left open
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert "Confirm that it's you" in client.get(answer.url).content.decode()


def test_a_city_may_demand_a_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = {"agent"}
    make.omar()
    client = confirmed("omar")
    answer = client.get(reverse("desk"))
    assert answer.url == reverse("mfa_index")
    assert "Set it up to continue" in client.get(answer.url).content.decode()
    set_up(client)
    assert client.get(reverse("desk")).status_code == 200
    left = client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists(), left.content.decode()


def test_who_is_not_asked_works_without_one(settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = {"admin", "supervisor"}
    make.omar()
    client, _answer = sign_in()
    assert client.get(reverse("desk")).status_code == 200


def test_an_admin_helps_who_has_lost_the_phone():
    client, _secret = with_app(make.omar())
    boss = Client()
    boss.force_login(make.ada())
    omar = User.objects.get(username="omar")
    data = {"action": "take_away_second_factors", "_selected_action": [omar.pk]}
    asked = boss.post(reverse("admin:accounts_user_changelist"), data)
    assert "Reset two-step sign-in?" in asked.text
    assert "Omar (omar)" in asked.text
    assert client.get(reverse("desk")).status_code == 200, "nothing happens before the answer"
    data["post"] = "yes"
    page = boss.post(reverse("admin:accounts_user_changelist"), data, follow=True)
    assert "Omar signs in without a second factor now" in page.text
    assert client.get(reverse("desk")).status_code == 302, "the lost phone is signed out"
    _other, answer = sign_in()
    assert answer.url == reverse("workplace")


def test_a_reset_says_of_whom_nothing_changed():
    with_app(make.omar())
    boss = Client()
    boss.force_login(make.ada())
    wes, omar = make.wes(), User.objects.get(username="omar")
    page = reverse("admin:accounts_user_changelist")
    data = {"action": "take_away_second_factors", "_selected_action": [wes.pk]}
    answer = boss.post(page, data, follow=True)
    assert "Wes has no second factor; nothing changed." in answer.text
    assert "signed out everywhere" not in answer.text
    data["_selected_action"] = [wes.pk, omar.pk]
    asked = boss.post(page, data)
    assert asked.text.index("nothing changes for") < asked.text.index("Wes (wes)")
    answer = boss.post(page, data | {"post": "yes"}, follow=True)
    assert "Omar signs in without a second factor now" in answer.text
    assert "Wes has no second factor; nothing changed." in answer.text


def test_the_only_admin_who_has_lost_the_phone_is_helped_by_a_command():
    client, _secret = with_app(make.omar())
    call_command("reset_second_factor", "omar")
    assert client.get(reverse("desk")).status_code == 302
    _other, answer = sign_in()
    assert answer.url == reverse("workplace")
    with pytest.raises(CommandError, match="omar has no second factor"):
        call_command("reset_second_factor", "omar")
    with pytest.raises(CommandError, match="No account has the user name omat"):
        call_command("reset_second_factor", "omat")


def test_who_is_switched_off_is_out_at_the_next_click():
    make.omar()
    client, _answer = sign_in()
    assert client.get(reverse("desk")).status_code == 200
    User.objects.filter(username="omar").update(is_active=False)
    assert client.get(reverse("desk")).status_code == 302
    _other, answer = sign_in()
    assert answer.status_code == 200 or answer.url == reverse("account_inactive")


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "mfa_view_recovery_codes",
     "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_reauthenticate"],
)  # fmt: skip
def test_every_page_about_the_way_in_opens(name):
    client, _secret = with_app(make.omar())
    assert client.get(reverse(name), follow=True).status_code == 200


def test_a_credential_that_is_none_is_refused_in_words():
    client = confirmed(make.omar().username)
    for raw in ("", "{}", "[1]", "null", '{"id": "x", "response": {"userHandle": "zzz"}}'):
        answer = client.post(reverse("mfa_add_webauthn"), {"credential": raw, "name": "x"})
        assert answer.status_code in {200, 302}
        answer = Client().post(reverse("mfa_login_webauthn"), {"credential": raw})
        assert answer.status_code in {200, 302}
