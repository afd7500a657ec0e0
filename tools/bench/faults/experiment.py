"""The definition of an experiment, and the list of all experiments."""

from collections.abc import Callable
from dataclasses import dataclass, field


class NotRun(Exception):
    """This machine cannot run the experiment; the message is the reason."""


@dataclass(frozen=True)
class Experiment:
    """An experiment; `act(scene)` causes a fault while the load runs, and returns checks.

    `seconds` is the duration of the fault here, and `listed` the one that the list of faults asks
    for. `scene.seconds` is `seconds` times the scale. At most `allowed_twice` mails may arrive
    twice: if a worker dies after the mail server accepted a mail, it cannot record that. `photos`
    is the share of the load's reports that have a photo. `leaves` is "fresh" if the next experiment
    needs a new stack.
    """

    id: str
    done: str
    criterion: str
    act: Callable
    seconds: float
    listed: str
    photos: float = 0
    allowed_twice: int = 0
    leaves: str = ""
    rate: float = 20


@dataclass
class Result:
    """The result of one experiment.

    `verdict` is pass, fail or not run, and `why` the reason for not run. The experiment took
    `seconds`, and the fault lasted `fault` seconds.
    """

    experiment: Experiment
    verdict: str
    seconds: float
    fault: float
    checks: list = field(default_factory=list)
    why: str = ""


EXPERIMENTS: dict[str, Experiment] = {}
# Experiments that change the stack permanently come last.
ORDER = [
    "F1", "F1b", "F2", "F3", "F4", "F5", "F5b", "F5c", "F5d", "F5e", "F5f", "F5g", "F5h", "F5i",
    "F5j", "F5k", "F5l", "F6", "F6b", "F7", "F8", "F9", "F9b", "F10", "F10b", "F11", "F12", "F13",
    "F15", "F16", "F17", "F18", "F19", "F21", "F22", "F23", "F24", "F25", "F26", "F27", "F28",
    "F30", "F32", "F33", "F14", "F20", "F29", "F31", "F34",
]  # fmt: skip
CI = ["F2", "F16"]
CI_SCALE = 0.6


def in_order() -> list[Experiment]:
    """Return all experiments in the order in which they run."""
    return [EXPERIMENTS[number] for number in ORDER]


def experiment(number, done, criterion, *, seconds, listed, **more) -> Callable:
    """Register the decorated function as an experiment."""

    def note(act):
        EXPERIMENTS[number] = Experiment(number, done, criterion, act, seconds, listed, **more)
        return act

    return note
