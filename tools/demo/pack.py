"""`./run start-city …` and `./run check-city …`: a city's folder, with no service running.

Folders are read relative to where the command was given: `check-city .` works in the folder itself.

Neither touches a database, so the settings get addresses at which nobody answers.
"""

import os
import sys

from django.core.management import execute_from_command_line

from tools.demo.place import return_to_caller

_NOWHERE = {
    "DJANGO_SETTINGS_MODULE": "santa311.settings",
    "SECRET_KEY": "signs nothing: no page is served",
    "DATABASE_URL": "postgresql://nobody@localhost:1/none",
    "REDIS_URL": "redis://localhost:1",
    "EMAIL_URL": "memory:",
}
_COMMANDS = {"start-city": "start_city", "check-city": "check_city"}


def main(command, *arguments) -> None:
    """Run “start-city” or “check-city” with its arguments in the folder of the caller."""
    for name in ("CITY_PACK", "CITY_PACK_FILE", "TIME_ZONE"):
        os.environ.pop(name, None)  # a broken pack in there is looked at, not served
    os.environ.update(_NOWHERE)
    return_to_caller()
    execute_from_command_line(["./run", _COMMANDS[command], *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
