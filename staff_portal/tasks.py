"""Celery tasks of the staff portal."""

from celery import shared_task

from staff_portal.overview import daily_recount
from staff_portal.overview.scheduled import sending

shared_task(daily_recount.recount_changed_days, name="staff_portal.refill_changed_days")
shared_task(sending.create_due_reports, name="staff_portal.create_due_reports")
