"""Another system that asks: it keeps no cookie, and reads XML or JSON.

Every JSON that is read here keeps to its schema (open311/openapi/schemas), errors too.
"""

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django.test import Client
from jsonschema import Draft202012Validator

from open311 import openapi

SCHEMAS = Path(openapi.__file__).parent / "schemas"
NAMED = {"request": "requests", "servicerequestupdates": "updates"}


def ask(path, **given):
    """The answer to a GET of `path` under /open311/; `given` is the query."""
    headers = given.pop("headers", None)
    return Client().get(f"/open311/{path}", given, headers=headers)


def read(path, **given):
    """The JSON of an answer that must be a success."""
    response = ask(path, **given)
    assert response.status_code == 200, response.content
    found = response.json()
    check(schema_of(path), found)
    return found


def check(schema, found):
    """Whether `found` is what the schema of that name says."""
    problems = [
        f"{each.json_path}: {each.message}" for each in _validator(schema).iter_errors(found)
    ]
    assert not problems, problems[:3]


def schema_of(path) -> str:
    """The name of the schema for what lies at `path` under /open311/."""
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


def problems(response) -> list[tuple]:
    """(code, description) of each entry of a refusal, in whichever format."""
    if response["Content-Type"].startswith("text/xml"):
        root = ElementTree.fromstring(response.content)
        assert root.tag == "errors"
        assert {entry.tag for entry in root} == {"error"}
        return [(entry.findtext("code"), entry.findtext("description")) for entry in root]
    check("errors", response.json())
    return [(str(entry["code"]), entry["description"]) for entry in response.json()]


def tree(response):
    """The XML of an answer as JSON would say it: an element with elements of one item name is a
    list, one with others an object, and all else a text.
    """
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


def texts(value):
    """What JSON says, as XML can: numbers, booleans and nothing as text."""
    if isinstance(value, list):
        return [texts(each) for each in value]
    if isinstance(value, dict):
        return {name: texts(each) for name, each in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
