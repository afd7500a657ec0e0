"""`./run stack`: the whole stack until Ctrl-C."""

import argparse
import sys
import time

from santa311.embedded import ServiceFailed
from santa311.embedded.terminal import let_nothing_interrupt, run_until_stopped, say, usual_folder
from santa311.stack.stack import Stack

FOLDER = "santa311-stack"


def main():
    options = parse(sys.argv[1:])
    run_until_stopped(lambda: run(options))


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./run stack", description="All of it, on this machine.")
    parser.add_argument("--port", type=int, default=8311, help="nginx's port (8311)")
    folder = usual_folder(FOLDER)
    parser.add_argument("--data-dir", default=folder, help=f"({folder})")
    return parser.parse_args(arguments)


def run(options):
    stack = Stack(options.data_dir, port=options.port)
    try:
        stack.start(say)
        say(
            f"\n  {stack.url}/\n",
            f"Data and logs are in {stack.folder}. Ctrl-C ends the stack and keeps them.",
        )
        while True:
            time.sleep(0.5)
            for service in stack.services.values():
                if not service.alive:
                    raise ServiceFailed(
                        f"{service.name} ended by itself.\n{service.child.last_words()}"
                    )
    finally:
        let_nothing_interrupt()
        stack.stop()


if __name__ == "__main__":
    main()
