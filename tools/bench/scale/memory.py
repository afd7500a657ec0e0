"""Measure the memory of a web process after 2,000 varied requests.

The process is new and the cache is empty. Every scene that only requests a page runs in turn, each
time with another filter, until REQUESTS responses: lists, maps, searches, live pages, tabs and
panels of the desk, inboxes, figures, the administration and Open311, by people of every role. The
figure is the resident memory of the process, including memory shared with its parent (psutil's
`rss`), before the first and after the last request. MAX_MB is the limit.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any

from tools.bench.scale.cast import Cast
from tools.bench.scale.scenes import Scene

NAME = "memory of a web process"
REQUESTS, MAX_MB = 2_000, 350


def measure_memory(scenes: Iterable[Scene], cast: Cast) -> dict:
    """Return a row of results; `statuses` counts all responses, and a failure is its `problem`."""
    row: dict[str, Any] = {
        "scene": NAME,
        "wanted": None,
        "wanted_mb": MAX_MB,
        "statuses": {},
        "problem": "",
    }
    try:
        cast.renew_process()
        cast.forget_cache()
        at_first = _megabytes(cast)
        answers = _ask([each for each in scenes if each.is_page], cast)
        statuses = Counter(islice(answers, REQUESTS))
        megabytes = _megabytes(cast)
    except Exception as error:  # noqa: BLE001 - shown in the table; measured values are kept
        return row | {"problem": f"{type(error).__name__}: {error}"[:160]}
    return row | {"mb_at_first": at_first, "mb": megabytes, "statuses": dict(statuses)}


def _ask(scenes: list[Scene], cast: Cast) -> Iterator[int]:
    """Yield the status of each response, without end."""
    for n in count():
        for scene in scenes:
            browser = cast.people[scene.who]
            browser.answers.clear()
            scene.act(browser, cast, n)
            yield from (answer.status for answer in browser.answers)


def _megabytes(cast: Cast) -> float:
    return cast.running.web.process().memory_info().rss / 2**20
