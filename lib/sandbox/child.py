"""The sandboxed process, started by `parent.run_job`.

It reads the file from standard input and the job as JSON from the command line. It writes four
bytes with the length of a JSON object, the object, and the bytes of any files it made.
"""

import json
import logging
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from lib.sandbox.errors import UnreadableFile

logger = logging.getLogger(__name__)

OOM_SCORE = Path("/proc/self/oom_score_adj")


def run_requested_job(jobs: dict[str, Callable[[bytes, dict], tuple[dict, list[bytes]]]]) -> None:
    """Run the job named on the command line, and write its result.

    `jobs` maps names to functions that take the file and the job's options and return an answer and
    files. If a function raises UnreadableFile, its code and facts are the answer.
    """
    job = json.loads(sys.argv[1])
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _become_first_oom_victim()
    _set_limits(job["seconds"], job["megabytes"])
    data = sys.stdin.buffer.read()
    try:
        answer, files = jobs[job["do"]](data, job)
    except UnreadableFile as error:
        answer = {"unreadable": error.code, "detail": error.detail, "facts": error.facts}
        files = []
    _write_answer(answer, files)


def _set_limits(seconds, megabytes) -> None:
    """Limit CPU time, memory, core dumps and written files. macOS has no limit of address space."""
    _set_limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    _set_limit(resource.RLIMIT_CORE, 0, 0)
    _set_limit(resource.RLIMIT_FSIZE, 0, 0)
    if sys.platform != "darwin":
        _set_limit(resource.RLIMIT_AS, megabytes * 2**20, megabytes * 2**20)


def _set_limit(what, soft, hard) -> None:
    """Set a resource limit, capped at the hard limit of this process, which only root can raise."""
    most = resource.getrlimit(what)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _become_first_oom_victim() -> None:
    """Make the kernel kill this process first if the machine runs out of memory (Linux)."""
    try:
        OOM_SCORE.write_text("1000")
    except OSError as error:
        logger.debug("nobody to volunteer to: %s", error)


def _write_answer(answer, files) -> None:
    """Write the length of the JSON answer, the answer and the files to standard output."""
    head = json.dumps(answer, ensure_ascii=False).encode()
    sys.stdout.buffer.write(len(head).to_bytes(4) + head)
    for file in files:
        sys.stdout.buffer.write(file)
