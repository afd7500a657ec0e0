"""The queries of a scene with their plans, which auto_explain writes to the server's log."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tools.bench.scale.cast import ask

_PLAN = re.compile(r"duration: [\d.]+ ms  plan:\n((?:\t.*\n)+)")
_SIZES = """SELECT relname, reltuples::bigint FROM pg_class
    JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'i')"""


def show(scene, cast, place) -> None:
    """Run a scene twice, and print the plans of the second run in the order of its queries."""
    *_first, second = _rounds(scene, cast, place, 2)
    print(second)


def of_all(scenes, cast, place, rounds) -> Iterator[dict | dict[str, Any]]:
    """Yield the row counts of tables and indexes by name; then the queries of each scene.

    `plans` are auto_explain's documents, each with its "Query Text" and "Plan"; `statuses` are
    those of the responses; `problem` is the error that ended the scene.
    """
    yield dict(ask(_SIZES))
    for scene in scenes:
        if scene.has_plans:
            times = rounds if scene.is_timed else 1  # there are many scenes without timing
            yield {"scene": scene.name, **_asked(scene, cast, place, times)}


def _asked(scene, cast, place, rounds) -> dict[str, Any]:
    plans: list[dict[str, Any]] = []
    statuses: set[int] = set()
    problem = ""
    try:
        for said in _rounds(scene, cast, place, rounds):
            plans += map(json.loads, _PLAN.findall(said))
            statuses |= {answer.status for answer in cast.people[scene.who].answers}
    except Exception as error:  # noqa: BLE001 - stored as the problem; other scenes still run
        problem = f"{type(error).__name__}: {error}"
    return {"plans": plans, "statuses": sorted(statuses), "problem": problem}


def _rounds(scene, cast, place, rounds) -> Iterator:
    """Yield the part of the server's log that each round wrote."""
    log = place.folder / "postgres" / "postgres.log"
    browser = cast.people[scene.who]
    for n in range(rounds):
        given = scene.prepare(browser, cast, n)
        browser.answers.clear()
        with log.open() as text:
            text.seek(0, 2)
            scene.act(browser, cast, n, *given)
            yield text.read()
