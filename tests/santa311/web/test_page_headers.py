"""Tests for the response headers about security and caching."""

import re
import runpy
from pathlib import Path

import pytest

import santa311
from requests_app.models import Contact
from tests import make
from tests.requests_app.photos.test_views import file_with_photo
from tests.test_front_doors import ALL_ROUTES, UNKNOWN, address, walk
from tests.visitors import browser

pytestmark = pytest.mark.django_db
PAGES = [route for route in ALL_ROUTES if not route.startswith(("admin/", "(?", "open311/"))]


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/accounts/login/", "/healthz/live"])
def test_every_answer_says_what_its_page_may_do_and_who_may_load_it(path):
    headers = browser().get(path).headers
    may_do = dict(each.split("=") for each in headers["Permissions-Policy"].split(", "))
    assert may_do["geolocation"] == "(self)"
    assert may_do["camera"] == may_do["microphone"] == "()"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_photos_and_open_data_are_for_other_sites_too():
    picture = browser().get(file_with_photo().small)
    data = browser().get("/open311/v2/services.json")
    for answer in (picture, data):
        assert answer.status_code == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def kept(answers):
    """Return the routes of the pages that a browser or proxy may cache."""
    return [
        route
        for _method, route, response in answers
        if response.status_code == 200
        and response["Content-Type"].startswith("text/html")
        and "no-store" not in response.get("Cache-Control", "")
    ]


DEPARTMENTS = [route for route in PAGES if route.startswith("staff/")]
# The page that cities embed in their own site is the same for everybody.
OTHERS = [route for route in PAGES if route not in DEPARTMENTS and route != "embed/"]


@pytest.mark.parametrize(("person", "pages"), [(make.omar, OTHERS), (make.sue, DEPARTMENTS)])
def test_what_staff_see_is_kept_nowhere(person, pages):
    row = make.filed(by=make.ana())
    make.route(row)
    assert kept(walk(pages, row.reference, person(), methods=["get"])) == []


def test_pages_to_sign_in_are_kept_nowhere():
    rooms = [route for route in PAGES if route.startswith("accounts/")]
    assert kept(walk(rooms, UNKNOWN, methods=["get"])) == []


def test_what_is_a_residents_own_is_kept_nowhere():
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    Contact.objects.update_or_create(service_request=row, defaults={"email": "ana@example.org"})
    secrets = [b"ana@example.org", row.reference.encode()]
    ana = browser("ana")
    shown = []
    for route in PAGES:
        response = ana.get(address(route, row.reference))
        page = response.getvalue() if response.streaming else response.content
        if response.status_code == 200 and any(secret in page for secret in secrets):
            shown.append(route)
            assert "no-store" in response.get("Cache-Control", ""), route
    assert {"", "requests/mine/", "requests/<reference:reference>/"} <= set(shown)


TEXT = ("text/", "application/xml", "application/atom+xml")
OURS = {"'none'", "'self'", "data:", "blob:"}


def policy_of(response) -> dict[str, set[str]]:
    """Return the sources of the Content-Security-Policy by directive."""
    found = (each.split() for each in response["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in found}


def loads_our_own_alone(response) -> bool:
    """Return True if the policy allows no other site, plug-in, inline script or frame."""
    policy = policy_of(response)
    if "sandbox" in policy:  # a photo, not a page
        return policy["default-src"] == {"'none'"}
    sources = {each for named in policy.values() for each in named}
    return (
        policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
        and "object-src" not in policy  # so default-src applies
        and {each for each in sources if not each.startswith("'nonce-")} <= OURS
    )


def says_its_kind(response) -> bool:
    """Return True if MIME sniffing is off and text has the charset UTF-8."""
    kind = response.get("Content-Type", "")
    has_charset = not kind.startswith(TEXT) or "charset=utf-8" in kind.replace('"', "")
    return response["X-Content-Type-Options"] == "nosniff" and has_charset


def keeps_its_address(response) -> bool:
    """Return True if the Referrer-Policy sends no path or query to other sites."""
    return response["Referrer-Policy"] in {"same-origin", "strict-origin"}


def is_for_our_own_scripts(response) -> bool:
    """Return True if no CORS header allows other origins."""
    return "Access-Control-Allow-Origin" not in response


def is_for_everybodys_scripts_without_cookies(response) -> bool:
    """Return True if CORS allows no origin, or all of them without credentials and cookies."""
    return is_for_our_own_scripts(response) or (
        response["Access-Control-Allow-Origin"] == "*"
        and "Access-Control-Allow-Credentials" not in response
        and not response.cookies
    )


EVERYWHERE = (loads_our_own_alone, says_its_kind, keeps_its_address)
WALKS = [
    (None, [route for route in ALL_ROUTES if not route.startswith(("admin/", "(?"))]),
    (make.omar, OTHERS),
    (make.sue, DEPARTMENTS),
    (make.ada, [route for route in ALL_ROUTES if route.startswith("admin/")][::6]),
]


@pytest.mark.parametrize(
    ("person", "routes"), WALKS, ids=["stranger", "agent", "department", "admin"]
)
def test_every_answer_loads_our_own_alone_and_says_its_kind(person, routes):
    """Scripts of other sites may read only the API and the open data, which are public."""
    row = make.filed(by=make.ana())
    make.route(row)
    broken = []
    for _method, route, response in walk(
        routes, row.reference, person and person(), methods=["get"]
    ):
        is_public = route.startswith(("open311/", "open-data/", "data.json", "requests/feed/"))
        about_scripts = (
            is_for_everybodys_scripts_without_cookies if is_public else is_for_our_own_scripts
        )
        rules = [*EVERYWHERE, about_scripts]
        broken += [(rule.__name__, route) for rule in rules if not rule(response)]
    assert broken == []


def test_with_https_browsers_come_by_https_for_a_year(monkeypatch, settings):
    monkeypatch.setenv("BASE_URL", "https://311.example.org")
    found = runpy.run_path(str(Path(santa311.__file__).with_name("settings_browsers.py")))
    for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD"):
        setattr(settings, f"SECURE_HSTS_{name}", found[f"SECURE_HSTS_{name}"])
    for path in ("/", "/nowhere/", "/open311/v2/services.json"):
        said = browser().get(path, secure=True)["Strict-Transport-Security"]
        seconds, *more = said.split("; ")
        assert int(re.fullmatch(r"max-age=(\d+)", seconds)[1]) >= 365 * 24 * 3600
        assert more == ["includeSubDomains"]
