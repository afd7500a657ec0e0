"""Runs the steps of a trial of containers or machines in turn."""

import time
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

from tools.bench.faults.checks import Check, print_checks


class Step[Trial](Protocol):
    """A step of a trial: its description, and the function that carries it out."""

    @property
    def done(self) -> str: ...
    @property
    def act(self) -> Callable[[Trial], list[Check]]: ...


def carry_out[Trial](trial: Trial, steps: Sequence[Step[Trial]]) -> bool:
    """Carry out the steps and print their checks; return True if all passed.

    An exception ends the trial, because later steps depend on earlier ones.
    """
    is_good = True
    for number, step in enumerate(steps, start=1):
        print(f"== {number} {step.done}", flush=True)
        begun = time.monotonic()
        try:
            checks = step.act(trial)
        except Exception:  # noqa: BLE001 - printed, and the trial counts as failed
            traceback.print_exc()
            return False
        is_good = print_checks(checks) and is_good
        print(f"   ({time.monotonic() - begun:.0f} s)", flush=True)
    return is_good
