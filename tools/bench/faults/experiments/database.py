"""F2–F4 and F26: the primary dies, hangs, is cut off, or has no connection left."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator

import psycopg

from tools.bench.faults import people
from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.experiment import experiment
from tools.bench.faults.ledger import Ledger

IDLE = """SELECT count(*) FROM pg_stat_activity
    WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '5 s'"""
END_OTHERS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = '' AND backend_type = 'client backend' AND client_port > 0
    AND pid <> ALL(%s)"""


@experiment(
    "F2",
    "kill -9 of the primary PostgreSQL, started again on its data",
    "nothing acknowledged lost; meanwhile 503 with Retry-After; back ≤ 10 s after it is ready",
    seconds=8,
    listed="once",
    allowed_twice=3,
)
def the_primary_dies(scene) -> list:
    scene.services["postgres"].kill()
    scene.wait(scene.seconds / 2)
    refusal, red = scene.refusal(), scene.ready()
    scene.wait(scene.seconds / 2)
    scene.services["postgres"].start()
    ready = time.time()
    back = scene.until_told(ready)
    return [
        scene.says_when_to_come_back(refusal),
        is_so("readiness names it", red, red[0] == 503 and "database" in red[1]),
        scene.longest(10),
        at_most("acknowledged again after it was ready", back, 10),
        at_most("readiness green", scene.until_green(), 10),
    ]


@experiment(
    "F3",
    "SIGSTOP of the primary: it holds every connection and answers nothing",
    "no page > 10 s; ready red ≤ 5 s; a page that says what was typed is kept",
    seconds=25,
    listed="60 s",
    allowed_twice=3,
)
def the_primary_hangs(scene) -> list:
    resident = people.Resident(scene.ground.address, Ledger(), 3)
    report = resident.new_report()
    resident.has_token()
    scene.wait(3)
    since = time.time()
    scene.services["postgres"].pause()
    red = scene.until_red()
    scene.wait(max(0, scene.seconds - (time.time() - since) - 12))
    refusal = scene.refusal()
    page = resident.browser.post(
        f"/report/{report.key}/details/", "form", people.make_form_fields(report)
    )
    kept = page.status_code == 503 and report.words in page.text
    until = time.time()
    scene.services["postgres"].resume()
    back = scene.until_told(time.time())
    return [
        at_most("readiness red", red, 5),
        scene.says_when_to_come_back(refusal),
        is_so("what was typed is on the page that says no", page.status_code, kept),
        scene.longest(10, since, until + 10),
        at_most("acknowledged again", back, 10),
    ]


@experiment(
    "F4",
    "every packet between the pooler and the primary dropped (iptables; without it, a proxy that "
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
    port = str(scene.stack.addresses["postgres"][1])
    rules = [["INPUT", "-i", "lo", "-p", "tcp", way, port, "-j", "DROP"]
             for way in ("--dport", "--sport")]  # fmt: skip
    set_ones = [rule for rule in rules if _iptables("-I", rule)]
    if len(set_ones) == len(rules):
        how = "iptables DROP"
    else:
        how = "a proxy's blackhole: iptables is not permitted here"
        scene.lines["postgres"].set("blackhole")
    try:
        yield how
    finally:
        for rule in set_ones:
            _iptables("-D", rule)
        scene.lines["postgres"].set("pass")


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
