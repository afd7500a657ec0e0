"""Scenes of pages whose cached data has expired.

Other scenes show the plans of their statements.
"""

import time
from functools import partial
from typing import TYPE_CHECKING

from tools.bench.scale.browser import Browser
from tools.bench.scale.scenes.lists import HOME, LIST
from tools.bench.scale.scenes.live import POLL, find_known_poll
from tools.bench.scale.scenes.scene import add, ask, expect, page

if TYPE_CHECKING:
    from tools.bench.scale.cast import Cast

TABLE = (70, 70)
SECONDS_TO_SPARE = 0.5
expired = partial(page, has_plans=False)


def forget_cache(browser: Browser, cast: "Cast", n: int) -> None:
    cast.forget_cache()


def forget_version(browser: Browser, cast: "Cast", n: int) -> str:
    """Load a page, empty the cache, and return the URL that the page polls."""
    address = find_known_poll(browser, cast, n)
    cast.forget_cache()
    return address


def renew_process(browser: Browser, cast: "Cast", n: int) -> None:
    cast.renew_process()


def renew_warm_process(browser: Browser, cast: "Cast", n: int) -> None:
    cast.renew_process()
    expect(cast.people["stranger"].get("/requests/"), 200)


def wait_for_table(browser: Browser, cast: "Cast", n: int) -> None:
    """Wait until the process's table of open requests is too old to be shown."""
    from routing.desk.queue.loading import MAX_AGE

    expect(browser.get("/desk/"), 200)
    time.sleep(MAX_AGE.total_seconds() + SECONDS_TO_SPARE)


add_uncounted = partial(expired, who="stranger", before=forget_cache, rounds=8)
add_uncounted("home, count expired", path="/", wanted=HOME)
add_uncounted("list, open, counts expired", path="/requests/", wanted=LIST)
add_uncounted("list, all, counts expired", path="/requests/?show=all", wanted=LIST)
add_uncounted("list, zone, counts expired", path="/requests/?zone={zone}", wanted=LIST)
add_uncounted(
    "list, zone, category and a year, counts expired",
    path="/requests/?show=all&zone={zone}&category={kind}&{year}",
    wanted=LIST,
)
add(
    "poll, unchanged, version expired", "stranger", ask, POLL, before=forget_version,
    rounds=20, has_plans=False,
)  # fmt: skip
add_reread = partial(expired, who="agent", before=wait_for_table, rounds=3, warm_up=0)
add_reread("desk, first view, table read again", path="/desk/", wanted=TABLE)
add_reread("desk, tab open, table read again", path="/desk/?tab=open", target="queue", wanted=TABLE)
add_first = partial(expired, rounds=3, warm_up=0, before=renew_process)
add_first("first request of a process, home", "stranger", "/")
add_first("first request of a process, list", "stranger", "/requests/")
add_first("first request of a process, desk", "agent", "/desk/")
expired(
    "desk, first view of a warm process", "agent", "/desk/", before=renew_warm_process, rounds=3,
    warm_up=0,
)  # fmt: skip
