"""What other systems address: GeoReport v2 and the open data."""

from django.urls import path, re_path, register_converter

from open311.api import discovery, filing, service_requests, services
from open311.bulk import urls as bulk
from open311.formats import FormatConverter, endpoint, unknown
from open311.openapi import openapi
from open311.updates import listing, posting

register_converter(FormatConverter, "format")


def _georeport(root, name, **create):
    """The addresses of one endpoint that discovery names; `name` begins their names, and `create`
    says what is done with a report and an update that are sent.
    """
    return [
        path(
            f"{root}/discovery.<format:format>",  # where clients look that know the endpoint alone
            endpoint(GET=discovery.discovery),
            name=f"{name}_endpoint_discovery",
        ),
        path(
            f"{root}/services.<format:format>",
            endpoint(GET=services.services),
            name=f"{name}_services",
        ),
        path(
            f"{root}/services/<str:service_code>.<format:format>",
            endpoint(GET=services.definition),
            name=f"{name}_service",
        ),
        path(
            f"{root}/requests.<format:format>",
            endpoint(GET=service_requests.service_requests, POST=create["report"]),
            name=f"{name}_requests",
        ),
        *(
            path(
                f"{root}/{noun}/<str:service_request_id>.<format:format>",
                endpoint(GET=service_requests.service_request),
                name=f"{name}_{noun}_one",
            )
            for noun in ("requests", "request")  # its swagger calls it so
        ),
        path(
            f"{root}/tokens/<str:token>.<format:format>",
            endpoint(GET=service_requests.token),
            name=f"{name}_token",
        ),
        path(
            f"{root}/servicerequestupdates.<format:format>",
            endpoint(GET=listing.listing, **create["update"]),
            name=f"{name}_updates",
        ),
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
