"""F5b, F5c, F5f and others: standbys or etcd members fail, and the leader stays."""

import time
from pathlib import Path

from tools.bench.faults.checks import Check, at_least, at_most, is_so, none_of
from tools.bench.faults.experiment import NotRun, experiment
from tools.bench.faults.nodes import (
    JOINED_SECONDS,
    SETTLED_SECONDS,
    await_standbys,
    begin_report,
    check_reading,
    go_on,
    write_rows,
)
from tools.bench.faults.scene import Scene
from tools.stack.cluster import ETCDS


@experiment(
    "F5b",
    "one of the two standbys killed",
    "writes go on",
    seconds=10,
    listed="added",
)
def one_standby_is_gone(scene: Scene) -> list[Check]:
    standby = scene.services[scene.stack.cluster.standbys[0].name]
    standby.kill()
    since = time.time()
    scene.wait()
    until = time.time()
    standby.start()
    return [
        at_least("acknowledged meanwhile", len(scene.told(since, until)), int(scene.seconds)),
        scene.p95("submit", 3, since, until),
        scene.no_errors("errors", since=since),
    ]


@experiment(
    "F5c",
    "PostgreSQL of both standbys killed for a while; then again, until the operator sets "
    "synchronous_mode to false, as by `patronictl edit-config`",
    "reading goes on; sending is answered 503 with Retry-After within 10 s, nothing is "
    "acknowledged; it ends by itself with a standby, or by the operator's word",
    seconds=25,
    listed="added",
    allowed_twice=1,
)
def both_standbys_are_gone(scene: Scene) -> list[Check]:
    cluster = scene.stack.cluster
    names = [node.name for node in cluster.standbys]
    checks = _refuse_writes(scene, names, "a standby is started", scene.services[names[0]].start)
    scene.services[names[1]].start()
    cluster.await_standbys()
    checks += _refuse_writes(
        scene,
        names,
        "the operator's word",
        lambda: cluster.change_settings(synchronous_mode=False),
    )
    cluster.change_settings(synchronous_mode="quorum")
    for name in names:
        scene.services[name].start()
    cluster.await_standbys()
    return checks


@experiment(
    "F5f",
    "the third node cut off from the leader and the other standby (its own network); nobody acts",
    "writes go on, no acknowledged row lost; the node joins again by itself",
    seconds=30,
    listed="added",
)
def the_third_node_is_cut_off(scene: Scene) -> list[Check]:
    networks = scene.ground.find_networks()
    third = scene.stack.cluster.standbys[0].name
    return go_on(scene, lambda: networks.cut(third), lambda: networks.mend(third), least=27)


@experiment(
    "F5g",
    "all three etcds killed, while all nodes reach each other; started again",
    "writes go on with the same leader, no acknowledged row lost",
    seconds=30,
    listed="added",
)
def etcd_is_gone(scene: Scene) -> list[Check]:
    def kill() -> None:
        for name in ETCDS:
            scene.services[name].kill()

    def start() -> None:
        for name in ETCDS:
            scene.services[name].start()

    return go_on(scene, kill, start, least=27)  # longer than `ttl`


@experiment(
    "F5h",
    "Patroni, PostgreSQL and etcd of two nodes killed; one, then the other started",
    "nothing is acknowledged; lists are read 20 s later; a page that says what was typed is kept; "
    "writes again ≤ 60 s after one of them is started; no acknowledged row lost",
    seconds=40,
    listed="added",
    allowed_twice=3,
)
def two_nodes_are_lost(scene: Scene) -> list[Check]:
    lost = scene.stack.cluster.standbys
    with write_rows(scene) as rows:
        scene.wait(SETTLED_SECONDS)
        send = begin_report(scene)
        for node in lost:
            scene.services[node.etcd].kill()
            scene.services[node.name].kill()
        gone = time.time()
        scene.wait(max(35, scene.seconds))
        until = time.time()
        kept = send()
        written = rows.acknowledged_since(gone + 1)
        for node in lost:
            scene.services[node.etcd].start()
            scene.services[node.name].begin()
            if node is lost[0]:
                back = scene.until(lambda: rows.acknowledged_since(until) > 0, 90)
        joined = await_standbys(scene)
        reading = scene.ledger.between(gone + 20, until, "list")
        return [
            is_so("rows acknowledged meanwhile", written, written == 0),
            none_of("reports acknowledged meanwhile", scene.told(gone + 1, until)),
            kept,
            check_reading(reading, "lists read 20 s after the blow and later"),
            at_most("rows acknowledged again after one was started", back, 60),
            at_most("all three stream again", joined, JOINED_SECONDS),
            rows.check_lost(),
        ]


@experiment(
    "F5j",
    "the disk of a standby full to the last byte (tmpfs), then free again; nobody acts",
    "writes go on, no acknowledged row lost; the node joins again by itself",
    seconds=20,
    listed="added",
)
def the_disk_of_a_standby_is_full(scene: Scene) -> list[Check]:
    standby = scene.stack.cluster.standbys[0].name
    if standby not in scene.ground.disks:
        raise NotRun("only root may mount a tmpfs")
    ballast = Path(scene.ground.disks[standby]) / "ballast"
    return go_on(scene, lambda: scene.ground.fill(ballast), ballast.unlink)


def _refuse_writes(scene, standbys, how, end) -> list[Check]:
    for name in standbys:
        scene.services[name].kill()
    gone = time.time()
    scene.wait(max(12, scene.seconds / 2))  # the first writes wait six of these seconds
    until = time.time()
    told = scene.told(gone + 1, until)
    sent = scene.ledger.between(gone + 1, until + 9, "submit")
    reading = scene.ledger.between(gone + 3, until, "list")
    refused = [a for a in sent if a.status == 503]
    end()
    back = scene.until_told(time.time())
    return [
        none_of(f"acknowledged until {how}", told),
        at_least("sent and answered 503", len(refused), 1),
        scene.longest(10, gone, until),
        check_reading(reading, "lists read meanwhile"),
        at_most(f"acknowledged again after {how}", back, 15),
    ]
