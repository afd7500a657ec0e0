"""Tests for /.well-known/security.txt (RFC 9116), which names the contact for vulnerabilities."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from city import cache
from city.models import City
from lib import clock
from tests.visitors import browser

pytestmark = pytest.mark.django_db
ADDRESS = "/.well-known/security.txt"


def fields():
    answer = browser().get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


def told(contact):
    City.objects.update(security_contact=contact)
    cache.clear_process_cache()
    return fields()["Contact"]


def test_security_txt_names_the_contact():
    assert told("") == f"mailto:{City.objects.get().email}"
    assert told("security@example.org") == "mailto:security@example.org"
    assert told("https://example.org/tell-us") == "https://example.org/tell-us"


def test_security_txt_has_its_canonical_url_and_languages(settings):
    settings.BASE_URL = "https://311.example.org"
    found = fields()
    assert found["Canonical"] == f"https://311.example.org{ADDRESS}"
    assert found["Preferred-Languages"] == "en, es"


@pytest.mark.parametrize("years", [0, 3])
def test_security_txt_expires_within_a_year_and_never_soon(years):
    now = clock.now() + timedelta(days=365 * years)
    with clock.freeze_time(now):
        until = datetime.fromisoformat(fields()["Expires"])
    assert timedelta(days=180) < until - now < timedelta(days=365)


@pytest.mark.parametrize("contact", ["nobody", "http://example.org", "a@b\nContact: c@d.org"])
def test_an_invalid_security_contact_is_refused(contact):
    city = City.current()
    city.security_contact = contact
    with pytest.raises(ValidationError):
        city.clean_fields()
