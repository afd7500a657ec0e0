"""The daily digests of staff: one message a working day to each department, supervisor and lead."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from city.models import City, Department
from lib import clock, enqueue
from lib.email_addresses import normalize_email
from lib.postgresql.transactions import lock_name
from notifications.delivery import SEND_TASK
from notifications.desk_address import find_desk_address
from notifications.models import Delivery


class DigestRecipient(NamedTuple):
    """A normalized address, and the department that its digest is about; None for the desk."""

    address: str
    department: int | None


def create_staff_digests() -> None:
    """Create today's digests of each department, and of the desk, whose hour has come.

    Do nothing on days that are not working days. A department with digests of today is left out,
    also if its hour was changed since then. All are created in one transaction, so none is created
    twice or left out. A digest without content is not sent.
    """
    today = clock.today()
    if not City.current().calendar().is_working_day(today):
        return
    with transaction.atomic():
        lock_name("staff digests")
        owed = set(_find_due(today)) - set(_find_written(today))
        recipients = [each for each in list_recipients() if each.department in owed]
        created = Delivery.objects.bulk_create(map(_build_digest, recipients))
        for delivery in created:
            enqueue.enqueue_on_commit(SEND_TASK, delivery.pk)


def _find_due(today: date) -> Iterator[int | None]:
    """Yield the ids of active departments whose hour of today has come; None for the desk."""
    hours: dict[int | None, int] = {None: settings.STAFF_DIGEST_HOUR}
    hours |= {each.pk: each.hour_of_digest for each in Department.objects.active()}
    for pk, hour in hours.items():
        if clock.now() >= clock.start_of_day(today) + timedelta(hours=hour):
            yield pk


def _find_written(today: date) -> QuerySet[Delivery, int | None]:
    """Return the ids of the departments with a digest of today; None among them for the desk."""
    digests = Delivery.objects.filter(kind=Delivery.Kind.STAFF_DIGEST, event=None)
    written = digests.filter(created_at__gte=clock.start_of_day(today))
    return written.values_list("about__department", flat=True)


def list_recipients() -> list[DigestRecipient]:
    """Return who gets a digest, each address once for each department and once for the desk.

    These are the department's shared address and its supervisors, and for the desk its address and
    its leads.
    """
    return list(dict.fromkeys(_find_recipients()))


def _find_recipients() -> Iterator[DigestRecipient]:
    """Yield each active department's address and supervisors, and the desk's address and leads.

    Each is (address, department id; None for the desk). Missing addresses are left out; several
    recipients may be equal.
    """
    for department in Department.objects.active():
        people = User.objects.supervisors_of(department.pk)
        addresses = [normalize_email(department.email), *(one.email_normalized for one in people)]
        yield from (DigestRecipient(each, department.pk) for each in addresses if each)
    desk = normalize_email(find_desk_address())
    leads = [lead.email_normalized for lead in User.objects.desk_leads()]
    yield from (DigestRecipient(each, None) for each in (desk, *leads) if each)


def _build_digest(recipient: DigestRecipient) -> Delivery:
    return Delivery(
        kind=Delivery.Kind.STAFF_DIGEST,
        recipient=recipient.address,
        language=settings.LANGUAGE_CODE,
        about={"department": recipient.department},
    )
