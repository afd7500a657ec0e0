"""Tests that generated requests never cause a server error."""

from copy import deepcopy
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as of_openapi

from city.models import City
from open311.openapi import build_document
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
CHECKS = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_headers_conformance,
    of_openapi.response_schema_conformance,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
KNOWN = {
    "service_code": ["pothole", "graffiti-public", "zeppelin"],
    "hold_reason": ["parts", "weather", "nothing"],
    "no_photo_reason": ["unsafe", "nothing"],
}
WALKED = [Status.FILED, Status.ROUTED, Status.IN_PROGRESS, Status.COMPLETED, Status.CLOSED]


@pytest.fixture
def schema():
    """Return the schema with existing ids, so that some generated requests pass validation."""
    make.front_end(per_minute=6000)
    make.department_system(per_minute=6000)
    own = [City.current().jurisdiction_id]
    known = KNOWN | {
        "jurisdiction_id": own,
        "service_request_id": [*references(), "SM-0000-0000"],
    }
    described = expand_server_urls(build_document())
    restrict_to_known_values(described["paths"], known)
    found = schemathesis.openapi.from_dict(described)
    found.app = get_wsgi_application()
    return found


def references():
    """Yield references of requests of each kind, in the same order with the same names every time.

    Two of them belong to a department whose system has no API key. The references are fixed,
    because the generated requests depend on them.
    """
    rows = [make.service_request(status) for status in WALKED]
    for row in (elsewhere := [make.service_request(Status.ROUTED) for _n in range(2)]):
        make.moved_on(row, make.water())
    for letter, row in zip("ACDEFGH", [*rows, *elsewhere], strict=True):
        row.reference = f"SM-AAAA-AAA{letter}"
        row.save(update_fields=["reference"])
        yield row.reference


def expand_server_urls(described):
    """Return the document with the full path of each operation, for a single server at "/"."""
    paths = {}
    for path, item in described["paths"].items():
        for method, operation in item.items():
            for server in operation.pop("servers", described["servers"]):
                whole = urlsplit(server["url"]).path + path
                again = operation | {"operationId": f"{method} {whole}"}
                paths.setdefault(whole, {})[method] = deepcopy(again)
    return described | {"paths": paths, "servers": [{"url": "/"}]}


def restrict_to_known_values(value, known):
    """Restrict each parameter and field named in `known` to the values given there."""
    if isinstance(value, list):
        for each in value:
            restrict_to_known_values(each, known)
    elif isinstance(value, dict):
        if value.get("name") in known:
            chosen = {"enum": known[value["name"]]}
            is_list = value["schema"].get("type") == "array"
            value["schema"] = {"type": "array", "items": chosen} if is_list else chosen
        for name, each in value.get("properties", {}).items():
            if name in known:
                each["enum"] = known[name]
        for each in value.values():
            restrict_to_known_values(each, known)


def with_key(case):
    """Add a valid API key to the case.

    Requests with an unknown key are refused, and many of them lock out the client's IP address.
    """
    fields = case.body if isinstance(case.body, dict) else {}
    is_work = "updates" in case.path and len(fields) % 2
    secret = make.secret_of("Work orders" if is_work else "FixMyStreet")
    ours = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    case.headers = {**(case.headers or {}), **ours}
    if "api_key" in fields:
        case.body = {**fields, "api_key": secret}
    if case.query and "api_key" in case.query:
        case.query = {**case.query, "api_key": secret}
    return case


def fuzz(schema, examples):
    """Return the number of responses by status code."""
    found = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        takes = [*operation.iter_parameters(), *operation.body]
        for mode in MODES if takes else MODES[:1]:
            _fuzz_one(operation, mode, examples, found)
    return found


def _fuzz_one(operation, mode, examples, found):
    @seed(311)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode).map(with_key))
    def answers(case):
        cache.clear()  # resets the rate limits
        response = case.call_and_validate(checks=CHECKS)
        if case.path.endswith(".xml"):  # JSON is compared with its schema
            is_refused = ElementTree.fromstring(response.content).tag == "errors"
            assert is_refused == (response.status_code >= 400)
        found[response.status_code] = found.get(response.status_code, 0) + 1

    answers()


def test_whatever_is_sent_is_answered_as_the_document_says(schema):
    found = fuzz(schema.exclude(path_regex="/test/"), examples=2)
    assert {200, 400, 404} <= set(found), found


@pytest.mark.sweep
def test_thousands_of_requests_are_answered_so(schema):
    found = fuzz(schema, examples=60)
    assert {200, 400, 403, 404} <= set(found), found
