"""Tests for sensitive categories: only keys with permission see exact locations.

Other keys see the location of the block.
"""

import json
from decimal import Decimal

import pytest

from city import cache
from city.models import Category
from requests_app.models import ApiKey
from requests_app.status import Status
from tests import make
from tests.open311.bulk import read
from tests.open311.webhooks.receiver import Receiver, send_all_deliveries

pytestmark = pytest.mark.django_db

ON_MAIN_STREET = (Decimal("34.009820"), Decimal("-118.490120"))
SPOT = ("34.00982", "118.49012", "1685 ", "Behind the blue door")


@pytest.fixture
def row():
    """Return a request of a sensitive category at a private address."""
    Category.objects.filter(service_code="pothole").update(is_location_sensitive=True)
    cache.invalidate_cache()
    return make.service_request(
        Status.ROUTED,
        at=ON_MAIN_STREET,
        location_text="My home, 1685 Main St, Apt 4",
        location_note="Behind the blue door",
    )


@pytest.fixture
def receiver(serve, settings):
    return Receiver(serve, settings)


def block_in_open_data(row):
    line = read.export_csv_rows()[row.reference]
    return line["address"], float(line["lat"]), float(line["long"])


def location_in(entry):
    return entry["address"], entry["lat"], entry["long"]


def get(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.content
    return response


def addresses(row):
    return [
        "/open311/v2/requests",
        f"/open311/v2/requests/{row.reference}",
        f"/open311/v2/request/{row.reference}",
    ]


def test_the_api_gives_the_block_of_the_open_data(client, row):
    expected = block_in_open_data(row)
    for address in addresses(row):
        [entry] = json.loads(get(client, f"{address}.json", extensions="true").content)
        assert location_in(entry) == expected


@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_no_answer_to_everybody_has_the_spot(client, row, suffix):
    texts = [
        get(client, f"{address}.{suffix}", extensions="true").content.decode()
        for address in addresses(row)
    ]
    texts.append(get(client, f"/open311/v2/servicerequestupdates.{suffix}").content.decode())
    texts.append(get(client, "/requests/feed/").content.decode())
    assert all(row.reference in text for text in texts)
    assert [spot for spot in SPOT if any(spot in text for text in texts)] == []


def test_a_webhook_gives_the_block(row, receiver):
    receiver.webhook()
    make.complete(row)
    send_all_deliveries()
    body = receiver.server.calls[-1][3]
    assert location_in(json.loads(body)["request"]) == block_in_open_data(row)
    assert [spot for spot in SPOT if spot in body.decode()] == []


def test_the_feed_gives_the_block(client, row):
    words, latitude, longitude = block_in_open_data(row)
    feed = get(client, "/requests/feed/").content.decode()
    assert f"<georss:point>{latitude} {longitude}</georss:point>" in feed
    assert words in feed


def test_a_kind_that_is_not_sensitive_has_its_spot_everywhere(client):
    row = make.filed(at=ON_MAIN_STREET, location_text="1685 Main St", location_note="At the gate")
    [entry] = json.loads(get(client, f"/open311/v2/requests/{row.reference}.json",
                             extensions="true").content)  # fmt: skip
    assert location_in(entry) == ("1685 Main St", 34.00982, -118.49012)
    assert entry["extended_attributes"]["location_note"] == "At the gate"
    feed = get(client, "/requests/feed/").content.decode()
    assert "<georss:point>34.009820 -118.490120</georss:point>" in feed


def test_a_key_that_the_city_gave_for_it_reads_the_spot(client, row):
    key = make.front_end(sees_exact_locations=True)
    for address in addresses(row):
        response = get(client, f"{address}.json", api_key=make.secret_of(key.name),
                       extensions="true")  # fmt: skip
        [entry] = json.loads(response.content)
        assert location_in(entry) == ("My home, 1685 Main St, Apt 4", 34.00982, -118.49012)
        assert entry["extended_attributes"]["location_note"] == "Behind the blue door"
        assert "private" in response["Cache-Control"]


def test_any_other_key_reads_the_block(client, row):
    key = make.front_end()
    response = get(client, f"{addresses(row)[0]}.json", api_key=make.secret_of(key.name))
    [entry] = json.loads(response.content)
    assert location_in(entry) == block_in_open_data(row)


def test_a_key_for_other_categories_reads_the_block(client, row):
    key = make.front_end(sees_exact_locations=True)
    key.services.set([Category.objects.exclude(pk=row.category_id).first()])
    response = get(client, f"{addresses(row)[0]}.json", api_key=make.secret_of(key.name))
    [entry] = json.loads(response.content)
    assert location_in(entry) == block_in_open_data(row)


def test_a_wrong_key_is_refused_rather_than_answered_with_the_block(client, row):
    for address in addresses(row):
        assert client.get(f"{address}.json", {"api_key": "s311_wrong"}).status_code == 403


def test_an_admin_gives_a_key_the_right_to_exact_locations(client):
    client.force_login(make.ada())
    form = {"name": "Work orders", "verbs": ["file"], "per_minute": "60",
            "sees_exact_locations": "on"}  # fmt: skip
    client.post("/admin/requests_app/apikey/add/", form)
    assert ApiKey.objects.get().sees_exact_locations
