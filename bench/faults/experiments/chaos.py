"""F29: something dies every few seconds."""

import random
import time

from bench.faults.checks import at_least, is_so, none_of
from bench.faults.experiment import Experiment, experiment

VICTIMS = [
    "web1", "web2", "worker_photos", "worker_messages", "worker_rest", "beat", "valkey", "s3",
    "pooler", "postgres", "standby1", "standby2", "nginx",
]  # fmt: skip
# Nobody who is on a page needs these: they may be down without an error.
UNSEEN = {"worker_photos", "worker_messages", "worker_rest", "beat", "valkey", "s3", "standby1",
          "standby2"}  # fmt: skip
DOWN = 2  # seconds until whoever looks after the processes starts it again
LISTED = "30 min, one each 30 s"


def random_kills(scene, pause=5.0):
    """One at a time, killed and started again; errors only while what pages need was down."""
    dice, count = random.Random(scene.load.since), 0
    down, until = [], time.time() + scene.seconds
    killed = dict.fromkeys(VICTIMS, 0)
    while time.time() < until:
        name = dice.choice([one for one in VICTIMS if one in scene.services])
        since = time.time()
        scene.services[name].kill()
        scene.wait(DOWN)
        scene.services[name].start()
        scene.until_green(30)
        if name not in UNSEEN:
            down.append((since, time.time()))
        killed[name] += 1
        count += 1
        scene.wait(dice.uniform(0.4, 1.6) * pause)
    wrong = [
        f"{a.kind} {a.status}"
        for a in scene.failures()
        if not any(a.at >= since - 1 and a.at - a.seconds <= until + 1 for since, until in down)
    ]
    met = scene.failures()
    said = sum(a.status == 503 for a in met)
    return [
        is_so("killed", ", ".join(f"{n} ×{k}" for n, k in killed.items() if k), count >= 3),
        at_least("acknowledged", len(scene.told(scene.begun)), 20),
        none_of("errors while nothing that pages need was down", wrong),
        is_so(
            "errors while it was", f"{len(met)}, of which {said} said 503", bool(met) or not down
        ),
        scene.longest(15),
    ]


experiment(
    "F29",
    "something chosen at random killed and started again, over and over",
    "nothing acknowledged lost, nothing done twice, errors only while something is down",
    seconds=75,
    listed=LISTED,
    photos=0.1,
    allowed_twice=3,
)(random_kills)


def for_minutes(minutes):
    """The same for so long, for `./run faults chaos`."""
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
