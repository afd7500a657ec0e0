"""What workers do: the queues they serve, and what beat asks of them by itself.

Four queues, so that a mail never waits behind photos or a stranger's slow server: a worker serves
all of them, or those that `--queues` names.
"""

from kombu import Queue


def queues(main):
    return [
        Queue(name) for name in (main, f"{main}.photos", f"{main}.messages", f"{main}.webhooks")
    ]


def routes(main):
    """Queues by the names of tasks; all others go to `main`."""
    return {
        "requests_app.make_photo_sizes": {"queue": f"{main}.photos"},
        "requests_app.delete_unknown_files": {"queue": f"{main}.photos"},
        "open311.make_open_data": {"queue": f"{main}.photos"},  # as heavy
        "open311.fetch_photo": {"queue": f"{main}.photos"},
        "notifications.*": {"queue": f"{main}.messages"},
        "open311.send_webhook": {"queue": f"{main}.webhooks"},
    }


SCHEDULE = {
    "enqueue overdue events again": {"task": "requests_app.retry_events", "schedule": 15},
    "send due messages": {"task": "notifications.send_due", "schedule": 10},
    "make missing photo sizes": {"task": "requests_app.retry_photos", "schedule": 60},
    "fold the changes of what is counted": {
        "task": "requests_app.fold_rollups",
        "schedule": 30,
    },
    "delete files that are no photo's": {
        "task": "requests_app.delete_unknown_files",
        "schedule": 6 * 3600,
    },
    "close what nobody answered": {"task": "requests_app.run_timeouts", "schedule": 300},
    "measure how long each kind of work takes": {
        "task": "requests_app.measure_resolution_times",
        "schedule": 6 * 3600,
    },
    "count the weeks' figures again": {
        "task": "staff_portal.count_changed_weeks",
        "schedule": 60,
    },
    "delete old drafts and undo points": {"task": "requests_app.delete_expired", "schedule": 3600},
    "forget sessions that are over": {
        "task": "accounts.forget_ended_sessions",
        "schedule": 3600,
    },
    "remove personal data after the city's period": {
        "task": "requests_app.apply_retention",
        "schedule": 6 * 3600,
    },
    "fetch photos that other systems named": {
        "task": "open311.fetch_due_photos",
        "schedule": 60,
    },
    "delete old answers to other systems": {"task": "open311.delete_expired", "schedule": 3600},
    "delete old requested mails": {"task": "notifications.delete_expired", "schedule": 3600},
    "make the open data of the night": {"task": "open311.make_open_data", "schedule": 600},
    "send due webhook deliveries": {"task": "open311.send_due_webhooks", "schedule": 10},
    "delete old security records": {
        "task": "accounts.delete_old_security_records",
        "schedule": 6 * 3600,
    },
    "delete old webhook deliveries": {"task": "open311.delete_old_deliveries", "schedule": 3600},
}
"""Tasks by what they are for, and the seconds between two of their kind."""
