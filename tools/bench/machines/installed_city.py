"""An installed city as its users and its operator see it."""

import json
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from tools.bench.containers.journey import City, told_are_there
from tools.bench.faults.checks import Check, at_most, is_so, none_of
from tools.bench.faults.sink import Sink
from tools.bench.machines.machine import Machine
from tools.bench.machines.playbook import Playbook
from tools.bench.waiting import wait_for

LONGEST_WRITE = 6  # seconds, during an upgrade
STYLE_SHEET = re.compile(r'href="(/static/[^"]+\.css)"')
PATRONI = "patronictl -c /etc/patroni/config.yml"


class InstalledCity(City):
    """The city at the URL `at` on `machines`; `authority` is the CA of its certificate."""

    def __init__(
        self, playbook: Playbook, at: str, letterbox: Sink, authority: str | bool = True
    ) -> None:
        super().__init__(self, at, "", letterbox, authority)
        self.playbook = playbook
        self.machines = playbook.machines

    def manage(self, *arguments: str) -> str:
        """Run manage.py on a machine that answers; the last argument may be a script."""
        *words, script = arguments
        machine = next(each for each in self.machines if each.ask("true").returncode == 0)
        return machine.run(f'santa311-manage {" ".join(words)} "$(cat)"', input=script)

    def objects(self) -> list[str]:
        """Return the names of all objects in the bucket, as the backup's rclone sees them."""
        listing = "RCLONE_CONFIG=/etc/santa311/rclone.conf rclone lsf -R --files-only s3:photos"
        return self.machines[-1].run(listing).split()

    def find_members(self) -> list[dict[str, str]]:
        """Return the members of Patroni's cluster, from any machine that answers."""
        for each in self.machines:
            asked = each.ask(f"{PATRONI} list --format json")
            if asked.returncode == 0:
                return json.loads(asked.stdout)
        return []

    def find_leader(self) -> Machine:
        """Return the machine with the leader of PostgreSQL."""
        names = [each["Member"] for each in self.find_members() if each["Role"] == "Leader"]
        return next(each for each in self.machines if each.name in names)

    def make_leader(self, machine: Machine) -> None:
        """Make a machine the leader; raise ServiceFailed if Patroni refuses."""
        if machine is not self.find_leader():
            machine.run(f"{PATRONI} switchover --force --candidate {machine.name} santa311")

    def find_holder(self) -> Machine:
        """Return the machine that has the shared address."""
        address = urlsplit(self.at).hostname
        holds = f"ip -4 -brief address | grep -q {address}/"
        return next(each for each in self.machines if each.ask(holds).returncode == 0)

    def follows(self) -> bool:
        """Return True if one member leads, and all others stream and can replace it."""
        members = self.find_members()
        states = sorted(each["State"] for each in members)
        roles = {each["Role"] for each in members}
        return (
            states == ["running", *["streaming"] * (len(self.machines) - 1)]
            and roles <= {"Leader", "Quorum Standby"}
        )  # fmt: skip


@dataclass
class Use:
    """People who read and report meanwhile; `with Use(site) as use:` starts and stops them."""

    site: InstalledCity
    reads: int = 0
    failed_reads: list[str] = field(default_factory=list)
    slowest_read: float = 0
    writes: list[float] = field(default_factory=list)  # times of acknowledgement
    _style_sheets: set[str] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Use":
        self._threads = [threading.Thread(target=each) for each in (self._read, self._write)]
        for each in self._threads:
            each.start()
        wait_for(lambda: self.writes and self.reads, 30, pause=0.1)
        return self

    def __exit__(self, *_error: object) -> None:
        before = len(self.writes)
        wait_for(lambda: len(self.writes) > before + 1, 60, pause=0.1)
        self._over.set()
        for each in self._threads:
            each.join()

    @property
    def longest_gap(self) -> float:
        """Return the seconds of the longest time without an acknowledged report."""
        pairs = zip(self.writes, self.writes[1:], strict=False)
        return max((after - before for before, after in pairs), default=float("inf"))

    def _read(self) -> None:
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                self._open_page()
            except requests.RequestException as error:
                self.failed_reads.append(str(error) or type(error).__name__)
            self.reads += 1
            self.slowest_read = max(self.slowest_read, time.monotonic() - begun)
            time.sleep(0.2)

    def _open_page(self) -> None:
        """Open a page and each of its style sheets once, as a browser does.

        Raise requests.RequestException if one of them is missing.
        """
        page = self.site.get("/requests/")
        page.raise_for_status()
        for path in set(STYLE_SHEET.findall(page.text)) - self._style_sheets:
            self.site.get(path).raise_for_status()
            self._style_sheets.add(path)

    def _write(self) -> None:
        report = self.site.resident.new_report()
        while not self._over.is_set():
            if self.site.resident.deliver(report):
                self.writes.append(time.monotonic())
                report = self.site.resident.new_report()
            time.sleep(0.2)


def check_use(use: Use, *, reads_continue: bool, gap: float) -> list[Check]:
    """Return checks of the responses and the pauses that people met during an event."""
    found = [at_most("longest time without a write", use.longest_gap, gap, digits=1)]
    if reads_continue:
        found.append(none_of("reads that failed", use.failed_reads, use.reads))
    else:
        found.append(is_so("reads that failed", f"{len(use.failed_reads)} of {use.reads}", ok=True))
    found.append(is_so("slowest read", f"{use.slowest_read:.1f} s", ok=True))
    return [*found, told_are_there(use.site)]
