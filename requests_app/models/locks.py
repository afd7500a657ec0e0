"""The lock on a service request's row, and what is announced to those who watch it."""

from django.db import transaction

from lib import polling
from requests_app.models import ServiceRequest


def lock(service_request: ServiceRequest) -> ServiceRequest:
    """Lock the row until the transaction ends, and read it anew into the caller's own instance."""
    service_request.refresh_from_db(from_queryset=ServiceRequest.objects.select_for_update())
    return service_request


def lock_together(*rows) -> None:
    """All of them, in the order of their ids, so that two agents never wait for each other."""
    for row in sorted(rows, key=lambda each: each.pk):
        lock(row)


def touch(row) -> None:
    """A watcher of this locked row could see something new, although nothing happened to it."""
    row.version += 1
    row.save(update_fields=["version"])
    announce(row)


def touch_for_staff(row) -> None:
    """The same where staff alone could see it."""
    row.staff_version += 1
    row.save(update_fields=["staff_version"])
    announce(row)


def announce(row) -> None:
    """Once committed, whoever polls this request finds the new version."""
    lasts = row.seconds_to_next_reply
    versions = {row.reference: row.live_version, staff_name(row.reference): row.staff_live_version}

    def tell() -> None:
        for name, version in versions.items():
            polling.announce_version(name, version, lasts)

    transaction.on_commit(tell, robust=True)


def staff_name(reference) -> str:
    """Under which the version that staff see of a request is announced."""
    return f"{reference}:staff"
