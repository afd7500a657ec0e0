"""The steps of a run, in order, and the data that they share; each step returns checks."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from tools.bench.containers import backup, images, inspection, upgrade
from tools.bench.containers.engine import Engine
from tools.bench.containers.images import TAG
from tools.bench.containers.inspection import Seen
from tools.bench.containers.journey import (
    PEOPLE,
    City,
    await_that,
    letters_came,
    told_are_there,
    walk,
)
from tools.bench.containers.project import Project
from tools.bench.faults.checks import Check, at_most, is_so, none_of
from tools.bench.faults.sink import Sink
from tools.stack import ports

MOST_ON_TOP, MOST_SENT = 360, 30  # megabytes
KILLED = ["web", "worker-messages", "postgres"]


@dataclass
class Trial:
    """The data of one run; `before` names the commit from which the upgrade starts."""

    engine: Engine
    others: images.Others
    letterbox: Sink
    folder: Path
    before: str
    projects: list = field(default_factory=list)
    city: City | None = None
    report: object = None

    def settle(self, name, image, more=PEOPLE) -> City:
        """Create a city that is not started yet.

        `more` are additional settings, for example the secrets of another city.
        """
        at = ports.free(["web", "tls", "s3"])
        url = f"http://127.0.0.1:{at['web']}"
        store = f"http://127.0.0.1:{at['s3']}"
        values = more | {
            "SANTA311_IMAGE": image,
            "BASE_URL": url,
            "WEB_PORT": f"127.0.0.1:{at['web']}",
            "TLS_PORT": f"127.0.0.1:{at['tls']}",
            "S3_PORT": f"127.0.0.1:{at['s3']}",
            "S3_PUBLIC_ENDPOINT": store,
            "EMAIL_URL": "smtp://{}:{}".format(*self.letterbox.address),
        }
        project = Project(self.engine, f"s311-{name}", self.folder, values)
        self.projects.append(project)
        return City(project, url, store, self.letterbox)

    def end(self) -> None:
        """Stop all projects that were created, and delete their data."""
        while self.projects:
            self.projects.pop().down()


@dataclass(frozen=True)
class Step:
    name: str
    done: str
    act: Callable[["Trial"], list[Check]]


def build(trial) -> list[Check]:
    trial.others.bring()
    revision = images.commit("HEAD")
    took = images.build(trial.engine, TAG, revision=revision)
    history = images.layers(trial.engine, TAG)
    on_top = images.on_top(history, images.layers(trial.engine, images.find_base_image()))
    sent = images.after_a_code_change(history)
    found = trial.engine.inspect(TAG)[0]["Config"]
    return [
        is_so("the image is built", f"{took:.0f} s", ok=True),
        at_most("on top of its base", on_top / images.MEGABYTE, MOST_ON_TOP, "MB", 0),
        at_most("a change of the code sends", sent / images.MEGABYTE, MOST_SENT, "MB", 1),
        inspection.labels(found["Labels"] or {}, revision),
    ]


def start(trial) -> list[Check]:
    before = open_sockets()
    trial.city = trial.settle("one", TAG)
    begun = time.monotonic()
    trial.city.project.up()
    trial.city.project.await_healthy()
    took = time.monotonic() - begun
    trial.city.employ()
    return [
        is_so("everything is healthy", f"{took:.0f} s after docker compose up", ok=True),
        is_so("it is ready", trial.city.answers(), trial.city.answers() == 200),
        inspection.listeners(before, open_sockets(), {trial.letterbox.address}),
    ]


def use(trial) -> list[Check]:
    trial.report, found = walk(trial.city)
    return found


def look_inside(trial) -> list[Check]:
    project = trial.city.project
    services = yaml.safe_load((images.ROOT / "docker-compose.yml").read_text())["services"]
    seen = [_seen(trial.engine, each) for each in project.inspected()]
    return inspection.check_all(seen, services)


def restart(trial) -> list[Check]:
    """Restart each service in turn; check that all become healthy and accept a report."""
    city, lost, slowest = trial.city, [], (0.0, "")
    services = city.project.compose("ps", "--services").split()
    for name in services:
        begun = time.monotonic()
        city.project.compose("restart", name, patience=300)
        city.project.await_work(service=name)
        if city.file() is None:
            lost.append(name)
        slowest = max(slowest, (time.monotonic() - begun, name))
    return [
        none_of("services after whose restart no report was taken", lost, len(services)),
        is_so(
            "the slowest, until a report was taken", f"{slowest[1]}, {slowest[0]:.0f} s", ok=True
        ),
        told_are_there(city),
    ]


def kill(trial) -> list[Check]:
    """Send SIGKILL to a web process, a worker and the database; each must restart by itself."""
    city, found = trial.city, []
    for name in KILLED:
        container = city.project.containers(name)[0]
        before = trial.engine.inspect(container)[0]["RestartCount"]
        begun = time.monotonic()
        city.project.kill(container, TAG)
        back = await_that(lambda c=container, n=before: _is_back(trial.engine, c, n))
        city.project.await_work(service=name)
        is_told = city.file() is not None
        words = f"{time.monotonic() - begun:.0f} s" if back and is_told else "no"
        found.append(is_so(f"{name}, killed, is back and a report taken", words, back and is_told))
    city.project.await_healthy()
    return [*found, told_are_there(city), letters_came(city)]


STEPS = [
    Step("build", "builds the image, brings those of others", build),
    Step("start", "docker compose up in an empty project", start),
    Step("use", "a report with a photo, until its last letter", use),
    Step("look inside", "roots, users, capabilities, open sockets", look_inside),
    Step("restart", "restarts each service", restart),
    Step("kill", f"kills {', '.join(KILLED)}", kill),
    Step("restore", "a backup, into an empty project", backup.restore),
    Step("upgrade", "an older image with its data", upgrade.upgrade),
]


def open_sockets() -> set:
    """Return (address, port) of the TCP sockets of the engine and of unknown processes."""
    found = set()
    for each in psutil.net_connections("tcp"):
        if each.status == psutil.CONN_LISTEN and _is_the_engines(each.pid):
            found.add((each.laddr.ip, each.laddr.port))
    return found


def _is_the_engines(pid) -> bool:
    try:
        return pid is None or psutil.Process(pid).name().startswith(("docker", "containerd"))
    except psutil.NoSuchProcess:
        return False


def _seen(engine, inspected) -> Seen:
    name = inspected["Name"].lstrip("/")
    status = engine.run("exec", name, "cat", "/proc/1/status")
    rows = engine.run("top", name, "-eo", "pid,uid").splitlines()[1:]
    refused = engine.ask("exec", "--user", "0", name, "sh", "-c", "echo > /written")
    return Seen(name, inspected, status, [int(row.split()[1]) for row in rows], refused.stderr)


def _is_back(engine, container, before) -> bool:
    known = engine.inspect(container)[0]
    return known["RestartCount"] > before and known["State"]["Running"]


def temporary(folder):
    """Return a temporary folder for the projects and backups of a run, closed to other users."""
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="run-", dir=folder)
