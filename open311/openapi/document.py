"""The OpenAPI document, built from the URL patterns."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import get_resolver
from django.utils import translation

from open311.api.discovery import CHANGESET, PRODUCTION, TEST
from open311.formats import PREFIX
from open311.openapi.operations import JURISDICTION, OPERATIONS, describe_path_parameter

_SCHEMAS = Path(__file__).parent / "schemas"
_TYPES = {"json": "application/json", "xml": "text/xml"}
_ROOTS = {"open311_test_": TEST, "open311_": PRODUCTION}
_DEFAULT_ROOTS = [PRODUCTION, TEST]
# URL names of addresses that are not below an endpoint.
_ADDRESSES_WITHOUT_ENDPOINT = {"discovery", "openapi"}
_COMMON_STATUSES = (400, 404, 405, 429, 503)
_REFUSALS = {
    400: "Something is wrong with what was sent; there is an entry for each problem.",
    403: "The key is missing, unknown, revoked, or not for this.",
    404: "There is no such thing, or it isn't public.",
    405: "The address doesn't take this method.",
    413: "The request or a photo is too large.",
    429: "Too many requests: Retry-After says when to come again.",
    503: "We can't do this right now: Retry-After says when to come again.",
}
_HEADERS = {
    "X-Total-Count": ("How many there are on all pages.", "integer"),
    "X-Total-Count-Is-Estimate": ("true, where that many weren't counted one by one.", "string"),
    "Link": ("The pages first, prev, next and last.", "string"),
    "X-Warning": ("The field that wasn't kept as it came, and why.", "string"),
    "Retry-After": ("Seconds.", "integer"),
}  # fmt: skip


def openapi_document(request) -> HttpResponse:
    """Return the document as JSON in English; the language stays active for the request."""
    translation.activate("en")
    return HttpResponse(
        json.dumps(build_document(), ensure_ascii=False, indent=1),
        "application/json; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )


def build_document() -> dict:
    """Return the OpenAPI 3.1 document as a dict, built from the URL patterns."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open311 GeoReport v2",
            "version": CHANGESET,
            "description": "Reading needs no key. Every address answers in XML and in JSON.",
        },
        "servers": [_describe_server(root) for root in _DEFAULT_ROOTS],
        "paths": _build_paths(),
        "components": {
            "schemas": {path.stem: _load_schema(path) for path in sorted(_SCHEMAS.glob("*.json"))},
            "headers": {
                name: {"description": words, "schema": {"type": kind}}
                for name, (words, kind) in _HEADERS.items()
            },
            "responses": {
                f"{status}_{kind}": _build_refusal(status, kind)
                for status in _REFUSALS
                for kind in _TYPES
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def list_addresses() -> Iterator[tuple[str, str, str, Any, str]]:
    """Yield (name, root, path below the root, methods, format) of each API address.

    The files of the open data are no API addresses.
    """
    for pattern in get_resolver("open311.urls").url_patterns:
        methods = getattr(getattr(pattern, "callback", None), "methods", ())
        if not methods:
            continue
        route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{pattern.pattern}")
        url_name = getattr(pattern, "name", "")
        prefix = next(each for each in _ROOTS if url_name.startswith(each))
        name = url_name.removeprefix(prefix)
        root = PREFIX.rstrip("/") if name in _ADDRESSES_WITHOUT_ENDPOINT else _ROOTS[prefix]
        for kind in _TYPES if "{format}" in route else ["json"]:
            yield name, root, route.removeprefix(root).replace("{format}", kind), methods, kind


def _build_paths() -> dict:
    """Return the operations by path and lower-case method."""
    found: dict[str, dict] = {}
    roots: dict[tuple[str, str], list[str]] = {}
    for name, root, path, methods, kind in list_addresses():
        for method in methods:
            roots.setdefault((path, method), []).append(root)
            operation = _build_operation(OPERATIONS[name, method], name, path, kind)
            if method == "POST":
                operation["security"] = [{"key": []}, {}]
            found.setdefault(path, {})[method.lower()] = operation
    for (path, method), those in roots.items():
        if those != _DEFAULT_ROOTS:
            found[path][method.lower()]["servers"] = [_describe_server(root) for root in those]
    return found


def _build_operation(row, name, path, kind) -> dict[str, Any]:
    """Return an operation with its parameters, responses and, if it has one, body."""
    is_alias = name == "request_one"
    named = [describe_path_parameter(each) for each in re.findall(r"{(\w+)}", path)]
    usual = [] if name == "openapi" else [JURISDICTION]
    answer = {
        "description": row.summary,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in row.headers},
        "content": _build_content(row.answer, kind),
    }
    refusals = {
        str(status): {"$ref": f"#/components/responses/{status}_{kind}"}
        for status in sorted({*_COMMON_STATUSES, *row.refusals})
    }
    found = {
        "operationId": f"{row.id}{'ByAlias' if is_alias else ''}{kind.capitalize()}",
        "summary": row.summary,
        "parameters": [*named, *usual, *row.parameters],
        "responses": {"200": answer, **refusals},
    }
    return found | ({"requestBody": row.body} if row.body else {})


def _build_refusal(status, kind) -> dict[str, Any]:
    """Return an error response; 429 and 503 have Retry-After."""
    found = {"description": _REFUSALS[status], "content": _build_content("errors", kind)}
    if status in {429, 503}:
        found["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return found


def _build_content(schema, kind) -> dict[str, dict[str, dict[str, str]]]:
    return {_TYPES[kind]: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _describe_server(root) -> dict[str, str]:
    """Return the url of an endpoint, and whether it keeps what is sent."""
    is_test = root == TEST
    said = "Nothing that is sent here is kept" if is_test else "What is sent here is real"
    return {"url": f"{settings.BASE_URL}{root}", "description": f"{said}."}


@cache
def _load_schema(path) -> list[list | dict] | dict:
    """Return a JSON schema whose references point into the OpenAPI document.

    The result is cached; do not change it.
    """
    schema = json.loads(path.read_text())
    del schema["$schema"]
    return _rebase_references(schema, f"#/components/schemas/{path.stem}/$defs/")


def _rebase_references(value, root) -> list[list | dict] | dict:
    """Return a copy of a schema whose references begin with `root` instead of #/$defs/."""
    if isinstance(value, list):
        return [_rebase_references(each, root) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: each.replace("#/$defs/", root) if key == "$ref" else _rebase_references(each, root)
        for key, each in value.items()
    }
