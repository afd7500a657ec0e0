"""The table of results: each fault, its duration, the measured values, and the verdict.

reports/faults.csv has the latest row of each experiment, with its time. A run with `--write`
replaces the rows of its experiments and leaves the others as they are.
"""

import csv
import time
from pathlib import Path

from tools.bench.faults.experiment import ORDER, Result

TABLE = Path(__file__).resolve().parents[3] / "reports" / "faults.csv"
HEAD = ["id", "what was done", "fault, all (on the list)", "must be", "measured", "verdict", "run"]


def list_cells(result: Result) -> list[str]:
    """Return the cells of a result in the order of `HEAD`."""
    one = result.experiment
    measured = result.why or "; ".join(_format_checks(result.checks))
    lasted = f"{result.fault:.0f} s, {result.seconds:.0f} s ({one.listed})"
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    cells = [one.id, one.done, lasted, one.criterion, measured, result.verdict, when]
    return [cell.replace("\n", " ") for cell in cells]


def format_row(result: Result) -> str:
    """Return a result as one line for a terminal."""
    return " | ".join(list_cells(result))


def _format_checks(checks) -> list[str]:
    """Return the text of each check; the invariants are summarised unless one is broken."""
    own = [str(check) for check in checks if not _is_invariant(check) or "clean-up" in check.name]
    broken = [str(each) for each in checks if not each.ok and str(each) not in own]
    if any(_is_invariant(check) for check in checks) and not broken:
        broken = ["I1–I6 hold"]
    return own + broken


def _is_invariant(check) -> bool:
    return check.name[0] == "I" and check.name[1].isdigit()


def format_table(results: list[Result]) -> str:
    """Return the results as lines for a terminal, below a line with the column names."""
    return "\n".join([" | ".join(HEAD), *(format_row(result) for result in results)])


def summary(verdicts) -> str:
    """Format the number of verdicts of each kind, as `30 pass, 1 fail, 0 not run`."""
    return ", ".join(f"{verdicts.count(v)} {v}" for v in ("pass", "fail", "not run"))


def write(results: list[Result], path: Path = TABLE) -> None:
    """Replace the rows of these results in the CSV file, and keep the other rows."""
    rows = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = {cells[0]: cells for cells in list(csv.reader(file))[1:]}
    rows |= {result.experiment.id: list_cells(result) for result in results}
    known = [rows[number] for number in [*ORDER, "chaos"] if number in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *known])
