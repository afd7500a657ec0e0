"""`./run stack`: run the whole stack until Ctrl-C."""

import argparse
import sys
import time
from argparse import Namespace
from collections.abc import Iterator

from tools.embedded.postgres import programs
from tools.embedded.terminal import (
    let_nothing_interrupt,
    refuse_a_taken_port,
    run_until_stopped,
    say,
    usual_folder,
)
from tools.stack.stack import Stack

FOLDER = "santa311-stack"


def main() -> None:
    options = parse(sys.argv[1:])
    run_until_stopped(lambda: run(options))


def parse(arguments) -> Namespace:
    parser = argparse.ArgumentParser(prog="./run stack", description="All of it, on this machine.")
    parser.add_argument("--port", type=int, default=8311, help="nginx's port (8311)")
    folder = usual_folder(FOLDER)
    parser.add_argument("--data-dir", default=folder, help=f"({folder})")
    return parser.parse_args(arguments)


def run(options) -> None:
    stack = Stack(options.data_dir, port=options.port)
    refuse_a_taken_port("127.0.0.1", options.port, "./run stack")
    try:
        stack.start(say)
        say(f"\n  {stack.url}/\n", *what_runs_where(stack), "", *what_to_do(stack))
        watch(stack)
    finally:
        let_nothing_interrupt()
        say("Ending; each part finishes what it has begun …")
        stack.stop()


def what_runs_where(stack) -> Iterator[str]:
    """Yield a line for each service: its name, process, address and role."""
    leader = stack.cluster.leader.name
    for name, service in stack.services.items():
        where = "{}:{}".format(*stack.addresses[name]) if name in stack.addresses else ""
        role = "the leader" if name == leader else ""
        yield f"  {name:<16} {service.child.pid:>8}  {where:<16} {role}".rstrip()


def what_to_do(stack) -> Iterator[str]:
    yield f"Data and logs are in {stack.folder}. Ctrl-C ends the stack and keeps them."
    yield f"For manage.py and further processes: set -a; . {stack.folder / 'environment'}; set +a"
    yield f"PostgreSQL's programs are in {programs()}."
    yield "What ends by itself or is ended by you is named here, and the rest goes on."


def watch(stack) -> None:
    """Print each service that ends, and continue: the user may have stopped it on purpose."""
    ended = set()
    while True:
        time.sleep(0.5)
        for name, service in stack.services.items():
            if not service.alive and name not in ended:
                ended.add(name)
                say(f"{name} ended (code {service.child.exit_code}); its last words:")
                say(service.child.last_words())


if __name__ == "__main__":
    main()
