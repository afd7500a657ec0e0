"""Storage of the security log in the database, for SECURITY_LOG_DAYS."""

import logging
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.models import SecurityRecord
from city import maintenance
from lib import clock, request_id
from lib.security_log import KINDS_WITHOUT_ROW, Entry

log = logging.getLogger(__name__)


def save_record(entry: Entry) -> None:
    """Insert a row, except in read-only mode and for kinds that other tables have.

    A database error is logged only: it must not undo the action or hide the refusal that the row is
    about.
    """
    if entry.kind in KINDS_WITHOUT_ROW or maintenance.is_read_only():
        return
    try:
        with transaction.atomic():
            SecurityRecord.objects.create(**asdict(entry), request_id=request_id.get_request_id())
    except DatabaseError:
        log.exception("%s has no row in the security log", entry.kind.value)


def delete_old_records() -> int:
    """Delete rows older than SECURITY_LOG_DAYS; return their number."""
    ends = clock.now() - timedelta(days=settings.SECURITY_LOG_DAYS)
    return SecurityRecord.objects.filter(at__lt=ends).delete()[0]
