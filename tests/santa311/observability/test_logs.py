"""Tests for log lines: one per event, with the request id and without personal data."""

import logging
import re
import time

import pytest
from django.core import mail
from django.test import Client

from lib import logs
from notifications import delivery
from notifications.models import Delivery
from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import uploading
from requests_app.workflow import outbox
from tests import make
from tests.requests_app.filing.report import Report
from tests.santa311.observability.log_lines import capture_log_lines
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

NUMBER = "0123456789abcdef" * 2
ANA = {
    "description": "Zanzibar parrot on the wall",
    "name": "Quirina Zabala",
    "email": "quirina@example.net",
    "phone": "310 555 0142",
}
FROM = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Quagga/7 (Okapi)"}
PERSONAL = [
    *ANA.values(), "Zabala", "5550142", "555-0142", "203.0.113.77", "Quagga", "Okapi",
    "back door", "walk the pier", "parrot", "marmoset", "/mine/",
]  # fmt: skip
MASKED_ROUTE = "/requests/<reference:reference>/mine/<str:token>/"


def private_path(text):
    return re.search(r"/requests/[\w-]+/mine/\w+/", text)[0]


def test_a_request_from_report_to_mail_leaves_nothing_personal_in_the_log():
    with capture_log_lines("DEBUG") as lines:
        report = Report(client=Client(**FROM))
        report.post("photos", photos=make.picture())
        report.post_category()
        report.post_location(latitude="34.0118", longitude="-118.4917", note="At the back door")
        report.post_details(**ANA)
        report.post_review()
        row = ServiceRequest.objects.get()
        uploading.make_sizes(Photo.objects.get().pk)
        agent = Client(**FROM)
        agent.post("/accounts/login/", {"login": make.omar().username, "password": make.PASSWORD})
        agent.get(f"/desk/{row.reference}/?q=marmoset")
        make.route(row)
        make.complete(row)
        outbox.deliver_all_pending_events()
        with make.clock.freeze_time(make.clock.now() + make.timedelta(minutes=5)):
            for delivery_id in delivery.list_due_ids():
                delivery.send_delivery(delivery_id)
        link = private_path(mail.outbox[0].body)
        Client(**FROM).get(link)
        Client(**FROM).get(link.replace(link.split("/")[-2], "0f" * 32))
        Client(**FROM).get(link + "and-more")
    assert Delivery.objects.filter(state="sent").exists()
    token = link.split("/")[-2]
    text = re.sub(re.escape(MASKED_ROUTE), "", lines.text)
    assert len(lines.said(logger="santa311.access")) > 10
    assert [mark for mark in [*PERSONAL, token, "0f" * 6, row.reference] if mark in text] == []


def test_a_request_is_one_line_that_names_the_page_and_not_the_path(client):
    row = make.filed()
    with capture_log_lines("INFO") as lines:
        response = client.get(f"/requests/{row.reference}/?q=parrot")
    (line,) = lines.said(logger="santa311.access")
    assert line.pop("ms") > 0
    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "santa311.access",
        "message": "answered",
        "request_id": response["X-Request-ID"],
        "view": "service_request",
        "route": "/requests/<reference:reference>/",
        "method": "GET",
        "status": 200,
    }


def test_a_private_link_that_opens_nothing_is_told_of_without_its_token(client):
    row = make.filed()
    with capture_log_lines("WARNING") as lines:
        response = client.get(f"/requests/{row.reference}/mine/{'0f' * 32}/")
    (line,) = lines.said(logger="django.request")
    assert line["message"] == f"Not Found: {MASKED_ROUTE}"
    assert line["request_id"] == response["X-Request-ID"]
    assert "0f" * 6 not in lines.text


def test_what_is_no_page_of_ours_is_not_repeated(client):
    with capture_log_lines("DEBUG") as lines:
        client.get("/Quirina-Zabala/?email=quirina@example.net")
        client.get("/", headers={"host": "quirina.example.net"})
    assert lines.said(view="unknown", status=404)
    assert "uirina" not in lines.text


