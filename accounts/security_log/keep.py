"""Keeps the security log in the database for as long as SECURITY_LOG_DAYS says."""

import logging
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.models import SecurityRecord
from city import maintenance
from lib import clock, request_id
from lib.security_log import KINDS_WITHOUT_ROW

log = logging.getLogger(__name__)


def keep(entry) -> None:
    """Write a row; while nothing is to be written, the line in the log is all there is.

    A database that takes no row must not hide the refusal, or undo the act, that the row tells of.
    """
    if entry.kind in KINDS_WITHOUT_ROW or maintenance.is_on():
        return
    try:
        with transaction.atomic():
            SecurityRecord.objects.create(**asdict(entry), request_id=request_id.get_request_id())
    except DatabaseError:
        log.exception("%s has no row in the security log", entry.kind.value)


def delete_old() -> int:
    """Delete rows older than SECURITY_LOG_DAYS, and return their number."""
    ends = clock.now() - timedelta(days=settings.SECURITY_LOG_DAYS)
    return SecurityRecord.objects.filter(at__lt=ends).delete()[0]
