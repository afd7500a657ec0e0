"""A storm: everybody watches and everybody reports, through nginx, with everything on one machine.

`./run tool python -m tools.bench.storm` starts a stack of its own in an empty folder with 2,500
requests, and opens 5,000 of their pages: 500 that ask every three seconds and 4,500 in the slower
steps (`tools/bench/trackers.py`). For 5 minutes these ask for news while 2 reports a second come,
each with a photo of 12 megapixels and 1 to 2 MB; reports are sent at their times whether or not the
ones before were answered. Then the photos' backlog is waited for, and all 5,000 ask at the same
moment, by new connections. It prints what docs/measured.md quotes and exits 1 where a limit below
is broken. Shorter: --minutes 1. What the load itself costs of the processor is counted apart.

Rates are not limited: a real storm comes from many addresses, and its reports from a single one.
"""

import argparse
import io
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psutil
import psycopg
import requests
from PIL import Image

from tools.bench.generated_requests import generate
from tools.bench.trackers import Trackers
from tools.stack import Stack

CATEGORY = {"category": "graffiti-public", "answer-hate": "no"}
WAITING = "SELECT count(*) FROM requests_app_photo WHERE state = 'waiting'"
FILED = "SELECT reference FROM requests_app_servicerequest"
REQUESTS, REPORTS_A_SECOND = 2500, 2
MOST_POLL, MOST_REPORT, MOST_WAIT, MOST_BACKLOG = 0.1, 1, 10, 300  # seconds; the first two p95


def pictures(count=12):
    """12-megapixel JPEGs of 1 to 2 MB, with the noise of real ones."""
    made = []
    for seed in range(count):
        dice = random.Random(seed)
        noise = Image.frombytes("RGB", (400, 300), dice.randbytes(400 * 300 * 3))
        buffer = io.BytesIO()
        noise.resize((4000, 3000), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=52)
        made.append(buffer.getvalue())
    return made


class Reporters:
    """People who each send one report, one after another at fixed times."""

    def __init__(self, address, photos):
        self.address = address
        self.photos = photos
        self.answers = []  # (kind, status or "cut", seconds)
        self.acknowledged = []
        self._lock = threading.Lock()

    def send(self, seconds):
        people = []
        begun = time.monotonic()
        for number in range(int(REPORTS_A_SECOND * seconds)):
            time.sleep(max(0, begun + number / REPORTS_A_SECOND - time.monotonic()))
            person = threading.Thread(target=self._report, args=[number])
            person.start()
            people.append(person)
        for person in people:
            person.join()

    def _report(self, number):
        with requests.Session() as phone:
            phone.trust_env = False
            token = self._ask(phone, "token", "GET", "/report/token/")
            if token is None or token.status_code != 200:
                return
            phone.headers["X-CSRFToken"] = token.json()["token"]
            report = f"/report/{uuid.uuid4()}"
            photo = ("photo.jpg", self.photos[number % len(self.photos)], "image/jpeg")
            self._ask(phone, "photo", "POST", f"{report}/photos/", files={"photos": photo})
            words = self._words(number)
            sent = self._ask(phone, "report", "POST", f"{report}/delivery/", data=words)
            if sent is not None and sent.status_code == 201:
                self.acknowledged.append(sent.json()["reference"])

    def _words(self, number):
        """No two in one place, with the same words, or of the same person."""
        return {
            **CATEGORY,
            "latitude": f"{34.012 + number % 40 * 0.0004:.6f}",
            "longitude": f"{-118.492 + number // 40 * 0.0002:.6f}",
            "text": f"Number {number}",
            "description": f"Report number {number} of the storm: {uuid.uuid4()}",
            "location_note": "",
            "name": "",
            "email": f"person{number}@example.org",
            "phone": "",
        }

    def _ask(self, phone, kind, method, path, **how):
        begun = time.monotonic()
        try:
            answer = phone.request(method, self.address + path, timeout=30, **how)
        except requests.RequestException:
            self._note(kind, "cut", begun)
            return None
        self._note(kind, answer.status_code, begun)
        return answer

    def _note(self, kind, status, begun):
        with self._lock:
            self.answers.append((kind, status, time.monotonic() - begun))

    def times(self, kind):
        return [took for one, _, took in self.answers if one == kind]


