"""The addresses of GeoReport v2 and of the open data."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path, register_converter

from open311.api import discovery, filing, removals, service_requests, services
from open311.bulk import metadata, views
from open311.bulk.export import FORMATS
from open311.formats import FormatConverter, build_endpoint, unknown_address
from open311.formats.endpoint import View
from open311.openapi import openapi_document
from open311.updates import listing, posting

register_converter(FormatConverter, "format")


def _georeport_urls(
    root: str, name: str, report: View, update: View | None = None
) -> list[URLPattern]:
    """Return the addresses of one endpoint that discovery names; `name` begins their names.

    `report` is the view of a POST to `requests`, `update` of a POST to the updates; without
    `update` they can only be read.
    """
    one = build_endpoint(get=service_requests.service_request)
    listed = build_endpoint(get=service_requests.service_requests, post=report)
    routes = [
        # For clients that know only the URL of the endpoint.
        ("endpoint_discovery", "discovery", build_endpoint(get=discovery.discovery)),
        ("services", "services", build_endpoint(get=services.services)),
        ("service", "services/<str:service_code>", build_endpoint(get=services.definition)),
        ("requests", "requests", listed),
        ("requests_one", "requests/<str:service_request_id>", one),
        ("request_one", "request/<str:service_request_id>", one),  # as in GeoReport's Swagger file
        ("removed", "removed_requests", build_endpoint(get=removals.removed_requests)),
        ("token", "tokens/<str:token>", build_endpoint(get=service_requests.token)),
        ("updates", "servicerequestupdates", build_endpoint(get=listing.list_updates, post=update)),
    ]
    return [
        path(f"{root}/{route}.<format:format>", view, name=f"{name}_{called}")
        for called, route, view in routes
    ]


def _open_data_urls(name: str) -> list[URLPattern]:
    """Return the four addresses of the files of one format: current, .gz, edition, selection."""
    routes: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
        (f"open_data_{name}", f"requests.{name}", views.current_file),
        (f"open_data_{name}_packed", f"requests.{name}.gz", views.compressed_file),
        (f"open_data_edition_{name}", f"editions/<str:day>/requests.{name}.gz", views.edition_file),
        (f"open_data_selection_{name}", f"selection.{name}", views.selected_requests),
    ]
    return [
        path(f"open-data/{route}", view, {"name": name}, name=called)
        for called, route, view in routes
    ]


_PACKAGE, _CATALOG = {"describe": metadata.build_data_package}, {"describe": metadata.build_catalog}
urlpatterns = [
    path("open-data/", views.open_data_page, name="open_data"),
    path("open-data/datapackage.json", views.metadata_document, _PACKAGE, name="open_data_package"),
    path("data.json", views.metadata_document, _CATALOG, name="open_data_catalog"),
    path("open-data/SHA256SUMS", views.checksums, name="open_data_checksums"),
    *(each for name in FORMATS for each in _open_data_urls(name)),
    path(
        "open311/discovery.<format:format>",
        build_endpoint(get=discovery.discovery),
        name="open311_discovery",
    ),
    *_georeport_urls("open311/v2", "open311", filing.file_report, posting.post_update),
    *_georeport_urls("open311/test/v2", "open311_test", filing.try_report),
    path("open311/openapi.json", build_endpoint(get=openapi_document), name="open311_openapi"),
    re_path(r"^open311/(?P<rest>.*)$", unknown_address, name="open311_unknown"),
]
