"""Tests for the daily digest of staff, and for messages about disputed or urgent requests."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from city.models import City
from lib import clock
from notifications import delivery, staff_digests
from notifications.desk_address import find_desk_address
from notifications.models import Delivery
from requests_app import workflow
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

CITY = ZoneInfo("America/Los_Angeles")
TUESDAY = datetime(2026, 12, 1, 7, 0, tzinfo=CITY)


def create_digests(moment=TUESDAY) -> int:
    with clock.freeze_time(moment):
        staff_digests.create_staff_digests()
    return Delivery.objects.filter(kind="staff_digest").count()


def send_digests(moment=TUESDAY) -> dict[str, str]:
    """Create and send the digests due at `moment`; return subject and text by address."""
    create_digests(moment)
    mail.outbox.clear()
    with clock.freeze_time(moment + timedelta(minutes=1)):
        for row in Delivery.objects.filter(kind="staff_digest", state="due"):
            delivery.send_delivery(row.pk)
    return {each.to[0]: f"{each.subject}\n{each.body}" for each in mail.outbox}


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (TUESDAY - timedelta(minutes=1), False),
        (TUESDAY, True),
        (TUESDAY + timedelta(hours=9), True),
        (datetime(2026, 12, 5, 9, 0, tzinfo=CITY), False),  # Saturday
        (datetime(2026, 12, 25, 9, 0, tzinfo=CITY), False),  # holiday
    ],
)
def test_digests_are_created_on_working_days_from_the_hour_on(moment, is_due):
    assert bool(create_digests(moment)) is is_due


def test_digests_of_a_day_are_created_once():
    count = create_digests()
    assert create_digests(TUESDAY + timedelta(minutes=1)) == count
    assert create_digests(TUESDAY + timedelta(hours=5)) == count
    assert create_digests(TUESDAY + timedelta(days=1)) == 2 * count


def test_a_digest_says_what_is_late_by_how_long_and_who_has_it():
    with clock.freeze_time(TUESDAY - timedelta(days=60)):
        late = make.service_request(Status.IN_PROGRESS)
        late.assignee = make.wes()
        late.save()
    with clock.freeze_time(TUESDAY - timedelta(hours=3)):
        new = make.service_request(Status.ROUTED)
        disputed = make.service_request(Status.DISPUTED)
    digest = send_digests()[make.streets().email]
    assert digest.splitlines()[0].endswith(": disputed 1, late 1, not started yet 1")
    assert all(row.reference in digest for row in (late, new, disputed))
    assert (
        digest.index(disputed.reference)
        < digest.index(late.reference)
        < digest.index(new.reference)
    )
    line = digest[digest.index(late.reference) :].splitlines()[1]
    assert line.startswith("Late by ")
    assert "days" in line
    assert make.wes().full_name in line
    assert f"/staff/{late.reference}/" in digest


def test_supervisors_and_leads_get_a_digest_too_and_nobody_gets_one_without_content():
    make.sue()
    lead = make.user("lena", is_agent=True, is_lead=True)
    with clock.freeze_time(TUESDAY - timedelta(hours=3)):
        make.service_request(Status.ROUTED)
        make.filed(by=make.bob())
    digests = send_digests()
    assert {make.streets().email, make.sue().email, lead.email} <= set(digests)
    assert make.water().email not in digests
    dropped = Delivery.objects.filter(kind="staff_digest", state="dropped")
    assert make.water().email in set(dropped.values_list("recipient", flat=True))
    assert "Not started yet: 1" in digests[lead.email]


def test_a_digest_names_twenty_jobs_and_counts_all():
    with clock.freeze_time(TUESDAY - timedelta(hours=3)):
        for number in range(23):
            make.route(make.filed(by=make.device(f"d{number}")))
    digest = send_digests()[make.streets().email]
    assert "Not started yet: 23" in digest
    assert digest.count("/staff/SM-") == 20


def test_a_job_that_comes_back_says_so():
    with clock.freeze_time(TUESDAY - timedelta(hours=3)):
        first = make.filed()
        make.route(first)
        returned = make.filed(by=make.bob())
        make.route(returned)
        make.handed_back(returned)
        elsewhere = make.filed(by=make.device("eva"))
        make.route(elsewhere)
        make.handed_back(elsewhere)
        make.route(elsewhere, make.water())
    digests = send_digests()
    desk = digests[find_desk_address()]
    assert "came back" in line_of(desk, returned)
    assert "came back" not in line_of(digests[make.streets().email], first)
    assert "rerouted" in line_of(digests[make.water().email], elsewhere)
    with clock.freeze_time(TUESDAY + timedelta(hours=1)):
        make.route(returned)
    digest = send_digests(TUESDAY + timedelta(days=1))[make.streets().email]
    assert "came back" in line_of(digest, returned)
    assert "came back" not in line_of(digest, first)


def line_of(digest: str, row) -> str:
    """Return the line of the digest that follows the line with the request's reference."""
    return digest[digest.index(f"({row.reference})") :].splitlines()[1]


