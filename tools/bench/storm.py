"""Measure a storm: thousands watch and report at the same time, on one machine behind nginx.

`./run tool python -m tools.bench.storm` starts a stack in an empty folder with 2,500 requests, and
opens 5,000 pages: 500 that poll every three seconds and 4,500 at slower rates
(`tools/bench/trackers.py`). They poll for 5 minutes while 2 reports per second are sent, each with
a photo of 12 megapixels. Reports are sent at fixed times, even if earlier ones are still
unanswered. Then the test waits until all photos are processed, and all 5,000 pages poll at the same
moment on new connections. It prints the figures of reports/measurements.md and exits with 1 if a
limit below is exceeded. `--minutes 1` makes it shorter. The CPU time of the load itself is counted
separately.

Rate limits are off: in a real storm the requests come from many addresses, here from a single one.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.bench.faults import people
from tools.bench.faults.checks import Check, at_least, is_so, none_of, print_checks
from tools.bench.faults.evidence import ask
from tools.bench.faults.ledger import Ledger
from tools.bench.percentiles import percentile
from tools.bench.scale.meter import tree_seconds
from tools.bench.scale.place import fill_database
from tools.bench.trackers import Trackers
from tools.bench.waiting import wait_for
from tools.stack import Stack

WAITING = "SELECT count(*) FROM requests_app_photo WHERE state = 'waiting'"
REFERENCES = "SELECT reference FROM requests_app_servicerequest"
PUBLIC = f"{REFERENCES} WHERE NOT is_private AND NOT is_hidden"
REQUESTS, REPORTS_PER_SECOND, PHOTOS = 2500, 2, 12
MAX_POLL, MAX_REPORT = 0.1, 0.3  # seconds, p95
MAX_WAIT, MAX_BACKLOG = 10, 300  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--trackers", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="s311-storm-") as folder:
        # as root, PostgreSQL runs as another user, who must be able to enter
        Path(folder).chmod(0o755)
        with Stack(folder, environment={"RATE_LIMITS": "off"}) as stack:
            fill_database(stack.environment | {"DATABASE_URL": stack.leader_url}, REQUESTS)
            print(f"load average before: {os.getloadavg()[0]:.1f}", flush=True)
            storm = run_storm(stack, options.trackers, options.minutes * 60)
            return 0 if print_checks(storm) else 1


def run_storm(stack: Stack, count: int, seconds: float) -> Iterator[Check]:
    """Yield checks of the minutes of the storm, and of the time after it."""
    ledger = Ledger()
    photos = [people.make_picture(seed, 4000, 3000) for seed in range(PHOTOS)]
    references = [reference for (reference,) in ask(stack.leader_url, PUBLIC)]
    port = stack.addresses["nginx"][1]
    with Trackers(port, references, count // 10, count - count // 10) as trackers:
        before, own = count_seconds(stack), time.process_time()
        send_reports(stack.url, ledger, photos, seconds)
        found = trackers.stop()
        used = count_seconds(stack) - before
        load = found.cpu + time.process_time() - own
        yield times_of("polls", [poll.seconds for poll in found.polls], MAX_POLL)
        yield statuses_of("polls", [poll.status for poll in found.polls])
        for kind, limit in {"token": None, "photo": None, "submit": MAX_REPORT}.items():
            answers = ledger.between(0, kind=kind)
            yield times_of(kind, [answer.seconds for answer in answers], limit)
        yield statuses_of("reports", [answer.status for answer in ledger.answers])
        yield is_so("processors used", f"{used / seconds:.2f} by the city, {load / seconds:.2f} by"
                    f" the load, of {os.cpu_count()}", ok=True)  # fmt: skip
        yield await_photos(stack)
        again = trackers.reconnect().polls
        yield times_of("all at once", [poll.seconds for poll in again], MAX_WAIT, part=1)
        yield statuses_of("all at once", [poll.status for poll in again])
    told = [reference for report in ledger.acknowledged() for reference in report.references]
    filed = {reference for (reference,) in ask(stack.leader_url, REFERENCES)}
    yield at_least("acknowledged", len(told), 1)
    yield none_of("acknowledged and not in the database", set(told) - filed, len(told))


def send_reports(url: str, ledger: Ledger, photos: list[bytes], seconds: float) -> None:
    """Send reports at fixed times, each in a thread; return when all have a response."""
    threads, begun = [], time.monotonic()
    for number in range(int(REPORTS_PER_SECOND * seconds)):
        time.sleep(max(0, begun + number / REPORTS_PER_SECOND - time.monotonic()))
        resident = people.Resident(url, ledger, number)
        photo = photos[number % len(photos)]
        threads.append(threading.Thread(target=_report, args=[resident, photo]))
        threads[-1].start()
    for thread in threads:
        thread.join()


def _report(resident: people.Resident, photo: bytes) -> None:
    report = resident.new_report()
    resident.send_photo(report, photo)
    resident.deliver(report)


def count_seconds(stack: Stack) -> float:
    """Return the CPU seconds of all processes of the stack, including ended ones."""
    children = [service.child for service in stack.services.values()]
    return sum((tree_seconds(child.pid) for child in children if child), 0.0)


def await_photos(stack: Stack, patience: float = 900) -> Check:
    at_first = ask(stack.leader_url, WAITING)[0][0]
    is_done, took = wait_for(lambda: not ask(stack.leader_url, WAITING)[0][0], patience, pause=1)
    left = ask(stack.leader_url, WAITING)[0][0]
    said = f"{at_first} at the end, {left} after {took:.0f} s"
    return is_so("photos waiting", said, is_done and took <= MAX_BACKLOG)


def times_of(
    name: str, times: list[float], limit: float | None = None, part: float = 0.95
) -> Check:
    median, p95, longest = (percentile(times, each) for each in (0.5, 0.95, 1))
    said = f"{len(times)} asked, median {median:.3f} s, p95 {p95:.3f} s, longest {longest:.2f} s"
    if limit is None:
        return is_so(name, said, ok=True)
    return is_so(
        f"{name}, {part:.0%} ≤ {limit} s", said, times and percentile(times, part) <= limit
    )


def statuses_of(name: str, found: Iterable[int | str]) -> Check:
    counted = Counter(found)
    bad = [status for status in counted if status in {"cut", "hung"} or int(status) >= 400]
    return is_so(f"{name}, statuses", dict(counted), ok=not bad)


if __name__ == "__main__":
    sys.exit(main())
