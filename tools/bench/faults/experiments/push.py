"""F30: the push service hangs; emails and pages still work, and notifications are sent later."""

import time

from tools.bench.faults.checks import at_least, at_most, is_so
from tools.bench.faults.experiment import experiment

BROWSERS = 5  # of one crew, which gets a notification of each new request
SUBSCRIBE = """
import os
from accounts.models import User
from lib.web_push import BrowserKeys, derive_public_key, encode_base64, generate_private_key
from requests_app.push.endpoints import save_endpoint
for number in range({browsers}):
    keys = BrowserKeys(derive_public_key(generate_private_key()), encode_base64(os.urandom(16)))
    save_endpoint(f"{url}/{{number}}", keys, User.objects.get(username="wes"))
"""
STATES = """SELECT state, count(*) FROM notifications_delivery
    WHERE created_at > to_timestamp({}) AND channel = '{}' GROUP BY 1"""
MAIL_DELAYS = """SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY
    extract(epoch FROM sent_at - created_at)) FROM notifications_delivery
    WHERE created_at BETWEEN to_timestamp({}) AND to_timestamp({})
    AND channel = 'email' AND kind = 'receipt' AND state = 'sent'"""


@experiment(
    "F30",
    "the push service takes connections and answers nothing; the wait between two tries, which "
    "doubles from a minute, is ended by hand",
    "emails and pages go on; notifications are sent later, none is lost",
    seconds=40,
    listed="1 h",
)
def the_push_service_hangs(scene) -> list:
    ground, line, sink = scene.ground, scene.lines["push"], scene.ground.push_sink
    url = "http://{}:{}".format(*line.address)
    ground.manage("shell", "--command", SUBSCRIBE.format(browsers=BROWSERS, url=url))
    before = scene.until(lambda: sink.count >= BROWSERS, 60)
    line.set("blackhole")
    since = time.time()
    scene.wait()
    mended = time.time()
    waiting = dict(ground.ask(STATES.format(since, "web_push"))).get("due", 0)
    ((mail_delay,),) = ground.ask(MAIL_DELAYS.format(since, mended))
    slowest = scene.p95("list", 2, since, mended)
    line.set("pass")
    caught = scene.until(lambda: _all_went(ground, mended), 180, pause=4)
    after = dict(ground.ask(STATES.format(since, "web_push")))
    return [
        at_most("the first notifications, before the fault", before, 60),
        at_least("notifications that wait while it hangs", waiting, BROWSERS),
        is_so(
            "95 % of the receipts are emailed within",
            f"{mail_delay:.1f} s" if mail_delay is not None else "none",
            mail_delay is not None and mail_delay < 10,
        ),
        slowest,
        at_most("until all are sent", caught, 150),
        is_so("given up or refused", str(after), not {"failed", "bounced"} & after.keys()),
        scene.no_errors(since=since),
    ]


def _all_went(ground, until) -> bool:
    """Make waiting notifications due now; return True if none created before `until` waits."""
    due = "channel = 'web_push' AND state = 'due'"
    ground.ask(f"UPDATE notifications_delivery SET due_at = now() WHERE {due}")
    waiting = ground.ask(
        f"SELECT count(*) FROM notifications_delivery WHERE {due}"
        f" AND created_at < to_timestamp({until})"
    )
    return waiting[0][0] == 0
