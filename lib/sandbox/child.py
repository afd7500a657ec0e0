"""The process in which one file is opened; `parent.run` starts it and is its only customer.

It reads the file from standard input and its job, as JSON, from the command line. It answers with
four bytes that hold a length, a JSON object of that length, and the bytes of any files made.
"""

import json
import logging
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from lib.sandbox.errors import Unreadable

logger = logging.getLogger(__name__)

OOM_SCORE = Path("/proc/self/oom_score_adj")


def serve(jobs: dict[str, Callable[[bytes, dict], tuple[dict, list[bytes]]]]) -> None:
    """Do the one job this process was started for; each takes the file and the job's options."""
    job = json.loads(sys.argv[1])
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _volunteer()
    _limit(job["seconds"], job["megabytes"])
    data = sys.stdin.buffer.read()
    try:
        answer, files = jobs[job["do"]](data, job)
    except Unreadable as error:
        answer = {"unreadable": error.code, "detail": error.detail, "facts": error.facts}
        files = []
    _write(answer, files)


def _limit(seconds, megabytes) -> None:
    """The kernel ends a process that asks for more. macOS knows no limit of address space."""
    _allow(resource.RLIMIT_CPU, seconds, seconds + 1)
    _allow(resource.RLIMIT_CORE, 0, 0)
    _allow(resource.RLIMIT_FSIZE, 0, 0)
    if sys.platform != "darwin":
        _allow(resource.RLIMIT_AS, megabytes * 2**20, megabytes * 2**20)


def _allow(what, soft, hard) -> None:
    """Less, where whoever started us may use less: nobody but root can raise that."""
    most = resource.getrlimit(what)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _volunteer() -> None:
    """If the whole machine runs out of memory, this process is the one to go (Linux)."""
    try:
        OOM_SCORE.write_text("1000")
    except OSError as error:
        logger.debug("nobody to volunteer to: %s", error)


def _write(answer, files) -> None:
    head = json.dumps(answer, ensure_ascii=False).encode()
    sys.stdout.buffer.write(len(head).to_bytes(4) + head)
    for file in files:
        sys.stdout.buffer.write(file)
