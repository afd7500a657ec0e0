"""Call every method of `georeport`, in JSON and in XML."""

import json
import sys

from georeport import GeoReport

told = json.loads(sys.argv[1])


def calls(kind):
    client = GeoReport(told["root"], jurisdiction=told["jurisdiction"], output_format=kind)
    first, second = told["ids"]
    return {
        "services": client.get_service_list(),
        "definition": client.get_service_definition("pothole"),
        "requests": client.get_service_requests(),
        "named": client.get_service_requests(service_request_id=f"{first},{second}"),
        "narrowed": client.get_service_requests(
            service_code="pothole,graffiti-public",
            start_date=told["start"],
            end_date=told["end"],
            status="open,closed",
        ),
        "one": client.get_service_request(first),
    }


print(json.dumps({kind: calls(kind) for kind in ("json", "xml")}))
