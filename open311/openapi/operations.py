"""What each address of the door is for, by the name it has in `open311.urls`."""

from dataclasses import dataclass, field

from open311.openapi import parameters
from open311.updates.posting import STATUSES

_TOTALS = ("X-Total-Count", "X-Total-Count-Is-Estimate", "Link", "X-Clamped-Range")


@dataclass(frozen=True)
class Operation:
    """`answer` is the file of its schema. `refusals` are statuses besides those of every address;
    `headers` those of the answer besides those of every one.
    """

    id: str
    summary: str
    answer: str
    parameters: list = field(default_factory=lambda: [parameters.JURISDICTION])
    body: dict | None = None
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()


_ONE = Operation(
    "getRequest",
    "One request, as a list of one. What is private or hidden is a 404.",
    "requests",
    [parameters.JURISDICTION, parameters.EXTENSIONS],
    refusals=(404,),
)
OPERATIONS = {
    ("discovery", "GET"): Operation(
        "getDiscovery", "Where the endpoints are and who gives out keys.", "discovery"
    ),
    ("endpoint_discovery", "GET"): Operation(
        "getDiscoveryFromEndpoint", "The same, for who knows an endpoint alone.", "discovery"
    ),
    ("openapi", "GET"): Operation("getOpenapi", "This document.", "openapi", parameters=[]),
    ("services", "GET"): Operation(
        "listServices", "What can be reported.", "services", refusals=(404,)
    ),
    ("service", "GET"): Operation(
        "getService", "What a service asks.", "service_definition", refusals=(404,)
    ),
    ("requests", "GET"): Operation(
        "listRequests",
        "Requests that everybody may read, the latest first.",
        "requests",
        [parameters.JURISDICTION, *parameters.LIST],
        refusals=(404,),
        headers=_TOTALS,
    ),
    ("requests", "POST"): Operation(
        "createRequest",
        "Report something. It needs a key.",
        "filed",
        [parameters.JURISDICTION, parameters.IDEMPOTENCY_KEY],
        parameters.body(parameters.REPORT, ["service_code"], parameters.ATTRIBUTES),
        refusals=(403, 404, 413),
    ),
    ("requests_one", "GET"): _ONE,
    ("request_one", "GET"): _ONE,
    ("token", "GET"): Operation(
        "getToken", "The id of what was reported.", "tokens", refusals=(404,)
    ),
    ("updates", "GET"): Operation(
        "listUpdates",
        "What happened in public, the oldest first.",
        "updates",
        [parameters.JURISDICTION, *parameters.UPDATES],
        refusals=(403, 404),
        headers=("X-Clamped-Range",),
    ),
    ("updates", "POST"): Operation(
        "createUpdate",
        "Tell what happened with you, or what a resident says. It needs a key.",
        "updated",
        [parameters.JURISDICTION, parameters.IDEMPOTENCY_KEY],
        parameters.body(parameters.update(STATUSES), ["service_request_id"]),
        refusals=(403, 404, 413),
    ),
}
