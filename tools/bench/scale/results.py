"""The table of a run, and what machine it was."""

import os
import platform
import time
from pathlib import Path

FLOOR = "bare view"
TIMES_THE_FLOOR = {"poll, unchanged": 4, "poll, unchanged, a device": 4}
TWICE, EXTRA = 1.3, 3  # what the largest size may cost more than the smallest: times, or ms
HEAD = """# What every page costs at a real city's size

Written by `./run bench{quick}` (`tools/bench/scale`). CPU milliseconds of the application and of
PostgreSQL for one visit (median), statements, KB as sent (gzip), and milliseconds until the last
byte of a single visitor (p50, p95). "Must" is what we want at every size; ✓ where it is so, ✗ where
the cost grows too much. Status codes stand where one is not a success. The service requests are
those of twelve years, written as the workflow would have left them and checked by its invariants;
Granian with one process of four threads, PostgreSQL with 64 MB of shared buffers, no proxy,
autovacuum at rest. Filters differ from visit to visit, so little is remembered.

{machine}
"""


def document(found, is_quick):
    return (
        HEAD.format(quick=" --quick" if is_quick else "", machine=machine()) + "\n" + table(found)
    )


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{time.strftime('%Y-%m-%d')}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()},"
        f" load average at the end {os.getloadavg()[0]:.1f} (5 minutes: {os.getloadavg()[1]:.1f})."
    )


def table(found):
    """Markdown: a scene a line, of each size app + db, statements, KB, p50 / p95."""
    sizes = list(found)
    rows = {size: {row["scene"]: row for row in found[size]} for size in sizes}
    names = list(dict.fromkeys(row["scene"] for size in sizes for row in found[size]))
    heads = [f"{size}: app + db ms, statements, KB, p50 / p95 ms" for size in sizes]
    lines = ["| scene | must | " + " | ".join(heads) + " | growth |",
             "|---|---|" + "---|" * len(sizes) + "---|"]  # fmt: skip
    for name in names:
        each = [rows[size].get(name) for size in sizes]
        must, limits = _wanted(name, each, [rows[size].get(FLOOR) for size in sizes])
        cells = " | ".join(map(_cell, each, limits))
        lines.append(f"| {name} | {must} | {cells} | {_growth(each)} |")
    return "\n".join(lines) + "\n"


def _wanted(name, each, floors):
    """What a scene may cost, in words and as (application, database) ms for each size."""
    if times := TIMES_THE_FLOOR.get(name):
        return f"≤ {times} × bare, no SQL", [
            floor and (times * floor["app"], 0) for floor in floors
        ]
    wanted = next((row["wanted"] for row in each if row), None)
    return f"≤ {wanted[0]} + {wanted[1]}" if wanted else "", [wanted] * len(each)


def line(row):
    return f"{row['scene']}: {_cell(row, row['wanted'])}"


def _cell(row, wanted):
    if row is None:
        return ""
    if "app" not in row:
        return f"failed: {row['problem']}"
    said = (
        f"{_ms(row['app'])} + {_ms(row['db'])}, {row['queries']:.0f}, {row['kb']:.1f},"
        f" {row['p50']:.0f} / {row['p95']:.0f}"
    )
    if wanted and row["app"] <= wanted[0] and round(row["db"], 2) <= wanted[1]:
        said += " ✓"
    odd = {code: n for code, n in row["statuses"].items() if int(code) >= 400}
    said += "".join(f" **{code}** ×{n}" for code, n in odd.items())
    return said + (f" ({row['problem']})" if row["problem"] else "")


def _growth(each):
    """The largest size's cost by the smallest's; marked where it is more than we want."""
    costs = [row["app"] + row["db"] for row in each if row and "app" in row]
    if len(costs) < 2 or not costs[0]:
        return ""
    is_good = costs[-1] <= max(TWICE * costs[0], costs[0] + EXTRA)
    return f"{costs[-1] / costs[0]:.1f}{'' if is_good else ' ✗'}"


def _ms(value):
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 20 else f"{value:.0f}"


def _processor():
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    return next((part.partition(":")[2].strip() for part in text.splitlines()
                 if part.startswith("model name")), platform.machine())  # fmt: skip
