"""Tests that posted updates become verbs of the workflow, within the scope of the key."""

import json
from datetime import timedelta

import pytest

from lib import clock
from open311.keys import idempotency
from requests_app.models import Photo
from requests_app.status import Outcome, Status, Verb
from routing.desk.queue import unseen_events
from tests import make

pytestmark = pytest.mark.django_db
URL = "/open311/v2/servicerequestupdates.json"
RESIDENTS, CREWS = "FixMyStreet", "Work orders"


@pytest.fixture(autouse=True)
def keys():
    make.front_end()
    make.department_system()


def post(client, row, name=RESIDENTS, url=URL, **fields):
    given = {"api_key": make.secret_of(name), "service_request_id": row.reference, **fields}
    return client.post(url, given)


def done(response, row):
    assert response.status_code == 200, response.content
    [entry] = json.loads(response.content)
    row.refresh_from_db()
    event = row.events.order_by("pk").last()
    assert entry == {"update_id": str(event.pk)}
    return event


def refused(response, status=400) -> str:
    assert response.status_code == status, response.content
    [entry] = json.loads(response.content)
    return entry["description"]


def filed_elsewhere(status):
    row = make.filed(by=make.front_end())
    if status != Status.FILED:
        make.route(row)
    if status == Status.COMPLETED:
        make.complete(row)
    return row


@pytest.mark.parametrize("status", ["", "OPEN", "IN_PROGRESS", "INVESTIGATING"])
def test_words_on_an_open_request_are_a_comment(client, status):
    row = make.service_request(Status.ROUTED)
    event = done(post(client, row, status=status, description="I saw it too."), row)
    assert (event.verb, event.words.body, row.status) == ("comment", "I saw it too.", "routed")


def test_a_front_end_confirms_what_it_filed(client):
    row = filed_elsewhere(Status.COMPLETED)
    event = done(post(client, row, status="FIXED", description="Thanks!"), row)
    assert (event.verb, row.outcome) == (Verb.CONFIRM, Outcome.CONFIRMED)


@pytest.mark.parametrize("status", ["FIXED", "OPEN"])
def test_a_front_end_does_not_judge_what_others_reported(client, status):
    row = make.service_request(Status.COMPLETED)
    refused(post(client, row, status=status, description="Well."), 403)
    row.refresh_from_db()
    assert row.status == Status.COMPLETED


def test_a_front_end_disputes_what_it_filed_and_says_what_is_wrong(client):
    row = filed_elsewhere(Status.COMPLETED)
    assert "still wrong" in refused(post(client, row, status="OPEN"))
    event = done(post(client, row, status="OPEN", description="It's still there."), row)
    assert (event.verb, row.status) == (Verb.DISPUTE, Status.DISPUTED)


@pytest.mark.parametrize("status", ["IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED"])
def test_the_system_of_a_department_starts(client, status):
    row = make.service_request(Status.ROUTED)
    event = done(post(client, row, CREWS, status=status), row)
    assert (event.verb, row.status) == (Verb.START, Status.IN_PROGRESS)
    assert event.key == make.department_system()


def test_the_system_of_a_department_holds_for_a_reason_of_the_list(client):
    row = make.service_request(Status.ROUTED)
    said = refused(post(client, row, CREWS, status="ON_HOLD"))
    assert "hold_reason is one of: parts" in said
    event = done(post(client, row, CREWS, status="ON_HOLD", hold_reason="parts"), row)
    assert (row.status, event.code) == (Status.ON_HOLD, "parts")


@pytest.mark.parametrize("status", ["FIXED", "CLOSED"])
def test_the_system_of_a_department_finishes_with_a_photo(client, status):
    row = make.service_request(Status.IN_PROGRESS)
    photo = make.picture("olive")
    given = {"status": status, "description": "Filled and rolled.", "photo1": photo}
    done(post(client, row, CREWS, proof_reason="From the work orders", **given), row)
    assert row.status == Status.COMPLETED
    assert row.photos.get().kind == Photo.Kind.COMPLETION


def test_finished_work_is_proved_as_the_category_asks(client):
    row = make.service_request(Status.IN_PROGRESS)
    said = refused(post(client, row, CREWS, status="FIXED", description="Filled."))
    assert "Add a photo of the finished work" in said
    reason = {"no_photo_reason": "no-such"}
    said = refused(post(client, row, CREWS, status="FIXED", description="Filled.", **reason))
    assert "no_photo_reason is one of" in said


def test_the_system_of_a_department_leaves_the_work_of_others_alone(client):
    row = make.filed()
    make.route(row, to=make.water())
    said = refused(post(client, row, CREWS, status="IN_PROGRESS"), 403)
    assert said == f"{row.reference} isn't with your department ({make.streets().name})."


