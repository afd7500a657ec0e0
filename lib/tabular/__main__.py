"""The job of the process in which one table is read."""

import sys

from lib.sandbox.child import serve
from lib.tabular.reading import Format, records


def _records(data, job):
    return {"records": [*records(data, Format(**job["kind"]))]}, []


JOBS = {"records": _records}

if __name__ == "__main__":
    sys.modules["numpy"] = None  # openpyxl imports it where it is, for nothing that is read here
    serve(JOBS)
