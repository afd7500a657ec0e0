"""Another system that asks: it keeps no cookie, and reads XML or JSON."""

from xml.etree import ElementTree

from django.test import Client


def ask(path, **given):
    """The answer to a GET of `path` under /open311/; `given` is the query."""
    headers = given.pop("headers", None)
    return Client().get(f"/open311/{path}", given, headers=headers)


def read(path, **given):
    """The JSON of an answer that must be a success."""
    response = ask(path, **given)
    assert response.status_code == 200, response.content
    return response.json()


def problems(response) -> list[tuple]:
    """(code, description) of each entry of a refusal, in whichever format."""
    if response["Content-Type"].startswith("text/xml"):
        root = ElementTree.fromstring(response.content)
        assert root.tag == "errors"
        assert {entry.tag for entry in root} == {"error"}
        return [(entry.findtext("code"), entry.findtext("description")) for entry in root]
    return [(str(entry["code"]), entry["description"]) for entry in response.json()]


def tree(response):
    """The XML of an answer as JSON would say it: an element with elements of one item name is a
    list, one with others an object, and all else a text.
    """
    return _value(ElementTree.fromstring(response.content))


ITEMS = {"services": "service", "service_requests": "request", "attributes": "attribute",
         "values": "value", "endpoints": "endpoint", "formats": "format", "errors": "error",
         "notes": "note", "photos": "photo"}  # fmt: skip


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
