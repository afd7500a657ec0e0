"""Tests for the list of public updates, as FixMyStreet reads it."""

import json
import re
from datetime import timedelta

import pytest

from city.models import DeclineReason, HandBackReason
from lib import clock
from open311.api import parameters
from requests_app import timeline, workflow
from requests_app.models import Event, Photo, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
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


def pages(client, **query):
    """Return the updates of each page, by following the `Link` headers."""
    found, number = [], 1
    while number:
        response = client.get(f"{URL}.json", {"page": number, "page_size": 3, **query})
        assert response.status_code == 200, response.content
        found.append(json.loads(response.content))
        following = re.search(r'[?&]page=(\d+)[^>]*>; rel="next"', response.get("Link", ""))
        number = int(following[1]) if following else 0
    return found


def updates_of_every_sort():
    """Create requests in every state, with comments, internal notes and undone events."""
    for status in Status:
        row = make.service_request(status)
        make.act(workflow.comment, row, make.ana(), words="Any news?")
        make.act(workflow.comment, row, make.omar(), words="A note.", is_public=False)
    row = make.service_request(Status.ROUTED)
    event = make.act(workflow.decline, row, make.omar(), reason=make.reason(DeclineReason),
                     words="Not ours.")  # fmt: skip
    workflow.undo(row, event=event, by=make.omar())
    make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    make.act(workflow.comment, row, make.omar(), words="A reply that can still be undone.")
    for is_shown in (False, True):
        moved = make.service_request(Status.ROUTED)
        make.route(moved, to=make.water())
        photo = make.photo(kind=Photo.Kind.COMPLETION, user=make.wes(), color="olive")
        workflow.hand_over(moved, by=make.wes(), words="Filled.", photos=[photo])
        Photo.objects.filter(pk=photo.pk).update(is_hidden=not is_shown)


def test_pages_have_each_public_update_once_and_none_is_short(client):
    updates_of_every_sort()
    together = updates(client)
    found = pages(client)
    assert [each for page in found for each in page] == together
    assert {len(page) for page in found[:-1]} == {3}


def test_updates_are_those_of_the_public_timelines(client):
    updates_of_every_sort()
    expected = {
        str(line.event.pk)
        for row in ServiceRequest.objects.public()
        for line in timeline.build_timeline(timeline.load_events(row), Audience.OTHERS)
        if line.event.verb != Verb.FILE
    }
    assert {each["update_id"] for each in updates(client)} == expected
    assert Event.objects.filter(pk__in=expected, verb=Verb.HAND_OVER).count() == 1


def test_updates_of_named_requests_alone_are_told_however_old_they_are(client):
    row, other = make.service_request(Status.ROUTED), make.service_request(Status.ROUTED)
    with clock.freeze_time(clock.now() + timedelta(days=200)):
        make.act(workflow.comment, row, make.ana(), words="Still there.")
        found = updates(client, service_request_id=f"{row.reference},SM-NOSU-CHNO")
        assert updates(client, service_request_id="SM-NOSU-CHNO") == []
        recent = updates(client, service_request_id=row.reference,
                         start_date=(clock.now() - timedelta(days=1)).isoformat())  # fmt: skip
    assert len(found) == 2
    assert {each["service_request_id"] for each in found} == {row.reference}
    assert other.reference not in json.dumps(found)
    assert [each["update_id"] for each in recent] == [found[-1]["update_id"]]


def test_updates_of_a_private_request_are_not_told_by_its_id(client):
    row = make.filed(category=make.category(is_private=True))
    make.act(workflow.comment, row, make.ana(), words="Between us.")
    assert updates(client, service_request_id=row.reference) == []


def test_too_many_updates_for_one_answer_are_refused_with_words(client, monkeypatch):
    """A client without paging must not take a part of the updates for all of them."""
    monkeypatch.setattr(parameters, "MAX_UPDATES_AT_ONCE", 2)
    for _each in range(3):
        make.service_request(Status.ROUTED)
    response = client.get(f"{URL}.json")
    assert response.status_code == 400
    assert "page and page_size" in json.loads(response.content)[0]["description"]
    assert len(updates(client, page_size=3)) == 3


@pytest.mark.parametrize("wrong", [{"page": "x"}, {"page_size": "0"}, {"page": "101"}])
def test_a_page_that_makes_no_sense_is_refused(client, wrong):
    assert client.get(f"{URL}.json", wrong).status_code == 400
