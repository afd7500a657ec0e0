"""Tasks: one call, safe to run twice."""

from celery import shared_task

from staff_portal.overview import counting

shared_task(counting.count_changed, name="staff_portal.count_changed_weeks")
