"""Print `name: pinned → newest` for each change of `./run lock --upgrade`.

The arguments are pairs of lock files: the present and the upgraded one.
"""

import re
import sys
from pathlib import Path


def read_pins(path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", Path(path).read_text(), re.MULTILINE))


def list_upgrades(now, then):
    for name, version in read_pins(then).items():
        if (pinned := read_pins(now).get(name)) and pinned != version:
            yield f"{name}: {pinned} → {version}"


if __name__ == "__main__":
    files = sys.argv[1:]
    found = {
        line for pair in zip(files[::2], files[1::2], strict=True) for line in list_upgrades(*pair)
    }
    print("\n".join(sorted(found)) or "Everything is as new as pyproject.toml allows.")
