"""The stack of the experiments, with connections that can fail and a mail server."""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg
import requests

from tools.bench.faults import evidence, people
from tools.bench.faults.checks import Check
from tools.bench.faults.experiment import NotRun
from tools.bench.faults.ledger import Ledger
from tools.bench.faults.mail_folder import Folder
from tools.bench.faults.network import Networks, make_networks
from tools.bench.faults.proxy import Line
from tools.bench.faults.push_sink import PushSink
from tools.bench.faults.sink import Sink
from tools.bench.waiting import wait_for
from tools.embedded import folders
from tools.embedded.managed import Managed
from tools.stack import Stack, objects
from tools.stack.cluster import NODES

LINES = ("haproxy", "valkey", "s3")
# the disks that F14 fills: of the leader, and of the application
TMPFS = dict.fromkeys(NODES, "640m") | {"data": "96m"}
METRICS_TOKEN = "for-the-experiments-only"
HOOK_SECRET = "for-the-hook-of-the-experiments"
# All load comes from one address and a few browsers, so these limits are raised.
A_WHOLE_CITY = [
    "report.address", "report.person", "photo.address", "photo.person", "word.address",
    "word.person", "search.address", "search.person", "sign_in.address", "sign_in.person",
    "quiet.address", "quiet.city",
]  # fmt: skip
STAFF = f"""
from accounts.models import Membership, Role, User
from city.models import Department
for name in ("omar", "nora", "wes"):
    person, is_new = User.objects.get_or_create(username=name, defaults={{
        "email": name + "@city.example", "is_agent": name != "wes", "first_name": name.title()}})
    person.choose_password({people.PASSWORD!r})
    person.save()
department = Department.objects.get(slug={people.DEPARTMENT!r})
Membership.objects.get_or_create(
    user=User.objects.get(username="wes"), department=department, role=Role.MEMBER)
"""


@dataclass(frozen=True)
class Picture:
    """A photo of a public request, with its sizes ready."""

    id: str
    reference: str
    key: str
    original: str

    def url(self, size) -> str:
        return f"/photos/{self.key}/{size}.webp"


