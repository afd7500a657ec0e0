"""Machine-readable metadata of the open data: a data dictionary, a catalog and checksums.

All of it is in the product's own language, as the files are.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from city.models import City
from city.translation import translate, translate_name
from open311.bulk.columns import COLUMNS, Column
from open311.bulk.export import FORMATS, Format
from open311.models import OpenDataEdition, OpenDataFile
from requests_app.browsing.states import STATES

_ENUMS = {"status": ["open", "closed"], "status_description": list(STATES)}


def build_data_package(edition: OpenDataEdition | None) -> dict:
    """Return a Frictionless data package: each column with its type, and each file of `edition`.

    Without an edition it has the CSV file without size and hash.
    """
    city = City.current()
    found: dict[str, Any] = {
        "name": "311-requests",
        "title": _dataset_title(city),
        "homepage": _absolute_url("open_data"),
        "resources": [_describe_edition_file(file) for file in _list_files(edition)]
        or [_describe_file("csv", _absolute_url("open_data_csv_packed"))],
    }
    if edition:
        found |= {"created": edition.began_at.isoformat(timespec="seconds"), "version": edition.day}
    if city.data_license:
        found["licenses"] = [
            {"title": city.data_license}
            | ({"path": city.data_license_url} if city.data_license_url else {})
        ]
    return found


def _dataset_title(city: City) -> str:
    return f"311 requests of the City of {translate_name(city)}"


def _absolute_url(name: str, *args: str) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _list_files(edition: OpenDataEdition | None) -> list[OpenDataFile]:
    """Return the files of the edition by format, [] for no edition."""
    return list(edition.files.order_by("format")) if edition else []


def _describe_edition_file(file: OpenDataFile) -> dict:
    """Return the Frictionless resource of a file, with its size and hash."""
    address = _absolute_url(f"open_data_edition_{file.format}", file.edition.day)
    size = {"bytes": file.packed_bytes, "hash": f"sha256:{file.digest}"}
    return _describe_file(file.format, address, size)


def _describe_file(name: str, address: str, size: dict | None = None) -> dict:
    """Return the Frictionless resource of a file; that of a CSV file has the columns.

    `size` has its `bytes` and its `hash`, None before the first one is made.
    """
    found: dict[str, Any] = {
        "name": f"requests-{name}",
        "path": address,
        "format": name,
        "mediatype": "application/gzip",
        "compression": "gz",
        "encoding": "utf-8",
    }
    found |= size or {}
    if name == "csv":
        found["profile"] = "tabular-data-resource"
        found["schema"] = {
            "fields": [_describe_column(column) for column in COLUMNS],
            "primaryKey": "service_request_id",
            "missingValues": [""],
        }
    return found


def _describe_column(column: Column) -> dict:
    """Return the Frictionless field: name, type, description and example.

    Datetimes have a format too, and columns with fixed values an enum.
    """
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": str(column.words),
        "example": column.local_example,
    }
    if column.type == "datetime":
        found["format"] = "%Y-%m-%dT%H:%M:%S%z"
    if column.name in _ENUMS:
        found["constraints"] = {"enum": _ENUMS[column.name]}
    return found


def build_catalog(edition: OpenDataEdition | None) -> dict:
    """Return the catalog that harvesters look for at /data.json (DCAT-US 1.1).

    Without an edition, `modified` is missing.
    """
    city = City.current()
    dataset = {
        "@type": "dcat:Dataset",
        "title": _dataset_title(city),
        "description": "Every public request to 311 since the beginning, made anew each night.",
        "keyword": ["311", "service requests", "open311", "civic"],
        "identifier": _absolute_url("open_data"),
        "landingPage": _absolute_url("open_data"),
        "accessLevel": "public",
        "accrualPeriodicity": "R/P1D",
        "describedBy": _absolute_url("open_data_package"),
        "describedByType": "application/json",
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": translate(city.service_name),
            "hasEmail": f"mailto:{city.email}",
        },
        "publisher": {"@type": "org:Organization", "name": f"City of {translate_name(city)}"},
        "distribution": [_describe_distribution(written) for written in FORMATS.values()],
    }
    if edition:
        dataset["modified"] = edition.began_at.isoformat(timespec="seconds")
    if city.data_license_url:
        dataset["license"] = city.data_license_url
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [dataset],
    }


def _describe_distribution(written: Format) -> dict:
    """Return the DCAT distribution of a format, with the address of the current file."""
    return {
        "@type": "dcat:Distribution",
        "title": written.name,
        "downloadURL": _absolute_url(f"open_data_{written.name}"),
        "mediaType": written.content_type.partition(";")[0],
    }


def format_checksums(edition: OpenDataEdition | None) -> str:
    """Return the SHA-256 of each compressed file, as `sha256sum --check` reads it.

    Return "" without an edition.
    """
    lines = [f"{file.digest}  requests.{file.format}.gz\n" for file in _list_files(edition)]
    return "".join(lines)
