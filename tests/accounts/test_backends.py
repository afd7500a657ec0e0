"""Tests that each attempt to sign in hashes one password, so the time does not differ."""

import pytest
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch):
    """Return a list that gets an entry for each password that is hashed."""
    kind = type(hashers.get_hasher())
    counted = []
    encode = kind.encode

    def count(self, *args, **how):
        counted.append(args)
        return encode(self, *args, **how)

    monkeypatch.setattr(kind, "encode", count)
    return counted


def a_try(login, password="wrong pelican"):
    return Client().post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.parametrize("name", ["omar", "nobody", "off", "guest"])
@pytest.mark.parametrize("at", ["", "@example.org"])
def test_one_for_every_name_and_address(name, at, hashed):
    make.omar()
    make.user("off", is_active=False)
    guest = make.user("guest")
    guest.set_unusable_password()
    guest.save()
    hashed.clear()
    assert a_try(name + at).status_code == 200
    assert len(hashed) == 1


@pytest.mark.parametrize("login", ["omar", "omar@example.org", "OMAR@example.org"])
def test_one_for_a_right_one_too(login, hashed):
    make.omar()
    hashed.clear()
    assert a_try(login, make.PASSWORD).url == reverse("workplace")
    assert len(hashed) == 1


@pytest.mark.parametrize("login", ["omar", "OMAR@example.org", "nobody", "nobody@example.org"])
def test_a_login_is_looked_up_by_as_many_queries_whether_or_not_it_is_known(
    login, django_assert_num_queries
):
    omar = make.omar()
    with django_assert_num_queries(1):
        found = User.objects.find_by_login(login)
    assert found == (None if "nobody" in login else omar)


def test_who_is_turned_off_is_told_so_with_the_right_password_alone():
    make.omar()
    User.objects.update(is_active=False)
    assert a_try("omar", make.PASSWORD).url == reverse("account_inactive")
    assert a_try("omar").status_code == 200
