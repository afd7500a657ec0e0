"""F29: random services are killed every few seconds."""

import random
import time
from collections import Counter
from dataclasses import dataclass

from tools.bench.faults import ledger
from tools.bench.faults.checks import at_least, is_so, none_of
from tools.bench.faults.experiment import Experiment, experiment
from tools.stack.cluster import ETCDS, NODES

VICTIMS = [
    "web1", "web2", "worker_photos", "worker_messages", "worker_rest", "beat1", "beat2", "valkey",
    "s3", "pooler", "haproxy", "nginx", *NODES, *ETCDS,
]  # fmt: skip
# Pages need neither these services nor a standby, so their absence must not cause errors.
UNSEEN = {
    "worker_photos", "worker_messages", "worker_rest", "beat1", "beat2", "valkey", "s3", *ETCDS,
}  # fmt: skip
DOWN = 2  # seconds until the service is started again, as a process manager does
LISTED = "30 min, one each 30 s"


def random_kills(scene, pause=5.0) -> list:
    """Kill and restart one service after another; errors are allowed only if pages need it."""
    dice, kills = random.Random(scene.load.since), []
    until = time.time() + scene.seconds
    while time.time() < until:
        name = dice.choice([one for one in VICTIMS if one in scene.services])
        unseen = UNSEEN | {standby.name for standby in scene.stack.cluster.standbys}
        since = time.time()
        scene.services[name].kill()
        scene.wait(DOWN)
        scene.services[name].start()
        scene.stack.cluster.await_standbys()  # without both standbys, writes have to wait (see F5c)
        scene.until_green(30)
        kills.append(Kill(name, name not in unseen, since, time.time()))
        scene.wait(dice.uniform(0.4, 1.6) * pause)
    met = scene.failures()
    wrong = [each for each in met if not any(kill.explains(each) for kill in kills)]
    rude = [each for each in met if each.status not in {503, "cut"}]
    killed = Counter(kill.name for kill in kills)
    return [
        is_so("killed", ", ".join(f"{n} ×{k}" for n, k in killed.items()), len(kills) >= 3),
        at_least("acknowledged", len(scene.told(scene.begun)), 20),
        none_of(
            "errors while nothing that pages need was down",
            [f"{each.kind} {each.status} {_after(kills, each)}" for each in wrong],
        ),
        is_so("errors while it was", ledger.counts(met) or "none", not rude),
        scene.longest(15),
    ]


@dataclass(frozen=True)
class Kill:
    name: str
    is_needed: bool
    since: float
    until: float

    def explains(self, answer) -> bool:
        """Return True if pages need this service, and it was down during the request."""
        begun, ended = answer.at - answer.seconds, answer.at
        return self.is_needed and ended >= self.since - 1 and begun <= self.until + 1


def _after(kills, answer) -> str:
    """Return a text with the last service killed before a response, to find the cause."""
    earlier = [kill for kill in kills if kill.since <= answer.at]
    if not earlier:
        return "(before the first)"
    last = max(earlier, key=lambda kill: kill.since)
    return (
        f"({answer.at - last.since:.1f} s after {last.name}, asked {answer.seconds:.1f} s before)"
    )


experiment(
    "F29",
    "something chosen at random killed and started again, over and over",
    "nothing acknowledged lost, nothing done twice, errors only while something is down",
    seconds=75,
    listed=LISTED,
    photos=0.1,
    allowed_twice=3,
)(random_kills)


def for_minutes(minutes) -> Experiment:
    """Return the same experiment with another duration, for `./run faults chaos`."""
    return Experiment(
        "chaos",
        "something chosen at random killed and started again, over and over",
        "0 acknowledged lost, 0 duplicates seen by a person, errors only while something is down",
        random_kills,
        minutes * 60,
        LISTED,
        photos=0.1,
        allowed_twice=minutes,
    )
