"""Weight, LCP and CLS of pages on a throttled phone, in real Chromium.

`python -m bench.page_budgets http://localhost:8000 / /report/ /requests/SM-…/`: each page on a
first visit at 390×844 with 4× slower CPU, 1.6 Mbit/s down and 150 ms latency (Lighthouse's slow
4G). Weight is what was transferred before photos. Exits 1 when a budget of the look is broken.
"""

import statistics
import sys

from playwright.sync_api import sync_playwright

from tests.chromium import find_chromium

RUNS = 3
MAX_KB, MAX_LCP, MAX_CLS = 60, 1.8, 0.05
WATCH = """
window.__lcp = 0; window.__cls = 0;
new PerformanceObserver(l => { for (const e of l.getEntries()) window.__lcp = e.startTime })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput)
  window.__cls += e.value }).observe({type: 'layout-shift', buffered: true});
"""


def visit(browser, url):
    """(kilobytes before photos, LCP in seconds, CLS) of one first visit."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 1_600_000 / 8,
            "uploadThroughput": 750_000 / 8,
        },
    )
    photos, sizes = set(), {}
    devtools.on(
        "Network.responseReceived",
        lambda e: photos.add(e["requestId"]) if "/photos/" in e["response"]["url"] else None,
    )
    devtools.on(
        "Network.loadingFinished",
        lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}),
    )
    page.goto(url, wait_until="load")
    page.wait_for_timeout(2000)
    lcp, cls = page.evaluate("[window.__lcp / 1000, window.__cls]")
    context.close()
    return sum(n for key, n in sizes.items() if key not in photos) / 1024, lcp, cls


def main(base, *paths):
    is_good = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for path in paths:
            runs = [visit(browser, base + path) for _run in range(RUNS)]
            weight, lcp, cls = (statistics.median(values) for values in zip(*runs, strict=True))
            is_good &= weight <= MAX_KB and lcp <= MAX_LCP and cls <= MAX_CLS
            print(f"{path}: {weight:.0f} KB before photos, LCP {lcp:.2f} s, CLS {cls:.3f}")
        browser.close()
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
