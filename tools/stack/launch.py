"""`./run stack`: run the whole stack until Ctrl-C."""

import argparse
import sys
import time
from argparse import Namespace
from collections.abc import Iterator

from tools.embedded.postgres import find_program_folder
from tools.embedded.terminal import (
    default_data_folder,
    ignore_stop_signals,
    print_lines,
    require_free_port,
    run_until_stopped,
)
from tools.stack.stack import Stack

FOLDER = "santa311-stack"


def main() -> None:
    options = parse_arguments(sys.argv[1:])
    run_until_stopped(lambda: run(options))


def parse_arguments(arguments: list[str]) -> Namespace:
    parser = argparse.ArgumentParser(prog="./run stack", description="All of it, on this machine.")
    parser.add_argument("--port", type=int, default=8311, help="nginx's port (8311)")
    folder = default_data_folder(FOLDER)
    parser.add_argument("--data-dir", default=folder, help=f"({folder})")
    return parser.parse_args(arguments)


def run(options: Namespace) -> None:
    stack = Stack(options.data_dir, port=options.port)
    require_free_port("127.0.0.1", options.port, "./run stack")
    try:
        stack.start(print_lines)
        print_lines(f"\n  {stack.url}/\n", *list_services(stack), "", *list_hints(stack))
        report_ended_services(stack)
    finally:
        ignore_stop_signals()
        print_lines("Ending; each part finishes what it has begun …")
        stack.stop()


def list_services(stack: Stack) -> Iterator[str]:
    """Yield a line for each service: name, process id, address and role."""
    for name, service in stack.services.items():
        where = "{}:{}".format(*stack.addresses[name]) if name in stack.addresses else ""
        role = "the primary" if name == stack.primary.name else ""
        yield f"  {name:<16} {service.child.pid:>8}  {where:<16} {role}".rstrip()


def list_hints(stack: Stack) -> Iterator[str]:
    yield f"Data and logs are in {stack.folder}. Ctrl-C ends the stack and keeps them."
    yield f"For manage.py and further processes: set -a; . {stack.folder / 'environment'}; set +a"
    yield f"PostgreSQL's programs are in {find_program_folder()}."
    yield "What ends by itself or is ended by you is named here, and the rest goes on."


def report_ended_services(stack: Stack) -> None:
    """Print the name and log of each service that ends, and go on."""
    ended = set()
    while True:
        time.sleep(0.5)
        for name, service in stack.services.items():
            if not service.alive and name not in ended:
                ended.add(name)
                print_lines(f"{name} ended (code {service.child.exit_code}); its last words:")
                print_lines(service.child.last_words())


if __name__ == "__main__":
    main()
