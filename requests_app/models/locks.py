"""Row locks on service requests, and version changes that polls notice."""

from django.db import transaction

from lib import polling
from requests_app.models import ServiceRequest


def lock_row(service_request: ServiceRequest) -> ServiceRequest:
    """Lock the row until the transaction ends, and reread it into the same instance. Return it."""
    service_request.refresh_from_db(from_queryset=ServiceRequest.objects.select_for_update())
    return service_request


def lock_rows(*rows: ServiceRequest) -> None:
    """Lock and reread the rows in the order of their ids, which prevents deadlocks."""
    for row in sorted(rows, key=lambda each: each.pk):
        lock_row(row)


def bump_version(row: ServiceRequest) -> None:
    """Increase and save the version of a locked row without an event, so that pages reload."""
    row.version += 1
    row.save(update_fields=["version"])
    announce_version(row)


def bump_staff_version(row: ServiceRequest) -> None:
    """Increase and save the staff version of a locked row, so that staff's pages reload."""
    row.staff_version += 1
    row.save(update_fields=["staff_version"])
    announce_version(row)


def announce_version(row: ServiceRequest) -> None:
    """Announce the row's versions for residents and staff to polls, after the commit."""
    lasts = row.seconds_to_next_reply
    versions = {
        row.reference: row.live_version,
        staff_version_name(row.reference): row.staff_live_version,
    }

    def announce() -> None:
        for name, version in versions.items():
            polling.announce_version(name, version, lasts)

    transaction.on_commit(announce, robust=True)


def staff_version_name(reference: str) -> str:
    """Return the name under which polls ask for the request's version for staff."""
    return f"{reference}:staff"
