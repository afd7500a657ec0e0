"""Scenes of a request's page and its poll."""

from collections.abc import Callable

from tools.bench.scale.scenes.scene import add, ask, page

LIVE, POLL = (14, 6), (10, 4)


def one(state) -> Callable:
    return lambda cast, n: f"/requests/{cast.references(state)[n % 40]}/"


page("live page, open", "stranger", one("open"), LIVE)
page("live page, closed", "stranger", one("closed"), LIVE)
page("live page, own", "device", lambda c, n: f"/requests/{c.references('open')[n % 3]}/", LIVE)


def find_known_poll(browser, cast, n) -> str:
    """Return the URL that polls a page which was just loaded."""
    address = f"/requests/{cast.references('open')[0]}/live/"
    version = browser.get(address).headers.get("live-version", "")
    return f"{address}?v={version}"


def changed(browser, cast, n, given=None):
    return browser.get(f"/requests/{cast.references('open')[n % 40]}/live/?v=0")


add("poll, unchanged", "stranger", ask, before=find_known_poll, rounds=60)
add("poll, unchanged, a device", "device", ask, before=find_known_poll, rounds=60)
add("poll, changed", "stranger", changed, POLL)
