"""What each address of the door is for, by the name it has in `open311.urls`."""

from dataclasses import dataclass

from open311.openapi import parameters

_TOTALS = ("X-Total-Count", "X-Total-Count-Is-Estimate", "Link")


@dataclass(frozen=True)
class Operation:
    """`answer` is the file of its schema. `parameters`, `refusals` (statuses) and `headers` of the
    answer are those besides what every address has.
    """

    id: str
    summary: str
    answer: str
    parameters: tuple = ()
    body: dict | None = None
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()


_ONE = Operation(
    "getRequest",
    "One request, as a list of one. A hidden one is a 404, and a private one too but for its key.",
    "requests",
    (parameters.EXTENSIONS, parameters.READING_KEY),
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
        parameters.LIST,
        refusals=(403,),
        headers=_TOTALS,
    ),
    ("requests", "POST"): Operation(
        "createRequest",
        "Report something. It needs a key.",
        "filed",
        (parameters.IDEMPOTENCY_KEY,),
        parameters.body(parameters.REPORT, ["service_code"], parameters.ATTRIBUTES),
        refusals=(403, 413),
        headers=("X-Warning",),
    ),
    ("requests_one", "GET"): _ONE,
    ("request_one", "GET"): _ONE,
    ("token", "GET"): Operation(
        "getToken",
        "The id of what was reported.",
        "tokens",
        (parameters.READING_KEY,),
        refusals=(403,),
    ),
    ("removed", "GET"): Operation(
        "listRemovedRequests",
        "The ids of requests that were hidden or became private, the oldest removal first.",
        "removed_requests",
        parameters.REMOVALS,
        headers=("Link",),
    ),
    ("updates", "GET"): Operation(
        "listUpdates",
        "What happened in public, the oldest first.",
        "updates",
        parameters.UPDATES,
        refusals=(403,),
        headers=("Link",),
    ),
    ("updates", "POST"): Operation(
        "createUpdate",
        "Tell what happened with you, or what a resident says. It needs a key.",
        "updated",
        (parameters.IDEMPOTENCY_KEY,),
        parameters.body(parameters.UPDATE, ["service_request_id"]),
        refusals=(403, 413),
    ),
}
