"""Functions that export and parse the open data."""

import csv
import io
import json

from open311.bulk.export import FORMATS, write_export
from open311.bulk.requests import ALL_REQUESTS, RequestFilter


def export(name: str, asked: RequestFilter = ALL_REQUESTS) -> bytes:
    out = io.BytesIO()
    write_export(out, FORMATS[name], asked, seconds=60)
    return out.getvalue()


def parse_csv(content: bytes) -> dict[str, dict]:
    """Return the CSV rows by reference; each row must have all columns."""
    lines = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
    return {line["service_request_id"]: line for line in lines}


def parse_geojson(content: bytes) -> dict[str, dict]:
    """Return the GeoJSON features by reference."""
    found = json.loads(content)
    assert found["type"] == "FeatureCollection"
    return {feature["id"]: feature for feature in found["features"]}


def export_csv_rows(asked=ALL_REQUESTS):
    return parse_csv(export("csv", asked))


def export_features(asked=ALL_REQUESTS):
    return parse_geojson(export("geojson", asked))
