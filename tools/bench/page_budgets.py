"""Measure weight, LCP and CLS of pages on a throttled phone, in Chromium.

`./run tool python -m tools.bench.page_budgets http://localhost:8000` needs a running demo; paths
after the URL replace the usual ones. Each page is opened for the first time at 390×844 (the desk at
1440×900) with 4× slower CPU, 1.6 Mbit/s down and 150 ms latency (Lighthouse's slow 4G). The weight
is everything that was transferred before photos, including headers; `--files` prints it by file.
Exits with 1 if a page exceeds its budget.
"""

import argparse
import re
import statistics
import sys
from dataclasses import dataclass, field

from playwright.sync_api import Browser, StorageState

from tools.bench.chromium import DESK, PHONE, launch_chromium, sign_in

RUNS = 3
MAX_KB = {"/": 45, "/report/": 60, "/requests/": 62, "/desk/": 115}
MAX_LIVE_KB, MAX_OTHER_KB = 55, 60
MAX_LCP, MAX_CLS = 1.8, 0.05
LIVE = re.compile(r"/requests/[A-Z]+-\w{4}-\w{4}/")
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
WATCH = """
window.__lcp = 0; window.__cls = 0;
new PerformanceObserver(l => { for (const e of l.getEntries()) window.__lcp = e.startTime })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput)
  window.__cls += e.value }).observe({type: 'layout-shift', buffered: true});
"""


@dataclass
class Visit:
    """The measurements of one visit: kilobytes by address without photos, and LCP in seconds."""

    lcp: float = 0
    cls: float = 0
    files: dict = field(default_factory=dict)

    @property
    def kilobytes(self) -> int:
        return sum(self.files.values())


def visit(browser, base, path, state) -> Visit:
    """Visit a page for the first time with the cookies of `state`."""
    size = DESK if path.startswith("/desk/") else PHONE
    context = browser.new_context(viewport=size, device_scale_factor=2, storage_state=state)
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    devtools.send("Network.emulateNetworkConditions", SLOW)
    seen, addresses = Visit(), {}
    devtools.on(
        "Network.responseReceived",
        lambda e: addresses.update({e["requestId"]: e["response"]["url"].removeprefix(base)}),
    )
    devtools.on("Network.loadingFinished", lambda e: _add(seen, addresses, e))
    page.goto(base + path, wait_until="load")
    page.wait_for_timeout(2000)
    seen.lcp, seen.cls = page.evaluate("[window.__lcp / 1000, window.__cls]")
    context.close()
    return seen


def _add(seen, addresses, event) -> None:
    address = addresses.get(event["requestId"], "")
    if "/photos/" not in address:
        before = seen.files.get(address, 0)
        seen.files[address] = before + event["encodedDataLength"] / 1024


def agent_cookies(browser: Browser, base: str) -> StorageState:
    """Return the cookies of a user with access to the desk."""
    context = browser.new_context()
    sign_in(context.new_page(), base, "omar")
    state = context.storage_state()
    context.close()
    return state


def list_budgeted_pages(browser, base) -> list:
    """Return the paths of the pages that have a budget, and of the list."""
    page = browser.new_page()
    page.goto(f"{base}/requests/")
    live = LIVE.findall(page.content())[0]
    page.close()
    return ["/", "/report/", live, "/requests/", "/desk/"]


def budget(path) -> int:
    return MAX_KB.get(path, MAX_LIVE_KB if LIVE.fullmatch(path) else MAX_OTHER_KB)


def look(browser, base, path, state, *, names_files):
    """Print the measurements of a page; return True if they are within its budget."""
    runs = [visit(browser, base, path, state) for _run in range(RUNS)]
    weight, lcp, cls = (
        statistics.median(getattr(run, name) for run in runs)
        for name in ("kilobytes", "lcp", "cls")
    )
    print(f"{path}: {weight:.1f} KB before photos, LCP {lcp:.2f} s, CLS {cls:.3f}")
    if names_files:
        for address, size in sorted(runs[-1].files.items(), key=lambda item: -item[1]):
            print(f"    {size:6.1f} {address}")
    return weight <= budget(path) and lcp <= MAX_LCP and cls <= MAX_CLS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("base", help="http://localhost:8000")
    parser.add_argument("paths", nargs="*", help="/requests/SM-…/")
    parser.add_argument("--files", action="store_true", help="name what was transferred")
    options = parser.parse_args()
    with launch_chromium() as browser:
        staff = agent_cookies(browser, options.base)
        good = [
            look(browser, options.base, path, staff if path.startswith("/desk/") else None,
                 names_files=options.files)
            for path in options.paths or list_budgeted_pages(browser, options.base)
        ]  # fmt: skip
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