def test_the_desk_is_told_of_reported_content():
    with clock.freeze_time(TUESDAY - timedelta(days=1)):
        row = make.service_request(Status.ROUTED)
        workflow.report_content(row, by=make.bob(), reason="personal")
    assert "Reported photos and texts: 1" in send_digests()[find_desk_address()]


def list_kinds_told_at_once(row) -> set[str]:
    """Deliver all pending events; return the kinds of messages to staff about the request."""
    outbox.deliver_all_pending_events()
    rows = Delivery.objects.filter(event__service_request=row)
    return {each.kind for each in rows if each.is_for_staff}


def test_only_urgent_and_disputed_requests_are_told_one_by_one():
    assert list_kinds_told_at_once(make.service_request(Status.ROUTED)) == set()
    assert list_kinds_told_at_once(make.service_request(Status.DISPUTED)) == {"disputed"}
    urgent = make.urgent(make.filed(by=make.bob()))
    make.route(urgent)
    assert list_kinds_told_at_once(urgent) == {"new"}


def test_the_hour_is_a_setting(settings):
    settings.STAFF_DIGEST_HOUR = 16
    assert create_digests() == 0
    assert create_digests(TUESDAY + timedelta(hours=9)) > 0


def list_digested(moment) -> list[str]:
    """Create the digests that are due; return the sorted addresses of the new ones."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    create_digests(moment)
    new = Delivery.objects.filter(kind="staff_digest").exclude(pk__in=before)
    return sorted(new.values_list("recipient", flat=True))


def set_hour(hour: int | None) -> str:
    """Set the hour of the digest of Street Services; return the department's address."""
    streets = make.streets()
    streets.digest_hour = hour
    streets.save()
    return streets.email


def test_a_department_has_an_hour_of_its_own():
    email = set_hour(5)
    assert list_digested(TUESDAY - timedelta(hours=2, minutes=1)) == []
    assert list_digested(TUESDAY - timedelta(hours=2)) == [email]
    assert email not in list_digested(TUESDAY)
    later = TUESDAY + timedelta(days=1)
    email = set_hour(15)
    assert make.water().email in list_digested(later)
    assert list_digested(later + timedelta(hours=8)) == [email]


def test_a_changed_hour_gives_no_second_digest_of_the_day():
    email = set_hour(5)
    assert list_digested(TUESDAY - timedelta(hours=1)) == [email]
    for hour in (0, 7, None, 12):
        set_hour(hour)
        assert email not in list_digested(TUESDAY + timedelta(hours=6))
    set_hour(20)
    tomorrow = TUESDAY + timedelta(days=1)
    assert email not in list_digested(tomorrow)
    set_hour(6)
    assert list_digested(tomorrow + timedelta(hours=1)) == [email]
    assert list_digested(tomorrow + timedelta(hours=14)) == []


@pytest.mark.parametrize("hour", [0, 1, 2, 3])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_the_day_that_has_no_hour_or_one_twice_has_one_digest(hour, day):
    city = City.current()
    city.working_weekdays = [0, 1, 2, 3, 4, 5, 6]
    city.save()
    email = set_hour(hour)
    start = datetime.combine(day, time(), CITY).astimezone(UTC)
    sent = [
        start + timedelta(hours=passed)
        for passed in range(24)
        if email in list_digested(start + timedelta(hours=passed))
    ]
    days = [moment.astimezone(CITY).date() for moment in sent]
    assert days.count(day) == 1
