"""The queues of the workers, and the periodic tasks.

Four queues, so that mails do not wait for photos or for another system's slow server. A worker
serves all of them, or those that `--queues` names.
"""

from kombu import Queue

_EXTRA_QUEUES = {
    "photos": [
        "requests_app.make_photo_sizes",
        "requests_app.delete_unknown_files",
        "requests_app.clean_originals",
        "open311.make_open_data",  # as heavy as photos
        "open311.fetch_photo",
        "notifications.fetch_mails",  # read in a sandbox, so receipts must not wait for it
        "notifications.apply_incoming",
    ],
    "messages": ["notifications.*"],
    "webhooks": ["open311.send_webhook"],
}
"""Tasks by the last part of their queue's name; all other tasks go to the main queue."""


def build_queues(main) -> list[Queue]:
    """Return the queues `main` and, for each extra queue, `main.NAME`."""
    return [Queue(main), *(Queue(f"{main}.{name}") for name in _EXTRA_QUEUES)]


def build_routes(main) -> dict[str, dict[str, str]]:
    """Return CELERY_TASK_ROUTES of the tasks in extra queues: {task: {"queue": name}}."""
    return {
        task: {"queue": f"{main}.{name}"} for name, tasks in _EXTRA_QUEUES.items() for task in tasks
    }


PERIODS = {
    "requests_app.retry_events": 15,  # enqueue overdue events again
    "notifications.send_due": 10,  # send due messages
    "notifications.create_digests": 60,  # write the due digests of alerts
    "notifications.create_staff_digests": 60,  # write the daily digests of staff
    "staff_portal.create_due_reports": 60,  # write the due reports of supervisors
    "requests_app.retry_photos": 60,  # make missing photo sizes
    "requests_app.fold_rollups": 30,  # add recorded changes to stored totals
    "requests_app.delete_unknown_files": 6 * 3600,  # delete files that belong to no photo
    "requests_app.clean_originals": 300,  # replace photos' originals whose camera data is deleted
    "requests_app.run_timeouts": 300,  # close requests without an answer
    "requests_app.measure_resolution_times": 6 * 3600,  # measure how long each kind of work takes
    "staff_portal.refill_changed_days": 60,  # count the figures of changed days again
    "requests_app.delete_expired": 3600,  # delete old drafts and undo points
    "accounts.forget_ended_sessions": 3600,  # delete sessions that are over
    "requests_app.apply_retention": 6 * 3600,  # remove personal data after the city's period
    "open311.fetch_due_photos": 60,  # fetch photos that other systems named
    "open311.delete_expired": 3600,  # delete old answers to other systems
    "notifications.delete_expired": 3600,  # delete old requested mails
    "notifications.fetch_mails": 30,  # fetch replies from the mailbox of IMAP_URL
    "notifications.apply_due_incoming": 60,  # read incoming mails that had to wait
    "notifications.delete_incoming": 3600,  # delete old incoming mails
    "open311.make_open_data": 600,  # make the open data of the night
    "open311.send_due_webhooks": 10,  # send due webhook deliveries
    "accounts.delete_old_security_records": 6 * 3600,  # delete old security records
    "open311.delete_old_deliveries": 3600,  # delete old webhook deliveries
}
"""Seconds between two runs of each periodic task, by the task's name."""

SCHEDULE = {task: {"task": task, "schedule": seconds} for task, seconds in PERIODS.items()}
