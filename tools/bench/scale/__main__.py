"""Measure the cost of every page on databases of a real city's size: `./run bench`.

    ./run bench                     50 thousand, 1 million and 5 million: reports/page_costs.md
    ./run bench --quick             50 thousand and 1 million, fewer rounds
    ./run bench --scene "desk, tab"   scenes whose names begin so, on 50 thousand and 1 million;
                                    the option may be repeated, as may --size
    ./run bench --size 1m --plan "desk, first view"      its queries with EXPLAIN (ANALYZE, BUFFERS)
    ./run bench --connections 1000    the cost of idle connections for others, on 50 thousand
    ./run bench --day               the cost of a city's day, on 1 million: reports/city_day.md
    ./run bench --digests           10,000 digests by one worker, on 1 million
    ./run bench --save after.json     also save the figures, by size
    ./run bench --compare before.json after.json     print such runs beside each other
    ./run bench --list              the names of all scenes

A database is filled once per size, which takes minutes, and kept in the data folder (--data-dir;
--fresh fills it again). PostgreSQL and Valkey come from wheels and are started for the benchmark
only; the web process is as in production.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from tools.bench.day import report
from tools.bench.scale import results
from tools.bench.scale.place import SEED, SIZES, Place

RESULTS = Path(__file__).resolve().parents[3] / "reports/page_costs.md"
DAY_RESULTS = RESULTS.with_name("city_day.md")
SCENES, CONNECTIONS, DAY, DIGESTS = (
    "tools.bench.scale.measure", "tools.bench.scale.connections", "tools.bench.day",
    "tools.bench.digests",
)  # fmt: skip
ALL, QUICK = ("50k", "1m", "5m"), ("50k", "1m")


def main() -> int:
    options = _options()
    if options.list:
        from tools.bench.scale import scenes

        print("\n".join(scenes.SCENES))
        return 0
    if options.compare:
        print(results.compare(options.compare))
        return 0
    sizes = options.size or _usual_sizes(options)
    sizes = sizes[:1] if options.plan or options.connections else sizes
    for size in sizes:
        place = Place(size, options.data_dir)
        if options.fresh:
            place.forget()
        began = time.monotonic()
        place.fill(options.seed)
        _say(f"{size}: filled ({time.monotonic() - began:.0f} s)")
    if options.day:
        return _measure_days(sizes, options)
    if options.digests:
        commands = [_command(DIGESTS, size, options) for size in sizes]
        return max(subprocess.run(command, check=False).returncode for command in commands)
    if options.connections:
        count = f"--count={options.connections}"
        return subprocess.run(
            _command(CONNECTIONS, sizes[0], options, count), check=False
        ).returncode
    if options.plan:
        plan = f"--plan={options.plan}"
        return subprocess.run(_command(SCENES, sizes[0], options, plan), check=False).returncode
    return _measure_scenes(sizes, options)


def _measure_scenes(sizes: Iterable[str], options: argparse.Namespace) -> int:
    began = time.monotonic()
    found = {size: _measure(size, options) for size in sizes}
    _say(f"Measured in {time.monotonic() - began:.0f} s")
    if options.save:
        Path(options.save).write_text(json.dumps(found, indent=1))
    if options.scene:
        print(results.table(found))
        return 0
    RESULTS.write_text(results.document(found, options.quick))
    _say(f"See {RESULTS}")
    return 0


def _usual_sizes(options: argparse.Namespace) -> tuple[str, ...]:
    if options.day or options.digests:
        return ("1m",)
    if options.connections:
        return ("50k",)
    return QUICK if options.quick or options.scene else ALL


def _options() -> Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="50k and 1m, fewer rounds")
    parser.add_argument("--size", action="append", choices=SIZES, help="may be given several times")
    parser.add_argument("--scene", action="append", help="only those whose names begin so")
    parser.add_argument("--plan", default="", help="the plans of this scene's queries")
    parser.add_argument("--connections", type=int, metavar="N", help="how many stay open, idle")
    parser.add_argument("--day", action="store_true", help="what a day of a city costs")
    parser.add_argument("--digests", action="store_true", help="what 10,000 digests take")
    parser.add_argument("--fresh", action="store_true", help="fill anew")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data-dir", help="where the filled databases lie")
    parser.add_argument("--save", metavar="FILE", help="where the figures are kept as JSON")
    parser.add_argument("--compare", nargs="+", metavar="FILE", help="prints kept runs")
    parser.add_argument("--list", action="store_true", help="the names of the scenes")
    return parser.parse_args()


def _command(module: str, size: str, options: argparse.Namespace, *more: str) -> list[str]:
    folder = [f"--folder={options.data_dir}"] if options.data_dir else []
    return [sys.executable, "-m", module, size, *folder, *more]


def _measure(size: str, options: argparse.Namespace) -> list[dict]:
    """Return the rows of one size; print each row when it is measured."""
    more = [f"--scene={beginning}" for beginning in options.scene or ()]
    more += ["--quick"] if options.quick else []
    rows = []
    command = _command(SCENES, size, options, *more)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in process.stdout or ():
        rows.append(json.loads(line))
        _say(f"{size} {results.line(rows[-1])}")
    if process.wait():
        sys.exit(f"The scenes on {size} came to no end.")
    return rows


def _measure_days(sizes: Iterable[str], options: argparse.Namespace) -> int:
    sections = [
        subprocess.run(_command(DAY, size, options), stdout=subprocess.PIPE, text=True, check=True)
        for size in sizes
    ]
    text = report.TITLE + results.machine() + "\n"
    DAY_RESULTS.write_text("\n".join([text, *(each.stdout for each in sections)]))
    _say(f"See {DAY_RESULTS}")
    return 0


def _say(text) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
