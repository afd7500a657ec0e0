"""Celery tasks of the staff portal."""

from celery import shared_task

from staff_portal.overview import daily_recount

shared_task(daily_recount.recount_changed_days, name="staff_portal.refill_changed_days")
