"""Who may open which door. A new address is walked here by itself, as each kind of visitor."""

import re
import uuid

import pytest
from django.urls import URLPattern, get_resolver

from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db

STAFF_ONLY = ("desk/", "staff/", "admin/")
DESK_ONLY = "desk/"
DEPARTMENT_ONLY = "staff/"
SUPERVISOR_ONLY = "staff/overview/"
CITY_ONLY = "staff/overview/city/"
SAMPLES = {
    "draft_id": str(uuid.UUID(int=1)),
    "photo_id": str(uuid.UUID(int=2)),
    "token": "0" * 64,
    "key": "k" * 32,
    "size": "320",
    "table": "weeks",
    "uidb36": "1",
    "app_label": "city",
    "content_type_id": "1",
    "object_id": "1",
    "url": "x",
}


def routes(patterns, prefix=""):
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path.replace("^", "").replace("$", "")
        else:
            yield from routes(entry.url_patterns, path)


ALL_ROUTES = sorted(set(routes(get_resolver().url_patterns)))
WALKED = [route for route in ALL_ROUTES if not route.startswith(("admin/", "(?"))]
WORK = [route for route in WALKED if route.startswith((DESK_ONLY, DEPARTMENT_ONLY))]


def address(route, reference="SM-7K3Q-X9F2"):
    def sample(match):
        kind, _colon, name = match[1].rpartition(":")
        if "reference" in name:
            return reference
        return SAMPLES.get(name, "1" if kind == "int" else "x")

    return "/" + re.sub(r"<([^>]+)>", sample, route)


@pytest.fixture
def private(client):
    """A private request of somebody else, with a department."""
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    make.route(row)
    return row


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", WALKED)
def test_no_door_breaks_under_a_stranger(client, route, method, private):
    response = getattr(client, method)(address(route, private.reference))
    assert response.status_code < 500, route


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [r for r in ALL_ROUTES if r.startswith(STAFF_ONLY)])
def test_strangers_are_asked_to_sign_in_where_staff_work(client, route, method):
    """But a poll gets a bare refusal: a sign-in page must not be swapped into a page."""
    is_poll = route.endswith("live/")
    headers = {"HX-Request": "true"} if is_poll else {}
    response = getattr(client, method)(address(route), headers=headers)
    assert response.status_code in ({401, 403, 405} if is_poll else {302, 404, 405}), route
    if response.status_code == 302:
        assert response.url.startswith(("/accounts/", "/admin/login/")) or response.url == "/admin/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [r for r in WALKED if r.startswith(DESK_ONLY)])
def test_crews_may_not_open_the_desk(client, route, method, private):
    client.force_login(make.wes())
    response = getattr(client, method)(address(route, private.reference))
    assert response.status_code in {403, 404, 405}, route


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [r for r in WALKED if r.startswith(DEPARTMENT_ONLY)])
def test_another_departments_worker_finds_nothing(client, route, method, private):
    """Not yours is 404. What names no request shows one's own department only."""
    client.force_login(make.walt())
    response = getattr(client, method)(address(route, private.reference))
    if route.startswith(SUPERVISOR_ONLY):
        assert response.status_code in {403, 405}, route
    elif "reference" in route:
        assert response.status_code in {404, 405}, route
    else:
        assert response.status_code < 500
        assert private.reference not in response.content.decode(errors="replace")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [r for r in WALKED if r.startswith(CITY_ONLY)])
def test_only_who_oversees_the_city_opens_its_overview(client, route, method, private):
    for person in (make.omar(), make.sue()):
        client.force_login(person)
        response = getattr(client, method)(address(route, private.reference))
        assert response.status_code in {403, 405}, route


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [r for r in WALKED if r.startswith("requests/<")])
def test_a_private_request_does_not_exist_for_others(client, route, method, private):
    response = getattr(client, method)(address(route, private.reference))
    assert response.status_code in {404, 405}, route


@pytest.mark.parametrize("route", WALKED)
def test_trace_is_refused_everywhere(client, route):
    assert client.generic("TRACE", address(route)).status_code == 405


@pytest.mark.parametrize("route", WORK)
def test_an_agent_without_a_department_and_the_reverse_break_nothing(client, route):
    row = make.service_request(Status.COMPLETED)
    for person in (make.omar(), make.wes(), make.ada()):
        client.force_login(person)
        for method in (client.get, client.post):
            assert method(address(route, row.reference)).status_code < 500, route


def test_an_agents_browser_never_becomes_the_reporter(client):
    row = make.filed()
    client.force_login(make.omar())
    client.post(f"/requests/{row.reference}/following/")
    assert not row.reporter_sessions.exclude(device=make.ana()).exists()
