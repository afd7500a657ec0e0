"""Time series that make each alert fire, one value per minute, in the notation of promtool."""

from typing import NamedTuple


class Case(NamedTuple):
    """A test case of an alert: no alert at minute `calm`, exactly one at minute `loud`."""

    series: dict[str, str]
    labels: dict[str, str] = {}
    calm: int = 10
    loud: int = 30


def rising_series(name, level, before=0, **labels):
    """Return a series that is `before` for eleven minutes and then `level`."""
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    series = f"santa311_{name}{{{inside}}}" if inside else f"santa311_{name}"
    return {series: f"{before}x10 {level}x30"}


def response_series(series, bad_from):
    """Return 100 good responses per minute, and 5 bad ones per minute from minute `bad_from` on."""
    good, bad = series
    return {good: "0+100x60", bad: f"0x{bad_from} 0+5x60"}


def duration_series(bounds, view):
    """Return a histogram of 60 responses a minute of 0.5 s each, after ten minutes of 4 s."""
    return {
        f'santa311_http_request_seconds_bucket{{le="{bound}",view="{view}"}}': (
            "0+60x60" if bound == "+Inf" or float(bound) >= 4 else "0+60x10 600x50"
        )
        for bound in bounds
    }


def report_series(view="report_delivery"):
    """Return 100 accepted reports per minute, and 5 failing ones per minute from minute 10 on."""
    name = f'santa311_http_requests_total{{view="{view}",method="POST",'
    return response_series([f'{name}status="201"}}', f'{name}status="503"}}'], bad_from=10)


def poll_series(failing):
    """Return 100 answered polls of live pages per minute, and `failing` ones from minute 10 on."""
    name = 'santa311_http_requests_total{view="service_request_live",method="GET",'
    return {
        f'{name}status="204"}}': "0+100x60",
        f'{name}status="503"}}': f"0x10 0+{failing}x60",
    }


def photo_series(late):
    """Return 10 photos per minute that are ready in time, and `late` late ones from minute 10 on.

    Both web servers export the same numbers.
    """
    return {
        f'santa311_photos_ready_total{{pace="{pace}",instance="{web}"}}': values
        for web in ("web1", "web2")
        for pace, values in {"in_time": "0+10x60", "late": f"0x10 0+{late}x60"}.items()
    }


