"""A storm: everybody reports at once, through nginx, on a stack with everything on one machine.

`./run tool python -m bench.storm` starts a stack of its own in an empty folder, sends 2 reports a
second, each with a photo of 1 to 2 MB, for 10 minutes, waits until the photos' backlog is gone, and
then sends 20 a second without photos for 60 s. Reports are sent at their times whether or not the
ones before were answered. It prints what docs/operations.md quotes. Shorter: --minutes 2.

Rates are not limited: a real storm comes from many addresses, and this one from a single one.
"""

import argparse
import io
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psycopg
import requests
from PIL import Image

from santa311.stack import Stack

CATEGORY = {"category": "graffiti-public", "answer-hate": "no"}
WAITING = "SELECT count(*) FROM requests_app_photo WHERE state = 'waiting'"
FILED = "SELECT reference FROM requests_app_servicerequest"


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


class Crowd:
    """People who each send one report, one after another at fixed times."""

    def __init__(self, address, photos=()):
        self.address = address
        self.photos = photos
        self.answers = []  # (kind, status or "cut", seconds)
        self.acknowledged = []
        self.refused_politely = 0
        self._lock = threading.Lock()

    def send(self, a_second, seconds):
        people = []
        begun = time.monotonic()
        for number in range(int(a_second * seconds)):
            time.sleep(max(0, begun + number / a_second - time.monotonic()))
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
            if self.photos:
                photo = ("photo.jpg", self.photos[number % len(self.photos)], "image/jpeg")
                self._ask(phone, "photo", "POST", f"{report}/photos/", files={"photos": photo})
            sent = self._ask(
                phone, "report", "POST", f"{report}/delivery/", data=self._words(number)
            )
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
        if answer.status_code == 503 and answer.headers.get("Retry-After"):
            self.refused_politely += 1
        return answer

    def _note(self, kind, status, begun):
        with self._lock:
            self.answers.append((kind, status, time.monotonic() - begun))

    def tell(self, title):
        print(f"{title}: {len(self.acknowledged)} acknowledged")
        for kind in dict.fromkeys(kind for kind, _, _ in self.answers):
            times = sorted(took for one, _, took in self.answers if one == kind)
            print(
                f"  {kind}: {len(times)} asked, median {_part(times, 0.5):.2f} s,"
                f" p95 {_part(times, 0.95):.2f} s, longest {times[-1]:.2f} s"
            )
        statuses = Counter(status for _, status, _ in self.answers)
        failed = sum(n for status, n in statuses.items() if status == "cut" or status >= 500)
        print(f"  statuses {dict(statuses)}; 5xx or cut {100 * failed / len(self.answers):.2f} %")
        print(f"  of them 503 with Retry-After: {self.refused_politely}", flush=True)


def _part(ordered, share):
    return ordered[int(share * (len(ordered) - 1))]


def ask(stack, query):
    """All rows. A manage.py a second would take half of what the photos' worker needs."""
    with psycopg.connect(stack.environment["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(query).fetchall()


def await_backlog(stack, most=900):
    begun = time.monotonic()
    at_first = waiting = ask(stack, WAITING)[0][0]
    while waiting and time.monotonic() - begun < most:
        time.sleep(1)
        waiting = ask(stack, WAITING)[0][0]
    took = time.monotonic() - begun
    print(f"  photos waiting at its end: {at_first}; {waiting} after {took:.0f} s", flush=True)


def all_kept(stack, *crowds):
    filed = {reference for (reference,) in ask(stack, FILED)}
    lost = [each for crowd in crowds for each in crowd.acknowledged if each not in filed]
    print(f"acknowledged and not in the database: {len(lost)}")
    return not lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--burst", type=float, default=60, help="seconds")
    parser.add_argument("--data-dir", help="a folder that is kept; left out: one that is removed")
    options = parser.parse_args()
    photos = pictures()
    sizes = [len(photo) / 1e6 for photo in photos]
    print(f"photos of {min(sizes):.1f} to {max(sizes):.1f} MB")
    with tempfile.TemporaryDirectory(prefix="s311-storm-") as scratch:
        Path(scratch).chmod(0o755)
        with Stack(options.data_dir or scratch, environment={"RATE_LIMITS": "off"}) as stack:
            storm, burst = Crowd(stack.url, photos), Crowd(stack.url)
            storm.send(2, options.minutes * 60)
            storm.tell(f"storm, 2 a second with a photo, {options.minutes:g} minutes")
            await_backlog(stack)
            burst.send(20, options.burst)
            burst.tell(f"burst, 20 a second, {options.burst:g} s")
            return all_kept(stack, storm, burst)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
