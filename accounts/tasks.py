"""Celery tasks of accounts."""

from celery import shared_task

from accounts import sessions
from accounts.security_log.storage import delete_old_records

shared_task(sessions.delete_expired_sessions, name="accounts.forget_ended_sessions")

shared_task(delete_old_records, name="accounts.delete_old_security_records")
