"""Upgrade from an older image with data, with the commands of docs/howto/install.md."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import yaml

from tools.bench.containers import images
from tools.bench.containers.images import TAG, TAG_BEFORE
from tools.bench.containers.journey import PEOPLE, reference, told_are_there, walk
from tools.bench.containers.project import APPLICATION
from tools.bench.faults.checks import Check, is_so, none_of
from tools.bench.faults.ground import STAFF

PAUSE = 0.2  # seconds between two requests during the upgrade
BEFORE = 10  # seconds of requests before the upgrade, to see errors that it did not cause
MOST_AT_ONCE = 20
UNTIL_FORGOTTEN = 3  # seconds, from docs/howto/install.md


def upgrade(trial) -> list[Check]:
    revision = images.commit(trial.before)
    _build_of(trial.engine, revision, TAG_BEFORE)
    city = trial.settle("three", TAG_BEFORE, {})
    city.project.up(*_services_of(revision))
    city.employ(STAFF)
    report, found = walk(city)
    with Watch(city) as before:
        time.sleep(BEFORE)
    with Watch(city) as watch:
        city.project.use(PEOPLE | {"SANTA311_IMAGE": TAG})
        when = [f"{done} after {watch.seconds():.0f} s"
                for done in _replace(trial.engine, city.project)]  # fmt: skip
    wanted = trial.engine.inspect(TAG)[0]["Id"]
    other = [each["Name"] for each in city.project.inspected()
             if _is_ours(each) and each["Image"] != wanted]  # fmt: skip
    _report, again = walk(city)
    found = [
        is_so(f"{revision[:8]} serves a report", found and reference(report),
              all(each.ok for each in found)),
        is_so("it is upgraded", ", ".join(when), ok=True),
        is_so("looks before it that were not answered",
              f"{len(before.failed)} of {before.looks}", ok=True),
        none_of("looks during it that were not answered", watch.failed, watch.looks),
        is_so("the slowest of those", f"{watch.slowest:.1f} s", ok=True),
        none_of("containers of the old image", other),
        told_are_there(city),
        is_so("the photo of before is shown", city.photo_of(report), city.photo_of(report)),
        *again,
    ]  # fmt: skip
    trial.end()
    return found


class Watch:
    """A client that requests a page all the time, also while a response is pending.

    After `with Watch(city):`, `failed` lists the failed responses, and `slowest` is the longest
    response time in seconds.
    """

    def __init__(self, city) -> None:
        self._city = city
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._looks: list[Future[tuple[Any, float, float]]] = []

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
        seen = [each.result() for each in self._looks]
        self.looks = len(seen)
        self.failed = [f"{status} after {at:.0f} s" for status, at, _took in seen if status != 200]
        self.slowest = max(took for _status, _at, took in seen)

    def _look_on(self) -> None:
        with ThreadPoolExecutor(MOST_AT_ONCE) as visitors:
            while not self._over.wait(PAUSE):
                self._looks.append(visitors.submit(self._look))

    def _look(self) -> tuple[Any, float, float]:
        begun = self.seconds()
        status = self._city.answers("/requests/")
        return status, begun, self.seconds() - begun

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._begun


def _replace(engine, project) -> Iterator[str]:
    """Replace a running version, and yield a line for each completed step.

    Migrate first. Then start as many new web containers as there are old ones, stop the old ones,
    and replace the other services.
    """
    project.compose("run", "--rm", "--no-TTY", "migrate", patience=300)
    yield "tables"
    old = project.containers("web")
    detached = ["up", "--detach", "--no-build", "--no-deps"]
    more = [*detached, "--no-recreate", "--wait", "--scale", f"web={2 * len(old)}", "web"]
    project.compose(*more, patience=300)
    yield "new web processes"
    for each in old:
        engine.run("stop", each)
        engine.run("rm", each)
        time.sleep(UNTIL_FORGOTTEN)
    project.compose(*detached, "--no-recreate", "web")
    yield "none of the old"
    rest = [name for name in APPLICATION if name != "web"]
    project.compose(*detached, *rest, patience=300)
    project.await_work()
    yield "all"


def _services_of(revision) -> list:
    """Return the services in the older commit's compose file; newer ones may need a newer image."""
    words = ["git", "show", f"{revision}:docker-compose.yml"]
    done = subprocess.run(words, cwd=images.ROOT, capture_output=True, text=True, check=True)
    return list(yaml.safe_load(done.stdout)["services"])


def _build_of(engine, revision, tag) -> None:
    """Build the code of another commit with this commit's Dockerfile."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        packed = subprocess.run(
            ["git", "archive", revision], cwd=images.ROOT, capture_output=True, check=True
        )
        subprocess.run(["tar", "-xC", tree], input=packed.stdout, check=True)
        (tree / "Dockerfile").write_bytes((images.ROOT / "Dockerfile").read_bytes())
        images.build(engine, tag, tree, revision)


def _is_ours(container) -> bool:
    return container["Config"]["Labels"]["com.docker.compose.service"] in APPLICATION
