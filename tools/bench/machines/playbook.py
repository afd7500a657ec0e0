"""Run the playbook as an operator does: from a clone, with one inventory."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.bench.machines.machine import Machine, run

ROOT = Path(__file__).resolve().parents[3]
_LINE = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.M)


@dataclass(frozen=True)
class Outcome:
    """The result of one run: the changed tasks by machine, and in `words` the whole output."""

    seconds: float
    status: int
    changed: dict[str, int]
    words: str

    @property
    def is_good(self) -> bool:
        return self.status == 0

    @property
    def refusal(self) -> str:
        """Return the first sentence of the error with which the playbook stopped."""
        found = re.search(r"Action failed: (.+)", self.words)
        return found[1] if found else ""

    @property
    def changes(self) -> list[str]:
        """Return the names of the tasks that changed something."""
        found, task = [], ""
        for line in self.words.splitlines():
            if line.startswith(("TASK [", "RUNNING HANDLER [")):
                task = line.split("[", 1)[1].split("]")[0]
            elif line.startswith("changed:"):
                found.append(f"{task} ({line.split('[')[1].split(']')[0]})")
        return found


class Playbook:
    """A clone of this repository's HEAD in `folder`, with an inventory for `machines`."""

    def __init__(self, folder: Path, machines: list[Machine], changes: dict[str, Any]) -> None:
        self.machines = machines
        self.clone = folder / "clone"
        self.inventory = folder / "inventory.yml"
        if not self.clone.exists():
            run("git", "clone", "--quiet", ROOT, self.clone)
        self.inventory.unlink(missing_ok=True)
        run(self.clone / "deploy/ansible/new_inventory", self.inventory)
        self.write(changes)

    def read(self) -> dict[str, Any]:
        """Return the variables of the inventory."""
        return yaml.safe_load(self.inventory.read_text())["city"]["vars"]

    def write(self, changes: dict[str, Any]) -> None:
        """Write the inventory with changed variables; a value of None removes the variable."""
        values = self.read() | changes
        options = " ".join(self.machines[0].ssh())
        hosts = {each.name: {"ansible_host": each.address} for each in self.machines}
        told = {name: value for name, value in values.items() if value is not None}
        told |= {"ansible_ssh_common_args": options}
        self.inventory.write_text(
            yaml.safe_dump({"city": {"hosts": hosts, "vars": told}}, sort_keys=False)
        )

    def commit(self) -> None:
        """Commit a newer release with a changed style sheet."""
        with (self.clone / "static/css/base.css").open("a") as style_sheet:
            style_sheet.write(f"\n.release-{time.time_ns()} {{ color: inherit; }}\n")
        who = ["-c", "user.name=Trial", "-c", "user.email=trial@example.org"]
        run("git", "-C", self.clone, *who, "commit", "--all", "--quiet", "-m", "A newer release")

    def play(self, *options: str) -> Outcome:
        """Run the playbook; append its output to a file beside the inventory."""
        site = self.clone / "deploy/ansible/site.yml"
        begun = time.monotonic()
        with self.inventory.with_suffix(".log").open("a+") as log:
            start = log.tell()
            done = subprocess.run(
                ["ansible-playbook", "-i", str(self.inventory), str(site), *options],
                stdout=log, stderr=subprocess.STDOUT, check=False,
                env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOST_KEY_CHECKING": "0"},
            )  # fmt: skip
            log.seek(start)
            words = log.read()
        changed = {found[0]: int(found[2]) for found in _LINE.findall(words)}
        return Outcome(time.monotonic() - begun, done.returncode, changed, words)
