"""Call every method of `boston311`, which parses each response into its own model."""

import json
import sys
from datetime import datetime

import boston311.api
from boston311.datamodels import Status

told = json.loads(sys.argv[1])
boston311.api.BOSTON_API_ENDPOINT = f"{told['root']}/"

services = boston311.get_services()
narrowed = boston311.get_service_requests(
    service_code="pothole",
    start_date=datetime.fromisoformat(told["start"]),
    end_date=datetime.fromisoformat(told["end"]),
    status=Status.OPEN,
)
since = boston311.get_service_requests(start_date=datetime.fromisoformat(told["start"]))
everything = boston311.get_service_requests().service_requests
print(
    json.dumps(
        {
            "services": [one.service_code for one in services.services],
            "code": services.get_service_code("Pothole"),
            "one": boston311.get_service_request(told["ids"][0]).model_dump(mode="json"),
            "requests": [one.service_request_id for one in everything],
            "narrowed": [one.service_request_id for one in narrowed.service_requests],
            "since": [one.service_request_id for one in since.service_requests],
        }
    )
)
