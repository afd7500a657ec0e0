"""What a supervisor takes away: the same rows as on the page, harmless in a spreadsheet."""

import csv
import io

import pytest
from django.urls import reverse

from requests_app import workflow
from requests_app.status import Outcome, Status
from staff_portal.overview import tables
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def downloaded(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    body = b"".join(response.streaming_content)
    return response, list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def tables_of(response) -> dict:
    """Every table on the page, by its name in addresses."""
    values = [value for part in response.context for each in part for value in each.values()]
    drawn = [value.table for value in values if hasattr(value, "table")]
    return {table.name: table for table in drawn}


def test_every_table_is_downloaded_as_it_stands_on_the_page(client, sue):
    make.service_request(Status.DISPUTED)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.handed_back(make.service_request(Status.ROUTED))
    found = tables_of(client.get(reverse("overview")))
    assert set(found) == {kind.__name__ for kind in tables.OF_DEPARTMENTS}
    for name, shown in found.items():
        response, rows = downloaded(client, reverse("overview_table", args=[name]))
        assert f'filename="street-services-{name}-20' in response["Content-Disposition"]
        assert rows[0] == list(shown.head)
        assert rows[1:] == [["" if cell is None else str(cell) for cell in r] for r in shown.rows]


def test_the_requests_behind_the_numbers_carry_nobodys_words_or_contact(client, sue):
    row = make.filed(location_text="=HYPERLINK(1)", contact={"email": "ana@example.org"})
    make.route(row)
    make.route(make.filed(), make.water())
    __, rows = downloaded(client, reverse("overview_requests"))
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["Reference"], line["Status"]) == (row.reference, "Routed")
    assert line["Place"] == "'=HYPERLINK(1)"
    assert row.description not in rows[1]
    assert "ana@example.org" not in str(rows)


def test_a_rated_request_brings_its_stars(client, sue):
    row = make.service_request(Status.COMPLETED)
    make.act(workflow.confirm, row, make.ana(), rating=5)
    __, rows = downloaded(client, reverse("overview_requests"))
    assert rows[1][-1] == "5"


def test_downloads_are_narrowed_like_the_page(client, sue):
    make.service_request(Status.ROUTED)
    query = {"category": "graffiti-x", "period": "own", "from": "2020-01-01", "to": "2020-02-01"}
    response, rows = downloaded(client, reverse("overview_table", args=["weeks"]), **query)
    assert "2020-01-01-to-2020-02-01" in response["Content-Disposition"]
    assert [row[1] for row in rows[1:]] == ["0"] * 5


def test_requests_are_narrowed_by_what_and_where(client, sue):
    row = make.service_request(Status.ROUTED)
    make.service_request(Status.ROUTED, category=make.category(service_code="street-sign"))
    query = {"category": "pothole", "zone": row.zone.slug}
    __, rows = downloaded(client, reverse("overview_requests"), **query)
    assert [line[0] for line in rows[1:]] == [row.reference]


def test_a_table_that_does_not_exist_is_not_found(client, sue):
    assert client.get(reverse("overview_table", args=["routing"])).status_code == 404
