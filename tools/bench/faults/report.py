"""The table: what was done, for how long, what was measured, and the verdict.

reports/faults.md keeps the latest row of each experiment: whoever runs some of them with `--write`
renews theirs and leaves the others as they are. Each row says when it is from.
"""

import os
import platform
import re
import time
from pathlib import Path

from tools.bench.faults.experiment import ORDER

PAGE = Path(__file__).resolve().parents[3] / "reports" / "faults.md"
PLAIN = Path(__file__).with_name("plain_words.md")
HEAD = ["ID", "what was done", "fault, all (on the list)", "must be", "measured", "verdict", "run"]
TABLE = "| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD)
_ROW = re.compile(r"^\| (F\d+[a-z]?|chaos) \|.*$", re.MULTILINE)


def row(result):
    one = result.experiment
    measured = result.why or "; ".join(_said(result.checks))
    lasted = f"{result.fault:.0f} s, {result.seconds:.0f} s ({one.listed})"
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    cells = [one.id, one.done, lasted, one.criterion, measured, _bold(result.verdict), when]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _said(checks):
    """What the experiment measured; of the invariants in one word, unless one is broken."""
    own = [str(check) for check in checks if not _is_invariant(check) or "clean-up" in check.name]
    broken = [str(each) for each in checks if not each.ok and str(each) not in own]
    if any(_is_invariant(check) for check in checks) and not broken:
        broken = ["I1–I6 hold"]
    return own + broken


def _is_invariant(check):
    return check.name[0] == "I" and check.name[1].isdigit()


def table(results):
    return "\n".join([TABLE, *(row(result) for result in results)])


def summary(verdicts):
    """`30 pass, 1 fail, 0 not run`."""
    return ", ".join(f"{verdicts.count(v)} {v}" for v in ("pass", "fail", "not run"))


def write(results, took, path=PAGE):
    """The page with these rows made anew."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = {found.group(1): found.group() for found in _ROW.finditer(before)}
    rows |= {result.experiment.id: row(result) for result in results}
    known = [number for number in [*ORDER, "chaos"] if number in rows]
    verdicts = [rows[number].split(" | ")[-2].strip("*") for number in known]
    part = f"{len(results)} of {len(ORDER)}"
    missing = ", ".join(number for number in ORDER if number not in rows)
    head = (
        f"In all: {summary(verdicts)}. No row yet: {missing or 'none'}. The last run took "
        f"{took / 60:.0f} minutes for {part}, on {machine()}. ✗ marks what failed. The third "
        "column says how long the fault lasted, how "
        "long all of it took (starting what was stopped, catching up, the invariants), and what "
        "the list asks for. “before” is how quick the machine was with nothing broken, and how "
        "busy with other things."
    )
    words = PLAIN.read_text(encoding="utf-8")
    lines = "\n".join([TABLE, *(rows[number] for number in known)])
    path.write_text(f"{words}\n## The table\n\n{head}\n\n{lines}\n", encoding="utf-8")


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, everything on one machine"
    )


def _bold(verdict):
    return verdict if verdict == "pass" else f"**{verdict}**"
