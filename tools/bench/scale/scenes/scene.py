"""The definition of a scene: its requests, its number of rounds, and its limits."""

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
    """A scene; `act(browser, cast, n)` runs it for the `n`-th time, with one or more requests.

    The cost of all requests of `act` counts together. `before` runs before each `act`; its cost
    does not count, and its result is passed on as `given`. `wanted` is the limit of (application,
    database) CPU milliseconds, or None without a limit. At most `rounds` are measured, after
    `warm_up` rounds. `is_floor` marks the scene with which the others are compared. A scene that is
    not `is_timed` is used for its plans only. A scene without `has_plans` is only measured: it
    requests no page, or another scene shows the plans of its page.
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
        """Run the step before `act`; return its result in a tuple, or () without such a step."""
        return (self.before(browser, cast, n),) if self.before else ()

    @property
    def is_page(self) -> bool:
        """Return True if the scene is timed, and requests a page without a step before."""
        return self.is_timed and self.has_plans and self.before is None and not self.is_floor


def add(name, who, act, wanted=None, **more) -> None:
    assert name not in SCENES, name
    SCENES[name] = Scene(name, who, act, wanted, **more)


def page(name, who, path, wanted=None, *, target="", **more) -> None:
    """Add a scene that requests one URL.

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
    """Request the URL that `before` returned."""
    return browser.get(given)


def expect(answer, *statuses):
    """Return the response; raise Unexpected unless it has one of the statuses.

    A failed step would make its scene look cheap.
    """
    if answer.status not in statuses:
        raise Unexpected(answer.status, answer.text[:300] if answer.sent else "")
    return answer


class Unexpected(Exception):
    """A step of a scene got another response than expected: (status, beginning of the text)."""