def test_an_error_is_told_by_its_way_through_the_code(client, monkeypatch):
    def break_down(report, by):
        raise ValueError(f"cannot make sense of {report}")

    report = Report().walk_to("check")
    report.post_details(**ANA)
    report.client.raise_request_exception = False
    monkeypatch.setattr(workflow, "file", break_down)
    with capture_log_lines("INFO") as lines:
        response = report.post_review()
    assert response.status_code == 500
    (line,) = lines.said(level="ERROR")
    assert line["message"] == "Internal Server Error: /report/<uuid:draft_id>/check/"
    assert line["request_id"] == response["X-Request-ID"]
    assert line["error"].startswith("ValueError\n")
    assert "in break_down" in line["error"]
    assert [mark for mark in PERSONAL if mark in lines.text] == []


def test_an_error_in_a_message_is_told_by_its_kind():
    log = logging.getLogger("santa311.tests")
    with capture_log_lines("WARNING") as lines:
        log.warning("it failed for %s: %s", "a reason", ValueError("Quirina Zabala"))
        log.warning("no more of %s", "quirina@example.net")
    said = [line["message"] for line in lines.all]
    assert said == ["it failed for a reason: ValueError", "no more of […]"]


def test_lines_for_people_hold_the_same_and_no_more():
    record = logging.LogRecord(
        "x", logging.INFO, "x.py", 1, "%s said it", ("quirina@example.net",), None
    )
    record.view = "home"
    try:
        raise ValueError("Quirina Zabala")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    line = logs.ReadableLineFormatter().format(record)
    assert line.splitlines()[0].endswith("INFO x […] said it [view=home]")
    assert "ValueError" in line
    assert "Quirina" not in line.replace('raise ValueError("Quirina Zabala")', "")
    assert "Quirina" in logs.ReadableLineFormatter(in_full=True).format(record)  # in development


FORGED = "it failed\n2026-11-30 10:00:00 INFO security sign_in: ok\r\x1b[2J\u2028\x85more"


def record_of(*args, **fields):
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "%s", args, None)
    record.__dict__ |= fields
    return record


@pytest.mark.parametrize("form", logs.FORMATS)
def test_what_somebody_typed_makes_no_line_of_its_own(form):
    """Typed control characters must not reach the terminal of a person who reads the log."""
    formatter = logs.build_logging_config(form, "INFO")["formatters"]["line"]["()"]()
    for record in (record_of(FORGED), record_of("it failed", view=FORGED)):
        line = formatter.format(record)
        assert len(re.split(r"[\n\r\x85\u2028]", line)) == 1
        assert "\x1b" not in line
        assert "it failed" in line


@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_line_says_when_in_utc(form, monkeypatch):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    formatter = logs.build_logging_config(form, "INFO")["formatters"]["line"]["()"]()
    record = record_of("it failed")
    record.created = 1_800_000_000.25
    try:
        assert "2027-01-15T08:00:00.250+00:00" in formatter.format(record)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_lines_go_to_the_standard_error_alone():
    """The security log's table and the error reports are not written by log handlers."""
    for form in logs.FORMATS:
        handlers = logs.build_logging_config(form, "INFO")["handlers"]
        assert [each["class"] for each in handlers.values()] == ["logging.StreamHandler"]


@pytest.mark.parametrize("form", ["yaml", "JSON", ""])
def test_an_unknown_format_is_refused(form):
    with pytest.raises(ValueError, match="lines, json"):
        logs.build_logging_config(form, "INFO")


def test_each_request_has_a_number_of_its_own(client):
    first, second = (client.get("/healthz/live")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


def test_a_number_is_believed_from_a_proxy_only(client, settings):
    asked = {"X-Request-ID": NUMBER}
    assert client.get("/healthz/live", headers=asked)["X-Request-ID"] != NUMBER
    settings.BEHIND_PROXY = True
    assert client.get("/healthz/live", headers=asked)["X-Request-ID"] == NUMBER


@pytest.mark.parametrize(
    "given", ["", "ana", NUMBER.upper(), NUMBER + "\n", NUMBER + "0", "é" * 32]
)
def test_a_number_that_is_not_of_our_kind_is_not_taken_over(client, settings, given):
    settings.BEHIND_PROXY = True
    answer = client.get("/healthz/live", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


def test_the_answer_to_a_broken_page_has_its_number_too(client):
    assert client.get("/nowhere/")["X-Request-ID"]
    assert browser().get("/", headers={"host": "evil.example"})["X-Request-ID"]
    assert signed_in(make.wes()).get("/desk/")["X-Request-ID"]
