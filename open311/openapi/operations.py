"""The summary, parameters, body and responses of each API address, by its URL name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from open311.api.parameters import (
    MAX_PAGE,
    MAX_RADIUS_METERS,
    MAX_ROWS_PER_PAGE,
    MAX_TEXT_LENGTH,
    MAX_UPDATES_AT_ONCE,
    SORTS,
)
from open311.representation import STATUSES
from open311.updates import posting

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time", "examples": ["2026-11-30T17:00:00Z"]}
_LATITUDE = {"type": "number", "minimum": -90, "maximum": 90}
_LONGITUDE = {"type": "number", "minimum": -180, "maximum": 180}
_ADDRESSES = {"type": "array", "items": {"type": "string", "format": "uri", "maxLength": 2000}}


def _array_of(items) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def _query_parameter(name, description, schema) -> dict[str, Any]:
    """Return the OpenAPI parameter; an array's values are comma-separated."""
    found = {"name": name, "in": "query", "description": description, "schema": schema}
    return found | ({"explode": False} if schema["type"] == "array" else {})


JURISDICTION = _query_parameter(
    "jurisdiction_id", "This city's own, or nothing. Any other is answered with 404.", _TEXT
)
EXTENSIONS = _query_parameter(
    "extensions",
    "Adds detailed_status, extended_attributes, notes (the public history) and photos.",
    {"type": "boolean", "default": False},
)
READING_KEY = _query_parameter(
    "api_key",
    "Not needed. A key reads the private requests that were filed with it, by their ids. One that "
    "the city gave for it reads exact locations of sensitive kinds. A key that comes must be good.",
    _TEXT,
)
SPAN_PARAMETERS = [
    _query_parameter(
        "start_date",
        "The first moment. More than 90 days (to end_date, or to now) are a 400. Without "
        "start_date and end_date it's the last 90.",
        _MOMENT,
    ),
    _query_parameter("end_date", "The last moment.", _MOMENT),
]


def _page_parameters(
    read_on: str, *, page_size: str = "", default: int | None = None
) -> list[dict]:
    """Return the parameters `page` and `page_size`.

    `read_on` names the parameter by which to read on after the last page. The text `page_size`,
    which begins with a blank, is added to the description of that parameter, and `default` to its
    schema.
    """
    number = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}
    size = f"More than {MAX_ROWS_PER_PAGE:,} are {MAX_ROWS_PER_PAGE:,}.{page_size}"
    usual = {} if default is None else {"default": default}
    return [
        _query_parameter(
            "page", f"The first is 1. To read on after the last one, ask with {read_on}.", number
        ),
        _query_parameter("page_size", size, {"type": "integer", "minimum": 1} | usual),
    ]


