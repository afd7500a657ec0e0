"""How many small tasks a worker process does in a second, on a stack of its own.

`./run tool python -m tools.bench.worker_rate` enqueues 5,000 tasks whose work is done already while
the worker is stopped, starts it, and counts what is left in its queue: each task is a message, a
transaction through the pooler and a line of the log, and nothing else. Nothing else runs.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import redis
from celery import Celery

from tools.stack import Stack

QUEUE = "santa311"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=5_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="s311-rate-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL is another user
        with Stack(folder) as stack:
            print(f"{rate(stack, options.tasks):.0f} tasks a second")


def rate(stack, tasks) -> float:
    """Tasks a second between the first look at the queue that shrinks and the last."""
    address = stack.keeper_url
    worker = stack.services["worker_rest"]
    worker.stop()
    fill_queue(address, tasks)
    with redis.Redis.from_url(address) as queue:
        worker.start()
        while queue.llen(QUEUE) >= tasks:
            time.sleep(0.05)  # until it is there, which takes a worker some seconds
        began, first = time.monotonic(), queue.llen(QUEUE)
        while left := queue.llen(QUEUE):
            time.sleep(0.1)
            if time.monotonic() - began > 600:
                sys.exit(f"{left} tasks are left after ten minutes.")
        return first / (time.monotonic() - began)


def fill_queue(address, tasks, queue=QUEUE):
    """Bells for debts that are paid already: a worker answers each, and does nothing."""
    app = Celery("rate", broker=address)
    app.conf.task_ignore_result = True
    with app.producer_pool.acquire(block=True) as producer:
        for number in range(tasks):
            app.send_task("requests_app.deliver", (-1 - number,), queue=queue, producer=producer)


if __name__ == "__main__":
    main()