class Ground(Managed):
    """The stack with its test services; `with Ground() as ground:` starts it in a new folder.

    The folder is removed at the end.
    """

    def __init__(self, folder=None, say=print) -> None:
        self.folder = Path(folder or tempfile.mkdtemp(prefix="s311-faults-", dir=_roomy()))
        self.folder.chmod(0o755)
        self.say = say
        self.traces = people.TRACES
        self.ledger = Ledger()
        self.disks: dict[str, Path] = {}
        self.sink, self.push_sink = Sink(), PushSink()
        self.mailbox = Folder([])
        self.lines: dict[str, Line] = {}
        self._networks: Networks | None = None
        self._stack: Stack | None = None
        self._is_set_up = False

    def start(self) -> None:
        self.sink.start()
        for name in (*LINES, "smtp", "geocoder", "push", "imap"):
            self.lines[name] = Line(None).start()
        self._mount()
        self._networks = make_networks()
        self.stack = self.build_stack(self.folder / "stack")
        self.lines["smtp"].to = self.sink.address
        self.lines["push"].to = self.push_sink.start().address
        self.lines["imap"].to = self.mailbox.server_address
        threading.Thread(target=self.mailbox.serve_forever, args=(0.1,), daemon=True).start()
        # there is no geocoder: it accepts connections and never answers
        self.lines["geocoder"].set("blackhole")
        self.stack.start(self.say)
        self.manage("shell", "--command", STAFF)

    def stop(self) -> None:
        if self._stack:
            self._stack.stop()
        if self._networks:
            self._networks.stop()
        for line in self.lines.values():
            line.stop()
        self.sink.stop()
        self.push_sink.stop()
        self.mailbox.shutdown()
        self.mailbox.server_close()
        for folder in self.disks.values():
            subprocess.run(["umount", "--lazy", folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def build_stack(self, folder: Path) -> Stack:
        """Return a stack on `folder` that is not started, and point the connections to it."""
        stack = Stack(
            folder,
            between={name: self.lines[name].address for name in LINES},
            environment=self._environment(),
            machines=self._networks and self._networks.machines,
        )
        for name in LINES:
            self.lines[name].to = stack.addresses[name]
        return stack

    def _environment(self) -> dict[str, str]:
        geocoder = "127.0.0.1:{}".format(self.lines["geocoder"].port)
        return {
            "EMAIL_URL": "smtp://{}:{}".format(*self.lines["smtp"].address),
            "METRICS_TOKEN": METRICS_TOKEN,
            "REPLY_DOMAIN": "reply.city.example",
            "MAIL_AUTHSERV_ID": "mx.city.example",
            "MAIL_HOOK_SECRET": HOOK_SECRET,
            "IMAP_URL": "imap://a:b@{}:{}".format(*self.lines["imap"].address),
            "TMPDIR": str(self._temporary()),
            "RATE_LIMITS": ", ".join(f"{name}=6000/minute" for name in A_WHOLE_CITY),
            **self.push_sink.build_environment(self.lines["push"].address),
            "GEOCODER": "photon",
            "GEOCODER_OPTIONS": f'{{"domain": "{geocoder}", "scheme": "http"}}',
        }

    def _temporary(self) -> Path:
        """Return the folder for incoming large uploads; it is on the disk that F14 fills."""
        folder = self.folder / "stack" / "data" / "arriving"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o1777)
        (self.folder / "stack" / ".santa311-stack").touch()
        return folder

    def _mount(self) -> None:
        """Mount small disks for F14; do nothing without root."""
        if os.geteuid() != 0:
            return
        stack = self.folder / "stack"
        folders.make(stack)
        (stack / ".santa311-stack").touch()
        for name, size in TMPFS.items():
            inside = stack / ("" if name == "data" else "postgres") / name
            inside.mkdir(parents=True)
            for each in (inside, inside.parent):
                each.chmod(0o755)
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", inside],
                capture_output=True, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                self.disks[name] = inside

    # Addresses

    @property
    def stack(self) -> Stack:
        """The running stack; raise RuntimeError before start()."""
        if self._stack is None:
            raise RuntimeError("The stack is not started.")
        return self._stack

    @stack.setter
    def stack(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def address(self) -> str:
        return self.stack.url

    @property
    def nginx(self) -> tuple[str, Any]:
        return self.stack.addresses["nginx"]

    @property
    def environment(self) -> dict:
        return self.stack.environment

    @property
    def database(self) -> str:
        return self.stack.leader_url

    @property
    def valkey(self) -> str:
        """Return the direct URL of Valkey, without the proxy, for the user with full access."""
        return self.stack.keeper_url

    # Actions and queries

    def ask(self, *statements: str) -> list[tuple]:
        """Execute each statement; return the rows of the last one, [] if it has none."""
        with psycopg.connect(self.database, connect_timeout=3, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *arguments):
        return self.stack.manage(*arguments)

    def with_django(self, function: Callable):
        """Call a function in this process, with the stack's settings."""
        if not self._is_set_up:
            os.environ.update(self.environment)
            django.setup()
            self._is_set_up = True
        return function()

    def catch_up(self, patience=90) -> float | None:
        return evidence.catch_up(self.database, patience)

    def add_reports(self, ledger) -> None:
        """Add the reports of an experiment's own people to the ledger that is checked."""
        self.ledger.reports.update(ledger.reports)

    def find_networks(self) -> Networks:
        """Return the networks of the nodes; raise NotRun if they have no networks of their own."""
        if self._networks is None:
            raise NotRun("only root may make networks")
        return self._networks

    def fill(self, ballast: Path) -> None:
        """Write to `ballast` until its disk is full."""
        with ballast.open("wb", buffering=0) as file:
            size = 2**20
            while size:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    size //= 2

    @contextmanager
    def more_environment(self, more) -> Iterator[None]:
        before = dict(self.environment)
        self.environment.update(more)
        try:
            yield
        finally:
            self.environment.clear()
            self.environment.update(before)

    def oldest_debt_shown(self) -> float | None:
        """Return the age in seconds of the oldest undelivered event by the metrics, or None."""
        try:
            key = {"Authorization": f"Bearer {METRICS_TOKEN}"}
            page = requests.get(f"{self.address}/metrics", timeout=8, headers=key)
        except requests.RequestException:
            return None
        found = re.search(r"^santa311_outbox_oldest_seconds ([\d.e+]+)", page.text, re.M)
        return float(found.group(1)) if found else None

    # Photos

    def check_photos(self) -> Check:
        return evidence.rows_and_objects(self)

    def photo_state(self, key):
        rows = self.ask(
            "SELECT p.state FROM requests_app_photo p LEFT JOIN requests_app_draft d"
            " ON d.service_request_id = p.service_request_id"
            f" WHERE d.id = '{key}' OR p.draft_id = '{key}'"
        )
        return rows[0][0] if rows else None

    def a_ready_photo(self) -> Picture | None:
        rows = self.ask(
            "SELECT p.id::text, r.reference, p.key, p.original FROM requests_app_photo p"
            " JOIN requests_app_servicerequest r ON r.id = p.service_request_id"
            " WHERE p.state = 'ready' AND NOT r.is_private ORDER BY p.uploaded_at DESC LIMIT 1"
        )
        return Picture(*rows[0]) if rows else None

    def bucket(self):
        endpoint = "http://{}:{}".format(*self.stack.addresses["s3"])
        keys = (self.environment[name] for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY"))
        return objects.open_bucket(endpoint, *keys)

    def delete_objects(self, photo) -> list:
        names = [o.key for o in self.bucket().objects.all()
                 if o.key == photo.original or photo.key in o.key]  # fmt: skip
        for name in names:
            self.bucket().Object(name).delete()
        return names

    def forget_photo(self, photo) -> None:
        """Mark a photo whose file was deleted as unreadable."""
        self.ask(f"UPDATE requests_app_photo SET state = 'unreadable', original = ''"
                 f" WHERE id = '{photo.id}'")  # fmt: skip

    def broken_pictures(self) -> list:
        """Return the names of public sizes in the bucket that are not complete WebP files."""
        wrong = []
        for item in self.bucket().objects.filter(Prefix="sizes/"):
            body = item.get()["Body"].read()
            if body[:4] != b"RIFF" or int.from_bytes(body[4:8], "little") + 8 != len(body):
                wrong.append(item.key)
        return wrong

    # Between experiments

    def mend(self) -> None:
        """Restore all connections and start all services; raise an error if that fails."""
        for name, line in self.lines.items():
            if name != "geocoder":
                line.set("pass")
        if self._networks:
            for name in NODES:
                self._networks.mend(name)
        self.sink.mood, self.sink.refuse_some = "", 0
        for service in self.stack.services.values():
            service.resume()
            if not service.alive:
                service.start()
        self.stack.cluster.await_standbys()
        ready = f"{self.address}/healthz/ready"
        if not wait_for(lambda: requests.get(ready, timeout=10).status_code == 200, 60).found:
            raise RuntimeError("the stack does not become ready again")


def _roomy() -> str | None:
    """Return /var/lib as the parent folder for root, or None for the default.

    As root, PostgreSQL runs as another user, who must be able to enter. /var/lib is not a tmpfs.
    """
    return "/var/lib" if folders.as_root() else None
