"""One size: the application is started on its database, and the scenes run, one after another.

    python -m tools.bench.scale.measure 50k [--quick] [--scene NAME] [--plan NAME | --plans]

A process of its own, since Django knows one database; it prints a line of JSON for each scene.
"""

import argparse
import json
import os
import statistics
import time
import traceback
from collections import Counter
from operator import attrgetter

from tools.bench.scale.place import SIZES, Place

# Of a scene: the most rounds, the most seconds, and how often it is asked for before.
QUICK, FULL = (5, 1.5, 1), (25, 15.0, 2)
CHEAP = 50  # a scene with so many rounds or more is given all of them


def main():
    options = _options()
    place = Place(options.size, options.folder)
    with place.run("text" if options.plan else options.plans and "json") as running:
        os.environ.update(place.environment)
        import django

        django.setup()
        from tools.bench.scale import cast, plans, scenes

        found = cast.Cast(running.web[1], running.bare[1])
        if options.plan:
            plans.show(scenes.SCENES[options.plan], found, place)
            return
        wanted = [one for one in scenes.SCENES.values() if one.name.startswith(options.scene)]
        if options.plans:
            rows = plans.of_all(wanted, found, place, options.plans)
        else:
            rows = _all_measured(wanted, found, running, place, options.quick)
        for row in rows:
            print(json.dumps(row), flush=True)


def _all_measured(wanted, cast, running, place, is_quick):
    from tools.bench.scale import meter

    meters = {
        "bare": meter.Meter(running.bare[0].pid, running.postgres.child.pid, place.url),
        "web": meter.Meter(running.web[0].pid, running.postgres.child.pid, place.url),
    }
    for one in filter(attrgetter("is_timed"), wanted):
        which = meters["bare" if one.is_floor else "web"]
        yield _measured(one, cast, which, QUICK if is_quick else FULL)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--folder")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--scene", default="")
    parser.add_argument("--plan", default="")
    parser.add_argument("--plans", type=int, help="those of all, in so many rounds, as JSON")
    return parser.parse_args()


def _measured(scene, cast, meter, limits):
    """What the rounds of one scene cost each, by the median; a failure is said in its place."""
    most, seconds, warm_up = limits
    warm_up = min(warm_up, scene.warm_up)
    browser, costs, latencies, statuses = cast.people[scene.who], [], [], Counter()
    sent, until = [], time.monotonic() + seconds
    problem = ""
    rounds = scene.rounds if scene.rounds >= CHEAP else min(scene.rounds, most)
    try:
        for n in range(warm_up + rounds):
            given = (scene.before(browser, cast, n),) if scene.before else ()
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
    except Exception as error:  # noqa: BLE001 - said in the table, and the other scenes go on
        problem = f"{type(error).__name__}: {error}"[:160]
        traceback.print_exc(limit=4)
    return _row(scene, costs, latencies, sent, statuses, problem)


def _row(scene, costs, latencies, sent, statuses, problem):
    row = {"scene": scene.name, "wanted": scene.wanted, "rounds": len(costs), "problem": problem,
           "statuses": dict(statuses)}  # fmt: skip
    if not costs:
        return row
    app, database, queries = (statistics.median(each) for each in zip(*costs, strict=True))
    ordered = sorted(latencies)
    return row | {
        "app": 1000 * app,
        "db": 1000 * database,
        "queries": queries,
        "kb": statistics.median(sent) / 1024,
        "p50": statistics.median(ordered),
        "p95": ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
    }


if __name__ == "__main__":
    main()
