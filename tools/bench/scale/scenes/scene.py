"""A scene: what somebody asks for, how often, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass

SCENES = {}


@dataclass(frozen=True)
class Scene:
    """`act(browser, cast, n)` asks once, for the `n`-th time; all its requests count together.

    `before` is done each time before and does not count; what it returns is given on as `given`.
    `wanted` is (application, database) milliseconds of CPU, or None where nothing is promised.
    `rounds` at the most are measured, after `warm_up` more. `is_floor` marks what the others are
    compared with, `is_command` what asks for no page. What is not `is_timed` is looked at for its
    plans alone.
    """

    name: str
    who: str
    act: Callable
    wanted: tuple | None = None
    before: Callable | None = None
    rounds: int = 12
    warm_up: int = 2
    is_floor: bool = False
    is_command: bool = False
    is_timed: bool = True


def add(name, who, act, wanted=None, **more):
    assert name not in SCENES, name
    SCENES[name] = Scene(name, who, act, wanted, **more)


def page(name, who, path, wanted=None, *, target="", **more):
    """A scene that asks for one address: a text, or what is called with (cast, n)."""

    def act(browser, cast, n, given=None):
        address = path(cast, n) if callable(path) else path
        return browser.htmx(address, target) if target else browser.get(address)

    add(name, who, act, wanted, **more)


def scene(name, who, wanted=None, **more):
    """Makes a scene of the function below it."""

    def named(act):
        add(name, who, act, wanted, **more)
        return act

    return named


def expect(answer, *statuses):
    """A step that did not succeed would make the rest of its scene cheap."""
    if answer.status not in statuses:
        raise Unexpected(answer.status, answer.text[:300] if answer.sent else "")
    return answer


class Unexpected(Exception):
    """A step of a scene was answered otherwise than it must be: (status, beginning of the text)."""
