"""What other systems address: GeoReport v2 and the open data."""

from django.urls import path, re_path, register_converter

from open311.api import discovery, filing, removals, service_requests, services
from open311.bulk import urls as bulk
from open311.formats import FormatConverter, endpoint, unknown
from open311.openapi import openapi
from open311.updates import listing, posting

register_converter(FormatConverter, "format")


def _georeport(root, name, **create):
    """The addresses of one endpoint that discovery names; `name` begins their names, and `create`
    says what is done with a report and an update that are sent.
    """
    one = endpoint(GET=service_requests.service_request)
    routes = [
        # Where clients look that know the endpoint alone.
        ("endpoint_discovery", "discovery", endpoint(GET=discovery.discovery)),
        ("services", "services", endpoint(GET=services.services)),
        ("service", "services/<str:service_code>", endpoint(GET=services.definition)),
        (
            "requests",
            "requests",
            endpoint(GET=service_requests.service_requests, POST=create["report"]),
        ),
        ("requests_one", "requests/<str:service_request_id>", one),
        ("request_one", "request/<str:service_request_id>", one),  # its swagger calls it so
        ("removed", "removed_requests", endpoint(GET=removals.removed_requests)),
        ("token", "tokens/<str:token>", endpoint(GET=service_requests.token)),
        (
            "updates",
            "servicerequestupdates",
            endpoint(GET=listing.listing, **create["update"]),
        ),
    ]
    return [
        path(f"{root}/{route}.<format:format>", view, name=f"{name}_{called}")
        for called, route, view in routes
    ]


urlpatterns = [
    *bulk.urlpatterns,
    path(
        "open311/discovery.<format:format>",
        endpoint(GET=discovery.discovery),
        name="open311_discovery",
    ),
    *_georeport("open311/v2", "open311", report=filing.create, update={"POST": posting.create}),
    *_georeport("open311/test/v2", "open311_test", report=filing.try_out, update={}),
    path("open311/openapi.json", endpoint(GET=openapi), name="open311_openapi"),
    re_path(r"^open311/(?P<rest>.*)$", unknown, name="open311_unknown"),
]
