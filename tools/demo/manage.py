"""`./run manage …`: run manage.py on the demo's data, with or without a running demo.

`--data-dir FOLDER` or `--pack FOLDER`, as given to `./run demo`, may come first. If DATABASE_URL or
REDIS_URL is set, that server is used.
"""

import argparse
import os
import signal
import sys
from argparse import Namespace
from pathlib import Path

from django.core.management import execute_from_command_line

from tools.demo.fork import leave_the_database
from tools.demo.place import Place, find_folder, resolve_pack, return_to_caller
from tools.embedded import ServiceFailed


def main(arguments) -> None:
    """Run manage.py on the demo's data; start its services if they do not run.

    Exit with a message if a service fails.
    """
    options, arguments = _options(arguments)
    pack = resolve_pack(options.pack) if options.pack else None
    if pack:
        os.environ["CITY_PACK"] = str(pack)
    try:
        place = Place(options.data_dir or find_folder(pack))
        place.make()
        with place.borrowed():
            os.environ.update(place.environment())
            return_to_caller()
            try:
                execute_from_command_line(["./run manage", *arguments])
            finally:
                leave_the_database()
    except ServiceFailed as error:
        sys.exit(str(error))


def _options(arguments: list[str]) -> tuple[Namespace, list[str]]:
    """Return the options at the beginning, and the arguments of manage.py."""
    given: list[str] = []
    parser = argparse.ArgumentParser(prog="./run manage")
    parser.add_argument("--data-dir")
    parser.add_argument("--pack", type=Path, default=os.environ.get("CITY_PACK"))
    while arguments[:1] and arguments[0] in ("--data-dir", "--pack"):
        given, arguments = [*given, *arguments[:2]], arguments[2:]
    return parser.parse_args(given), arguments


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that started services are stopped
    main(sys.argv[1:])
