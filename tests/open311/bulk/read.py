"""What somebody who loads the open data reads."""

import csv
import io
import json

from open311.bulk.export import FORMATS, write_export
from open311.bulk.requests import ALL_REQUESTS, RequestFilter


def written(name: str, asked: RequestFilter = ALL_REQUESTS) -> bytes:
    out = io.BytesIO()
    write_export(out, FORMATS[name], asked, seconds=60)
    return out.getvalue()


def of_csv(content: bytes) -> dict[str, dict]:
    """The lines by their reference; each has all columns."""
    lines = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
    return {line["service_request_id"]: line for line in lines}


def of_geojson(content: bytes) -> dict[str, dict]:
    """The features by their reference."""
    found = json.loads(content)
    assert found["type"] == "FeatureCollection"
    return {feature["id"]: feature for feature in found["features"]}


def csv_rows(asked=ALL_REQUESTS):
    return of_csv(written("csv", asked))


def features(asked=ALL_REQUESTS):
    return of_geojson(written("geojson", asked))
