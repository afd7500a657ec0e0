"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from accounts import sessions

shared_task(sessions.forget_ended, name="accounts.forget_ended_sessions")
