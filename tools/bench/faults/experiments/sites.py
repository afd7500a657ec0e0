"""F31: the three nodes of PostgreSQL go back to a moment before a mistake."""

import shutil
import subprocess
import time
from datetime import datetime
from pathlib import Path

import redis

from tools.bench.faults.archive import OtherSite
from tools.bench.faults.checks import Check, at_most, is_so
from tools.bench.faults.experiment import experiment
from tools.bench.faults.nodes import await_standbys, write_rows
from tools.bench.faults.scene import Scene
from tools.stack.application import WORKERS
from tools.stack.place import find_programs
from tools.stack.stack import BEATS, WEBS

RESTORE_SECONDS = 300
MISTAKE = (
    "UPDATE requests_app_servicerequest SET description = 'lost'",
    "DELETE FROM fault_rows",
)
MISTAKEN = "SELECT count(*) FROM requests_app_servicerequest WHERE description = 'lost'"


@experiment(
    "F31",
    "rows deleted and descriptions overwritten by mistake; the three nodes restored to the moment "
    "before it, from the base backup and the archive, as docs/howto/backup.md says",
    "every row acknowledged before the moment is there, none of after it; reports again ≤ "
    f"{RESTORE_SECONDS} s",
    seconds=10,
    listed="added",
    allowed_twice=50,  # mails of after the moment, whose marks are gone
    leaves="fresh",
)
def the_cluster_goes_back(scene: Scene) -> list[Check]:
    ground = scene.ground
    site = OtherSite(ground)
    site.begin_archive()
    base = site.back_up()
    with write_rows(scene) as rows:
        scene.wait()
        since = time.time()
        [(moment,)] = ground.ask("SELECT clock_timestamp()")
        number = rows.take_number()
        ground.ask(*MISTAKE)
        scene.wait()
    noticed = time.time()
    _stop_application(scene)
    stopped = time.time()
    site.await_archived()
    _restore_nodes(scene, site, base, moment)
    replayed = time.time() - noticed
    joined = await_standbys(scene)
    redis.Redis.from_url(ground.valkey).flushall()
    for name in (*WORKERS, *BEATS, *WEBS):
        scene.services[name].start()
    told = scene.until_told(time.time(), 60)
    took = None if told is None else time.time() - noticed
    forgotten = _forget_reports(scene, since, stopped)
    mistaken = ground.ask(MISTAKEN)[0][0]
    return [
        *rows.check_moment(since, number),
        is_so("descriptions that the mistake changed", mistaken, mistaken == 0),
        is_so("reports acknowledged after the moment, to be sent again", forgotten, ok=True),
        is_so("the restored node leads after", f"{replayed:.0f} s", ok=True),
        at_most("all three stream", joined, 90),
        at_most("reports acknowledged again, since the stop", took, RESTORE_SECONDS, digits=0),
    ]


def _stop_application(scene: Scene) -> None:
    for name in (*WEBS, *BEATS, *WORKERS):
        scene.services[name].stop()


def _restore_nodes(scene: Scene, site: OtherSite, base, moment: datetime) -> None:
    """Restore one node and let Patroni lead from it; the others copy it."""
    cluster = scene.stack.cluster
    first, others = cluster.leader, cluster.standbys
    for node in (*others, first):
        scene.services[node.name].stop()
    for node in (*others, first):
        shutil.rmtree(node.folder / "cluster")
    patronictl = Path(find_programs("patroni")["patroni"]).with_name("patronictl")
    command = [patronictl, "--config-file", first.folder / "patroni.yml", "remove", "santa311"]
    answers = "santa311\nYes I am aware\n"
    subprocess.run(command, input=answers, text=True, check=True, capture_output=True)
    site.restore(first, base, moment, scene.stack.log("restored"))
    scene.services[first.name].start()
    cluster.await_leader()
    for node in others:
        scene.services[node.name].begin()


def _forget_reports(scene: Scene, since: float, until: float) -> int:
    """Take reports acknowledged between two moments from the ledger; return their number."""
    reports = scene.ledger.reports
    gone = [r.key for r in scene.ledger.acknowledged(since) if (r.acknowledged or 0) <= until]
    for key in gone:
        del reports[key]
    return len(gone)
