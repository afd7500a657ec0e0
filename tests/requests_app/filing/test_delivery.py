"""Tests for reports sent later from a phone: filed once, or returned to the step with an error."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from lib import clock
from requests_app import workflow
from requests_app.models import Draft, ServiceRequest
from requests_app.privacy import retention
from tests import make
from tests.requests_app.filing.report import HERE, Report
from tests.visitors import browser

pytestmark = pytest.mark.django_db
WHOLE = {
    "category": "graffiti-public",
    **HERE,
    "answer-hate": "no",
    "description": "On the back wall",
    "location_note": "",
    "name": "",
    "email": "ana@example.org",
    "phone": "",
}


def deliver(report, **given):
    return report.post("delivery", **{**WHOLE, **given})


def assert_refused(response, step):
    assert response.status_code == 422
    answer = response.json()
    assert answer["step"] == step
    assert answer["then"].endswith(f"/{step}/")
    return " ".join(answer["problems"])


def test_everything_at_once_is_a_request():
    report = Report()
    report.post("photos", photos=make.picture())
    response = deliver(report)
    row = ServiceRequest.objects.get()
    then = f"/report/{report.draft_id}/sent/"
    assert response.status_code == 201
    assert response.json() == {"reference": row.reference, "then": then}
    assert row.description == "On the back wall"
    assert row.contact.email == "ana@example.org"
    assert row.photos.count() == 1
    assert report.client.get(then).status_code == 200


def test_sent_again_after_a_lost_answer_it_is_the_same_request():
    report = Report()
    first = deliver(report).json()
    again = deliver(report)
    assert (again.status_code, again.json()) == (201, first)
    assert report.post("delivery").json() == first  # an empty form changes no text
    assert ServiceRequest.objects.count() == 1
    assert Draft.objects.get().description == ""  # the text is not stored twice


@pytest.mark.parametrize("days", [6, 8, 59, 70])
def test_sent_again_after_days_without_an_answer_it_is_the_same_request(days):
    report = Report()
    first = deliver(report).json()
    with clock.freeze_time(clock.now() + timedelta(days=days)):
        retention.delete_expired()
        again = deliver(report)
    assert (again.status_code, again.json()["reference"]) == (201, first["reference"])
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize("days", [8, 59])
def test_other_words_are_refused_for_as_long_as_a_phone_may_send_them(days):
    report = Report()
    deliver(report)
    with clock.freeze_time(clock.now() + timedelta(days=days)):
        retention.delete_expired()
        assert deliver(report, description="Typed again").status_code == 422
    assert ServiceRequest.objects.count() == 1


def test_the_city_knows_a_key_longer_than_a_phone_keeps_its_report():
    script = (settings.BASE_DIR / "static" / "js" / "outbox" / "reports.js").read_text()
    (days,) = re.findall(r"lifetime: \{ waiting: (\d+),", script)
    assert timedelta(days=int(days)) < retention.SENT_DRAFT_LIFETIME


def test_a_report_without_an_answer_files_nothing_after_its_reporter_deleted_their_details():
    report = Report()
    deliver(report)
    workflow.forget(ServiceRequest.objects.get(), by=make.ana())
    assert deliver(report).status_code == 403
    assert ServiceRequest.objects.count() == 1


def test_a_stranger_with_the_key_learns_nothing():
    report = Report()
    reference = deliver(report).json()["reference"]
    stranger = Report(client=browser("bob"), draft_id=report.draft_id)
    assert deliver(stranger).status_code == 404
    Draft.objects.all().delete()
    refused = deliver(stranger)
    assert refused.status_code == 403
    assert reference not in refused.content.decode()
    assert ServiceRequest.objects.count() == 1


def test_a_draft_that_was_sent_holds_nothing_but_its_key():
    deliver(Report())
    draft = Draft.objects.get()
    assert (draft.latitude, draft.location_text, draft.answers, draft.email) == (None, "", {}, "")
    assert draft.service_request is not None


def test_other_words_with_the_key_of_a_request_are_refused_with_its_reference():
    report = Report()
    reference = deliver(report).json()["reference"]
    answer = deliver(report, description="Typed again")
    assert answer.status_code == 422
    assert reference in answer.json()["problems"][0]
    assert answer.json()["then"] == report.url("sent")
    assert ServiceRequest.objects.get().description == "On the back wall"


def test_the_same_key_at_once_is_one_request(transactional_db):
    report = Report()
    everyone_is_here = threading.Barrier(4)

    def phone():
        client = browser("ana")
        everyone_is_here.wait()
        try:
            return client.post(report.url("delivery"), WHOLE).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = [each.result() for each in [pool.submit(phone) for _ in range(4)]]
    assert len({answer["reference"] for answer in answers}) == 1
    assert ServiceRequest.objects.count() == 1


def test_a_draft_that_is_complete_needs_nothing_but_its_key():
    report = Report().walk_to("check")
    report.post_details()
    assert report.post("delivery").status_code == 201
    assert report.post_review().url == report.url("sent")
    assert ServiceRequest.objects.count() == 1


def test_what_the_draft_held_before_stays_where_nothing_is_given():
    report = Report().walk_to("details")
    words = {"answer-hate": "no", "description": "By the door"}
    assert report.post("delivery", **words).status_code == 201
    assert ServiceRequest.objects.get().location_text == "City Hall"


def test_a_place_outside_the_city_comes_back_to_the_map_with_the_rest_kept():
    report = Report()
    outside = {"latitude": "34.5", "longitude": "-118.5", "text": ""}
    assert "outside" in assert_refused(deliver(report, **outside), "where")
    draft = Draft.objects.get()
    assert draft.category.service_code == "graffiti-public"
    assert draft.description == "On the back wall"
    assert deliver(report).status_code == 201


def test_words_that_mean_no_place_or_many_come_back_to_the_map():
    nowhere = {"latitude": "", "longitude": "", "text": "behind the blue house"}
    assert "can't find “behind the blue house”" in assert_refused(
        deliver(Report(), **nowhere), "where"
    )
    anywhere = nowhere | {"text": "park"}
    assert "Choose one of the locations" in assert_refused(deliver(Report(), **anywhere), "where")
    nothing = {"latitude": "", "longitude": "", "text": ""}
    assert "Tell us where" in assert_refused(deliver(Report(), **nothing), "where")


def test_words_that_mean_one_place_are_that_place():
    words = {"latitude": "", "longitude": "", "text": "Santa Monica Pier"}
    assert deliver(Report(), **words).status_code == 201
    assert ServiceRequest.objects.get().location_text == "Santa Monica Pier"


def test_an_address_with_the_state_and_the_country_is_filed_at_its_house():
    text = "1685 Main St, Santa Monica, California, USA"
    assert deliver(Report(), latitude="", longitude="", text=text).status_code == 201
    assert ServiceRequest.objects.get().location_text == "1685 Main St"


def test_a_house_number_that_no_house_has_comes_back_to_the_map():
    words = {"latitude": "", "longitude": "", "text": "1685 Heritage Square, California"}
    assert "This isn't number 1685." in assert_refused(deliver(Report(), **words), "where")
    assert not ServiceRequest.objects.exists()


def test_a_category_that_is_gone_comes_back_to_the_first_step():
    category = make.category(service_code="graffiti-public")
    category.is_active = False
    category.save()
    assert "can't report this here anymore" in assert_refused(deliver(Report()), "what")


def test_a_question_that_is_missing_comes_back_to_the_details():
    report = Report()
    assert "Please answer" in assert_refused(deliver(report, **{"answer-hate": ""}), "details")
    assert "answer-hate" in report.get("details").content.decode()


def test_an_address_with_a_slip_comes_back_and_the_other_words_are_kept():
    report = Report()
    assert_refused(deliver(report, email="ana@@example"), "details")
    assert Draft.objects.get().description == "On the back wall"
    assert not ServiceRequest.objects.exists()


def test_an_empty_delivery_says_what_to_begin_with():
    assert "Choose what it is" in assert_refused(Report().post("delivery"), "what")


def test_somebody_elses_report_is_not_there():
    report = Report("ana").walk_to("details")
    assert deliver(Report("bob", draft_id=report.draft_id)).status_code == 404


def test_a_worker_without_a_page_asks_for_the_token_that_a_form_carries():
    report = Report(client=Client(enforce_csrf_checks=True))
    token = report.client.get("/report/token/").json()["token"]
    assert deliver(report).status_code == 403
    path, headers = report.url("delivery"), {"X-CSRFToken": token}
    assert report.client.post(path, WHOLE, headers=headers).status_code == 201


def test_a_browser_that_has_not_kept_its_key_begins_nothing_and_is_told_where_the_key_is():
    """If two first responses cross, one device key is lost, and its draft could never be sent."""
    report = Report(client=Client(), draft_id=UUID(int=7))
    for response in (deliver(report), report.post("photos", photos=make.picture())):
        assert response.status_code == 412
        assert response.json() == {"ask": "/report/token/"}
        assert "device" not in response.cookies
    assert not Draft.objects.exists()
    report.client.get("/report/token/")
    assert report.post("photos", photos=make.picture()).status_code == 201
    assert deliver(report).status_code == 201


def test_an_answer_that_was_lost_before_the_first_key_was_kept_costs_nothing():
    report = Report(client=Client(), draft_id=UUID(int=8))
    report.client.get("/report/token/")
    # the cookie is lost, for example after a second first response
    report.client.cookies.pop("device")
    assert report.post("photos", photos=make.picture()).status_code == 412
    report.client.get("/report/token/")
    assert report.post("photos", photos=make.picture()).status_code == 201
    assert deliver(report).status_code == 201


def test_a_delivery_costs_twenty_queries_at_most(django_assert_max_num_queries):
    deliver(Report("ana"))
    report = Report("bob")
    with django_assert_max_num_queries(20):
        assert deliver(report).status_code == 201
