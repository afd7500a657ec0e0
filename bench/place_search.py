"""How fast a place is found, and how often the right one, on a city's own address ranges.

On a loaded city, with its ranges loaded by `load_places`:
`./run manage shell -c "from bench.place_search import main; main('address_ranges.csv')"`.
200 addresses with one typo each (tests/place_queries.py, always the same ones); prints the median,
p95 and longest search of each seed in ms, and how many have the right place among the first three.
"""

import statistics
import time
from pathlib import Path

from city import geo, search
from tests.place_queries import queries

CLOSE = 60  # metres
LIMIT = 50  # ms


def ask(query):
    """(milliseconds, whether the right place is among the first three)."""
    began = time.perf_counter()
    hits = search.find_places(query.text, limit=3)
    took = (time.perf_counter() - began) * 1000
    here = (query.lat, query.lng)
    is_found = any(
        geo.distance_m((hit.lat, hit.lng), here) <= CLOSE for hit in hits if not hit.note
    )
    return took, is_found


def main(path, seeds=(311, 1, 2, 3, 4)):
    began = time.perf_counter()
    search.find_places("1 first street")
    print(f"the index: {time.perf_counter() - began:.2f} s, once in each process")
    for seed in seeds:
        answers = [ask(query) for query in queries(Path(path), seed=seed)]
        times = sorted(took for took, _found in answers)
        p95 = times[int(len(times) * 0.95)]
        right = sum(is_found for _took, is_found in answers)
        print(
            f"seed {seed}: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, "
            f"longest {times[-1]:.1f} ms; {right} of {len(answers)} right"
            + ("" if p95 <= LIMIT else " TOO SLOW")
        )
