"""F2, F3, F5 and others: the leader of the three PostgreSQL nodes fails, and nobody intervenes."""

import time

from tools.bench.faults.checks import Check, at_most, is_so
from tools.bench.faults.experiment import experiment
from tools.bench.faults.nodes import (
    JOINED_SECONDS,
    JOINS_BY_ITSELF,
    NODE_SECONDS,
    NOTHING_LOST,
    SETTLED_SECONDS,
    await_standbys,
    begin_report,
    fail_over,
    write_rows,
)
from tools.bench.faults.scene import Scene
from tools.embedded.postgres import copy_programs
from tools.stack.cluster import ETCDS, NODES, Node

POSTMASTER_SECONDS = 8
SWITCHOVER_SECONDS = 6


@experiment(
    "F2",
    "kill -9 of the leader's postmaster; nobody acts",
    f"{NOTHING_LOST}{POSTMASTER_SECONDS}{JOINS_BY_ITSELF}",
    seconds=5,
    listed="once",
    allowed_twice=3,
)
def the_postmaster_dies(scene: Scene) -> list[Check]:
    return fail_over(scene, POSTMASTER_SECONDS, lambda leader: leader.postmaster().kill())


@experiment(
    "F3",
    "SIGSTOP of Patroni and PostgreSQL of the leader: they hold every connection and answer "
    "nothing; nobody acts",
    f"{NOTHING_LOST}{NODE_SECONDS}; no page > 10 s; a page that says what was typed is kept",
    seconds=5,
    listed="60 s",
    allowed_twice=3,
)
def the_leaders_node_hangs(scene: Scene) -> list[Check]:
    kept: list[Check] = []

    def hang(leader: Node) -> None:
        send = begin_report(scene)
        scene.services[leader.name].pause()
        kept.append(send())

    checks = fail_over(
        scene, NODE_SECONDS, hang, lambda leader: scene.services[leader.name].resume()
    )
    return checks + kept


@experiment(
    "F5",
    "Patroni, PostgreSQL and etcd of the leader's node killed; nobody acts",
    f"{NOTHING_LOST}{NODE_SECONDS}; the node joins again once it is started",
    seconds=5,
    listed="once",
    allowed_twice=3,
)
def the_leaders_node_dies(scene: Scene) -> list[Check]:
    def die(leader: Node) -> None:
        scene.services[leader.name].kill()
        scene.services[leader.etcd].kill()

    def start(leader: Node) -> None:
        scene.services[leader.etcd].start()
        scene.services[leader.name].start()

    return fail_over(scene, NODE_SECONDS, die, start)


@experiment(
    "F5d",
    "SIGSTOP of the leader's Patroni alone, PostgreSQL goes on; nobody acts",
    f"{NOTHING_LOST}{NODE_SECONDS}{JOINS_BY_ITSELF}",
    seconds=5,
    listed="added",
    allowed_twice=3,
)
def the_leaders_patroni_hangs(scene: Scene) -> list[Check]:
    def hang(leader: Node) -> None:
        scene.services[leader.name].find_program("patroni").suspend()

    return fail_over(scene, NODE_SECONDS, hang, lambda leader: scene.services[leader.name].resume())


@experiment(
    "F5e",
    "the leader's node cut off from the two others and from the application (its own network); "
    "nobody acts",
    f"{NOTHING_LOST}{NODE_SECONDS}{JOINS_BY_ITSELF}",
    seconds=5,
    listed="added",
    allowed_twice=3,
)
def the_leader_is_cut_off(scene: Scene) -> list[Check]:
    networks = scene.ground.find_networks()
    return fail_over(
        scene,
        NODE_SECONDS,
        lambda leader: networks.cut(leader.name),
        lambda leader: networks.mend(leader.name),
    )


@experiment(
    "F5i",
    "Patroni, PostgreSQL and etcd of all three nodes killed, and started again at the same moment",
    "no acknowledged row lost; writes again ≤ 60 s after the start",
    seconds=5,
    listed="added",
    allowed_twice=3,
)
def all_nodes_are_restarted(scene: Scene) -> list[Check]:
    with write_rows(scene) as rows:
        scene.wait(SETTLED_SECONDS)
        for name in (*NODES, *ETCDS):
            scene.services[name].kill()
        scene.wait(3)
        started = time.time()
        for name in (*ETCDS, *NODES):
            scene.services[name].begin()
        back = scene.until(lambda: rows.acknowledged_since(started) > 0, 90)
        joined = await_standbys(scene)
        scene.wait()
        return [
            at_most("rows acknowledged again", back, 60),
            at_most("all three stream", joined, JOINED_SECONDS),
            at_most("reports acknowledged again", scene.until_told(time.time()), 15),
            rows.check_lost(),
        ]


@experiment(
    "F5k",
    "the leader's role given to a standby, as by `patronictl switchover`",
    f"{NOTHING_LOST}{SWITCHOVER_SECONDS}; no read fails, but for the few that are under way",
    seconds=5,
    listed="added",
    allowed_twice=3,
)
def the_leader_is_switched(scene: Scene) -> list[Check]:
    target = scene.stack.cluster.standbys[0].name
    since = time.time()
    checks = fail_over(
        scene, SWITCHOVER_SECONDS, lambda leader: scene.stack.cluster.switch_over(target)
    )
    reading = [a for kind in ("list", "poll") for a in scene.ledger.between(since, kind=kind)]
    failed = [answer for answer in reading if answer.failed]
    share = 100 * len(failed) / max(1, len(reading))
    return [*checks, at_most(f"of {len(reading)} lists and polls failed", share, 3, "%")]


@experiment(
    "F5l",
    "each node in turn, the leader last and after a switchover, restarted with another "
    "installation of the same minor version",
    f"{NOTHING_LOST}{SWITCHOVER_SECONDS}",
    seconds=5,
    listed="added",
    allowed_twice=3,
)
def the_installation_is_changed(scene: Scene) -> list[Check]:
    cluster = scene.stack.cluster
    folder = scene.ground.folder / "programs"
    before = cluster.leader.bin_folder
    others = copy_programs(folder)
    joined: list[float | None] = []

    def restart(node: Node) -> None:
        node.bin_folder = others
        scene.services[node.name].stop()
        scene.services[node.name].start()
        joined.append(await_standbys(scene))

    with write_rows(scene) as rows:
        scene.wait(SETTLED_SECONDS)
        since, old, standbys = time.time(), cluster.leader, cluster.standbys
        for node in standbys:
            restart(node)
        cluster.switch_over(standbys[0].name)
        scene.until(lambda: cluster.find_leader() is standbys[0], 30)
        await_standbys(scene)
        restart(old)
        scene.wait()
        used = {node.postmaster().exe() for node in cluster.nodes.values()}
        for node in cluster.nodes.values():
            node.bin_folder = before
        return [
            *rows.check(since, SWITCHOVER_SECONDS),
            is_so("programs in use", len(used), used == {str(others / "postgres")}),
            at_most("a node streams again", max(each or JOINED_SECONDS for each in joined), 60),
        ]
