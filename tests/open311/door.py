"""A client of the API without cookies, which parses XML and JSON."""

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django.test import Client
from jsonschema import Draft202012Validator

from open311 import openapi

SCHEMAS = Path(openapi.__file__).parent / "schemas"
NAMED = {"request": "requests", "servicerequestupdates": "updates"}


def get_api(path, **given):
    """Return the response to a GET of `path` under /open311/; `given` is the query."""
    headers = given.pop("headers", None)
    return Client().get(f"/open311/{path}", given, headers=headers)


def get_json(path, **given):
    """Return the JSON of a response that must be a success."""
    response = get_api(path, **given)
    assert response.status_code == 200, response.content
    found = response.json()
    matches_schema(schema_name(path), found)
    return found


def matches_schema(schema, found):
    """Return True if `found` is valid by the schema of this name."""
    problems = [
        f"{each.json_path}: {each.message}" for each in _validator(schema).iter_errors(found)
    ]
    assert not problems, problems[:3]


def schema_name(path) -> str:
    """Return the name of the schema for `path` under /open311/."""
    parts = path.removesuffix(".json").split("/")
    if len(parts) == 1:
        return parts[0]
    noun = parts[1 if parts[0] == "v2" else 2]
    if noun == "services" and len(parts) > 2 and parts[-1] != "services":
        return "service_definition"
    return NAMED.get(noun, noun)


@cache
def _validator(name):
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


def list_problems(response) -> list[tuple]:
    """Return the (code, description) of each entry of an error response in either format."""
    if response["Content-Type"].startswith("text/xml"):
        root = ElementTree.fromstring(response.content)
        assert root.tag == "errors"
        assert {entry.tag for entry in root} == {"error"}
        return [(entry.findtext("code"), entry.findtext("description")) for entry in root]
    matches_schema("errors", response.json())
    return [(str(entry["code"]), entry["description"]) for entry in response.json()]


def parse_xml(response):
    """Return the XML of a response in the shape of the JSON: lists, dicts and strings."""
    return _value(ElementTree.fromstring(response.content))


ITEMS = {"services": "service", "service_requests": "request", "attributes": "attribute",
         "values": "value", "endpoints": "endpoint", "formats": "format", "errors": "error",
         "removed_requests": "request", "notes": "note", "photos": "photo"}  # fmt: skip


def _value(element):
    if element.tag in ITEMS:
        assert {each.tag for each in element} <= {ITEMS[element.tag]}
        return [_value(each) for each in element]
    if len(element):
        return {each.tag: _value(each) for each in element}
    return element.text or ""


def convert_to_text(value):
    """Return a JSON value as the XML represents it: numbers, booleans and null as strings."""
    if isinstance(value, list):
        return [convert_to_text(each) for each in value]
    if isinstance(value, dict):
        return {name: convert_to_text(each) for name, each in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
