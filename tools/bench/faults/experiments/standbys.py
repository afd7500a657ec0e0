"""F5, F5b, F5c: the standbys, one gone, both gone, one promoted."""

import time

from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.evidence import ask
from tools.bench.faults.experiment import experiment

STANDBYS = ("standby1", "standby2")


@experiment(
    "F5b",
    "one of the two standbys killed",
    "writes go on",
    seconds=10,
    listed="added",
)
def one_standby_is_gone(scene) -> list:
    scene.services["standby1"].kill()
    since = time.time()
    scene.wait()
    until = time.time()
    scene.services["standby1"].start()
    return [
        at_least("acknowledged meanwhile", len(scene.told(since, until)), int(scene.seconds)),
        scene.p95("submit", 3, since, until),
        scene.no_errors("errors", since=since),
    ]


@experiment(
    "F5c",
    "both standbys killed for a while; then again, until the operator switches "
    "synchronous_standby_names off",
    "reading goes on; sending is answered 503 with Retry-After within 10 s, nothing is "
    "acknowledged; it ends by itself with a standby, or by the operator's word",
    seconds=25,
    listed="added",
    allowed_twice=1,
)
def both_standbys_are_gone(scene) -> list:
    checks = _gone(scene, "a standby is started", scene.services["standby1"].start)
    scene.services["standby2"].start()
    scene.ground.await_standbys()
    names = scene.ground.ask("SHOW synchronous_standby_names")[0][0]
    checks += _gone(scene, "the operator's word", lambda: _set_standby_names(scene, ""))
    for name in STANDBYS:
        scene.services[name].start()
    scene.ground.await_standbys()
    _set_standby_names(scene, names)
    return checks


def _gone(scene, how, end) -> list:
    for name in STANDBYS:
        scene.services[name].kill()
    gone = time.time()
    scene.wait(max(12, scene.seconds / 2))  # the first who send wait six of them
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
        is_so("lists read meanwhile",
              f"{sum(a.status == 200 for a in reading)} of {len(reading)}",
              reading and all(a.status == 200 for a in reading)),
        at_most(f"acknowledged again after {how}", back, 15),
    ]  # fmt: skip


def _set_standby_names(scene, names) -> None:
    """Set synchronous_standby_names on the primary, as an operator would."""
    scene.ground.ask(
        f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "SELECT pg_reload_conf()"
    )


@experiment(
    "F5",
    "the primary killed, a standby promoted by hand, the old one started as its standby",
    "the application writes again within 30 s by itself; nothing acknowledged lost",
    seconds=15,
    listed="once",
    allowed_twice=3,
)
def a_standby_is_promoted(scene):
    scene.services["postgres"].kill()
    dead = time.time()
    scene.wait(3)
    scene.stack.promote("standby1")
    promoted = time.time()
    back = scene.until_told(promoted, patience=60)
    outage = time.time() - dead
    scene.wait()
    scene.services["postgres"].start()
    lag = ask(
        scene.ground.database,
        "SELECT coalesce(max(pg_wal_lsn_diff(sent_lsn, flush_lsn)), 0) FROM pg_stat_replication",
    )[0][0]
    return [
        at_most("acknowledged again after the promotion", back, 30),
        at_most("without writes in all", outage, 30 + 5),
        at_least("acknowledged since", len(scene.told(promoted)), 10),
        is_so("bytes that the standbys are behind", lag, lag is not None),
    ]
