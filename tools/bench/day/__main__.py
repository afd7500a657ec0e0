"""Measure one size: the application with a worker, and each kind of work of a day.

    python -m tools.bench.day 1m [--folder FOLDER]

Each part runs some rounds. Their cost until the worker has finished is scaled up to a day with
1,000 reports. Prints a section of reports/city_day.md.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from santa311.schedule import PERIODS
from tools.bench.day import mix, report
from tools.bench.day.processors import Cost, Processors
from tools.bench.scale.meter import tree_seconds
from tools.bench.scale.place import ROOT, SIZES, Place, Running
from tools.bench.scale.scenes import SCENES
from tools.embedded import Child

if TYPE_CHECKING:
    from notifications.models import Delivery
    from open311.models import WebhookDelivery

WORKER = ["-m", "celery", "--app", "santa311", "--quiet", "worker", "--concurrency", "2",
          "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
BARE_VIEWS, PHOTOS, UPDATES = 400, 12, 20
DAY = 24 * 3600
_NOW = "UPDATE {} SET due_at = now() WHERE state = 'due' AND created_at >= %s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place = Place(options.size, options.folder)
    with _receiver() as address:
        os.environ["WEBHOOK_ALLOWED_HOSTS"] = address
        with place.run() as running:
            os.environ.update(place.environment)
            worker = Child("worker", [sys.executable, *WORKER], log=place.folder / "worker.log",
                           env=place.environment, cwd=ROOT)  # fmt: skip
            try:
                print(_measure_day(running, worker, place, address))
            finally:
                worker.stop()


@contextmanager
def _receiver() -> Iterator[str]:
    """Run a receiver that accepts all webhooks; yield its host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - Python's name
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def _measure_day(running: Running, worker: Child, place: Place, address: str) -> str:
    import django

    django.setup()
    from lib import clock
    from notifications.models import Delivery
    from open311.models import Webhook, WebhookDelivery
    from requests_app.models import PendingEvent
    from requests_app.tasks import OVERDUE_AFTER
    from tools.bench.scale.cast import Cast

    processors = Processors({
        "web": running.web.pid, "workers": worker.pid,
        "postgresql": running.postgres.pid, "valkey": place.valkey.pid,
    })  # fmt: skip
    Webhook.objects.all().delete()
    for name in ("first", "second"):
        webhook = Webhook(name=name, url=f"http://{address}/{name}")
        webhook.make_secret()
        webhook.save()
    cast = Cast(running)
    for name in PERIODS:  # finish the work left by an earlier run before measuring
        _send(name)
    processors.await_workers()
    while PendingEvent.objects.filter(created_at__lt=clock.now() - OVERDUE_AFTER).exists():
        _send("requests_app.retry_events")
        processors.await_workers()
    processors.measure_idle(10)
    _say(f"a second of idling: {sum(processors.idle):.4f} s of CPU")
    before = tree_seconds(running.bare.pid)
    for _n in range(BARE_VIEWS):
        cast.people["bare"].get("/bare/")
    bare = (tree_seconds(running.bare.pid) - before) / BARE_VIEWS * 1000
    begun = clock.now()
    parts, seconds = {}, {}
    for part in mix.PARTS:
        parts[part.name], seconds[part.name] = _measure_part(part, cast, processors)
        _say(f"{part.name}: {sum(parts[part.name]):.1f} s a day")
    for name, model, task, count in (
        ("emails", Delivery, "notifications.send_due", mix.EMAILS),
        ("webhooks", WebhookDelivery, "open311.send_due_webhooks", mix.WEBHOOKS),
    ):
        parts[name] = _send_due(processors, model, task, begun, count)
    parts |= _measure_periodic_tasks(processors)
    title, idle = f"{place.name}, a bare view costs {bare:.2f} ms", processors.idle.times(DAY)
    times = {
        "a report until it is acknowledged": seconds["reports"],
        "a routing until a poll of the live page tells of it": _time_updates(cast),
        "a photo from the upload until it can be shown": _time_photos(cast),
    }
    return report.render_day(title, parts, idle) + report.render_times(times)


def _measure_part(part: mix.Part, cast, processors: Processors) -> tuple[Cost, list[float]]:
    """Return the cost of this part for a day, and the response time of each round in seconds."""
    scene = SCENES[part.scene]
    browser, seconds = cast.people[scene.who], []
    given = [scene.prepare(browser, cast, n) for n in range(part.rounds)]
    processors.await_workers()

    def act() -> None:
        for n in range(part.rounds):
            browser.answers.clear()
            answer = scene.act(browser, cast, n, *given[n])
            seconds.append(answer.seconds)

    cost = processors.measure(act)
    return cost.times(part.times / part.rounds), seconds


def _send_due(
    processors: Processors,
    model: "type[Delivery] | type[WebhookDelivery]",
    task: str,
    begun: datetime,
    count: int,
) -> Cost:
    """Return the cost of a day's `count` messages.

    The measured parts have sent some of the messages already, and their cost is not included.
    """
    from django.db import connection

    rows = model.objects.filter(created_at__gte=begun)
    made, due = rows.count(), rows.filter(state="due").count()
    _say(f"{task}: {made} messages of this run, {due} of them due")

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_NOW.format(rows.model._meta.db_table), [begun])
        _send(task)

    cost = processors.measure(act)
    sent = due - rows.filter(state="due").count()
    return cost.times(count * due / max(1, made * sent))


def _measure_periodic_tasks(processors: Processors) -> dict[str, Cost]:
    """Return the cost per day of each periodic task with nothing due, by name."""
    found = {}
    for name, period in PERIODS.items():
        rounds = 20 if period <= 60 else 2
        cost = processors.measure(partial(_send, name, rounds))
        found[f"task {name}"] = cost.times(DAY / period / rounds)
    return found


def _send(task: str, rounds: int = 1) -> None:
    """Send a task to the worker, as beat does."""
    from santa311.celery import app

    for _n in range(rounds):
        app.send_task(task)


def _time_updates(cast) -> list[float]:
    """Return the seconds from the start of routing to the first poll that sees the change."""
    scene, stranger, found = SCENES["desk, route and see the next"], cast.people["stranger"], []
    for n in range(UPDATES):
        [(action, fields)] = scene.prepare(cast.people[scene.who], cast, n)
        page = f"/requests/{action.split('/')[2]}/live/"
        seen = stranger.get(page).headers.get("live-version", "")
        begun = time.monotonic()
        cast.people[scene.who].post(action, fields)
        while stranger.get(f"{page}?v={seen}").status == 204:
            time.sleep(0.01)
        found.append(time.monotonic() - begun)
    return found


def _time_photos(cast) -> list[float]:
    """Return the seconds from the start of an upload until the sizes are ready."""
    from requests_app.models import Photo

    scene, browser, found = SCENES["photo of 12 megapixels alone"], cast.people["stranger"], []
    for n in range(PHOTOS):
        given = scene.prepare(browser, cast, n)
        begun = time.monotonic()
        scene.act(browser, cast, n, *given)
        while Photo.objects.filter(state=Photo.State.WAITING).exists():
            time.sleep(0.02)
        found.append(time.monotonic() - begun)
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
