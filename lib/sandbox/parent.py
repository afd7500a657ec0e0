"""Ask the sandbox: one file, one process.

A process per file, rather than a pool: it starts in about 50 ms, there is nothing to keep alive,
and a decoder that was corrupted by one file never sees the next one.
"""

import json
import logging
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lib.sandbox.errors import Unreadable

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-s", "-m")
HOUSE = Path(__file__).resolve().parents[2]
_KEPT = str(256 * 2**20)
# Each of glibc's arenas reserves 64 MB of address space, which is what the limit counts. Blocks up
# to `_KEPT` bytes stay with the process when they are freed, because the kernel fills every page
# that it hands out with zeros: that was a tenth of what a photo costs.
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": _KEPT,
    "MALLOC_TRIM_THRESHOLD_": _KEPT,
    "PYTHONIOENCODING": "utf-8",
}

_PATIENCE = 2
"""Times the CPU seconds that a busy machine may take to give them."""
_seats = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def run(
    module: str,
    do: str,
    file: bytes,
    options: Mapping[str, object] = MappingProxyType({}),
    *,
    seconds: float,
    megabytes: int,
) -> tuple[dict, list[bytes]]:
    """Do one of the jobs of the package `module`: its answer, and the files it made.

    `options` are what the job is told besides, as JSON can hold it. `seconds` of CPU and
    `megabytes` of address space are what it may use. No more files are open at once, for this
    process, than it has processors; the others wait. Raises `Unreadable`, and OSError where the
    machine starts no process.
    """
    job = {"do": do, "seconds": math.ceil(seconds), "megabytes": megabytes, **options}
    patience = _PATIENCE * seconds
    if not _seats.acquire(timeout=patience):
        raise Unreadable("busy", f"{patience:.1f} s in the queue")
    try:
        said = _said(module, job, file, patience)
    finally:
        _seats.release()
    return _read(said)


def _said(module, job, file, patience) -> bytes:
    try:
        ended = subprocess.run(
            [*COMMAND, module, json.dumps(job)],
            input=file,
            capture_output=True,
            timeout=patience,
            cwd=HOUSE,
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        # Its CPU seconds end sooner on a machine with time to spare: no fault of the file.
        raise Unreadable("busy", f"{patience:.1f} s on the clock") from error
    notes = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode:
        raise Unreadable(_cause(ended.returncode, notes), f"{ended.returncode}: {notes[-500:]}")
    if notes:
        logger.info("about a file: %s", notes[-500:])
    return ended.stdout


def _cause(code, notes) -> str:
    if -code == signal.SIGXCPU:
        return "too_slow"
    return "too_heavy" if "MemoryError" in notes or "bad_alloc" in notes else "died"


def _read(said) -> tuple[Any, list]:
    start = 4 + int.from_bytes(said[:4])
    answer = json.loads(said[4:start])
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"], answer["detail"], **answer["facts"])
    files = []
    for length in answer.get("lengths", ()):
        files.append(said[start : start + length])
        start += length
    return answer, files
