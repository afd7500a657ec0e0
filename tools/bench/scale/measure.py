"""Measure one size: start the application on its database, and run the scenes in turn.

    python -m tools.bench.scale.measure 50k [--quick] [--scene NAME …] [--plan NAME

--plans]

It runs in a process of its own, because Django is set up for one database. It prints a line of JSON
for each scene.
"""

import argparse
import json
import os
import statistics
import time
import traceback
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tools.bench.percentiles import percentile
from tools.bench.scale.meter import Meter
from tools.bench.scale.place import SIZES, Place, Running

if TYPE_CHECKING:
    from tools.bench.scale.cast import Cast
    from tools.bench.scale.scenes import Scene

# Per scene: maximum number of rounds, maximum seconds, and number of warm-up rounds.
QUICK, FULL = (5, 1.5, 1), (40, 15.0, 2)
CHEAP = 50  # a scene with at least this many rounds runs all of them


def main() -> None:
    options = _options()
    place = Place(options.size, options.folder)
    with place.run("text" if options.plan else options.plans and "json") as running:
        os.environ.update(place.environment)
        import django

        django.setup()
        from tools.bench.scale.cast import Cast

        for row in _rows(options, place, running, Cast(running)):
            print(json.dumps(row), flush=True)


def _rows(options: argparse.Namespace, place: Place, running: Running, cast: "Cast") -> Iterator:
    from tools.bench.scale import memory, plans
    from tools.bench.scale.scenes import SCENES

    if options.plan:
        plans.show(SCENES[options.plan], cast, place)
        return
    beginnings = tuple(options.scene or [""])
    wanted = [one for one in SCENES.values() if one.name.startswith(beginnings)]
    if options.plans:
        yield from plans.of_all(wanted, cast, place, options.plans)
        return
    limits = QUICK if options.quick else FULL
    bare, web = (Meter(each.pid, running.postgres.pid, place.url)
                 for each in (running.bare, running.web))  # fmt: skip
    for one in wanted:
        if one.is_timed:
            yield _measured(one, cast, bare if one.is_floor else web, limits)
    if memory.NAME.startswith(beginnings):
        yield memory.measure_memory(SCENES.values(), cast)


def _options() -> Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--folder")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--scene", action="append")
    parser.add_argument("--plan", default="")
    parser.add_argument("--plans", type=int, help="those of all, in so many rounds, as JSON")
    return parser.parse_args()


def _measured(scene: "Scene", cast: "Cast", meter: Meter, limits: tuple) -> dict:
    """Return the median costs of the rounds of a scene; a failure is returned as its problem."""
    most, seconds, warm_up = limits
    warm_up = min(warm_up, scene.warm_up)
    browser, costs, latencies = cast.people[scene.who], [], []
    statuses: Counter[int] = Counter()
    sent, until = [], time.monotonic() + seconds
    problem = ""
    rounds = scene.rounds if scene.rounds >= CHEAP else min(scene.rounds, most)
    try:
        for n in range(warm_up + rounds):
            given = scene.prepare(browser, cast, n)
            browser.answers.clear()
            begun = meter.read()
            scene.act(browser, cast, n, *given)
            ended = meter.read()
            statuses.update(answer.status for answer in browser.answers)
            if n >= warm_up:
                costs.append([b - a for a, b in zip(begun, ended, strict=True)])
                latencies.append(1000 * sum(answer.seconds for answer in browser.answers))
                sent.append(sum(len(answer.sent) for answer in browser.answers))
                if time.monotonic() > until and len(costs) >= 2:
                    break
    except Exception as error:  # noqa: BLE001 - shown in the table, and the other scenes still run
        problem = f"{type(error).__name__}: {error}"[:160]
        traceback.print_exc(limit=4)
    return _row(scene, costs, latencies, sent, statuses, problem)


def _row(scene, costs, latencies, sent, statuses, problem) -> dict[str, Any]:
    row = {"scene": scene.name, "wanted": scene.wanted, "rounds": len(costs), "problem": problem,
           "statuses": dict(statuses)}  # fmt: skip
    if not costs:
        return row
    app, database, queries = (statistics.median(each) for each in zip(*costs, strict=True))
    return row | {
        "app": 1000 * app,
        "db": 1000 * database,
        "queries": queries,
        "kb": statistics.median(sent) / 1024,
        "p50": statistics.median(latencies),
        "p95": percentile(latencies, 0.95),
    }


if __name__ == "__main__":
    main()
