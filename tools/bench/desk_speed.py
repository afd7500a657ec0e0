"""Measure response times at the desk: switching requests, and routing.

`./run tool python -m tools.bench.desk_speed http://localhost:8000` needs a running `./run demo
--fresh` (its story has 120 requests). It measures each of these 60 times in Chromium at 1440×900:

    panel swap: from the key J to the frame in which the panel of the next request is shown
    route to next: from the key Enter, which routes the request, to that frame of the next one

Times come from the page (`performance.now()`): from `keydown` to the second animation frame after
`htmx:after:swap` of the panel. They include the script, the network, the server and the rendering,
but not photos. The first rounds are warm-up and not counted. Each line has the p50 and p95. Exits
with 1 if a p95 exceeds its budget: 150 ms and 300 ms.
"""

import sys

from playwright.sync_api import Page

from tools.bench.chromium import launch_chromium, open_desk
from tools.bench.percentiles import percentile

ROUNDS, WARM_UP = 68, 8
BUDGETS = {"panel swap": 150, "route to next": 300}  # ms, p95
PAUSE = 320  # ms: the page ignores an earlier Enter as a mistake
WATCH = """() => {
    window.measured = [];
    let since = 0;
    addEventListener("keydown", () => (since = performance.now()), true);
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
        if (ctx.target?.id !== "panel" || !since) return;
        const begun = since;
        since = 0;
        requestAnimationFrame(() => requestAnimationFrame(
            () => window.measured.push(performance.now() - begun)));
    });
}"""


def press(page: Page, key: str) -> float:
    """Press a key; return the milliseconds until the next panel is shown."""
    page.wait_for_timeout(PAUSE)
    page.keyboard.press(key)
    page.wait_for_function("() => measured.length > 0")
    return page.evaluate("measured.splice(0)")[0]


def swap_panels(page: Page) -> list[float]:
    """Measure the keys J (down to the end of the queue) and K (back up)."""
    count = page.locator("#q-list .queue-item:not(.is-taken)").count() - 1
    keys = ("j" * count + "k" * count) * (ROUNDS // count + 1)
    return [press(page, key) for key in keys[:ROUNDS]]


def route_requests(page: Page) -> list[float]:
    """Measure Enter; press Z after it to undo, so that the same request is routed again.

    Skip requests that cannot be routed with Enter.
    """
    while not page.locator("#route button[data-key=Enter]").count():
        press(page, "j")
    times = []
    for _round in range(ROUNDS):
        times.append(press(page, "Enter"))
        press(page, "z")
    return times


def report(name: str, found: list[float]) -> bool:
    """Print the percentiles; return True if the p95 is within the budget."""
    times = found[WARM_UP:]
    p50, p95 = (percentile(times, part) for part in (0.5, 0.95))
    print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(times)}", flush=True)
    return p95 <= BUDGETS[name]


def main(base: str) -> int:
    with launch_chromium() as browser:
        page = open_desk(browser, base)
        page.evaluate(WATCH)
        is_good = [
            report("panel swap", swap_panels(page)),
            report("route to next", route_requests(page)),
        ]
    return 0 if all(is_good) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
