"""The jobs of the process in which one picture is opened."""

import warnings
from typing import Any

from lib.sandbox.child import run_requested_job

# Each imports what it needs: a process of its own is started for every file.


def _inspect(data, _job) -> tuple[dict, list]:
    from requests_app.photos.sandbox.inspection import inspect

    return inspect(data), []


def _make_sizes(data, job) -> tuple[dict[str, Any], list[bytes]]:
    from requests_app.photos.sandbox.clean_copies import make_sizes

    sizes = make_sizes(data, job["redactions"])
    files = list(dict.fromkeys(sizes.values()))
    answer = {
        "lengths": [len(file) for file in files],
        "sizes": {size: files.index(file) for size, file in sizes.items()},
    }
    return answer, files


JOBS = {"inspect": _inspect, "make_sizes": _make_sizes}

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # decoders' are about odd metadata, which nobody believes here
    run_requested_job(JOBS)
