"""Tests that the OpenAPI document describes the whole API."""

import json
import re

import pytest
from django.http import QueryDict
from django.test.utils import override_settings
from django.urls import get_resolver, resolve
from openapi_spec_validator import validate

from open311.api import report
from open311.api.parameters import RequestQuery
from open311.formats import RequestRefused
from open311.openapi import build_document
from open311.openapi.document import list_addresses
from tests import make
from tests.open311.door import get_api, get_json

pytestmark = pytest.mark.django_db
SAMPLES = {"{service_code}": "pothole", "{service_request_id}": "SM-1", "{token}": "SM-1"}


@pytest.fixture
def described():
    return get_json("openapi.json")


def operations(described):
    for path, item in described["paths"].items():
        for method, operation in item.items():
            servers = operation.get("servers", described["servers"])
            for server in servers:
                root = server["url"].removeprefix("https://311.example.org")
                yield f"{root}{path}", method.upper(), operation


def sample(path):
    for name, value in SAMPLES.items():
        path = path.replace(name, value)
    return path


def test_it_is_valid(described):
    validate(described)
    assert described["openapi"] == "3.1.0"


def test_discovery_leads_to_it():
    with override_settings(BASE_URL="https://311.example.org"):
        link = get_api("discovery.json")["Link"]
    assert link == '<https://311.example.org/open311/openapi.json>; rel="service-desc"'


def test_it_is_in_english_whatever_language_is_asked_for():
    answer = get_api("openapi.json", headers={"Accept-Language": "es"})
    assert answer["Content-Language"] == "en"
    assert answer["Content-Type"] == "application/json; charset=utf-8"


@override_settings(BASE_URL="https://311.example.org")
def test_every_address_and_method_of_the_door_is_in_it():
    told = {(path, method) for path, method, _operation in operations(build_document())}
    there = {
        (f"{root}{path}", method)
        for _name, root, path, methods, _kind in list_addresses()
        for method in methods
    }
    assert told == there
    patterns = get_resolver("open311.urls").url_patterns
    views = [each for each in patterns if hasattr(getattr(each, "callback", None), "methods")]
    assert {name for name, *_rest in list_addresses()} == {
        re.sub("^open311_(test_)?", "", each.name) for each in views
    }


@override_settings(BASE_URL="https://311.example.org")
def test_every_address_in_it_is_there():
    for path, method, _operation in operations(build_document()):
        assert method in resolve(sample(path)).func.methods, path


class Watched(QueryDict):
    """A dict that records which keys were read."""

    def __init__(self, *args):
        super().__init__(*args)
        self.names = set()

    def getlist(self, key, default=None):
        self.names.add(key)
        return super().getlist(key, default)

    def get(self, key, default=None):
        self.names.add(key)
        return super().get(key, default)


ALSO = {"lng", "lon", "address", "name"}  # aliases, which only the descriptions mention


def named(described, path, method="get"):
    return {each["name"] for each in described["paths"][path][method]["parameters"]}


def test_every_parameter_of_a_list_is_in_it(described):
    query = Watched("lat=34&long=-118&radius=10")
    RequestQuery(query)
    told = named(described, "/requests.json")
    assert query.names - ALSO == told - {"jurisdiction_id", "api_key"}
    assert told == named(described, "/requests.xml")


def test_every_field_of_a_report_is_in_it(described):
    key = make.front_end()
    posted = Watched("service_code=pothole&address_id=nothing")
    with pytest.raises(RequestRefused):
        report.read_report(posted, key)
    body = described["paths"]["/requests.json"]["post"]["requestBody"]["content"]
    form, multipart = (
        set(body[kind]["schema"]["properties"])
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    )
    asked = (posted.names | set(report.ReportForm.base_fields)) - ALSO
    assert asked <= form
    assert form - asked == {"api_key", "device_id", "media_url", "phone"}
    assert multipart - form == {"media"}


def test_each_answer_has_a_schema_and_each_refusal_the_shape_of_errors(described):
    for path, _method, operation in operations(described):
        kind = "text/xml" if path.endswith(".xml") else "application/json"
        for status, response in operation["responses"].items():
            if "$ref" in response:
                name = response["$ref"].rpartition("/")[2]
                response = described["components"]["responses"][name]
            [(said, content)] = response["content"].items()
            assert said == kind
            schema = content["schema"]["$ref"].rpartition("/")[2]
            assert schema in described["components"]["schemas"]
            assert (schema == "errors") == (status != "200")


def test_every_reference_leads_somewhere(described):
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)):
        found = described
        for part in reference.split("/"):
            found = found[part]
        assert found
