"""How fast a place is found, and how often the right one, on the house numbers of the city's pack.

On a loaded city: `./run manage shell -c "from tools.bench.place_search import main; main()"`.
300 addresses of each seed (tests/place_queries.py, always the same ones), a third with a typo, a
third with an apartment or a direction; prints how many have the right house, on its side and within
40 m, as the first answer, and the median, p95 and longest CPU time of a search in ms.
"""

import statistics
import time

from city import search
from tests.place_queries import is_right, queries

RATE, MEDIAN = 0.97, 5  # at least this share, at most these ms


def main(seeds=(311, 1, 2, 3, 4)):
    began = time.process_time()
    search.find_places("1 first street")
    print(f"the index: {time.process_time() - began:.2f} s of CPU, once in each process")
    for seed in seeds:
        _measure(seed)


def _measure(seed):
    asked, times, missed = queries(seed=seed), [], []
    for query in asked:
        began = time.process_time()
        search.find_places(query.text)
        times.append((time.process_time() - began) * 1000)
        if not is_right(query):
            missed.append(query.text)
    rate, median = 1 - len(missed) / len(asked), statistics.median(times)
    p95 = sorted(times)[int(len(times) * 0.95)]
    is_good = rate >= RATE and median <= MEDIAN
    print(
        f"seed {seed}: {rate:.1%} right; median {median:.2f} ms, p95 {p95:.2f} ms, longest "
        f"{max(times):.2f} ms{'' if is_good else ' NOT GOOD ENOUGH'}; missed: {missed[:6]}"
    )
