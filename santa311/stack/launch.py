"""`./run stack`: the whole stack until Ctrl-C."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from santa311.embedded import ServiceFailed, folders
from santa311.stack.stack import Stack


class Stopped(BaseException):
    """Somebody asked it to end: Ctrl-C, or a signal."""


def main():
    options = parse(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    try:
        run(options)
    except Stopped:
        say("Ended.")
    except ServiceFailed as error:
        sys.exit(f"\n{error}")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./run stack", description="All of it, on this machine.")
    parser.add_argument("--port", type=int, default=8311, help="nginx's port (8311)")
    parser.add_argument("--data-dir", default=usual_folder(), help=f"({usual_folder()})")
    return parser.parse_args(arguments)


def usual_folder():
    """XDG's data home, or the system's for root, whose home is closed to PostgreSQL's user."""
    if folders.as_root():
        return Path("/var/lib/santa311-stack")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "santa311-stack"


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
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C would leave half of it running
        stack.stop()


def say(*lines):
    for line in lines:
        print(line, flush=True)


def _ask_to_stop(number, frame):
    raise Stopped


if __name__ == "__main__":
    main()
