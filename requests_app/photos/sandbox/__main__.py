"""The jobs of the process that decodes one picture."""

import warnings
from collections.abc import Callable

from lib.sandbox.child import run_requested_job

# Each job imports only what it needs, since a new process is started for every file.


def _inspect(data: bytes, _job: dict) -> tuple[dict, list[bytes]]:
    """Return the `format`, `size`, `place` and `taken_at` of the picture, and no files."""
    from requests_app.photos.sandbox.inspection import inspect

    return inspect(data), []


def _make_sizes(data: bytes, job: dict) -> tuple[dict, list[bytes]]:
    """Return the `lengths` of the files and each size's file index (`sizes`), and distinct files.

    `job` has the `redactions`.
    """
    from requests_app.photos.sandbox.clean_copies import make_sizes

    sizes = make_sizes(data, job["redactions"])
    files = list(dict.fromkeys(sizes.values()))
    answer = {
        "lengths": [len(file) for file in files],
        "sizes": {size: files.index(file) for size, file in sizes.items()},
    }
    return answer, files


JOBS: dict[str, Callable[[bytes, dict], tuple[dict, list[bytes]]]] = {
    "inspect": _inspect,
    "make_sizes": _make_sizes,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # decoders warn of odd metadata, which is not trusted anyway
    run_requested_job(JOBS)
