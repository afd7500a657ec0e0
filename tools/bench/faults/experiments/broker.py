"""F6–F10: Valkey fails or is emptied, and workers die."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import redis
from celery import Celery

from requests_app import reference
from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.evidence import behind
from tools.bench.faults.experiment import experiment
from tools.stack.stack import BEATS

QUEUED = 10_000
DIGESTS = 3_000
ALERTS_WITH_A_DIGEST = f"""INSERT INTO requests_app_alert (email, email_normalized, language,
    frequency, wants_new, wants_finished, words, place, created_at, confirmed_at, digest_since,
    digest_due_at)
SELECT 'a' || n || '@digests.example', 'a' || n || '@digests.example', 'en', 'daily', true, false,
    '', '', now(), now(), now() - interval '1 day', now() FROM generate_series(1, {DIGESTS}) AS n"""
DIGESTS_BY_ALERT = """SELECT about ->> 'alert', count(*) FROM notifications_delivery
    WHERE kind = 'alert_digest' AND recipient LIKE '%@digests.example' GROUP BY 1"""


@experiment(
    "F6",
    f"kill -9 of Valkey with {QUEUED:,} tasks in its queue, started again",
    "reports are taken meanwhile, p95 ≤ 2 s; afterwards everything is delivered, no mail twice",
    seconds=15,
    listed="full queue",
)
def the_broker_dies_with_a_full_queue(scene) -> list:
    scene.services["worker_rest"].stop()
    number = int(QUEUED * min(1, scene.seconds / 15))  # a shorter experiment gets a shorter queue
    queue = scene.ground.environment.get("CELERY_QUEUE", "santa311")
    _fill_queue(scene.ground.valkey, number, queue)
    scene.wait(3)
    queued = _queue_length(scene)
    since = time.time()
    scene.services["valkey"].kill()
    scene.wait()
    until = time.time()
    scene.services["valkey"].start()
    left = _queue_length(scene)
    scene.services["worker_rest"].start()
    return [
        at_least("tasks queued", queued, number),
        is_so("tasks after the restart", left, left is not None),
        scene.p95("submit", 2, since, until),
        at_least("acknowledged meanwhile", len(scene.told(since, until)), 10),
        scene.no_errors("errors", since=since),
        at_most("until all is delivered", scene.ground.catch_up(300), 300),
    ]


@experiment(
    "F6b",
    "the machine of Valkey lost: killed, its files deleted, started empty",
    "reports are taken meanwhile, p95 ≤ 2 s; afterwards everything is delivered, no mail twice",
    seconds=10,
    listed="added",
)
def the_brokers_machine_is_lost(scene) -> list:
    since = time.time()
    scene.services["valkey"].kill()
    for file in (scene.stack.folder / "valkey").rglob("appendonlydir/*"):
        file.unlink()
    scene.wait()
    until = time.time()
    scene.services["valkey"].start()
    return [
        scene.p95("submit", 2, since, until),
        at_least("acknowledged meanwhile", len(scene.told(since, until)), 10),
        scene.no_errors("errors", since=since),
        at_most("until all is delivered", scene.ground.catch_up(300), 300),
    ]


def _fill_queue(address: str, tasks: int, queue: str) -> None:
    """Enqueue tasks whose work is already done, so that a worker finishes each one at once."""
    app = Celery("full", broker=address)
    app.conf.task_ignore_result = True
    with app.producer_pool.acquire(block=True) as producer:
        for number in range(tasks):
            app.send_task("requests_app.deliver", (-1 - number,), queue=queue, producer=producer)


def _queue_length(scene) -> int:
    queue = scene.ground.environment.get("CELERY_QUEUE", "santa311")
    with redis.Redis.from_url(scene.ground.valkey, socket_timeout=5) as client:
        return client.llen(queue)


@experiment(
    "F7",
    "SIGSTOP of Valkey: it holds every connection and answers nothing",
    "submit p95 ≤ 2 s; limits still hold, and shut nobody else out",
    seconds=25,
    listed="120 s",
)
def the_broker_hangs(scene) -> list:
    since = time.time()
    scene.services["valkey"].pause()
    scene.wait(scene.seconds / 2)
    stopped = scene.until(lambda: _guess(scene) == 429, 25, pause=0)
    scene.wait(scene.seconds / 2)
    until = time.time()
    scene.services["valkey"].resume()
    shut = [a for a in scene.ledger.between(since, until) if a.status == 429]
    return [
        at_most("until who guesses references is told 429", stopped, 25),
        scene.p95("submit", 2, since, until),
        scene.longest(10, since, until),
        at_least("acknowledged meanwhile", len(scene.told(since, until)), 20),
        none_of("people turned away (429)", [a.kind for a in shut]),
        scene.no_errors("errors", since=since),
        at_most("until all is delivered", scene.ground.catch_up(120), 120),
    ]


def _guess(scene) -> int:
    """Request four unknown pages at the same time; return the highest status below 500, or 0."""
    with ThreadPoolExecutor(4) as several:
        paths = [f"/requests/{reference.new_reference('SM')}/" for _n in range(4)]
        return max(several.map(lambda path: _number(scene.refusal(path=path)[0]), paths))


def _number(status) -> int:
    return status if isinstance(status, int) and status < 500 else 0


@experiment(
    "F8",
    "FLUSHALL, five times, in the middle of everything",
    "nothing is lost; the periodic task enqueues again within 5 min",
    seconds=15,
    listed="once",
)
def everything_in_the_broker_is_deleted(scene) -> list:
    since = time.time()
    with redis.Redis.from_url(scene.ground.valkey, socket_timeout=5) as client:
        for _time in range(5):
            scene.wait(scene.seconds / 5)
            client.flushall()
    owed = behind(scene.ground.database)
    return [
        is_so("waiting right after the last one", owed, owed is not None),
        scene.no_errors("errors", since=since),
        at_most("until all is delivered", scene.ground.catch_up(300), 300),
    ]


@experiment(
    "F9",
    "kill -9 of the photos' and the messages' worker each 4 s, in the middle of their tasks",
    "each photo is made within 10 min; a mail comes twice at the most, with the same Message-ID",
    seconds=20,
    listed="once each",
    photos=0.3,
    allowed_twice=5,
)
def workers_die_at_work(scene) -> list:
    until, kills = time.time() + scene.seconds, 0
    while time.time() < until:
        for name in ("worker_photos", "worker_messages"):
            scene.services[name].kill()
            scene.services[name].start()
            kills += 1
        scene.wait(4)
    caught = scene.ground.catch_up(200)
    twice = [n for n in scene.ground.sink.received().values() if n > 1]
    return [
        is_so("killed", f"{kills} times", kills >= 2),
        scene.no_errors(),
        at_most("until every photo and mail is done", caught, 600),
        is_so("mails that came more than twice", sum(n > 2 for n in twice), max(twice or [1]) <= 2),
    ]


@experiment(
    "F9b",
    f"kill -9 of the messages' worker each 4 s while {DIGESTS:,} digests are written and sent",
    "each alert has one digest; a mail comes twice at the most, with the same Message-ID",
    seconds=32,
    listed="added",
    rate=5,
    allowed_twice=12,
)
def the_worker_dies_among_digests(scene) -> list:
    scene.until_told(patience=60)
    scene.wait(70)  # digests contain only requests older than a minute (alert_digests.LAG)
    started, kills = time.time(), 0
    scene.ground.ask(ALERTS_WITH_A_DIGEST)
    first = scene.until(lambda: _count_digests(scene.ground, "sent"), 90)
    until = time.time() + scene.seconds
    while time.time() < until:
        scene.services["worker_messages"].kill()
        scene.services["worker_messages"].start()
        kills += 1
        scene.wait(4)
    left = _count_digests(scene.ground, "due")
    scene.until(lambda: _are_all_sent(scene.ground), 420, pause=2)
    taken = time.time() - started
    arrived = {
        key: number
        for key, number in scene.ground.sink.received().items()
        if key[0].endswith("@digests.example")
    }
    each = dict(scene.ground.ask(DIGESTS_BY_ALERT))
    scene.ground.ask(
        "UPDATE requests_app_alert SET digest_due_at = NULL WHERE email LIKE '%@digests.example'"
    )  # so that later experiments create no digests
    return [
        at_most("until the first digest is sent", first, 90),
        is_so("killed", f"{kills} times, with {left} digests left", kills >= 2 and left),
        is_so("digests of each alert", sorted(set(each.values())), set(each.values()) == {1}),
        is_so("alerts with a digest", len(each), len(each) == DIGESTS),
        is_so("addresses that got one", len({key[0] for key in arrived}),
              len({key[0] for key in arrived}) == DIGESTS),
        at_most("mails that came more than once", float(sum(n > 1 for n in arrived.values())),
                kills, unit="", digits=0),
        at_most("mails that came more than twice", float(sum(n > 2 for n in arrived.values())),
                0, unit="", digits=0),
        is_so("written and sent in", f"{taken:.0f} s", taken > 0),
        scene.no_errors(),
    ]  # fmt: skip


def _are_all_sent(ground) -> bool:
    """Return True if all digests are sent; False if the database is too busy to answer."""
    with suppress(psycopg.OperationalError):
        return _count_digests(ground, "sent") >= DIGESTS
    return False


def _count_digests(ground, state: str) -> int:
    """Return the number of digests of the experiment in this state."""
    query = "SELECT count(*) FROM notifications_delivery WHERE kind = 'alert_digest' AND state = "
    return ground.ask(f"{query}'{state}' AND recipient LIKE '%@digests.example'")[0][0]


@experiment(
    "F10",
    "both beats and the worker that delivers events are dead",
    "an alert within 5 min once the oldest debt is older than 60 s; caught up within 5 min",
    seconds=75,
    listed="30 min",
    rate=10,
)
def nobody_delivers(scene) -> list:
    for name in (*BEATS, "worker_rest"):
        scene.services[name].kill()
    rises = scene.until(lambda: (scene.ground.oldest_debt_shown() or 0) > 60, 120, pause=2)
    for name in ("worker_rest", *BEATS):
        scene.services[name].start()
    return [
        at_most("until /metrics shows a debt older than 60 s", rises, 300, digits=0),
        scene.no_errors(),
        at_most("until all is delivered", scene.ground.catch_up(300), 300),
    ]


@experiment(
    "F10b",
    "each of the two beats killed in turn, the active one too",
    "the other one asks for periodic tasks within seconds",
    seconds=20,
    listed="added",
    rate=10,
)
def the_active_beat_dies(scene) -> list:
    checks = []
    for name in BEATS:
        scene.services[name].kill()
        scene.wait(20)  # periodic tasks run every ten seconds
        idle = scene.ground.with_django(_measure_idle_seconds)
        checks.append(at_most(f"without {name}, since the last periodic task", idle, 15))
        scene.services[name].start()
    return [*checks, scene.no_errors()]


def _measure_idle_seconds() -> float | None:
    from santa311.observability.periodic_tasks import idle_seconds

    return idle_seconds()