# Updates of open live pages, per minute: 60 within 5 s, and none within 5 s from minute 10 on.
UPDATES = {
    'santa311_live_update_seconds_bucket{le="5.0"}': "0+60x10 600x50",
    'santa311_live_update_seconds_bucket{le="+Inf"}': "0+60x60",
}
WEB = 'up{job="santa311",instance="web1"}'
OTHER = 'up{job="santa311",instance="web2"}'
JOB = {"job": "santa311"}
PATRONI = {"job": "santa311-patroni", "instance": "two"}
ARCHIVE = rising_series("archive_age_seconds", 400)
CASES = {
    "WebDown": [
        Case({WEB: "1x10 0x30", OTHER: "1x40"}, {**JOB, "instance": "web1"}),
        Case({WEB: "1x10 stale", OTHER: "1x10 stale"}, JOB),
    ],
    "WebScarce": [
        Case({WEB: "1x10 stale", OTHER: "1x40"}),
        Case({WEB: "1x10 0x30", OTHER: "1x40"}),
    ],
    "ProxyDown": [
        Case({"santa311_proxy_up": "1x10 0x30"}),
        Case({"santa311_proxy_up": "1x10 stale"}),
    ],
    "ProxyErrors": [
        Case(
            response_series(
                [
                    'santa311_proxy_requests_total{by="web",status="200"}',
                    'santa311_proxy_requests_total{by="nginx",status="503"}',
                ],
                bad_from=10,
            )
        )
    ],
    "PartDown": [
        Case(
            {'up{job="santa311-patroni",instance="two"}': "1x10 0x30", WEB: "1x10 0x30"},
            PATRONI,
        )
    ],
    "DatabaseDown": [Case(rising_series("database_up", 0, before=1))],
    "BrokerDown": [Case(rising_series("broker_up", 0, before=1))],
    "BreakerOpen": [
        Case({'santa311_breaker_opened_total{service="s3"}': "0x10 1+1x30"}, {"service": "s3"})
    ],
    "ErrorsServed": [
        Case(
            response_series(
                [
                    'santa311_http_requests_total{view="home",status="200"}',
                    'santa311_http_requests_total{view="home",status="500"}',
                ],
                bad_from=10,
            )
        )
    ],
    "PagesSlow": [Case(duration_series(["1", "5", "+Inf"], "home"))],
    "SendingSlow": [Case(duration_series(["3", "5", "+Inf"], "report_delivery"))],
    "OutboxOld": [Case(rising_series("outbox_oldest_seconds", 90))],
    "QueueOld": [
        Case(rising_series("queue_oldest_seconds", 300, queue="santa311"), {"queue": "santa311"})
    ],
    "BeatDown": [
        Case(
            rising_series("sweep_age_seconds", 200, 5, sweep="a")
            | rising_series("sweep_age_seconds", 900, 600, sweep="b")
        )
    ],
    "SweepOld": [
        Case(
            rising_series("sweep_age_seconds", 700, 60, sweep="requests_app.retry_photos")
            | rising_series("sweep_period_seconds", 60, 60, sweep="requests_app.retry_photos"),
            {"sweep": "requests_app.retry_photos"},
        )
    ],
    "PhotosWait": [Case(rising_series("photos_oldest_waiting_seconds", 400))],
    "PhotosFail": [Case({'santa311_photos{state="unreadable"}': "0x60 0+1x60"}, calm=60, loud=120)],
    "PhotosCopyOld": [Case(rising_series("photos_copy_age_seconds", 400, 90))],
    "PhotosSpooled": [Case(rising_series("photos_spooled_oldest_seconds", 700))],
    "MailsWait": [
        Case(rising_series("mails_oldest_overdue_seconds", 1000)),
        Case(
            rising_series("mails_oldest_put_off_seconds", 1000)
            | rising_series("mails_put_off_addresses", 3, 3)
        ),
    ],
    "MailsBounce": [Case({'santa311_mails{state="bounced"}': "0x60 0+1x60"}, calm=60, loud=120)],
    "WebhookOff": [Case(rising_series("webhooks", 1, state="off"))],
    "LateJump": [Case({"santa311_requests_late": "30x1441 50x60"}, calm=1440, loud=1480)],
    "Flood": [Case(rising_series("requests_held", 25))],
    "OpenDataOld": [
        Case(rising_series("open_data_age_seconds", 130_000)),
        Case(rising_series("open_data_failing_seconds", 8_000)),
    ],
    "SignInFailures": [
        Case(
            {
                'santa311_security_events_total{kind="sign_in",result="wrong_password"}': (
                    "0x10 0+10x30"
                )
            }
        )
    ],
    "AccountFromManyPlaces": [
        Case(rising_series("sign_in_places", 5, 2, result="failed"), {"result": "failed"})
    ],
    "AdminWithoutSecondFactor": [
        Case({"santa311_admins_without_second_factor": "0x10 1x300"}, calm=100, loud=140)
    ],
    "MaintenanceForgotten": [
        Case({"santa311_maintenance": "0x10 1x300"}, calm=200, loud=260),
    ],
    "StandbyMissing": [Case(rising_series("standbys", 1, before=2))],
    "StandbyBehind": [
        Case(rising_series("standby_lag_seconds", 60, standby="standby1"), {"standby": "standby1"})
    ],
    "DatabaseReadOnly": [Case(rising_series("database_read_only", 1))],
    "DatabaseUnwatched": [Case(rising_series("database_watched", 0, before=1))],
    "ConnectionsScarce": [
        Case(
            rising_series("database_connections", 85, 10, state="active")
            | rising_series("database_connections_max", 100, 100)
        )
    ],
    "BackupOld": [Case(ARCHIVE | rising_series("archive_waiting_bytes", 70_000))],
    "ArchiveFails": [Case({"santa311_archive_failures": "3x10 4+1x30"})],
    "DiskFull": [
        Case(
            rising_series("folder_free_ratio", 0.1, 0.5, folder="data", instance="web1"),
            {"folder": "data", "instance": "web1"},
        )
    ],
    "ClockOff": [
        Case(
            rising_series("clock_offset_seconds", ahead, against="database", instance="web1"),
            {"against": "database", "instance": "web1"},
        )
        for ahead in (3_600, -30)
    ],
    "ReportErrorsFast": [
        Case(report_series()),
        Case(report_series("open311_requests")),
    ],
    "ReportErrorsSlow": [Case(report_series(), loud=50)],
    "ReportDelaysFast": [Case(duration_series(["0.5", "5", "+Inf"], "report_check"), loud=55)],
    "ReportDelaysSlow": [Case(duration_series(["0.5", "5", "+Inf"], "report_delivery"), loud=50)],
    "UpdatesLateFast": [
        Case(UPDATES),
        Case(poll_series(failing=30)),
    ],
    "UpdatesLateSlow": [
        Case(UPDATES, loud=50),
        Case(poll_series(failing=5), loud=50),
    ],
    "PhotosLateFast": [Case(photo_series(late=5))],
    "PhotosLateSlow": [Case(photo_series(late=1), loud=50)],
}

# Cases that resemble a failure but must not fire an alert.
STILL_CALM = {
    "ReportErrorsFast": Case(
        {
            'santa311_http_requests_total{view="report_delivery",method="POST",status="201"}': (
                "0+1x60"
            ),
            'santa311_http_requests_total{view="report_delivery",method="POST",status="503"}': (
                "0x10 2x50"
            ),
        }
    ),
    "UpdatesLateFast": Case(poll_series(failing=5)),
    "PhotosLateFast": Case(photo_series(late=1)),
    "WebScarce": Case({WEB: "1x40", OTHER: "1x40"}),
    "BeatDown": Case(
        rising_series("sweep_age_seconds", 900, sweep="a")
        | rising_series("sweep_age_seconds", 9, sweep="b")
    ),
    "SweepOld": Case(
        rising_series("sweep_age_seconds", 40_000, sweep="a")
        | rising_series("sweep_period_seconds", 21_600, 21_600, sweep="a")
    ),
    "BackupOld": Case(ARCHIVE | rising_series("archive_waiting_bytes", 60_000)),
    "MailsWait": Case(
        rising_series("mails_oldest_put_off_seconds", 1000)
        | rising_series("mails_put_off_addresses", 2, 2)
    ),
    "ClockOff": Case(
        rising_series("clock_offset_seconds", -10, against="database", instance="web1")
    ),
}
