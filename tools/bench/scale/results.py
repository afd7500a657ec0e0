"""The table of a run, and a description of the machine."""

import json
import os
import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FLOOR = "bare view"
# cost on the machine for which the limits are written; on others they are in proportion
FLOOR_MS = 0.26
TIMES_THE_FLOOR = {"poll, unchanged": 4, "poll, unchanged, a device": 4}
DATABASE_FACTOR = {"5m": 1.6}  # how much more the database may cost at this size
MAX_P95, MAX_P95_OF_WORDS = 150, 300  # ms for a single visitor
# maximum growth of the cost from the smallest to the largest size: factor, or ms
TWICE, EXTRA = 1.3, 3
HEAD = """# What every page costs at a real city's size

Written by `./run bench{quick}` (`tools/bench/scale`). CPU milliseconds of the application and of
PostgreSQL for one visit (median), statements, KB as sent (gzip), and milliseconds until the last
byte of a single visitor (p50, p95). "Must" is what we want where a bare view costs 0.26 ms; with
another bare view the limits are in proportion, at 5 million the database may take 1.6 times as
much. ✓ stands where it is so, ✗ behind a p95 above 150 ms (words: 300 ms), and where the cost grows
too much from the first column to the last. Status codes stand where one is not a success. The
service requests are those of twelve years: some hundreds went through the workflow, PostgreSQL made
the others from them, and the workflow's invariants hold for all; Granian with one process of four
threads, PostgreSQL with 64 MB of shared buffers, no proxy, autovacuum at rest. Filters differ from
visit to visit, so little is remembered.
How memory is measured stands in `tools/bench/scale/memory.py`.

{machine}
"""


def document(found, is_quick) -> str:
    return (
        HEAD.format(quick=" --quick" if is_quick else "", machine=machine()) + "\n" + table(found)
    )


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{time.strftime('%Y-%m-%d')}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()},"
        f" load average at the end {os.getloadavg()[0]:.1f} (5 minutes: {os.getloadavg()[1]:.1f})."
    )


class Limits(NamedTuple):
    """Maximum CPU milliseconds of a visit, and maximum milliseconds of a visitor's waiting time."""

    app: float
    database: float
    p95: float


def table(found: Mapping[str, Sequence[dict]]) -> str:
    """Return a Markdown table with a row per scene; `found` maps headings to result rows.

    A heading is a size, or ends with one, as "before 1m" does.
    """
    rows = {head: {row["scene"]: row for row in found[head]} for head in found}
    names = list(dict.fromkeys(row["scene"] for each in found.values() for row in each))
    heads = [f"{head}: app + db ms, statements, KB, p50 / p95 ms" for head in found]
    lines = ["| scene | must | " + " | ".join(heads) + " | growth |",
             "|---|---|" + "---|" * len(heads) + "---|"]  # fmt: skip
    for name in names:
        each = [rows[head].get(name) for head in found]
        cells = [_cell(row, _limits(row, head, rows[head].get(FLOOR)))
                 for row, head in zip(each, found, strict=True)]  # fmt: skip
        must = _must(name, next(row for row in each if row))
        lines.append(f"| {name} | {must} | {' | '.join(cells)} | {_growth(each)} |")
    return "\n".join(lines) + "\n"


def _must(name: str, row: dict) -> str:
    if times := TIMES_THE_FLOOR.get(name):
        return f"≤ {times} × bare, no SQL"
    if "wanted_mb" in row:
        return f"≤ {row['wanted_mb']} MB"
    return "≤ {} + {}".format(*row["wanted"]) if row["wanted"] else ""


def _limits(row: dict | None, head: str, floor: dict | None) -> Limits | None:
    if row is None or "app" not in row:
        return None
    floor_ms = floor["app"] if floor and "app" in floor else FLOOR_MS
    ratio = floor_ms / FLOOR_MS
    p95 = ratio * (MAX_P95_OF_WORDS if row["scene"].startswith("words") else MAX_P95)
    if times := TIMES_THE_FLOOR.get(row["scene"]):
        return Limits(times * floor_ms, 0, p95)
    if not row["wanted"]:
        return None
    app, database = row["wanted"]
    factor = DATABASE_FACTOR.get(head.split()[-1], 1)
    return Limits(ratio * app, ratio * database * factor, p95)


def line(row: dict) -> str:
    return f"{row['scene']}: {_cell(row, _limits(row, '1m', None))}"


def _cell(row: dict | None, limits: Limits | None) -> str:
    if row is None:
        return ""
    if "mb" in row:
        said = f"{row['mb']:.0f} MB, {row['mb_at_first']:.0f} at first"
        said += " ✓" if row["mb"] <= row["wanted_mb"] else ""
    elif "app" in row:
        said = (
            f"{_ms(row['app'])} + {_ms(row['db'])}, {row['queries']:.0f}, {row['kb']:.1f},"
            f" {row['p50']:.0f} / {row['p95']:.0f}"
        )
        if limits and row["p95"] > limits.p95:
            said += " ✗"
        if limits and row["app"] <= limits.app and round(row["db"], 2) <= limits.database:
            said += " ✓"
    else:
        return f"failed: {row['problem']}"
    odd = {code: n for code, n in row["statuses"].items() if int(code) >= 400}
    said += "".join(f" **{code}** ×{n}" for code, n in odd.items())
    return said + (f" ({row['problem']})" if row["problem"] else "")


def _growth(each: Sequence[dict | None]) -> str:
    """Return the cost of the last column divided by the first, marked if it exceeds the limit."""
    costs = [row["app"] + row["db"] for row in each if row and "app" in row]
    if len(costs) < 2 or not costs[0]:
        return ""
    is_good = costs[-1] <= max(TWICE * costs[0], costs[0] + EXTRA)
    return f"{costs[-1] / costs[0]:.1f}{'' if is_good else ' ✗'}"


def compare(paths: Iterable[str]) -> str:
    """Return a Markdown table that compares runs saved with `--save`, size by size."""
    runs = {Path(path).stem: json.loads(Path(path).read_text()) for path in paths}
    sizes = list(dict.fromkeys(size for run in runs.values() for size in run))
    return table({
        f"{name} {size}": run[size] for size in sizes for name, run in runs.items() if size in run
    })  # fmt: skip


def _ms(value) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 20 else f"{value:.0f}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    return next((part.partition(":")[2].strip() for part in text.splitlines()
                 if part.startswith("model name")), platform.machine())  # fmt: skip
