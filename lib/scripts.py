"""The import graph of JavaScript modules, from which pages preload what a browser finds late."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

IMPORT_STATEMENT = re.compile(
    r"""^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"([^"]+)";""", re.MULTILINE
)
MAX_EARLY_DISTANCE = 2  # browsers load a script and its own imports early enough


@cache
def list_imports(name: str) -> list[str]:
    """Return the names below static/ of the scripts that a script imports statically.

    Raise FileNotFoundError if there is no such script. The result is cached.
    """
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"static/{name}")
    text = Path(path).read_text()
    return [normpath(join(dirname(name), each)) for each in IMPORT_STATEMENT.findall(text)]


@cache
def list_late_imports(name: str) -> list[str]:
    """Return the scripts that a browser finds only after loading two others, nearest first."""
    level, seen, distance = [name], {name}, 1
    found: list[str] = []
    while level:
        following = dict.fromkeys(each for one in level for each in list_imports(one))
        level = [each for each in following if each not in seen]
        seen.update(level)
        distance += 1
        found += level if distance > MAX_EARLY_DISTANCE else []
    return found
