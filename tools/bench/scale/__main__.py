"""What every page costs on a database as a real city has it: `./run bench`.

    ./run bench                     50 thousand, 1 million and 5 million: reports/page_costs.md
    ./run bench --quick             50 thousand and 1 million, fewer rounds
    ./run bench --scene "desk, tab"   those whose names begin so, on 50 thousand and 1 million;
                                    the option may be given several times, as --size may
    ./run bench --size 1m --plan "desk, first view"      its queries with EXPLAIN (ANALYZE, BUFFERS)
    ./run bench --connections 1000    what so many idle connections cost others, on 50 thousand
    ./run bench --day               what a day of a city costs, on 1 million: reports/city_day.md
    ./run bench --save after.json     keeps the figures too, by size
    ./run bench --compare before.json after.json     prints such runs beside each other
    ./run bench --list              the names of all

A size is filled once, in minutes, and kept in the data folder (--data-dir; --fresh fills anew).
PostgreSQL and Valkey come from wheels and run for this alone; the web process is as in production.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tools.bench.day import report
from tools.bench.scale import results
from tools.bench.scale.place import SEED, SIZES, Place

RESULTS = Path(__file__).resolve().parents[3] / "reports/page_costs.md"
DAY = RESULTS.with_name("city_day.md")
ALL, QUICK = ("50k", "1m", "5m"), ("50k", "1m")


def main():
    options = _options()
    if options.list:
        return _list()
    if options.compare:
        print(results.compare(options.compare))
        return 0
    sizes = options.size or (("1m",) if options.day else _usual_sizes(options))
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
    if options.plan or options.connections:
        command = _of_connections if options.connections else _command
        return subprocess.run(command(sizes[0], options), check=False).returncode
    began, found = time.monotonic(), {}
    for size in sizes:
        found[size] = _measure(size, options)
    _say(f"Measured in {time.monotonic() - began:.0f} s")
    if options.save:
        Path(options.save).write_text(json.dumps(found, indent=1))
    if options.scene:
        print(results.table(found))
        return 0
    RESULTS.write_text(results.document(found, options.quick))
    _say(f"See {RESULTS}")
    return 0


def _usual_sizes(options):
    if options.connections:
        return ("50k",)
    return QUICK if options.quick or options.scene else ALL


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="50k and 1m, fewer rounds")
    parser.add_argument("--size", action="append", choices=SIZES, help="may be given several times")
    parser.add_argument("--scene", action="append", help="only those whose names begin so")
    parser.add_argument("--plan", default="", help="the plans of this scene's queries")
    parser.add_argument("--connections", type=int, metavar="N", help="how many stay open, idle")
    parser.add_argument("--day", action="store_true", help="what a day of a city costs")
    parser.add_argument("--fresh", action="store_true", help="fill anew")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data-dir", help="where the filled databases lie")
    parser.add_argument("--save", metavar="FILE", help="where the figures are kept as JSON")
    parser.add_argument("--compare", nargs="+", metavar="FILE", help="prints kept runs")
    parser.add_argument("--list", action="store_true", help="the names of the scenes")
    return parser.parse_args()


def _command(size, options):
    more = [f"--scene={beginning}" for beginning in options.scene or ()]
    more += [f"--plan={options.plan}"] if options.plan else []
    more += ["--quick"] if options.quick else []
    more += [f"--folder={options.data_dir}"] if options.data_dir else []
    return [sys.executable, "-m", "tools.bench.scale.measure", size, *more]


def _of_connections(size, options):
    more = [f"--count={options.connections}"]
    more += [f"--folder={options.data_dir}"] if options.data_dir else []
    return [sys.executable, "-m", "tools.bench.scale.connections", size, *more]


def _measure(size, options):
    """The rows of one size, said as they come."""
    rows = []
    process = subprocess.Popen(_command(size, options), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        rows.append(json.loads(line))
        _say(f"{size} {results.line(rows[-1])}")
    if process.wait():
        sys.exit(f"The scenes on {size} came to no end.")
    return rows


def _measure_days(sizes: Iterable[str], options: argparse.Namespace) -> int:
    sections = []
    for size in sizes:
        command = [sys.executable, "-m", "tools.bench.day", size]
        command += [options.data_dir] if options.data_dir else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        sections.append(done.stdout)
    DAY.write_text("\n".join([report.TITLE + results.machine() + "\n", *sections]))
    _say(f"See {DAY}")
    return 0


def _list():
    from tools.bench.scale.scenes import SCENES

    print("\n".join(SCENES))
    return 0


def _say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
