"""Tests for access control: all URL patterns are requested as several kinds of users.

New URL patterns are included automatically. The patterns are split into `PARTS` parts. The usual
tests run one part, `./run test --all` runs all.
"""

import re
import uuid
from copy import copy

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from requests_app.status import Status
from tests import make
from tests.sweeps import in_sweep

pytestmark = pytest.mark.django_db

DESK_ONLY = "desk/"
DEPARTMENT_ONLY = "staff/"
SUPERVISOR_ONLY = "staff/overview/"
SAMPLES = {
    "token": "0" * 64,
    "key": "k" * 32,
    "size": "320",
    "table": "weeks",
    "uidb36": "1",
    "app_label": "city",
    "content_type_id": "1",
    "object_id": "1",
    "format": "json",
    "service_code": "pothole",
    "url": "x",
}


OF_KIND = {"int": "1", "uuid": str(uuid.UUID(int=1))}


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
PARTS = 6
each_part = pytest.mark.parametrize("part", [0, *in_sweep(range(1, PARTS))])


UNKNOWN = "SM-7K3Q-X9F2"


def address(route, reference):
    def sample(match):
        kind, _colon, name = match[1].rpartition(":")
        if "reference" in name or name == "service_request_id":
            return reference
        return OF_KIND.get(kind) or SAMPLES.get(name, "x")

    bare = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route)
    return "/" + re.sub(r"<([^>]+)>", sample, bare)


@pytest.fixture
def private():
    """Create a private request of ana, routed to the streets department."""
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    make.route(row)
    return row


def walk(routes, reference, person=None, methods=("get", "post"), headers=None):
    """Yield (method, route, response) for each route and method.

    Each request starts with an empty cache, and its writes to the database are rolled back.
    """
    cookies = Client()
    if person:
        cookies.force_login(person)
    for route in routes:
        for method in methods:
            client = Client(raise_request_exception=False)
            client.cookies = copy(cookies.cookies)
            cache.clear()
            with transaction.atomic():
                response = getattr(client, method)(address(route, reference), headers=headers)
                yield method, route, response
                if response.streaming:
                    response.getvalue()  # reading it to the end closes its file
                transaction.set_rollback(True)


def refused(answers, allowed):
    """Return the answers whose status code is not in `allowed(route)`."""
    return [
        (method, route, response.status_code)
        for method, route, response in answers
        if response.status_code not in allowed(route)
    ]


def broken(answers):
    return [(method, route) for method, route, response in answers if response.status_code >= 500]


def test_a_poll_where_staff_work_brings_a_stranger_no_page_to_sign_in():
    polls = [route for route in WORK if route.endswith("live/")]
    answers = walk(polls, UNKNOWN, headers={"HX-Request": "true"})
    assert refused(answers, lambda route: {401, 403, 405}) == []


@each_part
def test_another_departments_worker_finds_nothing(private, part):
    """A page of another department's request returns 404.

    Pages without a reference show only requests of the user's own department.
    """
    doors = [route for route in WALKED[part::PARTS] if route.startswith(DEPARTMENT_ONLY)]
    closed = [route for route in doors if route.startswith(SUPERVISOR_ONLY)]
    named = [route for route in doors if "reference" in route and route not in closed]
    others = [route for route in doors if route not in closed and route not in named]
    walt = make.walt()
    answers = walk(closed, private.reference, walt)
    assert refused(answers, lambda route: {403, 405}) == []
    answers = walk(named, private.reference, walt)
    assert refused(answers, lambda route: {404, 405}) == []
    answers = list(walk(others, private.reference, walt))
    assert broken(answers) == []
    assert [
        (method, route)
        for method, route, response in answers
        if private.reference in response.content.decode(errors="replace")
    ] == []


@each_part
def test_a_private_request_does_not_exist_for_others(private, part):
    ones = ("requests/<", "open311/v2/requests/<", "open311/v2/request/<")
    doors = [route for route in WALKED[part::PARTS] if route.startswith(ones)]
    assert refused(walk(doors, private.reference), lambda route: {404, 405}) == []


@each_part
def test_trace_is_refused_everywhere(part):
    """TRACE returns 405. Unknown addresses of the API return 404 for every method."""
    answers = walk(WALKED[part::PARTS], UNKNOWN, methods=["trace"])
    assert refused(answers, lambda route: {404} if "<rest>" in route else {405}) == []


@each_part
@pytest.mark.parametrize("person", [make.omar, make.wes, make.ada])
def test_an_agent_without_a_department_and_the_reverse_break_nothing(person, part):
    row = make.service_request(Status.COMPLETED)
    assert broken(walk(WORK[part::PARTS], row.reference, person())) == []
