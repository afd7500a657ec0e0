"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from accounts import sessions
from accounts.security_log.keep import delete_old

shared_task(sessions.forget_ended, name="accounts.forget_ended_sessions")

shared_task(delete_old, name="accounts.delete_old_security_records")
