"""Measure CPU seconds and peak memory to check a photo, and to create its public sizes.

    ./run tool python -m tools.bench.photo_sizes [photo …]

Measures generated JPEGs of 12 and 48 megapixels, then the given photos. Each is processed in a
process of its own, as in production. The figures are those of the process, including its start and
its result: the median of five runs by CPU. Exits with 1 if a generated photo exceeds its budget.
"""

import hashlib
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from lib.sandbox import parent
from requests_app.photos.processing import SANDBOX
from tools.bench.faults.checks import Check, at_most, print_checks

RUNS = 5


class Budget(NamedTuple):
    """The maximum cost of a generated photo of this size: CPU seconds, and MB of memory."""

    size: tuple[int, int]
    check: float
    sizes: float
    megabytes: int


BUDGETS = {
    "12 megapixels": Budget((4032, 3024), 0.15, 0.35, 120),
    "48 megapixels": Budget((8064, 6048), 0.4, 0.8, 300),
}


class Cost(NamedTuple):
    cpu_seconds: float
    megabytes: float


def main() -> int:
    is_good = True
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        # Linux counts the parent's memory as the child's until the child has more: keep it small.
        drawn = {name: pool.apply(draw_photo, [budget.size]) for name, budget in BUDGETS.items()}
    for name, data in drawn.items():
        print(f"drawn, {name}, {len(data) / 1e6:.1f} MB")
        is_good = print_checks(check_budget(BUDGETS[name], *measure(data))) and is_good
    for path in map(Path, sys.argv[1:]):
        check, sizes = measure(path.read_bytes())
        for act, cost in {"check": check, "sizes": sizes}.items():
            print(f"{path.name}, {act}: {cost.cpu_seconds:.2f} s, {cost.megabytes:.0f} MB")
    return 0 if is_good else 1


def check_budget(budget: Budget, check: Cost, sizes: Cost) -> list[Check]:
    return [
        at_most("CPU to check it", check.cpu_seconds, budget.check),
        at_most("CPU to make its sizes", sizes.cpu_seconds, budget.sizes),
        at_most("memory", max(check.megabytes, sizes.megabytes), budget.megabytes, "MB", 0),
    ]


def draw_photo(size: tuple[int, int]) -> bytes:
    """Return a JPEG with shades, edges and fine grain, as large as a phone's photo."""
    shades = [Image.linear_gradient("L").rotate(90), Image.radial_gradient("L")]
    shades.append(Image.effect_mandelbrot((1008, 756), (-2.2, -1.2, 1.0, 1.2), 100))
    picture = Image.merge("RGB", [shade.resize(size) for shade in shades])
    grain = Image.frombytes("L", size, hashlib.shake_256(b"grain").digest(size[0] * size[1]))
    out = io.BytesIO()
    Image.blend(picture, grain.convert("RGB"), 0.12).save(out, "JPEG", quality=90)
    return out.getvalue()


def measure(data: bytes) -> tuple[Cost, Cost]:
    """Return the cost of checking a photo, and the cost of creating its sizes."""
    jobs: list[dict[str, object]] = [{"do": "inspect"}, {"do": "make_sizes", "redactions": []}]
    check, sizes = (statistics.median_low(_run(job, data) for _run_number in range(RUNS))
                    for job in jobs)  # fmt: skip
    return check, sizes


def _run(job: dict, data: bytes) -> Cost:
    text = json.dumps({**job, "seconds": 60, "megabytes": 2048})
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        process = subprocess.Popen(
            [*parent.COMMAND, str(SANDBOX), text], stdin=file, stdout=subprocess.DEVNULL,
            cwd=parent.REPOSITORY, env=parent.ENVIRONMENT,
        )  # fmt: skip
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(used.ru_utime + used.ru_stime, peak)


if __name__ == "__main__":
    sys.exit(main())
