"""Functions shared by the experiments with the three PostgreSQL nodes."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tools.bench.faults import people
from tools.bench.faults.checks import Check, at_most, is_so
from tools.bench.faults.ledger import Ledger
from tools.bench.faults.scene import Scene
from tools.bench.faults.writers import RowWriters
from tools.stack.cluster import NODES, Node

SETTLED_SECONDS = 3  # rows are written for this long before the fault
NODE_SECONDS = 30  # `ttl` is 20; then follow an election and HAProxy's health check
JOINED_SECONDS = 90
NOTHING_LOST = "no acknowledged row lost; seconds without writes ≤ "
JOINS_BY_ITSELF = "; the node joins again by itself"


def fail_over(
    scene: Scene,
    limit: float,
    blow: Callable[[Node], object],
    mend: Callable[[Node], object] = lambda leader: None,
) -> list[Check]:
    """Cause a fault of the leader, wait for another leader, mend the old one; return the checks."""
    cluster = scene.stack.cluster
    old = cluster.leader
    with write_rows(scene) as rows:
        scene.wait(SETTLED_SECONDS)
        since = time.time()
        blow(old)

        def is_written_again() -> bool:
            leader = cluster.find_leader()
            is_another = leader is not None and leader is not old
            return is_another and rows.acknowledged_since(time.time() - 1) > 0

        scene.until(is_written_again, 2 * NODE_SECONDS)
        told = scene.until_told(time.time())
        mend(old)
        joined = await_standbys(scene)
        scene.wait()
        return [
            *rows.check(since, limit),
            is_so("leader", f"{old.name}, then {cluster.leader.name}", cluster.leader is not old),
            at_most("reports acknowledged again", told, 15),
            at_most("all three stream again", joined, JOINED_SECONDS),
            scene.longest(10, since),
        ]


def go_on(scene: Scene, blow: Callable, mend: Callable, least: float = 0) -> list[Check]:
    """Cause and mend a fault that must not have visible effects, and return the checks."""
    cluster = scene.stack.cluster
    leader = cluster.leader
    with write_rows(scene) as rows:
        scene.wait(SETTLED_SECONDS)
        since = time.time()
        blow()
        scene.wait(max(least, scene.seconds))
        mend()
        joined = await_standbys(scene)
        return [
            *rows.check(since, 3),
            is_so("leader", cluster.leader.name, cluster.leader is leader),
            at_most("all three stream again", joined, JOINED_SECONDS),
            scene.no_errors("errors", since=since),
        ]


def write_rows(scene: Scene) -> AbstractContextManager[RowWriters]:
    return RowWriters(scene.ground.environment["DATABASE_URL"], scene.ground.database)


def await_standbys(scene: Scene) -> float | None:
    """Return the seconds until both standbys stream, or None."""
    every = len(NODES) - 1
    return scene.until(lambda: scene.stack.cluster.count_standbys() == every, JOINED_SECONDS)


def check_reading(answers, name) -> Check:
    well = sum(answer.status in {200, 204, 304} for answer in answers)
    return is_so(name, f"{well} of {len(answers)}", answers and well == len(answers))


def begin_report(scene: Scene) -> Callable[[], Check]:
    """Begin a report; return a function that sends it and looks for its text in the error page."""
    resident = people.Resident(scene.ground.address, Ledger(), 3)
    report = resident.new_report()
    resident.start_report(report)

    def send() -> Check:
        def is_kept() -> bool:
            page = resident.browser.post(
                f"/report/{report.key}/details/", "form", people.make_form_fields(report)
            )
            return page.status_code == 503 and report.words in page.text

        seconds = scene.until(is_kept, 15)
        return at_most("what was typed is on a page that answers 503", seconds, 15)

    return send
