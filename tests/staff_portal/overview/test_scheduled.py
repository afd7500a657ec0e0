"""Tests for overviews by email: saving, sending once per period, permissions, unsubscribing."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, Role
from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app.status import Outcome, Status
from staff_portal.models import ScheduledReport
from staff_portal.overview import daily_recount
from staff_portal.overview.scheduled import saved, sending
from staff_portal.overview.scheduled.rhythm import find_last_period, find_next_due
from tests import make
from tests.accounts.security_log import reading

pytestmark = pytest.mark.django_db

CITY = ZoneInfo("America/Los_Angeles")
WEDNESDAY = datetime(2026, 4, 1, 12, 0, tzinfo=CITY)
MONDAY = datetime(2026, 4, 6, 7, 0, tzinfo=CITY)
NEW = "overview_report_new"


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def save(client, page=NEW, *, day="0", hour="7", **scope):
    """Save a scheduled report with this scope at WEDNESDAY, April 1; return it."""
    with clock.freeze_time(WEDNESDAY):
        address = reverse(page, query=scope)
        assert client.get(address).status_code == 200
        answer = client.post(address, {"day": day, "hour": hour})
    assert answer.url == reverse("overview_reports")
    return ScheduledReport.objects.latest("pk")


def send(moment=MONDAY) -> list:
    """Create the reports that are due at `moment`, send them, and return the sent emails."""
    mail.outbox.clear()
    with clock.freeze_time(moment):
        daily_recount.recount_changed_days()
        sending.create_due_reports()
        for row in Delivery.objects.filter(kind="report", state="due"):
            delivery.send_delivery(row.pk)
    return mail.outbox


def fill_last_week() -> None:
    """Create requests in the week before MONDAY: two finished, one open, one of another crew."""
    with clock.freeze_time(MONDAY - timedelta(days=4)):
        make.service_request(Status.CLOSED, Outcome.CONFIRMED)
        make.service_request(Status.COMPLETED)
        make.route(make.filed(by=make.bob(), location_text="=HYPERLINK(1)"))
        make.route(make.filed(by=make.device("eva")), make.water())


@pytest.mark.parametrize(
    ("weekday", "hour", "moment", "due"),
    [
        (0, 7, "2026-04-01T12:00-07:00", "2026-04-06T07:00-07:00"),
        (2, 12, "2026-04-01T11:59-07:00", "2026-04-01T12:00-07:00"),
        (2, 12, "2026-04-01T12:00-07:00", "2026-04-08T12:00-07:00"),
        (None, 0, "2026-11-30T23:59-08:00", "2026-12-01T00:00-08:00"),
        (None, 7, "2026-12-01T07:00-08:00", "2027-01-01T07:00-08:00"),
        # 2 am does not exist on this day
        (6, 2, "2026-03-08T00:00-08:00", "2026-03-08T03:00-07:00"),
        (6, 1, "2026-11-01T01:30-07:00", "2026-11-08T01:00-08:00"),  # 1 am occurs twice on this day
    ],
)
def test_a_report_is_due_at_its_hour_in_the_city(weekday, hour, moment, due):
    found = find_next_due(weekday, hour, datetime.fromisoformat(moment).astimezone(UTC))
    assert found.astimezone(UTC) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("weekday", "day", "first", "last"),
    [
        (0, date(2026, 4, 6), date(2026, 3, 30), date(2026, 4, 5)),
        (6, date(2026, 4, 5), date(2026, 3, 23), date(2026, 3, 29)),
        (None, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (None, date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_report_is_about_the_last_whole_week_or_month(weekday, day, first, last):
    assert find_last_period(weekday, day)[1:] == (first, last)


def test_the_mail_has_the_figures_a_link_and_the_requests(client, sue):
    fill_last_week()
    report = save(client)
    (sent,) = send()
    exports = [("data.exported", f"user:{sue.pk}", "sheet:requests.csv", "ok")]
    assert reading.rows("data.exported") == exports
    assert sent.to == [sue.email]
    assert sent.subject == "Weekly report: Street Services, Mar 30 to Apr 5"
    for fact in ("Received: 3 (previous period: 0)", "Finished: 2 (previous", "Open now: 1"):
        assert fact in sent.body
        label, value = fact.split(": ", 1)
        assert label in sent.alternatives[0].content
        assert value.split(" (")[0] in sent.alternatives[0].content
    link = "?period=own&from=2026-03-30&to=2026-04-05&department=street-services"
    assert f"{reverse('overview')}{link}" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (file,) = sent.attachments
    assert file.filename == "street-services-requests-2026-03-30-to-2026-04-05.csv"
    with clock.freeze_time(MONDAY):
        page = client.get(reverse("overview_requests") + link)
        shown = b"".join(page.streaming_content).decode()
    content = file.content if isinstance(file.content, str) else file.content.decode()
    assert content == shown
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert "'=HYPERLINK(1)" in content
    report.refresh_from_db()
    assert report.sent_through == date(2026, 4, 5)


def test_the_attachment_arrives_as_it_was_written(client, sue):
    fill_last_week()
    save(client)
    (sent,) = send()
    (part,) = [each for each in sent.message().walk() if each.get_filename()]
    assert part.get_content_type() == "text/csv"
    content = part.get_payload(decode=True)
    assert content.startswith("\ufeffRequest number,What,".encode())
    assert len(content.splitlines()) == 4


def test_a_file_that_is_too_large_is_a_link_instead(client, sue, monkeypatch):
    monkeypatch.setattr(sending, "MAX_CSV_SIZE", 200)
    fill_last_week()
    save(client)
    (sent,) = send()
    assert sent.attachments == []
    assert "too large for an email" in sent.body
    assert f"{reverse('overview_requests')}?period=own" in sent.body


def test_each_period_is_sent_once(client, sue):
    report = save(client, day="0")
    assert len(send()) == 1
    assert send(MONDAY + timedelta(minutes=1)) == []
    with clock.freeze_time(MONDAY + timedelta(hours=1)):
        client.post(reverse("overview_report", args=[report.pk]), {"day": "1", "hour": "6"})
    report.refresh_from_db()
    assert report.due_at == datetime(2026, 4, 14, 6, 0, tzinfo=CITY)  # and not on the next day
    assert send(MONDAY + timedelta(days=1)) == []
    assert len(send(MONDAY + timedelta(days=8))) == 1
    assert send(MONDAY + timedelta(days=40))[0].subject.endswith("Apr 13 to Apr 19")
    assert Delivery.objects.filter(kind="report").count() == 3


def test_a_report_that_is_late_is_about_the_week_it_was_due_for(client, sue):
    save(client, day="6", hour="23")
    sunday = datetime(2026, 4, 5, 23, 0, tzinfo=CITY)
    (late,) = send(sunday + timedelta(hours=2))
    (next_one,) = send(sunday + timedelta(days=7))
    assert "Mar 23 to Mar 29" in late.subject
    assert "Mar 30 to Apr 5" in next_one.subject


def test_a_change_reads_the_report_again_before_it_is_saved(client, sue):
    report = save(client)
    send()
    saved.set_rhythm(report, 0, 9)
    assert report.sent_through == date(2026, 4, 5)


def test_a_report_of_months_says_so(client, sue):
    save(client, day="month", hour="0", category="pothole")
    (sent,) = send(datetime(2026, 5, 1, 0, 0, tzinfo=CITY))
    assert sent.subject == "Monthly report: Street Services, Pothole, Apr 1 to Apr 30"


def test_a_change_from_weeks_to_months_is_sent_although_the_days_were(client, sue):
    report = save(client, day="0")
    assert len(send(datetime(2026, 4, 27, 9, 0, tzinfo=CITY))) == 1
    with clock.freeze_time(datetime(2026, 4, 28, tzinfo=CITY)):
        client.post(reverse("overview_report", args=[report.pk]), {"day": "month", "hour": "0"})
    report.refresh_from_db()
    assert (report.weekday, report.sent_through) == (None, None)


@pytest.mark.parametrize("loss", ["role", "department", "inactive"])
def test_who_may_no_longer_see_the_figures_gets_nothing(client, sue, loss, django_user_model):
    report = save(client)
    if loss == "inactive":
        django_user_model.objects.filter(pk=sue.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=sue).delete()
        if loss == "department":
            Membership.objects.create(user=sue, department=make.water(), role=Role.SUPERVISOR)
    assert send() == []
    report.refresh_from_db()
    assert report.paused_because == ("inactive" if loss == "inactive" else "no_access")
    assert Delivery.objects.get(kind="report").state == "dropped"
    assert send(MONDAY + timedelta(days=7)) == []
    client.force_login(make.ada())
    page = client.get(reverse("admin:staff_portal_scheduledreport_changelist")).text
    assert report.get_paused_because_display() in page
    assert "Street Services" in page


def test_a_paused_report_goes_on_when_it_is_saved_again(client, sue):
    report = save(client)
    Membership.objects.filter(user=sue).delete()
    send()
    make.sue()
    client.force_login(sue)
    with clock.freeze_time(MONDAY):
        page = client.get(reverse("overview_reports")).text
        assert "Paused: These figures are no longer available to the user." in page
        client.post(reverse("overview_report", args=[report.pk]), {"day": "0", "hour": "7"})
    assert len(send(MONDAY + timedelta(days=7))) == 1


def test_the_mail_ends_its_report_by_one_click_without_signing_in(client, sue):
    save(client)
    (sent,) = send()
    address = sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    client.logout()
    page = client.get(address, headers={"accept-language": "es"}).text
    assert "Street Services" in page
    assert 'lang="en"' in page
    assert ScheduledReport.objects.exists()
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not ScheduledReport.objects.exists()
    again = client.post(address)
    assert again.status_code == 404
    assert "ended already" in again.text
    assert client.get(address[:-6] + "x/end/").status_code == 404


def test_a_mail_that_waits_is_not_sent_once_its_report_ended(client, sue):
    report = save(client)
    with clock.freeze_time(MONDAY):
        sending.create_due_reports()
    report.delete()
    assert send() == []


def test_a_user_sees_changes_and_ends_only_own_reports(client, sue):
    report = save(client, zone="pico")
    page = client.get(reverse("overview_reports"))
    assert "Street Services, Pico" in page.text
    assert "Every Monday, 7 am" in page.text
    other = make.user("sid", make.streets(), Role.SUPERVISOR)
    client.force_login(other)
    for name in ("overview_report", "overview_report_deletion"):
        address = reverse(name, args=[report.pk])
        assert client.post(address, {"day": "1", "hour": "1"}).status_code == 404
    assert "You have none." in client.get(reverse("overview_reports")).text
    client.force_login(sue)
    assert client.get(reverse("overview_report", args=[report.pk])).status_code == 200
    bad = client.post(reverse("overview_report", args=[report.pk]), {"day": "9", "hour": "7"})
    assert bad.status_code == 422
    client.post(reverse("overview_report_deletion", args=[report.pk]))
    assert not ScheduledReport.objects.exists()
    page = client.get(reverse("overview_reports")).text
    assert "Ended: Street Services, Pico (Every Monday, 7 am)." in page
    client.force_login(make.wes())
    assert client.get(reverse("overview_reports")).status_code == 403


def test_a_form_that_is_not_complete_is_shown_again(client, sue):
    answer = client.post(reverse(NEW), {"day": "0"})
    assert answer.status_code == 422
    assert "This field is required." in answer.text


def test_a_user_has_a_limited_number_of_reports(client, sue, monkeypatch):
    monkeypatch.setattr(saved, "MAX_PER_USER", 2)
    save(client, hour="5")
    save(client, hour="6")
    answer = client.post(reverse(NEW), {"day": "0", "hour": "7"})
    assert answer.status_code == 422
    assert "You have 2 reports, which is the most." in answer.text
    assert ScheduledReport.objects.count() == 2


def test_without_an_address_no_report_is_saved_or_counts_as_sent(client, sue):
    report = save(client)
    sue.email = ""
    sue.save()
    with clock.freeze_time(MONDAY):
        answer = client.post(reverse(NEW), {"day": "0", "hour": "7"})
    assert answer.status_code == 422
    assert "Your account has no email address." in answer.text
    assert list(ScheduledReport.objects.all()) == [report]
    assert send() == []
    assert Delivery.objects.get(kind="report").state == "dropped"


def test_a_lead_gets_the_whole_city(client):
    fill_last_week()
    lead = make.user("lena", is_agent=True, is_lead=True)
    client.force_login(lead)
    save(client, f"city_{NEW}", category="pothole")
    (sent,) = send()
    assert sent.subject.startswith("Weekly report: The whole city, Pothole, ")
    assert f"{reverse('city_overview')}?period=own" in sent.body
    assert client.get(reverse(NEW)).status_code == 403


def test_a_supervisor_of_several_departments_gets_all_or_one(client, sue):
    Membership.objects.create(user=sue, department=make.water(), role=Role.SUPERVISOR)
    client.force_login(sue)
    assert save(client).filters == {}
    assert save(client, department=make.water().slug).filters == {"department": make.water().slug}
    subjects = sorted(each.subject for each in send())
    assert subjects[0].startswith("Weekly report: All my departments, ")
    assert subjects[1].startswith(f"Weekly report: {make.water().name}, ")


def test_reports_are_created_in_batches(client, sue, monkeypatch):
    monkeypatch.setattr(sending, "BATCH_SIZE", 2)
    for hour in range(5):
        save(client, hour=hour)
    assert len(send()) == 5


@pytest.mark.parametrize(("days", "text"), [(1, "1 business day"), (2.54, "2.5 business days")])
def test_a_number_of_days_is_written_in_full(days, text):
    assert sending._format_days(days) == text


def test_enough_finished_work_is_summed_up(client, sue):
    with clock.freeze_time(MONDAY - timedelta(days=4)):
        for _number in range(10):
            make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    save(client)
    (sent,) = send()
    for fact in ("Half finished within: ", "On time: 100%", "Confirmed by residents: 100%"):
        assert fact in sent.body


def test_an_equal_report_is_kept_instead_of_a_second_one(client, sue):
    report = save(client, category="pothole")
    ScheduledReport.objects.update(paused_because="no_access")
    assert save(client, category="pothole") == report
    page = client.get(reverse("overview_reports")).text
    assert "You get this one already: Street Services, Pothole (Every Monday, 7 am)." in page
    report.refresh_from_db()
    assert report.paused_because == ""
    other = save(client, hour="8", category="pothole")
    assert save(client, "overview_report_new", category="broken-street-light") != report
    answer = client.post(reverse("overview_report", args=[other.pk]), {"day": "0", "hour": "7"})
    assert answer.status_code == 422
    assert "You have another report of the same figures at this time." in answer.text
    assert ScheduledReport.objects.count() == 3


def test_the_last_mail_of_a_report_is_sent_now_and_the_next_one_comes_all_the_same(client, sue):
    fill_last_week()
    report = save(client)
    mail_now = reverse("overview_report_mail", args=[report.pk])
    with clock.freeze_time(WEDNESDAY):
        assert mail_now in client.get(reverse("overview_reports")).text
        client.post(mail_now)
        page = client.get(reverse("overview_reports")).text
    said = "Street Services (Every Monday, 7 am), Mar 23 to Mar 29."
    assert f"On its way to {sue.email}: {said}" in page
    subjects = [each.subject for each in send()]
    assert [subject.partition(", ")[2] for subject in subjects] == [
        "Mar 23 to Mar 29", "Mar 30 to Apr 5"]  # fmt: skip
    ScheduledReport.objects.update(paused_because="inactive")
    assert mail_now not in client.get(reverse("overview_reports")).text
    client.post(mail_now)
    assert Delivery.objects.filter(kind="report").count() == 2


def test_the_page_of_reports_is_in_the_menu_and_says_when_digests_come(client, sue, settings):
    link = f'href="{reverse("overview_reports")}"'
    assert link in client.get(reverse("overview")).text
    assert "Email regularly" in client.get(reverse("overview")).text
    water = make.water()
    water.digest_hour = 15
    water.save()
    Membership.objects.create(user=sue, department=water, role=Role.SUPERVISOR)
    client.force_login(sue)
    page = " ".join(client.get(reverse("overview_reports")).text.split())
    assert f"working days: Street Services, 7 am; {water.name}, 3 pm" in page
    lead = make.user("lena", is_agent=True, is_lead=True)
    client.force_login(lead)
    settings.STAFF_DIGEST_HOUR = 12
    page = " ".join(client.get(reverse("overview_reports")).text.split())
    assert "working days: The desk, 12 pm" in page
    assert f'class="icon-link" href="{reverse("city_overview")}"' in page
    client.force_login(make.wes())
    assert link not in client.get(reverse("inbox")).text


def test_the_form_leads_back_to_where_it_was_opened(client, sue):
    new = client.get(reverse(NEW, query={"category": "pothole"})).text
    assert f'href="{reverse("overview", query={"category": "pothole"})}">Cancel' in new
    change = client.get(reverse("overview_report", args=[save(client).pk])).text
    assert f'href="{reverse("overview_reports")}">Cancel' in change


def test_the_administration_names_the_figures_and_the_rhythm(client, sue):
    report = save(client, day="month", hour="9", category="pothole")
    client.force_login(make.ada())
    page = client.get(reverse("admin:staff_portal_scheduledreport_change", args=[report.pk])).text
    assert "Street Services, Pothole" in page
    assert "On the first of each month, 9 am" in page
    assert "{&quot;" not in page
    assert "Weekday" not in page
