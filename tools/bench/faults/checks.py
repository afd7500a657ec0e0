"""Checks: measured values with a verdict. The result of an experiment is a list of checks."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """The result of a check: `name` is the requirement, `measured` the value that was found."""

    name: str
    measured: str
    ok: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.measured}{'' if self.ok else ' ✗'}"


def print_checks(checks: Iterable[Check]) -> bool:
    """Print each check with its verdict; return True if all passed."""
    is_good = True
    for check in checks:
        print(f"   {'ok ' if check.ok else 'BAD'} {check.name}: {check.measured}", flush=True)
        is_good = is_good and check.ok
    return is_good


def none_of(name, wrong, of=None) -> Check:
    """Return a check that `wrong` is empty; it names the first three entries."""
    wrong = list(wrong)
    total = "" if of is None else f" of {of}"
    shown = ", ".join(str(each) for each in wrong[:3])
    return Check(name, f"{len(wrong)}{total}{f' ({shown})' if shown else ''}", not wrong)


def at_most(name, value, limit, unit="s", digits=2) -> Check:
    shown = "never" if value is None else f"{value:.{digits}f} {unit}".strip()
    return Check(f"{name} ≤ {limit} {unit}".strip(), shown, value is not None and value <= limit)


def at_least(name, value, limit, unit="") -> Check:
    return Check(f"{name} ≥ {limit} {unit}".strip(), f"{value} {unit}".strip(), value >= limit)


def is_so(name, measured, ok) -> Check:
    return Check(name, str(measured), bool(ok))
