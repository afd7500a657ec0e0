"""F4, F26: the database is unreachable, or has no connections left."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator

import psycopg

from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.experiment import experiment

IDLE = """SELECT count(*) FROM pg_stat_activity
    WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '5 s'"""
END_OTHERS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = '' AND backend_type = 'client backend' AND client_port > 0
    AND pid <> ALL(%s)"""


@experiment(
    "F4",
    "every packet between the pooler and HAProxy dropped (iptables; without it, a proxy that "
    "takes all and passes nothing)",
    "an error ≤ 5 s; the pool recovers; no transaction left idle",
    seconds=20,
    listed="network drop",
    allowed_twice=3,
)
def the_network_drops_everything(scene) -> list:
    scene.wait(2)
    since = time.time()
    with _dropped(scene) as how:
        times = []
        while time.time() < since + scene.seconds:
            status, _after, seconds, _text = scene.refusal()
            times.append((seconds, status))
    back = scene.until_told(time.time())
    scene.wait(6)
    idle = scene.ground.ask(IDLE)[0][0]
    slowest = max(times)
    return [
        is_so("how", how, ok=True),
        at_most(f"slowest error ({slowest[1]})", slowest[0], 5),
        scene.longest(10, since),
        at_most("acknowledged again", back, 10),
        is_so("transactions left idle", idle, idle == 0),
    ]


@contextlib.contextmanager
def _dropped(scene) -> Iterator[str]:
    port = str(scene.stack.addresses["haproxy"][1])
    rules = [["INPUT", "-i", "lo", "-p", "tcp", way, port, "-j", "DROP"]
             for way in ("--dport", "--sport")]  # fmt: skip
    set_ones = [rule for rule in rules if _iptables("-I", rule)]
    if len(set_ones) == len(rules):
        how = "iptables DROP"
    else:
        how = "a proxy's blackhole: iptables is not permitted here"
        scene.lines["haproxy"].set("blackhole")
    try:
        yield how
    finally:
        for rule in set_ones:
            _iptables("-D", rule)
        scene.lines["haproxy"].set("pass")


def _iptables(act, rule) -> bool:
    program = shutil.which("iptables", path="/usr/sbin:/sbin:/usr/bin")
    if not program:
        return False
    return subprocess.run([program, act, *rule], capture_output=True, check=False).returncode == 0


@experiment(
    "F26",
    "every connection that PostgreSQL allows is taken by somebody else, and 200 clients ask",
    "503s bounded, no crash; back ≤ 5 s after they are gone",
    seconds=15,
    listed="max_connections=20",
    allowed_twice=3,
    rate=40,
)
def no_connection_is_left(scene) -> list:
    taken: list[psycopg.Connection] = []
    with contextlib.suppress(psycopg.OperationalError):
        while len(taken) < 500:
            taken.append(psycopg.connect(scene.ground.database, connect_timeout=3))
    own = [each.info.backend_pid for each in taken]
    [(dropped,)] = taken[0].execute(END_OTHERS, [own]).fetchall()
    with contextlib.suppress(psycopg.OperationalError):
        while len(taken) < 500:
            taken.append(psycopg.connect(scene.ground.database, connect_timeout=3))
    since = time.time()
    scene.wait()
    for each in taken:
        each.close()
    free = time.time()
    back = scene.until_told(free)
    alive = [name for name, service in scene.services.items() if not service.alive]
    met = [a.status for a in scene.ledger.between(since, free) if a.failed]
    return [
        at_least("connections taken", len(taken), 50),
        is_so("the application's own ended", dropped, ok=True),
        scene.longest(10, since),
        none_of("errors that are not a 503", [s for s in met if s != 503], len(met)),
        at_most("acknowledged again", back, 5),
        none_of("services that died", alive),
    ]
