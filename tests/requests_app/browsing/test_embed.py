"""Tests for the list and the map embedded in a frame on the city's own site."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from lib.origins import read_origins
from requests_app.models import ServiceRequest
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

CITY = "https://www.example.gov"
ITS_COOKIES = {
    "device": "abc",
    "django_language": "es",
    "sessionid": "x" * 32,
    "csrftoken": "y" * 32,
}


def embed(**query):
    return browser().get("/embed/", query)


def read_ancestors(response) -> str:
    parts = response["Content-Security-Policy"].split("; ")
    return next(part for part in parts if part.startswith("frame-ancestors "))


@pytest.mark.parametrize("path", ["/embed/", "/embed/?view=map", "/embed/map/"])
def test_without_allowed_origins_no_site_may_frame_it(path):
    response = browser().get(path)
    assert read_ancestors(response) == "frame-ancestors 'none'"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/embed/", "/embed/?view=map", "/embed/map/"])
def test_exactly_the_allowed_origins_may_frame_it(path, settings):
    settings.EMBED_ORIGINS = [CITY, "http://localhost:9000"]
    response = browser().get(path)
    assert read_ancestors(response) == f"frame-ancestors {CITY} http://localhost:9000"
    assert "X-Frame-Options" not in response
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_no_other_page_may_be_framed(settings):
    settings.EMBED_ORIGINS = [CITY]
    for path in ("/", "/requests/", "/requests/map/", "/report/offline/"):
        response = browser().get(path)
        assert read_ancestors(response) == "frame-ancestors 'none'", path
        assert response["X-Frame-Options"] == "DENY", path


@pytest.mark.parametrize("path", ["/embed/", "/embed/?view=map", "/embed/map/"])
def test_no_cookie_is_set_or_read(path, settings):
    settings.EMBED_ORIGINS = [CITY]
    make.filed()
    plain, client = browser().get(path), browser("ana")
    for name, value in ITS_COOKIES.items():
        client.cookies[name] = value
    known = client.get(path, headers={"accept-language": "es"})
    staff = signed_in(make.omar()).get(path)
    for response in (plain, known, staff):
        assert not response.cookies
        assert response.content == plain.content
        assert response["Cache-Control"] == "public, max-age=60"
        vary = {one.strip().lower() for one in response.get("Vary", "").split(",")}
        assert vary <= {"", "accept-encoding"}


def test_the_list_has_public_requests_and_every_link_opens_a_new_tab():
    shown, private = make.filed(), make.filed()
    ServiceRequest.objects.filter(pk=private.pk).update(is_private=True)
    text = embed().content.decode()
    assert f'href="/requests/{shown.reference}/?lang=en"' in text
    assert private.reference not in text
    assert text.count("<a") == text.count('target="_blank"')
    assert text.count("<a") == text.count('rel="noopener"')
    assert not any(part in text for part in ("htmx", "<script", "<form"))


def test_the_map_links_to_a_new_tab_and_its_data_narrow_with_the_list(settings):
    shown = make.filed(category=make.pothole())
    text = embed(view="map", category="pothole", area="-118.5,34,-118.4,34.1").content.decode()
    assert text.count("<a") == text.count('target="_blank"')
    assert 'data-marks="/embed/map/?category=pothole&amp;lang=en"' in text
    assert 'data-list="/requests/?category=pothole&amp;lang=en"' in text
    assert "data-near-me" not in text
    marks = browser().get("/embed/map/?category=pothole&zoom=18").json()
    assert [pin["reference"] for pin in marks["pins"]] == [shown.reference]
    assert browser().get("/embed/map/?bbox=1,2").status_code == 422


def test_several_requests_at_a_spot_lead_to_the_list_in_the_language_of_the_frame():
    make.filed(category=make.pothole())
    make.filed(category=make.pothole())
    text = embed(view="map", lang="es").content.decode()
    links = re.findall(r'href="(/requests/\?[^"]*area=[^"]+)"', text)
    assert links
    assert all(link.endswith("&amp;lang=es") for link in links)


def test_the_language_is_that_of_the_address_alone():
    make.filed(category=make.pothole())
    spanish = browser().get("/embed/?lang=es")
    assert spanish["Content-Language"] == "es"
    assert '<html\n  lang="es"' in spanish.content.decode()
    assert "Bache" in spanish.content.decode()
    for code in ("fr", "es' onload=", "../es", "", "ES"):
        assert embed(lang=code)["Content-Language"] == "en", code


def test_an_empty_list_says_so():
    assert "Nothing found" in embed(q="qwertzuiop").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"category": "<script>alert(1)</script>"},
        {"zone": "' OR 1=1 --"},
        {"area": "1,2,3"},
        {"from": "yesterday", "to": "99999-99-99"},
        {"sort": "near"},
        {"sort": "no-such"},
        {"q": "x" * 5000},
        {"show": "\0", "state": "no-such"},
        {"view": "no-such", "cursor": "forged"},
    ],
)
@pytest.mark.parametrize("view", ["list", "map"])
def test_bad_filters_are_ignored(query, view):
    response = embed(**({"view": view} | query))
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "origin",
    [
        "*", "https://*", "https://*.example.gov", "https:", "www.example.gov", "'self'", "data:",
        "https://www.example.gov/", "https://www.example.gov/page", "https://a@b.gov", "null",
        "https://www.example.gov; script-src *", "https://www.example.gov:port", "HTTPS://A.GOV",
        "https://.gov", "https://a.gov https://b.gov", "https://", "ftp://a.gov",
    ],
)  # fmt: skip
def test_the_setting_takes_origins_of_single_sites_alone(origin, monkeypatch):
    monkeypatch.setenv("EMBED_ORIGINS", f"{CITY}, {origin}")
    with pytest.raises(ImproperlyConfigured, match="EMBED_ORIGINS must be origins"):
        read_origins("EMBED_ORIGINS")


def test_the_setting_takes_a_list(monkeypatch):
    monkeypatch.setenv("EMBED_ORIGINS", f"{CITY}, http://localhost:9000")
    assert read_origins("EMBED_ORIGINS") == [CITY, "http://localhost:9000"]
    monkeypatch.delenv("EMBED_ORIGINS")
    assert read_origins("EMBED_ORIGINS") == []
