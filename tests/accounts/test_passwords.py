"""Tests for accepted passwords, and for the reasons why passwords are refused."""

import re
import unicodedata

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import MAX_PASSWORD_LENGTH, User
from tests import make

pytestmark = pytest.mark.django_db

GOOD = "nine pelicans in a row"
SIXTEEN = "k7#mQ2vxZ!r9Lw3p"
EIGHT = SIXTEEN[:8]


def with_app(person):
    TOTP.activate(person, generate_totp_secret())
    return person


def objections(password, person):
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [GOOD, SIXTEEN, "olive cedar harbor teapot", "siete pelícanos en fila",
     "鶘在码头上排成一行等着鱼群来啊",
     "walk the pier at dawn", "7f3a90c4e1b85d26", "49303417 85520916 72", "zR4t9Kqm7Wp2LxB",
     "violet7harbor!kettle", "drum lantern 4 forty moss"],
)  # fmt: skip
def test_long_ones_of_anything_are_taken(password):
    assert objections(password, make.omar()) == ""


@pytest.mark.parametrize("password", [EIGHT, "zR4t9Kqm", "olive7 otter", GOOD])
def test_eight_characters_are_enough_with_a_second_factor(password):
    assert objections(password, with_app(make.omar())) == ""


@pytest.mark.parametrize("password", [EIGHT, SIXTEEN[:14]])
def test_alone_they_are_too_short(password):
    assert "Use at least 15 characters" in objections(password, make.omar())
    assert "Use at least 15 characters" in objections(password, None)


def test_seven_are_too_short_for_everybody():
    assert "Use at least 8 characters" in objections(EIGHT[:7], with_app(make.omar()))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("SantaMonica311", "name of the city"),
        ("Summer2026", "season"),
        ("S4nt4M0nic4-311", "name of the city"),
        ("santa monica 311 santa monica", ""),
        ("Verano2026!", "season"),
        ("Pothole311311311", "name of the city"),
        ("omar omar example", "name of the city"),
        ("Public Works 311", "name of the city"),
        ("password12345678", "Many people use"),
        ("P@ssw0rdP@ssw0rd", ""),
        ("iloveyouiloveyou", ""),
        ("trustno1trustno1", ""),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats itself"),
        ("abcdefghijklmnopqrst", "repeats itself"),
        ("1234567890123456", ""),
        ("qwertyuiopasdfghjkl", ""),
        ("1qaz2wsx3edc4rfv5tgb", ""),
    ],
)
def test_what_many_would_guess_is_refused_with_or_without_a_second_factor(password, why):
    for person in (make.omar(), with_app(make.wes())):
        said = objections(password, person)
        assert why in said
        assert "have nothing to do with each other" in said or "too common" in said


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("publicworks2026!", "name of the city"),
        ("PublicWorks2031!!", "name of the city"),
        ("Publ1cW0rks2026!", "name of the city"),
        ("Santa Monica 311", "name of the city"),
        ("Santa-Monica-2026", "name of the city"),
        ("Santa.Monica.90401", "name of the city"),
        ("Welcome to Santa Monica 1", "name of the city"),
        ("citymanager2026!", "name of the city"),
        ("obraspublicas2026!", "name of the city"),
        ("Winter2026Winter!", "repeats itself"),
        ("october302026!!!", "season"),
        ("trafficlight2026", "easy to guess"),
        ("garbagetruck2026!", "Many people"),
        ("lakersfan2026!!", "Many people"),
        ("dodgers2026dodgers", "Many people"),
        ("administrator2026!", "easy to guess"),
        ("Correct Horse Battery Staple", "Many people"),
        ("iloveyousomuch12", "Many people"),
    ],
)
def test_common_words_are_refused_however_long_digits_and_signs_make_them(password, why):
    assert len(password) >= 15
    assert why in objections(password, make.omar())


def test_no_kind_of_character_is_asked_for():
    said = " ".join(map(str, password_validators_help_texts()))
    for kind in ("uppercase", "digit", "symbol", "numeric"):
        assert kind not in said


def test_none_is_cut():
    omar, long = make.omar(), "pelican " * 60
    omar.choose_password(long + "a")
    assert omar.check_password(long + "a")
    assert not omar.check_password(long + "b")
    assert not omar.check_password(long)


def test_one_that_is_too_long_is_refused_and_not_cut():
    said = objections("pelican " * 200, make.omar())
    assert f"at most {MAX_PASSWORD_LENGTH} characters" in said


def test_the_same_letters_from_another_keyboard_are_the_same_password():
    omar, composed = make.omar(), "siete pelícanos en fila"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    omar.choose_password(decomposed)
    assert omar.check_password(composed)
    assert omar.check_password(decomposed)
    assert not omar.check_password("siete pelicanos en fila")


def test_a_space_at_the_end_is_a_character():
    omar = make.omar()
    omar.choose_password(f"{GOOD} ")
    omar.save()
    for password, way_in in ((GOOD, None), (f"{GOOD} ", reverse("workplace"))):
        given = {"login": "omar", "password": password}
        assert getattr(Client().post(reverse("account_login"), given), "url", None) == way_in


