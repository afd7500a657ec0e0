"""`./run manage …`: manage.py on the demo's data, while the demo runs or not.

`--data-dir FOLDER` may come first. Where DATABASE_URL or REDIS_URL is set, that server is used.
"""

import os
import signal
import sys

from django.core.management import execute_from_command_line

from santa311.demo.fork import leave_the_database
from santa311.demo.place import Place, usual_folder
from santa311.embedded import ServiceFailed


def main(arguments):
    folder = usual_folder()
    if arguments[:1] == ["--data-dir"]:
        folder, arguments = arguments[1], arguments[2:]
    try:
        place = Place(folder)
        place.make()
        with place.borrowed():
            os.environ.update(place.environment())
            try:
                execute_from_command_line(["./run manage", *arguments])
            finally:
                leave_the_database()
    except ServiceFailed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    main(sys.argv[1:])