@pytest.mark.parametrize("status", ["IN_PROGRESS", "ON_HOLD", "FIXED"])
def test_the_system_of_a_department_is_told_that_nobody_routed_it_yet(client, status):
    row = make.filed()
    said = refused(post(client, row, CREWS, status=status))
    assert f"{row.reference} stands at “Received”. “{status}” isn't possible" in said


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (RESIDENTS, "FIXED"),
        (RESIDENTS, "DUPLICATE"),
        (RESIDENTS, "NO_FURTHER_ACTION"),
        (RESIDENTS, "nonsense"),
        (CREWS, "OPEN"),
        (CREWS, "NOT_COUNCILS_RESPONSIBILITY"),
        (CREWS, ""),
    ],
)
def test_an_impossible_one_says_where_the_request_stands(client, name, status):
    row = make.service_request(Status.ROUTED)
    said = refused(post(client, row, name, status=status, description="Well."))
    assert f"{row.reference} stands at “With " in said
    assert status.upper() in said


def test_what_is_under_way_is_not_started_again(client):
    row = make.service_request(Status.IN_PROGRESS)
    assert "Work underway" in refused(post(client, row, CREWS, status="IN_PROGRESS"))


def test_the_same_update_is_taken_once(client):
    row = make.service_request(Status.ROUTED)
    first = post(client, row, update_id="u-1", description="I saw it too.")
    again = post(client, row, update_id="u-1", description="I saw it too.")
    assert first.content == again.content
    assert row.events.filter(verb=Verb.COMMENT).count() == 1


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(days=90)])
def test_an_update_that_is_sent_again_is_taken_once_however_much_later(client, later):
    row = make.service_request(Status.ROUTED)
    first = post(client, row, update_id="u-1", description="I saw it too.")
    with clock.freeze_time(clock.now() + later):
        idempotency.delete_expired_records()
        again = post(client, row, update_id="u-1", description="I saw it too.")
    assert first.content == again.content
    assert row.events.filter(verb=Verb.COMMENT).count() == 1


def test_an_update_that_is_sent_again_is_answered_where_it_is_not_possible_any_more(client):
    row = make.service_request(Status.ROUTED)
    first = post(client, row, CREWS, status="IN_PROGRESS", update_id="w-1")
    again = post(client, row, CREWS, status="IN_PROGRESS", update_id="w-1")
    assert (again.status_code, again.content) == (200, first.content)


def test_the_same_id_of_another_sender_or_for_another_request_is_another_update(client):
    row, other = make.service_request(Status.ROUTED), make.service_request(Status.ROUTED)
    ids = [
        post(client, each, name, update_id="1", **given).content
        for each in (row, other)
        for name, given in ((RESIDENTS, {"description": "Me too."}),
                            (CREWS, {"status": "IN_PROGRESS"}))
    ]  # fmt: skip
    assert len(set(ids)) == 4


def test_an_update_id_that_cannot_be_remembered_is_refused(client):
    row = make.service_request(Status.ROUTED)
    assert "255" in refused(post(client, row, update_id="u" * 256, description="Me too."))


@pytest.mark.parametrize("status", ["IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED"])
def test_the_words_of_a_department_that_starts_are_public(client, status):
    row = make.service_request(Status.ROUTED)
    event = done(post(client, row, CREWS, status=status, description="We ordered asphalt."), row)
    assert (event.verb, event.words.body) == (Verb.START, "We ordered asphalt.")
    assert "We ordered asphalt." in client.get(f"/requests/{row.reference}/").text
    told = json.loads(client.get(URL).content)[-1]
    assert "“We ordered asphalt.”" in told["description"]


@pytest.mark.parametrize("status", ["IN_PROGRESS", "ON_HOLD"])
def test_a_photo_that_a_status_does_not_take_is_refused_rather_than_lost(client, status):
    row = make.service_request(Status.ROUTED)
    given = {"status": status, "hold_reason": "parts", "description": "On our way."}
    file = {"media": make.picture("olive")}
    assert "Photos can't come" in refused(post(client, row, CREWS, **given, **file))
    url = {"media_url": "https://photos.example.org/1.jpg"}
    assert "Photos can't come" in refused(post(client, row, CREWS, **given, **url))
    row.refresh_from_db()
    assert row.status == Status.ROUTED


def test_a_photo_that_comes_with_a_confirmation_is_kept(client):
    row = filed_elsewhere(Status.COMPLETED)
    photo = make.picture("olive")
    event = done(post(client, row, status="FIXED", description="Thanks!", media=photo), row)
    assert event.photos.get().kind == Photo.Kind.COMMENT


def test_a_request_that_is_private_is_not_there_for_a_front_end(client):
    row = make.filed(category=make.category(is_private=True))
    assert row.reference in refused(post(client, row, description="Well."), 404)
    nobodys = post(client, row, description="Well.", service_request_id="SM-NOSUCH")
    refused(nobodys, 404)
    refused(post(client, row, description="Well.", service_request_id=""), 400)


def test_the_desk_sees_that_a_resident_wrote(client):
    row = make.service_request(Status.ROUTED)
    post(client, row, description="I saw it too.")
    assert len(unseen_events.list_unanswered_events(row.events.order_by("pk"))) == 1
