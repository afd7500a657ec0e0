"""Tests for read-only mode: readable pages, refused forms that keep the text, waiting tasks."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from city import maintenance
from city.models import City
from lib import clock
from requests_app.models import Draft, PendingEvent
from requests_app.tasks import deliver
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def read_only():
    maintenance.start_read_only_mode()
    yield
    maintenance.end_read_only_mode()


def words_of(response):
    return response.content.decode()


def test_pages_can_be_read_and_show_a_notice(read_only):
    for path in ("/", "/requests/", "/report/offline/"):
        response = browser("ana").get(path)
        assert response.status_code == 200
        assert "you can't send anything right now" in words_of(response)


def test_writes_are_refused_with_the_typed_text_kept(read_only):
    report = Report()
    given = {"category": "graffiti-public", "description": "By the <old> door"}
    response = report.client.post(report.url("what"), given, headers=OURS)
    assert response.status_code == 503
    assert 300 <= int(response["Retry-After"]) <= 375
    assert response["X-Read-Only"]
    assert "By the &lt;old&gt; door" in words_of(response)
    assert not Draft.objects.exists()


def test_a_report_from_a_phone_is_refused_in_json(read_only):
    report = Report()
    response = report.client.post(report.url("delivery"), headers={"Accept": "application/json"})
    assert response.status_code == 503
    assert "send anything right now" in response.json()["problems"][0]


def test_staff_read_and_do_not_write(read_only):
    omar = signed_in(make.omar())
    assert omar.get("/desk/").status_code == 200
    row = make.filed()
    assert omar.post(f"/desk/{row.reference}/routing/").status_code == 503
    assert "you can't send anything right now" in words_of(signed_in(make.ada()).get("/admin/"))


def test_the_language_can_still_be_chosen(read_only):
    response = browser("ana").post("/language/", {"language": "es", "next": "/"})
    assert response.status_code == 302


def test_workers_run_no_tasks_until_read_only_mode_ends():
    make.filed()
    owed = PendingEvent.objects.order_by("pk").first()
    maintenance.start_read_only_mode()
    deliver(owed.pk)
    assert PendingEvent.objects.filter(pk=owed.pk).exists()
    maintenance.end_read_only_mode()
    deliver(owed.pk)
    assert not PendingEvent.objects.filter(pk=owed.pk).exists()


def test_everything_works_after_read_only_mode_ends(read_only):
    maintenance.end_read_only_mode()
    report = Report()
    assert report.post_category().status_code == 302
    assert "you can't send anything right now" not in words_of(browser("ana").get("/"))


def test_the_command_takes_an_end_and_a_reason(capsys):
    soon = timezone.localtime(clock.now() + timedelta(minutes=10))
    call_command(
        "maintenance", "on", until=soon.replace(second=0, microsecond=0), words="New disks."
    )
    page = words_of(browser("ana").get("/"))
    assert "New disks." in page
    assert f"Expected back: {clock.format_time(soon)}" in page
    response = Report().post_category()
    assert int(response["Retry-After"]) <= 600 * 1.25
    call_command("maintenance")
    assert "until about" in capsys.readouterr().out
    call_command("maintenance", "off")
    call_command("maintenance")
    assert "Not read only" in capsys.readouterr().out


def test_a_time_is_the_next_one_that_the_clocks_show():
    call_command("maintenance", "on", "--until", "00:00")
    until = City.objects.get().read_only_until
    assert clock.now() < until <= clock.now() + timedelta(days=1)
    call_command("maintenance", "off")


def test_words_that_fit_on_no_page_are_refused():
    with pytest.raises(CommandError, match="300"):
        call_command("maintenance", "on", words="x" * 301)
