"""What happened in public, as FixMyStreet reads it."""

import json
from datetime import timedelta

import pytest

from city.models import HandBackReason
from requests_app import workflow
from requests_app.status import Status
from santa311.lib import clock
from tests import make

pytestmark = pytest.mark.django_db
URL = "/open311/v2/servicerequestupdates"


def updates(client, **query):
    response = client.get(f"{URL}.json", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_each_update_is_told_with_its_status_and_words(client):
    row = make.service_request(Status.ROUTED)
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    found = updates(client)
    assert [each["status"] for each in found] == ["OPEN", "IN_PROGRESS", "FIXED"]
    last = found[-1]
    assert list(last) == [
        "update_id",
        "service_request_id",
        "status",
        "updated_datetime",
        "description",
        "media_url",
    ]
    assert last["service_request_id"] == row.reference
    assert last["update_id"] == str(row.events.order_by("pk").last().pk)
    assert "Filled and rolled." in last["description"]


@pytest.mark.parametrize(
    ("language", "held", "finished"),
    [
        (
            "en",
            "Street Services put it on hold: waiting for parts.",
            "Street Services finished the work: Repaired. “Filled and rolled.”",
        ),
        (
            "es",
            "Servicios de Calles la puso en pausa: en espera de piezas.",
            "Servicios de Calles terminó el trabajo: Reparado. “Filled and rolled.”",
        ),
    ],
)
def test_a_reason_follows_its_sentence_after_a_colon_and_words_are_quoted(
    client, language, held, finished
):
    make.complete(make.service_request(Status.ON_HOLD))
    answer = client.get(f"{URL}.json", headers={"Accept-Language": language})
    texts = [each["description"] for each in json.loads(answer.content)]
    assert texts[1:] == [held, finished]


def test_a_reason_stands_before_what_else_changed(client):
    row = make.service_request(Status.AWAITING_RESIDENT)
    reason = make.reason(HandBackReason)
    make.act(workflow.hand_back, row, make.wes(), reason=reason, words="See the map.")
    text = updates(client)[-1]["description"]
    assert f": {reason.name}. The question is no longer open. “" in text


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("declined", "NO_FURTHER_ACTION"),
        ("duplicate", "DUPLICATE"),
        ("transferred", "NOT_COUNCILS_RESPONSIBILITY"),
        ("confirmed", "CLOSED"),
    ],
)
def test_an_end_has_the_status_that_fixmystreet_knows(client, outcome, status):
    row = make.service_request(Status.CLOSED, outcome)
    mine = [each for each in updates(client) if each["service_request_id"] == row.reference]
    assert mine[-1]["status"] == status


def test_xml_has_the_elements_that_fixmystreet_reads(client):
    make.service_request(Status.ROUTED)
    xml = client.get(f"{URL}.xml").content.decode()
    assert "<service_request_updates><request_update><update_id>" in xml


def test_what_is_not_public_is_not_told(client):
    private = make.filed(category=make.category(is_private=True))
    make.act(workflow.comment, private, make.ana(), words="Between us.")
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.omar(), words="An internal note.", is_public=False)
    make.act(workflow.comment, row, make.omar(), words="A reply that can still be undone.")
    make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    told = json.dumps(updates(client))
    assert private.reference not in told
    assert "internal" not in told
    assert "still be undone" not in told
    assert "Omar" not in told


def test_only_the_asked_span_is_told(client):
    row = make.service_request(Status.ROUTED)
    now = clock.now()
    assert updates(client, start_date=(now + timedelta(hours=1)).isoformat()) == []
    found = updates(
        client,
        start_date=(now - timedelta(hours=1)).isoformat(),
        end_date=(now + timedelta(hours=1)).isoformat(),
    )
    assert {each["service_request_id"] for each in found} == {row.reference}


def test_a_long_span_is_cut_and_says_so(client):
    response = client.get(f"{URL}.json", {"start_date": "2020-01-01T00:00:00Z"})
    assert response["X-Clamped-Range"].startswith("2020-01-01T00:00:00Z/2020-03-31")


def test_a_key_that_comes_along_is_a_good_one(client):
    make.front_end()
    assert updates(client, api_key=make.secret_of("FixMyStreet")) == []
    assert client.get(f"{URL}.json", {"api_key": "s311_wrong"}).status_code == 403


def test_it_costs_few_statements_however_many_there_are(client, django_assert_max_num_queries):
    for _each in range(4):
        make.service_request(Status.IN_PROGRESS)
    updates(client)
    with django_assert_max_num_queries(6):
        assert len(updates(client)) == 8
