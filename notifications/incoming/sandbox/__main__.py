"""The job of the process that parses one email."""

from lib.sandbox.child import run_requested_job
from notifications.incoming.sandbox.message import parse_message

JOBS = {"parse": parse_message}

if __name__ == "__main__":
    run_requested_job(JOBS)