class Verdict:
    """Says each figure beside its limit, and remembers whether all were kept."""

    def __init__(self):
        self.is_good = True

    def times(self, name, times, most=None, part=0.95):
        ordered = sorted(times)
        found = ordered[int(part * (len(ordered) - 1))]
        median, longest = ordered[len(ordered) // 2], ordered[-1]
        said = f"{len(ordered)} asked, median {median:.3f} s, p95 {_p95(ordered):.3f} s"
        self.say(name, f"{said}, longest {longest:.2f} s", most is None or found <= most)

    def statuses(self, name, found):
        counted = Counter(found)
        bad = [status for status in counted if status == "cut" or int(status) >= 400]
        self.say(name, dict(counted), not bad)

    def say(self, name, found, is_kept=True):
        self.is_good &= is_kept
        print(f"{'' if is_kept else 'BROKEN '}{name}: {found}", flush=True)


def _p95(ordered):
    return ordered[int(0.95 * (len(ordered) - 1))]


def ask(stack, query):
    """All rows. A manage.py a second would take half of what the photos' worker needs."""
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(query).fetchall()


def watched(stack):
    """The references of the requests that the city begins with."""
    with psycopg.connect(stack.environment["DATABASE_URL"]) as connection:
        generate(connection, 1, REQUESTS)
    return [reference for (reference,) in ask(stack, FILED)]


def processor(stack):
    """Seconds that all of the stack's processes have used, those that ended too."""
    roots = [psutil.Process(each.child.pid) for each in stack.services.values()]
    everybody = {one for root in roots for one in (root, *root.children(recursive=True))}
    return sum(map(_seconds, everybody))


def _seconds(process):
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:  # it is counted with its parent now
        return 0


def storm(stack, photos, options, verdict):
    """The minutes of the storm, and what comes after them; who reported."""
    port = stack.addresses["nginx"][1]
    slow = options.trackers - options.trackers // 10
    with Trackers(port, watched(stack), options.trackers // 10, slow) as trackers:
        reporters = Reporters(stack.url, photos)
        before, own = processor(stack), time.process_time()
        reporters.send(options.minutes * 60)
        found = trackers.stop()
        took = processor(stack) - before
        load = found.cpu + time.process_time() - own
        seconds = options.minutes * 60
        verdict.say("polls a second", f"{len(found.polls) / seconds:.0f}")
        verdict.times("polls", [took for *_, took in found.polls], MOST_POLL)
        verdict.statuses("polls, statuses", [status for _, status, _ in found.polls])
        for kind in ("token", "photo", "report"):
            verdict.times(kind, reporters.times(kind), MOST_REPORT if kind == "report" else None)
        verdict.statuses("reports, statuses", [status for _, status, _ in reporters.answers])
        verdict.say("processors used", f"{took / seconds:.2f} by the city, {load / seconds:.2f} by"
                    f" the load, of {os.cpu_count()}")  # fmt: skip
        await_backlog(stack, verdict)
        again = trackers.reconnect()
        verdict.times("all at once", [took for *_, took in again.at_once], MOST_WAIT, part=1)
        verdict.statuses("all at once, statuses", [status for _, status, _ in again.at_once])
    return reporters


def await_backlog(stack, verdict, most=900):
    begun = time.monotonic()
    at_first = waiting = ask(stack, WAITING)[0][0]
    while waiting and time.monotonic() - begun < most:
        time.sleep(1)
        waiting = ask(stack, WAITING)[0][0]
    took = time.monotonic() - begun
    said = f"{at_first} at the end, {waiting} after {took:.0f} s"
    verdict.say("photos waiting", said, not waiting and took <= MOST_BACKLOG)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--trackers", type=int, default=5000)
    parser.add_argument("--data-dir", help="a folder that is kept; left out: one that is removed")
    options = parser.parse_args()
    photos, verdict = pictures(), Verdict()
    sizes = [len(photo) / 1e6 for photo in photos]
    verdict.say("photos", f"{min(sizes):.1f} to {max(sizes):.1f} MB")
    with tempfile.TemporaryDirectory(prefix="s311-storm-") as scratch:
        Path(scratch).chmod(0o755)
        with Stack(options.data_dir or scratch, environment={"RATE_LIMITS": "off"}) as stack:
            verdict.say("load average before", f"{os.getloadavg()[0]:.1f}")
            reporters = storm(stack, photos, options, verdict)
            filed = {reference for (reference,) in ask(stack, FILED)}
            lost = [each for each in reporters.acknowledged if each not in filed]
            verdict.say("acknowledged", len(reporters.acknowledged), bool(reporters.acknowledged))
            verdict.say("acknowledged and not in the database", len(lost), not lost)
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
