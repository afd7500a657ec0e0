"""The process in which one picture is opened: `child.run` starts it and is its only customer.

It reads the picture from standard input and its job, as JSON, from the command line. It answers
with four bytes that hold a length, a JSON object of that length, and the bytes of any files made.
"""

import json
import logging
import resource
import sys
from pathlib import Path

from requests_app.photos.sandbox.errors import Unreadable
from requests_app.photos.sandbox.inspection import inspect
from requests_app.photos.sandbox.sizes import make_sizes

logger = logging.getLogger(__name__)

OOM_SCORE = Path("/proc/self/oom_score_adj")


def main() -> None:
    job = json.loads(sys.argv[1])
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _volunteer()
    _limit(job["seconds"], job["megabytes"])
    data = sys.stdin.buffer.read()
    try:
        answer, files = JOBS[job["do"]](data, job)
    except Unreadable as error:
        answer, files = {"unreadable": error.code, "detail": error.detail}, []
    _write(answer, files)


def _limit(seconds, megabytes):
    """The kernel ends a process that asks for more. macOS knows no limit of address space."""
    _allow(resource.RLIMIT_CPU, seconds, seconds + 1)
    _allow(resource.RLIMIT_CORE, 0, 0)
    _allow(resource.RLIMIT_FSIZE, 0, 0)
    if sys.platform != "darwin":
        _allow(resource.RLIMIT_AS, megabytes * 2**20, megabytes * 2**20)


def _allow(what, soft, hard):
    """Less, where whoever started us may use less: nobody but root can raise that."""
    most = resource.getrlimit(what)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _volunteer():
    """If the whole machine runs out of memory, this process is the one to go (Linux)."""
    try:
        OOM_SCORE.write_text("1000")
    except OSError as error:
        logger.debug("nobody to volunteer to: %s", error)


def _inspect(data, _job):
    return inspect(data), []


def _make_sizes(data, job):
    sizes = make_sizes(data, job["redactions"])
    files = list(dict.fromkeys(sizes.values()))
    answer = {
        "lengths": [len(file) for file in files],
        "sizes": {size: files.index(file) for size, file in sizes.items()},
    }
    return answer, files


def _write(answer, files):
    head = json.dumps(answer).encode()
    sys.stdout.buffer.write(len(head).to_bytes(4) + head)
    for file in files:
        sys.stdout.buffer.write(file)


JOBS = {"inspect": _inspect, "make_sizes": _make_sizes}

if __name__ == "__main__":
    main()