LIST_PARAMETERS = [
    _query_parameter(
        "service_request_id",
        f"Up to {MAX_ROWS_PER_PAGE:,} ids. Overrides everything else but "
        "page, page_size and extensions.",
        _array_of(_TEXT) | {"maxItems": MAX_ROWS_PER_PAGE},
    ),
    _query_parameter("service_code", "Of these services alone.", _array_of(_TEXT)),
    _query_parameter("status", "Both are all.", _array_of({"enum": list(STATUSES)})),
    *SPAN_PARAMETERS,
    _query_parameter(
        "updated_after",
        "Changed in public at this moment or later. With it, there is no limit of 90 days, and the "
        "order is the oldest change first.",
        _MOMENT,
    ),
    _query_parameter("updated_before", "Changed in public at this moment or before.", _MOMENT),
    _query_parameter(
        "bbox",
        "west,south,east,north in degrees.",
        _array_of({"type": "number"}) | {"minItems": 4, "maxItems": 4},
    ),
    _query_parameter("lat", "With long and radius: around this point.", _LATITUDE),
    _query_parameter("long", "Or lng.", _LONGITUDE),
    _query_parameter(
        "radius",
        "In meters.",
        {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_RADIUS_METERS},
    ),
    _query_parameter(
        "q",
        "Words to find in descriptions, addresses, ids and names of services.",
        {"type": "string", "maxLength": MAX_TEXT_LENGTH},
    ),
    _query_parameter(
        "sort", "A minus sign: the latest first.", {"type": "string", "enum": list(SORTS)}
    ),
    *_page_parameters("updated_after", default=MAX_ROWS_PER_PAGE),
    EXTENSIONS,
    READING_KEY,
]
REMOVAL_PARAMETERS = [
    _query_parameter(
        "updated_after",
        "Removed at this moment or later. Without it it's the last 90 days.",
        _MOMENT,
    ),
    _query_parameter("updated_before", "Removed at this moment or before.", _MOMENT),
    *_page_parameters("a later updated_after", default=MAX_ROWS_PER_PAGE),
]
UPDATE_PARAMETERS = [
    *SPAN_PARAMETERS,
    _query_parameter(
        "service_request_id",
        f"Of these requests alone, up to {MAX_ROWS_PER_PAGE:,}. Without start_date and end_date "
        "all their updates.",
        _array_of(_TEXT) | {"maxItems": MAX_ROWS_PER_PAGE},
    ),
    *_page_parameters(
        "a later start_date",
        page_size=" Without page and page_size all updates come at once; if they are more than "
        f"{MAX_UPDATES_AT_ONCE:,}, the answer is a 400.",
    ),
    _query_parameter(
        "api_key",
        "Not needed. With it come the updates of private requests that were filed with it. If you "
        "send one, it must be good.",
        _TEXT,
    ),
]
_PATH = {
    "service_code": "As the services list has it.",
    "service_request_id": "As the answer to a report had it.",
    "token": "Every request has its id at once, so its token is the id.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same fields within 24 hours gives the same answer, and "
    "nothing is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def describe_path_parameter(name: str) -> dict:
    """Return the required parameter. Raise KeyError for an undescribed name."""
    found = {"name": name, "in": "path", "required": True, "description": _PATH[name]}
    return found | {"schema": {"type": "string", "minLength": 1}}


def _field(description: str, schema: dict = _TEXT, max_length: int | None = None) -> dict:
    """Return a copy of the schema with the description and, if given, the maximum length."""
    limit = {} if max_length is None else {"maxLength": max_length}
    return schema | {"description": description} | limit


_KEY = {"api_key": _field("Your key; or send it as Authorization: Bearer.")}
_PHOTOS = _field(
    "Photos as files: JPEG, PNG, WebP or HEIC, up to 10 MB each. The names photo1, file_1 … will "
    "do too.",
    {"type": "array", "items": {"type": "string", "format": "binary"}},
)
_PERSON = {
    "email": _field("Where the person who reported it gets updates. Never shown.", max_length=254),
    "first_name": _field("Never shown.", max_length=60),
    "last_name": _field("Never shown.", max_length=60),
    "phone": _field(
        "Never shown. A number with area code, 10 to 15 digits. An extension, and what is no "
        "number, is left out, and X-Warning says so; it never stops a report."
    ),
}
REPORT = _KEY | {
    "service_code": _field("As the services list has it."),
    "lat": _field("With long.", _LATITUDE),
    "long": _field("Or lng.", _LONGITUDE),
    "address_string": _field("Where there are no coordinates, it's looked up.", max_length=200),
    "address_id": _field("The id of a block, where there's neither of these."),
    "location_note": _field("How to find it.", max_length=200),
    "description": _field("Line breaks are kept; there is no markup.", max_length=4000),
    **_PERSON,
    "device_id": _field("The same device and words within a minute are one report."),
    "media_url": _field("Addresses of photos, which we fetch later.", _ADDRESSES),
}
ATTRIBUTES = {
    r"^attribute\[[^\]]{1,60}\]$": _field("An answer, by the code of its attribute."),
    r"^attribute\[[^\]]{1,60}\]\[\]$": _field(
        "Several answers.", {"type": "array", "items": _TEXT}
    ),
}
UPDATE = _KEY | {
    "service_request_id": _field("The request that this is about."),
    "update_id": _field(
        "Your own id of it: what you send again with it is one update, however much later.",
        max_length=255,
    ),
    "updated_datetime": _field("When it happened with you. We keep our own time."),
    "status": _field("What happened; nothing is a comment.", {"enum": [*posting.STATUSES, ""]}),
    "description": _field("Public, so write nothing private.", max_length=2000),
    "hold_reason": _field("With ON_HOLD: the code of the reason."),
    "resolution_code": _field("With FIXED or CLOSED: the code of what was done."),
    "no_photo_reason": _field("With FIXED or CLOSED: the code of why there's no photo."),
    "proof_reason": _field("With FIXED or CLOSED: why the photo isn't from there or then."),
    "media_url": _field("Addresses of photos, which we fetch later.", _ADDRESSES),
}


def build_request_body(properties, required, patterns=None) -> dict[str, Any]:
    """Return the body of a form; as multipart it takes the field `media` too."""
    schema = {"type": "object", "required": required, "properties": properties}
    if patterns:
        schema["patternProperties"] = patterns
    with_photos = schema | {"properties": properties | {"media": _PHOTOS}}
    explode = {"media_url": {"explode": True}}
    content = {
        "application/x-www-form-urlencoded": {"schema": schema, "encoding": explode},
        "multipart/form-data": {"schema": with_photos},
    }
    return {"required": True, "content": content}


_TOTALS = ("X-Total-Count", "X-Total-Count-Is-Estimate", "Link")


@dataclass(frozen=True)
class Operation:
    """An operation of the OpenAPI document. `answer` is the name of its schema.

    `parameters`, `refusals` (statuses) and response `headers` are those that other addresses have
    not.
    """

    id: str
    summary: str
    answer: str
    parameters: Sequence[dict] = ()
    body: dict | None = None
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()


_ONE = Operation(
    "getRequest",
    "One request, as a list of one. A hidden one is a 404, and a private one too but for its key.",
    "requests",
    (EXTENSIONS, READING_KEY),
    refusals=(403,),
)
OPERATIONS = {
    ("discovery", "GET"): Operation(
        "getDiscovery", "Where the endpoints are and who gives out keys.", "discovery"
    ),
    ("endpoint_discovery", "GET"): Operation(
        "getDiscoveryFromEndpoint", "The same, for who knows an endpoint alone.", "discovery"
    ),
    ("openapi", "GET"): Operation("getOpenapi", "This document.", "openapi"),
    ("services", "GET"): Operation("listServices", "What can be reported.", "services"),
    ("service", "GET"): Operation("getService", "What a service asks.", "service_definition"),
    ("requests", "GET"): Operation(
        "listRequests",
        "Requests that everybody may read, the latest first.",
        "requests",
        LIST_PARAMETERS,
        refusals=(403,),
        headers=_TOTALS,
    ),
    ("requests", "POST"): Operation(
        "createRequest",
        "Report something. It needs a key.",
        "filed",
        (IDEMPOTENCY_KEY,),
        build_request_body(REPORT, ["service_code"], ATTRIBUTES),
        refusals=(403, 413),
        headers=("X-Warning",),
    ),
    ("requests_one", "GET"): _ONE,
    ("request_one", "GET"): _ONE,
    ("token", "GET"): Operation(
        "getToken",
        "The id of what was reported.",
        "tokens",
        (READING_KEY,),
        refusals=(403,),
    ),
    ("removed", "GET"): Operation(
        "listRemovedRequests",
        "The ids of requests that were hidden or became private, the oldest removal first.",
        "removed_requests",
        REMOVAL_PARAMETERS,
        headers=("Link",),
    ),
    ("updates", "GET"): Operation(
        "listUpdates",
        "What happened in public, the oldest first.",
        "updates",
        UPDATE_PARAMETERS,
        refusals=(403,),
        headers=("Link",),
    ),
    ("updates", "POST"): Operation(
        "createUpdate",
        "Tell what happened with you, or what a resident says. It needs a key.",
        "updated",
        (IDEMPOTENCY_KEY,),
        build_request_body(UPDATE, ["service_request_id"]),
        refusals=(403, 413),
    ),
}
