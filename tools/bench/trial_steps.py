"""The steps of a trial of containers or machines, one after another."""

import time
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

from tools.bench.faults.checks import Check, print_checks


class Step[Trial](Protocol):
    """A step of a trial: what is done in it, and the function that does it."""

    @property
    def done(self) -> str: ...
    @property
    def act(self) -> Callable[[Trial], list[Check]]: ...


def carry_out[Trial](trial: Trial, steps: Sequence[Step[Trial]]) -> bool:
    """Carry out the steps and print their checks; return True if all are as they must be.

    A step that raises ends the trial, as the next ones build on it.
    """
    is_good = True
    for number, step in enumerate(steps, start=1):
        print(f"== {number} {step.done}", flush=True)
        begun = time.monotonic()
        try:
            checks = step.act(trial)
        except Exception:  # noqa: BLE001 - said, and the run is not good
            traceback.print_exc()
            return False
        is_good = print_checks(checks) and is_good
        print(f"   ({time.monotonic() - begun:.0f} s)", flush=True)
    return is_good
