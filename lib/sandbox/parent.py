"""The parent of sandboxed processes.

Each file gets its own process instead of one of a pool: starting one takes about 50 ms, nothing
must be kept alive, and a decoder that one file corrupted never sees the next file.
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

from lib.sandbox.errors import UnreadableFile

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-s", "-m")
REPOSITORY = Path(__file__).resolve().parents[2]
_MALLOC_THRESHOLD = str(256 * 2**20)
# Each of glibc's arenas reserves 64 MB of address space, which is what the limit counts. Blocks up
# to `_MALLOC_THRESHOLD` bytes stay with the process when they are freed, because the kernel fills
# every page that it hands out with zeros, which took a tenth of the time for a photo.
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": _MALLOC_THRESHOLD,
    "MALLOC_TRIM_THRESHOLD_": _MALLOC_THRESHOLD,
    "PYTHONIOENCODING": "utf-8",
}

_CLOCK_SECONDS_PER_CPU_SECOND = 2
"""Seconds on the clock that a busy machine may take per CPU second."""
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def run_job(
    module: str,
    job_name: str,
    file: bytes,
    options: Mapping[str, object] = MappingProxyType({}),
    *,
    seconds: float,
    megabytes: int,
) -> tuple[dict, list[bytes]]:
    """Run a job of the package `module` on `file`. Return its answer and the files it made.

    `options` are further arguments as JSON can hold them. `seconds` of CPU time and `megabytes` of
    address space limit the process. At most as many processes run as there are CPUs, two at least;
    others wait. Raise UnreadableFile if the job fails or waits too long, and OSError if no process
    can be started.
    """
    job = {"do": job_name, "seconds": math.ceil(seconds), "megabytes": megabytes, **options}
    patience = _CLOCK_SECONDS_PER_CPU_SECOND * seconds
    if not _slots.acquire(timeout=patience):
        raise UnreadableFile("busy", f"{patience:.1f} s in the queue")
    try:
        said = _run_child(module, job, file, patience)
    finally:
        _slots.release()
    return _parse_output(said)


def _run_child(module, job, file, patience) -> bytes:
    """Run the process and return its output. Raise UnreadableFile if it fails or takes too long."""
    try:
        ended = subprocess.run(
            [*COMMAND, module, json.dumps(job)],
            input=file,
            capture_output=True,
            timeout=patience,
            cwd=REPOSITORY,
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        # On an idle machine the limit of CPU time ends the process first, so the machine is busy.
        raise UnreadableFile("busy", f"{patience:.1f} s on the clock") from error
    notes = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode:
        raise UnreadableFile(
            _failure_code(ended.returncode, notes), f"{ended.returncode}: {notes[-500:]}"
        )
    if notes:
        logger.info("about a file: %s", notes[-500:])
    return ended.stdout


def _failure_code(code, notes) -> str:
    """Return too_slow, too_heavy or died for an exit code and the process's messages."""
    if -code == signal.SIGXCPU:
        return "too_slow"
    return "too_heavy" if "MemoryError" in notes or "bad_alloc" in notes else "died"


def _parse_output(said) -> tuple[Any, list]:
    """Return the answer and the files in the output. Raise UnreadableFile if the job raised it."""
    start = 4 + int.from_bytes(said[:4])
    answer = json.loads(said[4:start])
    if "unreadable" in answer:
        raise UnreadableFile(answer["unreadable"], answer["detail"], **answer["facts"])
    files = []
    for length in answer.get("lengths", ()):
        files.append(said[start : start + length])
        start += length
    return answer, files
