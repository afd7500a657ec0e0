"""`./run start-city …` and `./run check-city …`: commands for a city's folder without services.

Folders are relative to the caller's working directory: `check-city .` checks that directory.

Neither command uses a database, so the settings get addresses without a server.
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
    """Run “start-city” or “check-city” with its arguments in the caller's working directory."""
    for name in ("CITY_PACK", "CITY_PACK_FILE", "TIME_ZONE"):
        os.environ.pop(name, None)  # so that a broken pack is checked, not loaded as the city
    os.environ.update(_NOWHERE)
    return_to_caller()
    execute_from_command_line(["./run", _COMMANDS[command], *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
