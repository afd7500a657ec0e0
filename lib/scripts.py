"""Which scripts import which: what a browser would find out too late, it is told at once."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

IMPORT = re.compile(r"""^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"([^"]+)";""", re.MULTILINE)
SOON = 2  # a script and what it imports itself are asked for soon enough


@cache
def imported(name: str) -> list[str]:
    """The scripts that this one imports before it runs, by their names below static/."""
    text = Path(finders.find(name)).read_text()
    return [normpath(join(dirname(name), each)) for each in IMPORT.findall(text)]


@cache
def late(name: str) -> list[str]:
    """Those that a browser asks for only after two others, the nearest first."""
    level, seen, found, distance = [name], {name}, [], 1
    while level:
        following = dict.fromkeys(each for one in level for each in imported(one))
        level = [each for each in following if each not in seen]
        seen.update(level)
        distance += 1
        found += level if distance > SOON else []
    return found
