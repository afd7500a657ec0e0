"""The running stack, as an experiment sees it: waiting, queries and checks."""

import os
import time
from typing import Any

import requests

from tools.bench.faults import ledger
from tools.bench.faults.checks import Check, at_most, is_so, none_of
from tools.bench.waiting import wait_for


class Scene:
    def __init__(self, ground, load, seconds) -> None:
        self.ground = ground
        self.stack = ground.stack
        self.services = ground.stack.services
        self.lines = ground.lines
        self.load = load
        self.ledger = load.ledger
        self.seconds = seconds
        self.begun = time.time()

    def before_the_fault(self) -> Check:
        """Return the speed of the machine before the fault, for comparison."""
        asked = self.ledger.between(self.begun)
        self.begun = time.time()
        busy = os.getloadavg()[0] / (os.cpu_count() or 1)
        found = (
            f"p95 {ledger.p95(asked):.2f} s at {self.load.rate:g} requests a second, "
            f"the machine's load {busy:.1f} a core"
        )
        return is_so("before", found, ok=True)

    # Time

    def wait(self, seconds=None) -> None:
        time.sleep(self.seconds if seconds is None else seconds)

    def until(self, is_true, patience=30, pause=0.1) -> float | None:
        """Return the seconds until `is_true()`, or None after `patience` seconds."""
        waited = wait_for(is_true, patience, pause)
        return waited.seconds if waited.found else None

    def until_told(self, since=None, patience=40) -> float | None:
        """Return the seconds until a report sent after `since` is acknowledged, or None."""
        since = since or time.time()
        return self.until(lambda: self.told(since), patience)

    def told(self, since, until=None) -> list:
        """Return the successful responses to reports that were sent after `since`."""
        sent = self.ledger.between(since, until, "submit")
        return [a for a in sent if a.status in {201, 302} and a.at - a.seconds >= since]

    # Queries

    def ready(self) -> tuple[int, Any] | tuple[None, list]:
        """Return status and failed parts of /healthz/ready; (None, []) without an answer."""
        try:
            answer = requests.get(f"{self.ground.address}/healthz/ready", timeout=8)
            return answer.status_code, answer.json().get("down", [])
        except (requests.RequestException, ValueError):
            return None, []

    def until_red(self, patience=15) -> float | None:
        return self.until(lambda: self.ready()[0] != 200, patience)

    def until_green(self, patience=40) -> float | None:
        return self.until(lambda: self.ready()[0] == 200, patience)

    def refusal(self, method="GET", path="/requests/", **given):
        """Request a page; return (status, Retry-After, seconds, text)."""
        begun = time.monotonic()
        try:
            answer = requests.request(
                method, self.ground.address + path, timeout=15, allow_redirects=False, **given
            )
        except requests.RequestException as error:
            return type(error).__name__, None, time.monotonic() - begun, ""
        after = answer.headers.get("Retry-After")
        return answer.status_code, after, time.monotonic() - begun, answer.text

    # Checks

    def p95(self, kind, limit, since=None, until=None) -> Check:
        found = self.ledger.between(since or self.begun, until, kind)
        check = at_most(f"p95 of {kind}", ledger.p95(found), limit)
        return Check(
            check.name, f"{check.measured} ({ledger.counts(found)})", check.ok and bool(found)
        )

    def longest(self, limit, since=None, until=None) -> Check:
        """Check that no response, whatever its status, took longer than `limit` seconds."""
        found = self.ledger.between(since or self.begun, until)
        worst = max(found, key=lambda each: each.seconds, default=None)
        if worst is None:
            return is_so("pages were asked for", "none", ok=False)
        return at_most(f"slowest page ({worst.kind}, {worst.status})", worst.seconds, limit)

    def failures(self, since=None, until=None, but=()) -> list:
        found = self.ledger.between(since or self.begun, until)
        return [each for each in found if each.failed and each.status not in but]

    def no_errors(self, name="errors for people", since=None) -> Check:
        wrong = [f"{each.kind} {each.status}" for each in self.failures(since)]
        return none_of(name, wrong)

    def only_in_flight(self, moments, since=None) -> Check:
        """Check that errors occurred only for requests in progress at one of these moments."""
        wrong = [
            f"{each.kind} {each.status}"
            for each in self.failures(since)
            if not any(each.at - each.seconds <= m + 1 and each.at >= m - 1 for m in moments)
        ]
        met = len(self.failures(since))
        check = none_of("errors for what was not in flight", wrong)
        return Check(check.name, f"{check.measured}; in flight {met - len(wrong)}", check.ok)

    def says_when_to_come_back(self, refusal) -> Check:
        status, after, seconds, _text = refusal
        shown = f"{status}, Retry-After {after}, {seconds:.1f} s"
        return is_so("503 with Retry-After", shown, status == 503 and bool(after))

    def load_itself_is_sound(self) -> Check:
        wrong = [a.status for a in self.ledger.between(0, kind="load")]
        wrong += [
            f"{a.kind} {a.status}"
            for a in self.ledger.between(self.begun)
            if a.status in {400, 403, 405, 422} and a.kind in {"submit", "form", "token"}
        ]
        return none_of("mistakes of the load itself", sorted(set(wrong)))
