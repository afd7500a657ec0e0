"""Tests for the fields of a request."""

from datetime import timedelta

import pytest
from django.test.utils import override_settings

from city.models import City, DeclineReason, HoldReason
from lib import clock
from requests_app import workflow
from requests_app.models import Comment, Photo, ServiceRequest
from requests_app.photos import uploading
from requests_app.status import Outcome, Status
from tests import make
from tests.open311.door import get_api, get_json, list_problems

pytestmark = pytest.mark.django_db


def one(row, **given):
    [found] = get_json(f"v2/requests/{row.reference}.json", **given)
    return found


def written(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_all_fields_stand_in_the_order_of_the_specification():
    row = make.filed(location_text="1685 Main Street")
    make.route(row)
    found = one(row)
    assert list(found.items()) == [
        ("service_request_id", row.reference),
        ("status", "open"),
        ("status_notes", "With Street Services"),
        ("service_name", "Pothole"),
        ("service_code", "pothole"),
        ("description", "A hole as wide as a bucket."),
        ("agency_responsible", "Street Services"),
        ("service_notice", None),
        ("requested_datetime", written(row.filed_at)),
        ("updated_datetime", written(row.changed_at)),
        ("expected_datetime", written(row.due_at)),
        ("address", "1685 Main Street"),
        ("address_id", None),
        ("zipcode", None),
        ("lat", 34.0118),
        ("long", -118.4917),
        ("media_url", None),
    ]


def test_a_single_request_is_a_list_of_one_under_both_addresses():
    row = make.filed()
    for noun in ("requests", "request"):
        for kind in ("json", "xml"):
            response = get_api(f"v2/{noun}/{row.reference}.{kind}")
            assert response.status_code == 200
            assert row.reference.encode() in response.content
    assert get_api(f"v2/requests/{row.reference.lower().replace('-', '')}.json").status_code == 200


def a_private_one():
    return make.filed(category=make.category(is_private=True))


def a_hidden_one():
    row = make.filed()
    make.act(workflow.hide, row, make.omar(), words="It names a neighbor.")
    return row


@pytest.mark.parametrize("of_a_kind", [a_private_one, a_hidden_one])
def test_what_is_not_public_does_not_exist(of_a_kind):
    row = of_a_kind()
    for path in (
        f"requests/{row.reference}",
        f"request/{row.reference}",
        f"tokens/{row.reference}",
    ):
        refused = get_api(f"v2/{path}.json")
        assert refused.status_code == 404
        unknown = get_api(f"v2/{path.replace(row.reference, 'SM-7K3Q-X9F2')}.json")
        assert unknown.json()[0]["description"] == refused.json()[0]["description"].replace(
            row.reference, "SM-7K3Q-X9F2"
        )
    lists = [
        {},
        {"service_request_id": row.reference},
        {"updated_after": "2020-01-01"},
        {"q": row.reference[-4:]},
        {"bbox": "-119,33,-118,35"},
        {"service_code": row.category.service_code},
    ]
    for given in lists:
        response = get_api("v2/requests.json", **given)
        assert response.json() == []
        assert response["X-Total-Count"] == "0"


@pytest.mark.parametrize("given", ["x", "%2e%2e", "a b", "0", "'", "SM-7K3Q-X9F2", "9" * 300])
def test_an_unknown_id_is_a_404_in_the_shape_of_errors(given):
    for path in (f"requests/{given}", f"tokens/{given}"):
        refused = get_api(f"v2/{path}.xml")
        assert refused.status_code == 404
        assert list_problems(refused)[0][0] == "404"


def test_a_token_is_the_id_itself():
    row = make.filed()
    assert get_json(f"v2/tokens/{row.reference}.json") == [
        {"service_request_id": row.reference, "token": row.reference}
    ]
    xml = get_api(f"v2/tokens/{row.reference}.xml").content.decode()
    assert xml.endswith(
        f"<service_requests><request><service_request_id>{row.reference}</service_request_id>"
        f"<token>{row.reference}</token></request></service_requests>"
    )


def test_notes_of_finished_work_are_what_the_crew_wrote():
    row = make.service_request(Status.COMPLETED)
    assert one(row)["status_notes"] == "Filled and rolled."
    make.act(workflow.confirm, row, make.ana())
    assert one(row)["status_notes"] == "Filled and rolled."
    assert one(row)["agency_responsible"] == "Street Services"


def test_notes_of_what_is_open_say_where_it_stands():
    row = make.service_request(Status.ON_HOLD)
    assert one(row)["status_notes"] == f"On hold: {make.reason(HoldReason).name}"
    make.act(workflow.start, row, make.wes())
    assert one(row)["status_notes"] == "Work underway"


def test_notes_of_a_duplicate_name_the_other_one_where_everybody_may_see_it():
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    original = row.duplicate_of.reference
    notes = one(row)["status_notes"]
    assert notes == f"Duplicate request. The other one is {original}."
    make.act(workflow.hide, row.duplicate_of, make.omar(), words="It names a neighbor.")
    assert one(row)["status_notes"] == "Duplicate request."
    assert original not in get_api(f"v2/requests/{row.reference}.json", extensions="true").text


def test_notes_of_what_was_declined_are_the_words_for_the_resident():
    row = make.service_request(Status.CLOSED, Outcome.DECLINED)
    words = make.reason(DeclineReason).words
    assert one(row)["status_notes"] == words
    spanish = one(row, headers={"Accept-Language": "es"})
    assert spanish["status_notes"] not in ("", words)
    assert spanish["service_name"] == "Bache"


def test_notes_of_what_another_agency_handles_name_it():
    row = make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    found = one(row)
    assert found["agency_responsible"] == make.agency().name
    assert make.agency().name in found["status_notes"]


def test_a_decline_that_was_undone_is_not_told():
    row = make.service_request(Status.DISPUTED)
    listed = make.reason(DeclineReason)
    make.act(workflow.decline, row, make.omar(), reason=listed, words=listed.words)
    assert one(row)["status_notes"] == listed.words
    workflow.undo(row, event=row.events.last(), by=make.omar())
    assert one(row)["status"] == "open"
    make.act(workflow.confirm, row, make.ana())
    assert one(row)["status_notes"] == "Filled and rolled."


def test_words_that_the_city_hid_are_hidden_here():
    row = make.service_request(Status.COMPLETED)
    Comment.objects.filter(event__verb="complete").update(is_hidden=True)
    for given in ({}, {"extensions": "true"}):
        assert "Filled and rolled." not in str(one(row, **given))
    assert one(row)["status_notes"] == "The city hid this text."


def test_a_redacted_description_is_the_redacted_one():
    row = make.filed(description="Ask Bob.")
    ServiceRequest.objects.filter(pk=row.pk).update(description="Ask ███.")
    assert one(row)["description"] == "Ask ███."


def test_nobody_is_named_and_no_internal_word_is_told():
    row = make.filed(
        description="A hole.",
        contact={"name": "Ana Quagga", "email": "ana@quagga.example", "phone": "+13105550142"},
    )
    make.route(row)
    make.act(workflow.comment, row, make.wes(), words="An okapi lives here.", is_public=False)
    make.act(workflow.assign, row, make.wes(), to=make.wes())
    make.complete(row)
    text = get_api(f"v2/requests/{row.reference}.json", extensions="true").text
    for secret in ("Quagga", "quagga", "5550142", "okapi", "Wes", "wes", "Omar", "omar"):
        assert secret not in text


def test_a_request_from_an_older_system_is_told_like_the_rest():
    row = make.imported(description="From long ago.")
    found = one(row, extensions="true")
    assert found["status"] == "closed"
    assert found["status_notes"] == "Closed"
    assert found["description"] == "From long ago."
    assert found["updated_datetime"] == written(row.closed_at)
    assert found["lat"] is None
    assert found["long"] is None
    assert found["address"] == ""
    assert found["extended_attributes"]["state"] == "older"


def test_one_whose_reporter_was_forgotten_is_still_there():
    contact = {"name": "Ana", "email": "ana@quagga.example", "phone": ""}
    row = make.service_request(Status.CLOSED, contact=contact)
    workflow.forget(row, by=make.ana())
    found = one(row, extensions="true")
    assert found["status_notes"] == "Filled and rolled."
    assert "quagga" not in str(found)


def test_a_place_without_words_is_told_by_its_area():
    row = make.filed(location_text="")
    assert one(row)["address"] == row.zone.name


def test_no_date_is_expected_of_what_is_closed_or_on_pause():
    assert one(make.service_request(Status.ON_HOLD))["expected_datetime"] is None
    assert one(make.service_request(Status.COMPLETED))["expected_datetime"] is None
    assert one(make.service_request(Status.IN_PROGRESS))["expected_datetime"]


def with_photos(*colors):
    photos = [make.photo(device=make.ana(), color=color) for color in colors]
    row = make.filed(photos=photos)
    for photo in photos:
        uploading.make_sizes(photo.pk)
    return row, [Photo.objects.get(pk=photo.pk) for photo in photos]


def test_the_first_photo_has_a_whole_address():
    row, [first, _second] = with_photos("navy", "maroon")
    with override_settings(BASE_URL="https://311.example.org", PHOTO_ORIGIN=""):
        assert one(row)["media_url"] == f"https://311.example.org/photos/{first.key}/1920.webp"
    with override_settings(PHOTO_ORIGIN="https://photos.example.org"):
        assert one(row)["media_url"] == f"https://photos.example.org/photos/{first.key}/1920.webp"


def test_a_photo_that_was_hidden_or_is_not_ready_is_told_nowhere():
    row, [first, second] = with_photos("navy", "maroon")
    Photo.objects.filter(pk=first.pk).update(is_hidden=True)
    found = one(row, extensions="true")
    assert second.key in found["media_url"]
    assert [second.key in each["url"] for each in found["photos"]] == [True]
    Photo.objects.filter(pk=second.pk).update(state=Photo.State.WAITING)
    found = one(row, extensions="true")
    assert found["media_url"] is None
    assert found["photos"] == []


def test_extensions_tell_the_public_history():
    row = make.filed(location_note="Behind the bus stop")
    make.route(row)
    make.act(workflow.comment, row, make.wes(), words="We'll be there on Monday.", is_public=True)
    make.complete(row)
    with clock.freeze_time(clock.now() + timedelta(hours=1)):
        make.act(workflow.confirm, row, make.ana())
        found = one(row, extensions="true")
    assert found["detailed_status"] == "PROCESSED"
    assert found["extended_attributes"] == {
        "state": "confirmed",
        "closed_datetime": written(row.closed_at),
        "duplicate_of": None,
        "area": row.zone.slug,
        "location_note": "Behind the bus stop",
    }
    assert [note["type"] for note in found["notes"]] == [
        "file", "route", "comment", "complete", "confirm",
    ]  # fmt: skip
    assert "We'll be there on Monday." in found["notes"][2]["description"]
    assert found["notes"][3]["description"].endswith("“Filled and rolled.”")
    assert found["notes"][0]["datetime"] == written(row.filed_at)


def test_a_reply_that_can_still_be_undone_is_not_told():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.omar(), words="A zebra crossing.", is_public=True)
    assert "zebra" not in str(one(row, extensions="true"))
    with clock.freeze_time(clock.now() + timedelta(minutes=2)):
        assert "zebra" in str(one(row, extensions="true"))


