"""The table: what was done, for how long, what was measured, and the verdict."""

import os
import platform
import time
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
PLAIN = Path(__file__).with_name("plain_words.md")
HEAD = ["ID", "what was done", "lasted (on the list)", "must be", "measured", "verdict"]


def row(result):
    one = result.experiment
    measured = result.why or "; ".join(_said(result.checks))
    lasted = f"{result.seconds:.0f} s ({one.listed})"
    cells = [one.id, one.done, lasted, one.criterion, measured, _bold(result.verdict)]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _said(checks):
    """What the experiment measured; of the invariants in one word, unless one is broken."""
    own = [str(check) for check in checks if not _is_invariant(check)]
    broken = [str(check) for check in checks if _is_invariant(check) and not check.ok]
    if any(_is_invariant(check) for check in checks) and not broken:
        broken = ["I1–I6 hold"]
    return own + broken


def _is_invariant(check):
    return check.name[0] == "I" and check.name[1].isdigit()


def table(results):
    return "\n".join(
        ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *(row(r) for r in results)]
    )


def summary(results):
    """`30 pass, 1 fail, 0 not run`."""
    verdicts = [result.verdict for result in results]
    return ", ".join(f"{verdicts.count(v)} {v}" for v in ("pass", "fail", "not run"))


def write(results, took, scale, path=PAGE):
    """The whole page, from what was just run."""
    day = time.strftime("%Y-%m-%d")
    head = (
        f"Run on {day} in {took / 60:.0f} minutes by `./run faults`, scale {scale:g}, on "
        f"{machine()}: {summary(results)}. How long an experiment lasted includes what it takes "
        "to come back and to check the invariants."
    )
    words = PLAIN.read_text(encoding="utf-8")
    path.write_text(f"{words}\n## The table\n\n{head}\n\n{table(results)}\n", encoding="utf-8")


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, everything on one machine"
    )


def _bold(verdict):
    return verdict if verdict == "pass" else f"**{verdict}**"
