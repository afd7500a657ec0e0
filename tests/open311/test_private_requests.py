"""Tests that private requests are readable only with the key that filed them."""

import pytest
from django.test import Client

from tests import make
from tests.open311.door import get_api, get_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    row = make.filed(category=make.category(is_private=True), by=make.front_end())
    make.front_end("Another app")
    return row


def with_key(name="FixMyStreet"):
    return {"Authorization": f"Bearer {make.secret_of(name)}"}


def request_ids(row):
    return f"v2/requests.json?service_request_id={row.reference}"


def ids_of_updates(row):
    return f"v2/servicerequestupdates.json?service_request_id={row.reference}"


def ids(path, headers=None):
    response = Client().get(f"/open311/{path}", headers=headers)
    assert response.status_code == 200
    return [one["service_request_id"] for one in response.json()]


def test_the_key_that_filed_it_reads_it_by_its_id(row):
    for noun in ("requests", "request", "tokens"):
        [one] = get_json(f"v2/{noun}/{row.reference}.json", headers=with_key())
        assert one["service_request_id"] == row.reference
        answered = get_api(f"v2/{noun}/{row.reference}.json", headers=with_key())
        assert answered["Cache-Control"] == "private, no-cache"
    assert ids(request_ids(row), with_key()) == [row.reference]


def test_the_key_that_filed_it_reads_its_updates(row):
    make.route(row)
    assert ids(ids_of_updates(row), with_key()) == [row.reference]
    assert ids("v2/servicerequestupdates.json", with_key()) == [row.reference]


@pytest.mark.parametrize("headers", [None, {"Authorization": "Bearer s311_Another app"}])
def test_nobody_else_reads_it(row, headers):
    make.route(row)
    for noun in ("requests", "request", "tokens"):
        assert get_api(f"v2/{noun}/{row.reference}.json", headers=headers).status_code == 404
    for path in (request_ids(row), ids_of_updates(row), "v2/servicerequestupdates.json"):
        assert ids(path, headers) == []


def test_lists_have_public_requests_alone(row):
    public = make.filed()
    assert ids("v2/requests.json", with_key()) == [public.reference]


def test_a_hidden_request_is_gone_for_its_key_too(row):
    make.workflow.hide(
        row, words="It names somebody.", by=make.omar(), seen=make.last_event_id(row)
    )
    assert get_api(f"v2/requests/{row.reference}.json", headers=with_key()).status_code == 404
    assert ids(request_ids(row), with_key()) == []
    assert ids(ids_of_updates(row), with_key()) == []