def test_the_page_says_what_is_asked_for_and_lets_a_password_be_pasted():
    client = signed_in(make.omar())
    page = client.get(reverse("account_change_password")).text
    assert "Use at least 15 characters, or 8 if you use two-step sign-in" in page
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page
    assert "maxlength" not in page
    given = {"oldpassword": make.PASSWORD, "password1": "Summer2026", "password2": "Summer2026"}
    page = client.post(reverse("account_change_password"), given).text
    assert "too short" in page
    assert "season" in page


def test_every_password_is_typed_into_a_masked_field():
    omar = make.omar()
    client = signed_in(omar)
    masked = {
        "account_login": Client().get(reverse("account_login")),
        "account_change_password": client.get(reverse("account_change_password")),
        "account_reauthenticate": client.get(reverse("account_reauthenticate")),
    }
    wanted = {"account_login": 1, "account_change_password": 3, "account_reauthenticate": 1}
    for name, answer in masked.items():
        fields = re.findall(r"<input[^>]*name=\"[^\"]*password[^\"]*\"[^>]*>", answer.text)
        assert len(fields) == wanted[name], name
        assert all('type="password"' in field for field in fields), name


def signed_in(person, password=make.PASSWORD):
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": password})
    return client


def change(client, old, new):
    given = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), given)


def test_a_new_password_is_taken_with_the_old_one_alone():
    omar = make.omar()
    client = signed_in(omar)
    for old in ("", "not the old one", GOOD):
        assert change(client, old, GOOD).status_code == 200
        assert not User.objects.get(pk=omar.pk).check_password(GOOD)
    assert change(client, make.PASSWORD, GOOD).status_code == 302
    assert User.objects.get(pk=omar.pk).check_password(GOOD)


FIRST = "a heron stands on one leg"


def by_the_form_for_somebody_new(boss):
    given = {"username": "ned", "email": "ned@example.org", "is_agent": "on",
             "usable_password": "true", "password1": FIRST, "password2": FIRST,
             "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}  # fmt: skip
    boss.post(reverse("admin:accounts_user_add"), given)
    return User.objects.get(username="ned")


def by_the_page_of_a_person(boss):
    omar = make.omar()
    page = reverse("admin:auth_user_password_change", args=[omar.pk])
    boss.post(page, {"usable_password": "true", "password1": FIRST, "password2": FIRST})
    return omar


def by_a_command(_boss, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: FIRST)
    omar = make.omar()
    call_command("changepassword", "omar")
    return omar


@pytest.mark.parametrize("way", ["form", "page", "command"])
def test_a_password_that_somebody_else_set_is_changed_before_all_else(way, monkeypatch):
    boss = Client()
    boss.force_login(make.ada())
    if way == "command":
        person = by_a_command(boss, monkeypatch)
    else:
        person = {"form": by_the_form_for_somebody_new, "page": by_the_page_of_a_person}[way](boss)
    client, page = signed_in(person, FIRST), reverse("account_change_password")
    for path in ("workplace", "desk", "mfa_index", "home"):
        assert client.get(reverse(path)).url == page
    assert client.get(reverse("desk"), headers={"HX-Request": "true"}).status_code == 403
    assert "An administrator set your password" in client.get(page).text
    same = change(client, FIRST, FIRST)
    assert "the password you have now" in same.text
    assert client.get(reverse("desk")).url == page
    assert change(client, FIRST, GOOD).url == reverse("mfa_index")
    assert client.get(reverse("desk")).status_code == 200
    assert signed_in(person, GOOD).get(reverse("desk")).status_code == 200


def test_who_came_in_another_way_is_not_asked_for_a_password_they_may_not_know():
    omar = make.omar()
    omar.set_password(FIRST)
    omar.save()
    client = Client()
    client.force_login(omar)
    assert client.get(reverse("desk")).status_code == 200


def test_the_first_admin_of_a_city_keeps_their_password():
    User.objects.create_superuser("ida", "ida@example.org", GOOD)
    assert (
        signed_in(User.objects.get(username="ida"), GOOD).get(reverse("workplace")).url == "/admin/"
    )


def test_a_password_of_before_that_is_too_short_is_changed_at_the_next_sign_in():
    omar = make.omar()
    omar.choose_password(SIXTEEN[:10])
    omar.save()
    client = signed_in(omar, SIXTEEN[:10])
    assert client.get(reverse("desk")).url == reverse("account_change_password")
    wes = with_app(make.wes())
    wes.choose_password(SIXTEEN[:10])
    wes.save()
    signed_in(wes, SIXTEEN[:10])
    assert not User.objects.get(pk=wes.pk).must_change_password


def test_a_hash_that_is_renewed_makes_a_password_nobody_elses(settings):
    omar = make.omar()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher", *settings.PASSWORD_HASHERS,
    ]  # fmt: skip
    before = omar.password
    client = signed_in(omar)
    assert client.get(reverse("desk")).status_code == 200
    omar.refresh_from_db()
    assert omar.password != before
    assert not omar.must_change_password


def test_the_administration_has_no_page_of_its_own_for_that():
    boss = Client()
    boss.force_login(make.ada())
    answer = boss.get(reverse("admin:password_change"))
    assert answer.url == reverse("account_change_password")
