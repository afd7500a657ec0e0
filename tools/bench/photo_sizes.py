"""What a photo costs: CPU seconds and peak memory to check it, and to make its public sizes.

    python -m tools.bench.photo_sizes [photo …]

Measures drawn JPEGs of 12 and 48 megapixels, then the photos given, or those in
../shared/photos/good where they are. Each is opened in a process of its own, as in production; that
process is what is measured, its start and its answer included. Ends with 1 if a drawn photo is over
its budget.
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from lib.sandbox import parent
from requests_app.photos.processing import SANDBOX

REAL = Path(__file__).resolve().parents[3] / "shared" / "photos" / "good"
RUNS = 5
# Megapixels, their width and height, and what may be spent: CPU seconds to check it and to make its
# sizes, and the peak of memory in MB.
DRAWN = [
    (12, (4032, 3024), 0.15, 0.5, 120),
    (48, (8064, 6048), 0.4, 0.8, 300),
]


@dataclass(frozen=True, order=True)
class Cost:
    cpu: float
    wall: float
    megabytes: float


def main() -> int:
    parser = argparse.ArgumentParser(description="What a photo costs.")
    parser.add_argument("photos", nargs="*", type=Path, default=sorted(REAL.glob("*.*")))
    named = parser.parse_args().photos
    print(f"{'photo':36} {'MB':>5} | check {'CPU s':>6} {'s':>6} {'MB':>5}", end="")
    print(f" | sizes {'CPU s':>6} {'s':>6} {'MB':>5}")
    costs = [
        measured(f"drawn, {megapixels} megapixels", elsewhere(drawn, size))
        for megapixels, size, *_budget in DRAWN
    ]
    for path in named:
        measured(path.name, path.read_bytes())
    return max(verdict(*each) for each in zip(DRAWN, costs, strict=True))


def measured(name, data):
    check, sizes = cost("inspect", data), cost("make_sizes", data, redactions=[])
    print(f"{name[:36]:36} {len(data) / 2**20:5.1f} |       {row(check)} |       {row(sizes)}")
    return check, sizes


def elsewhere(work, *arguments):
    """Linux counts a parent's memory as its child's until the child has more: so stay small."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def drawn(size):
    """Shades, edges and fine grain, as large as phones make them."""
    shades = [Image.linear_gradient("L").rotate(90), Image.radial_gradient("L")]
    shades.append(Image.effect_mandelbrot((1008, 756), (-2.2, -1.2, 1.0, 1.2), 100))
    picture = Image.merge("RGB", [shade.resize(size) for shade in shades])
    grain = Image.frombytes("L", size, hashlib.shake_256(b"grain").digest(size[0] * size[1]))
    out = io.BytesIO()
    Image.blend(picture, grain.convert("RGB"), 0.12).save(out, "JPEG", quality=90)
    return out.getvalue()


def cost(do, data, **options):
    """The median run, by CPU."""
    return statistics.median_low([once(do, data, options) for _run in range(RUNS)])


def once(do, data, options):
    job = json.dumps({"do": do, "seconds": 60, "megabytes": 2048, **options})
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            [*parent.COMMAND, SANDBOX, job],
            stdin=file,
            stdout=subprocess.DEVNULL,
            cwd=parent.HOUSE,
            env=parent.ENVIRONMENT,
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Cost(used.ru_utime + used.ru_stime, wall, peak)


def row(it):
    return f"{it.cpu:6.2f} {it.wall:6.2f} {it.megabytes:5.0f}"


def verdict(budget, costs):
    megapixels, _size, to_check, to_make, megabytes = budget
    check, sizes = costs
    is_kept = (
        check.cpu <= to_check
        and sizes.cpu <= to_make
        and max(check.megabytes, sizes.megabytes) <= megabytes
    )
    print(
        f"\nBudget for {megapixels} megapixels: check {to_check} s, sizes {to_make} s of CPU and "
        f"{megabytes} MB: {'kept' if is_kept else 'NOT KEPT'}"
    )
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
