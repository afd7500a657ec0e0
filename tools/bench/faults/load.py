"""A load of twenty mixed requests per second.

The rate does not depend on response times, as real visitors do not wait for each other: if the site
hangs, requests accumulate in threads. A report that was not acknowledged is sent again with the
same key.
"""

import heapq
import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from tools.bench.faults import people
from tools.bench.faults.ledger import Ledger

# An act, how many of a hundred acts are of its kind, and how many requests it makes.
MIX = [
    ("poll", 50, 1),
    ("list", 20, 1),
    ("deliver", 15, 1.1),
    ("receipt", 6, 1),
    ("walk", 3, 6),
    ("route", 4, 2),
    ("complete", 2, 2),
]
REQUESTS_PER_ACT = sum(part * requests for _name, part, requests in MIX) / 100
RETRY_AFTER = 1.5  # seconds; a phone's outbox waits longer, which is easier for the site
RESIDENTS, WATCHED = 24, 40


class Load:
    """The load generator; it runs during `with Load(address):`, then retries unanswered reports."""

    def __init__(self, address, rate=20, *, photos=False, seed=311, ledger=None) -> None:
        self.address = address
        self.rate = rate
        self.photos = photos
        self.ledger = ledger or Ledger()
        self.since = time.time()
        self._dice = random.Random(seed)
        self._threads = ThreadPoolExecutor(max_workers=96, thread_name_prefix="person")
        self._stop = threading.Event()
        self._again: list[tuple[float, int, people.Report]] = []
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._free = [people.Resident(address, self.ledger, n) for n in range(RESIDENTS)]
        self._neighbors = [people.Neighbor(address, self.ledger) for _ in range(8)]
        self.agent = people.Staff(address, self.ledger, people.AGENT)
        self.crew = people.Staff(address, self.ledger, people.CREW)
        self._staff_lock = {self.agent: threading.Lock(), self.crew: threading.Lock()}
        self._clock = threading.Thread(target=self._keep_pace, daemon=True)

    def __enter__(self) -> Self:
        self.since = time.time()
        self._clock.start()
        return self

    def __exit__(self, failure, *_) -> None:
        self.stop(patience=0 if failure else 60)

    def stop(self, patience=60) -> None:
        """Stop starting new acts, wait for running ones, and retry unacknowledged reports.

        Reports that are not acknowledged within `patience` seconds stay unanswered in the ledger.
        They do not count as lost, because they were never acknowledged.
        """
        if self._stop.is_set():
            return
        self._stop.set()
        self._clock.join()
        until = time.time() + patience
        while self.ledger.unanswered() and time.time() < until:
            self._run_what_is_due()
            time.sleep(0.05)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _keep_pace(self) -> None:
        gap = REQUESTS_PER_ACT / self.rate
        due = time.monotonic()
        while not self._stop.is_set():
            self._threads.submit(self._safely, self._pick())
            self._run_what_is_due()
            due += gap
            if (pause := due - time.monotonic()) > 0:
                self._stop.wait(pause)
            else:
                due = time.monotonic()

    def _pick(self):
        names = [name for name, _part, _requests in MIX]
        name = self._dice.choices(names, [part for _name, part, _requests in MIX])[0]
        return getattr(self, f"_{name}")

    def _safely(self, act, *given) -> None:
        """Call `act`, and record an exception of the load itself as a failure."""
        try:
            act(*given)
        except Exception as error:  # noqa: BLE001 - recorded in the ledger, where it fails the run
            self.ledger.met("load", f"{type(error).__name__}: {error}", 0)

    # Acts

    def _poll(self) -> None:
        if reference := self._some_reference():
            self._dice.choice(self._neighbors).watch(reference)

    def _list(self) -> None:
        self._dice.choice(self._neighbors).read_list()

    def _deliver(self) -> None:
        if resident := self._somebody():
            report = resident.new_report()
            if self.photos and self._dice.random() < self.photos:
                resident.has_token()
                resident.send_photo(report, people.make_picture(self._dice.randrange(2**30)))
            self._send(resident, report, resident.deliver)

    def _walk(self) -> None:
        if resident := self._somebody():
            report = resident.new_report()
            self._send(resident, report, resident.walk)

    def _receipt(self) -> None:
        """Open the receipt of an acknowledged report again; it must name the same reference."""
        told = self.ledger.acknowledged(time.time() - 120)
        resident = self._somebody()
        if resident is None:
            return
        mine = [report for report in told if report.by is resident]
        if mine:
            resident.read_receipt(self._dice.choice(mine))
        self._back(resident)

    def _route(self) -> None:
        self._as_staff(self.agent, self.agent.route, self._pick_reference("route"))

    def _complete(self) -> None:
        self._as_staff(
            self.crew, self.crew.complete, self._pick_reference("complete", after="route")
        )

    # Helpers

    def _send(self, resident, report, way) -> None:
        report.way = way
        try:
            is_told = way(report)
        finally:
            self._back(resident)
        if not is_told:
            self._once_more(report)

    def _once_more(self, report) -> None:
        with self._lock:
            due = time.time() + RETRY_AFTER * (1 + self._dice.random())
            heapq.heappush(self._again, (due, next(self._order), report))

    def _run_what_is_due(self) -> None:
        with self._lock:
            due = []
            while self._again and self._again[0][0] <= time.time():
                due.append(heapq.heappop(self._again)[2])
        for report in due:
            self._threads.submit(self._safely, self._retry, report)

    def _retry(self, report) -> None:
        """Send a report again, by the same person, with the same key, in the same way."""
        if not report.way(report):
            self._once_more(report)

    def _somebody(self):
        with self._lock:
            return self._free.pop(0) if self._free else self._newcomer()

    def _newcomer(self):
        return people.Resident(self.address, self.ledger, next(self._order))

    def _back(self, resident) -> None:
        with self._lock:
            if len(self._free) < RESIDENTS:
                self._free.append(resident)

    def _some_reference(self) -> str | None:
        told = self.ledger.acknowledged(self.since)[-WATCHED:]
        return next(iter(self._dice.choice(told).references)) if told else None

    def _pick_reference(self, act, after=None) -> str | None:
        """Return a reference for which `act` was not done yet and `after` was, or None."""
        done = set(self.ledger.acts[act])
        ready = (
            list(self.ledger.acts[after])
            if after
            else [next(iter(r.references)) for r in self.ledger.acknowledged(self.since)]
        )
        return next((reference for reference in ready if reference not in done), None)

    def _as_staff(self, person, act, reference) -> None:
        """Let the person act, unless the person is still busy with another act."""
        if reference and self._staff_lock[person].acquire(blocking=False):
            try:
                act(reference)
            finally:
                self._staff_lock[person].release()
