"""The job of the process that parses one email."""

from collections.abc import Callable

from lib.sandbox.child import run_requested_job
from notifications.incoming.sandbox.message import parse_message

JOBS: dict[str, Callable[[bytes, dict], tuple[dict, list[bytes]]]] = {"parse": parse_message}

if __name__ == "__main__":
    run_requested_job(JOBS)
