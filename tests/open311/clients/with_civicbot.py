"""Call every Open311 method of `civicbot`, including the one that files a report."""

import json
import sys

from civicbot import Endpoint, HttpError, HttpTransport, Open311Client
from civicbot.http import RateLimiter
from civicbot.open311 import CONFIRM_TOKEN, ValidationError

told = json.loads(sys.argv[1])
endpoint = Endpoint("here", "Here", told["root"], write=True)
transport = HttpTransport(rate_limiter=RateLimiter(min_interval=0))
client = Open311Client(endpoint, transport, jurisdiction_id=told["jurisdiction"])


def refused(call):
    try:
        call()
    except HttpError as error:
        return {"status": error.status, "body": json.loads(error.body)}
    raise AssertionError("nothing was refused")


def report(**more):
    least = {"lat": told["lat"], "lng": told["long"], "attributes": told["attributes"]}
    fields = {"dry_run": False, "confirm": CONFIRM_TOKEN, "api_key": told["key"], **least, **more}
    return client.create_request("pothole", validate_remote=True, **fields).response


def missing():
    try:
        client.create_request("pothole", validate_remote=True, lat=told["lat"], lng=told["long"])
    except ValidationError as error:
        return error.problems
    raise AssertionError("nothing is missing")


filed = report(
    description="A hole at the bend.\nIt is deep.",
    media_url=told["photo"],
    email="ana@example.org",
    first_name="Ana",
    last_name="Ruiz",
)
by_address = report(lat=None, lng=None, address_string=told["address"])
first = told["ids"][0]
print(
    json.dumps(
        {
            "services": client.list_services(),
            "definition": client.get_service_definition("pothole"),
            "requests": client.list_requests(page_size=1),
            "narrowed": client.list_requests(
                service_code="pothole", status="open",
                start_date=told["start"], end_date=told["end"],
            ),
            "named": client.list_requests(service_request_ids=told["ids"]),
            "one": client.get_request(first),
            "token": client.get_token(first),
            "missing": missing(),
            "filed": filed,
            "by_address": by_address,
            "seen": client.get_request(filed[0]["service_request_id"]),
            "unknown": refused(lambda: client.get_request("SM-0000-0000")),
            "wrong_key": refused(lambda: report(api_key="nobody's")),
        }
    )
)  # fmt: skip
