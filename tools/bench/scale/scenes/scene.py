"""A scene: what somebody asks for, how often, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.bench.scale.scenes.fields import Given

if TYPE_CHECKING:
    from tools.bench.scale.browser import Answer, Browser
    from tools.bench.scale.cast import Cast

SCENES: dict[str, "Scene"] = {}


@dataclass(frozen=True)
class Scene:
    """`act(browser, cast, n)` asks once, for the `n`-th time; all its requests count together.

    `before` is done each time before and does not count; what it returns is given on as `given`.
    `wanted` is (application, database) milliseconds of CPU, or None where nothing is promised.
    `rounds` at the most are measured, after `warm_up` more. `is_floor` marks what the others are
    compared with. What is not `is_timed` is looked at for its plans alone; what has no `has_plans`
    is measured alone: it asks for no page, or for one of which another scene shows the plans.
    """

    name: str
    who: str
    act: Callable
    wanted: tuple | None = None
    before: Callable | None = None
    rounds: int = 40
    warm_up: int = 2
    is_floor: bool = False
    has_plans: bool = True
    is_timed: bool = True

    def prepare(self, browser: "Browser", cast: "Cast", n: int) -> tuple:
        """Do the step before `act`; return its result in a tuple, () without such a step."""
        return (self.before(browser, cast, n),) if self.before else ()

    @property
    def is_page(self) -> bool:
        """Whether it is timed, and asks the application for something without a step before."""
        return self.is_timed and self.has_plans and self.before is None and not self.is_floor


def add(name, who, act, wanted=None, **more) -> None:
    assert name not in SCENES, name
    SCENES[name] = Scene(name, who, act, wanted, **more)


def page(name, who, path, wanted=None, *, target="", **more) -> None:
    """Add a scene that asks for one address.

    `path` is a text with `fields` in braces, or a function of (cast, n).
    """

    def act(browser, cast, n, given=None):
        address = path(cast, n) if callable(path) else path.format_map(Given(cast, n))
        return browser.htmx(address, target) if target else browser.get(address)

    add(name, who, act, wanted, **more)


def scene(name, who, wanted=None, **more) -> Callable:
    """Register the decorated function as a scene."""

    def named(act):
        add(name, who, act, wanted, **more)
        return act

    return named


def ask(browser: "Browser", cast: "Cast", n: int, given: str) -> "Answer":
    """Ask for the address that `before` gave."""
    return browser.get(given)


def expect(answer, *statuses):
    """Raise an error unless the answer has one of the statuses.

    A failed step would make the rest of its scene look cheap.
    """
    if answer.status not in statuses:
        raise Unexpected(answer.status, answer.text[:300] if answer.sent else "")
    return answer


class Unexpected(Exception):
    """A step of a scene was answered otherwise than it must be: (status, beginning of the text)."""
