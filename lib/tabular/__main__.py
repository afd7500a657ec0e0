"""The sandboxed process that reads one table."""

import sys

from lib.sandbox.child import run_requested_job
from lib.tabular.reading import Format, read_records


def _read_records(data, job):
    """Return ({"records": list of records}, []), the answer and no files.

    `job["kind"]` has the arguments of Format.
    """
    return {"records": [*read_records(data, Format(**job["kind"]))]}, []


JOBS = {"records": _read_records}

if __name__ == "__main__":
    # openpyxl imports NumPy if it is installed, for nothing that is read here. None prevents it.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    run_requested_job(JOBS)