def test_answers_to_the_citys_questions_are_told_to_nobody():
    """The privacy page says that only the city reads these answers."""
    row = make.filed(answers={"place": ["bike-lane"], "size": ["plate"]})
    text = get_api(f"v2/requests/{row.reference}.json", extensions="true").text
    assert row.answers.count() == 2
    for answer in row.answers.all():
        assert answer.said not in text


@pytest.mark.parametrize(
    ("status", "outcome", "detailed"),
    [
        (Status.FILED, "", "PENDING"),
        (Status.SCHEDULED, "", "RECEIVED"),
        (Status.IN_PROGRESS, "", "IN_PROCESS"),
        (Status.DISPUTED, "", "IN_PROCESS"),
        (Status.COMPLETED, "", "PROCESSED"),
        (Status.CLOSED, Outcome.UPHELD, "PROCESSED"),
        (Status.CLOSED, Outcome.DECLINED, "REJECTED"),
        (Status.CLOSED, Outcome.WITHDRAWN, "REJECTED"),
    ],
)
def test_the_finer_status_is_one_that_other_clients_know(status, outcome, detailed):
    row = make.service_request(status, outcome)
    assert one(row, extensions="true")["detailed_status"] == detailed


def test_a_single_request_says_what_it_could_not_read():
    row = make.filed()
    refused = get_api(f"v2/requests/{row.reference}.json", extensions="maybe")
    assert refused.status_code == 400
    refused = get_api(f"v2/requests/{row.reference}.json", jurisdiction_id="nowhere")
    assert refused.status_code == 404
    assert City.current().jurisdiction_id in list_problems(refused)[0][1]


def test_who_reads_of_a_danger_is_told_whom_to_call():
    row = make.filed(description="Wires are down and sparking.")
    assert row.danger
    assert one(row)["service_notice"] == "In an emergency, call 911."
