"""F31, F34: the nodes are restored to an earlier time, and a lost site is restored elsewhere."""

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import redis
import requests

from tools.bench.faults import people
from tools.bench.faults.archive import ARCHIVE_SECONDS, OtherSite
from tools.bench.faults.checks import Check, at_most, is_so, none_of
from tools.bench.faults.evidence import run_product_check
from tools.bench.faults.experiment import NotRun, experiment
from tools.bench.faults.nodes import await_standbys, write_rows
from tools.bench.faults.scene import Scene
from tools.embedded import ServiceFailed
from tools.stack.application import WORKERS
from tools.stack.cluster import ETCDS
from tools.stack.place import find_programs
from tools.stack.service import Service
from tools.stack.stack import BEATS, WEBS

RESTORE_SECONDS = 300
MISTAKE = (
    "UPDATE requests_app_servicerequest SET description = 'lost'",
    "DELETE FROM fault_rows",
)
MISTAKEN = "SELECT count(*) FROM requests_app_servicerequest WHERE description = 'lost'"
KEYS = "SELECT id::text FROM requests_app_draft WHERE service_request_id IS NOT NULL"
PHOTOS = """SELECT p.original, extract(epoch FROM uploaded_at)::float FROM requests_app_photo p
    WHERE original <> '' AND NOT EXISTS (
        SELECT FROM requests_app_spooledoriginal s WHERE s.photo_id = p.id)"""


@experiment(
    "F31",
    "rows deleted and descriptions overwritten by mistake; the three nodes restored to the moment "
    "before it, from the base backup and the archive, as docs/howto/backup.md says",
    "every row acknowledged before the moment is there, none of after it; reports again ≤ "
    f"{RESTORE_SECONDS} s",
    seconds=10,
    listed="added",
    allowed_twice=50,  # mails sent after that time: their records are lost
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
    """Restore one node and make it the leader of Patroni's cluster; the others copy it."""
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
    """Remove reports acknowledged between two times from the ledger; return their number."""
    reports = scene.ledger.reports
    gone = [r.key for r in scene.ledger.acknowledged(since) if (r.acknowledged or 0) <= until]
    for key in gone:
        del reports[key]
    return len(gone)


@experiment(
    "F34",
    "the whole site deleted: database nodes, etcd, objects, Valkey, the application's files; "
    "restored elsewhere from base backup, archive, the copy of the photos, and the secrets",
    f"data and photos ≤ {ARCHIVE_SECONDS} s old; requests and photos are seen and a report with a "
    f"photo is taken ≤ {RESTORE_SECONDS} s after the beginning",
    seconds=ARCHIVE_SECONDS + 30,
    listed="added",
    photos=0.3,
    allowed_twice=2000,  # mails of the lost minutes
    leaves="fresh",
)
def the_site_is_lost(scene: Scene) -> list[Check]:
    if shutil.which("rclone") is None:
        raise NotRun("rclone is not installed")
    ground = scene.ground
    site = OtherSite(ground)
    site.keep_secrets()
    site.begin_archive()
    base = site.back_up()
    with site.copying(), write_rows(scene) as rows:
        scene.wait(max(scene.seconds, ARCHIVE_SECONDS + 30))
        lost = time.time()
        with ThreadPoolExecutor(max_workers=len(scene.services)) as together:
            list(together.map(Service.kill, scene.services.values()))
        ground.say(f"All killed after {time.time() - lost:.0f} s")
    scene.load.stop(patience=0)
    ground.say(f"Nobody asks any more after {time.time() - lost:.0f} s")
    left = _delete_site(scene)
    begun = time.time()
    _found_city(scene, site, base)
    ready = time.time() - begun
    rows.direct = ground.database
    known = {key for (key,) in ground.ask(KEYS)}
    told = scene.ledger.acknowledged()
    gone = [report for report in told if report.key not in known]
    for report in gone:
        del scene.ledger.reports[report.key]
    oldest = min((report.acknowledged or lost for report in gone), default=lost)
    photos = _check_photos_age(scene, lost)
    mended = run_product_check(ground, "photos mended", "check_photos", "--mend")
    seen = _check_pages(scene)
    took = time.time() - begun
    return [
        is_so("files of the site left", left, left == 0),
        rows.check_age(lost, ARCHIVE_SECONDS),
        at_most(
            f"age of the reports ({len(gone)} of {len(told)} lost)",
            lost - oldest,
            ARCHIVE_SECONDS,
            digits=0,
        ),
        photos,
        mended,
        is_so("everything runs after", f"{ready:.0f} s", ok=True),
        *seen,
        at_most("a new report with a photo is shown", took, RESTORE_SECONDS, digits=0),
    ]


def _delete_site(scene: Scene) -> int:
    """Delete all files of the site; return how many are left."""
    folder = scene.stack.folder
    shutil.rmtree(folder, ignore_errors=True)  # mounted disks cannot be deleted; they stay, empty
    return sum(path.is_file() for path in folder.rglob("*"))


def _found_city(scene: Scene, site: OtherSite, base) -> None:
    """Restore the database on the first of three new nodes, start everything, copy the photos."""
    ground = scene.ground
    ground.stack = site.build_city(ground.folder / "second")
    services, cluster = ground.stack.services, ground.stack.cluster
    first = next(iter(cluster.nodes.values()))
    site.restore(first, base, None, ground.stack.log("restored"))
    for name in ETCDS:
        services[name].begin()
    services[first.name].start()
    cluster.await_leader()
    ground.stack.start(ground.say)
    site.put_photos_back()


def _check_photos_age(scene: Scene, lost: float) -> Check:
    """Check that photos missing from the copy were uploaded shortly before the loss."""
    names = {each.key for each in scene.ground.bucket().objects.all()}
    rows = scene.ground.ask(PHOTOS)
    gone = [at for original, at in rows if original not in names]
    age = lost - min(gone, default=lost)
    name = f"age of the photos ({len(gone)} of {len(rows)} lost)"
    return at_most(name, age, ARCHIVE_SECONDS, digits=0)


def _check_pages(scene: Scene) -> list[Check]:
    """Check a request and its photo, and that a report with a photo can be filed and processed."""
    ground = scene.ground
    found = ground.a_ready_photo()
    if found is None:
        raise ServiceFailed("No photo was restored.")
    paths = [f"/requests/{found.reference}/", *(found.url(size) for size in (320, 960, 1920))]
    shown = [requests.get(ground.address + path, timeout=15).status_code for path in paths]
    resident = people.Resident(ground.address, scene.ledger, 3100)
    report, picture = resident.new_report(), people.make_picture(31)
    taken = scene.until(lambda: resident.send_photo(report, picture).status_code == 201, 60)
    sent = scene.until(lambda: resident.deliver(report), 60)
    made = scene.until(lambda: ground.photo_state(report.key) == "ready", 60)
    return [
        none_of("pages and photos not shown", [each for each in shown if each != 200], len(shown)),
        at_most("a photo is taken", taken, 60),
        at_most("its report is taken", sent, 60),
        at_most("its sizes are ready", made, 60),
    ]
