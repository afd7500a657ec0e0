"""Measure Lighthouse's four scores of pages on a phone on a first visit: medians of three runs.

`python -m tools.bench.lighthouse http://localhost:8000 / /report/ /requests/ /requests/SM-…/` needs
npm, which installs Lighthouse into `var/lighthouse` once. Exits with 1 if a score is below 95.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.chromium import find_chromium

VERSION = "12.8.2"  # the last version that runs on Debian's Node
FOLDER = Path(__file__).resolve().parents[2] / "var" / "lighthouse"
RUNS = 3
LEAST = 95
KINDS = ("performance", "accessibility", "best-practices", "seo")


def install() -> Path:
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--no-save"]
        # Without --prefix, npm installs into a parent folder that has a package.json.
        command = ["npm", "install", "--prefix", ".", *options, f"lighthouse@{VERSION}"]
        subprocess.run(command, cwd=FOLDER, check=True)
    return program


def run(program, chromium, url) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return ({kind: score of 100}, [(kind, title of an audit that lost points)])."""
    flags = "--headless=new --no-sandbox --disable-background-networking --disable-sync"
    command = ["node", str(program), url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    environment = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    report = json.loads(done.stdout)
    scores = {kind: round(100 * report["categories"][kind]["score"]) for kind in KINDS}
    return scores, [(kind, title) for kind in KINDS for title in _lost(report, kind)]


def _lost(report, kind) -> Iterator[str]:
    for each in report["categories"][kind]["auditRefs"]:
        audit = report["audits"][each["id"]]
        if each["weight"] and audit["score"] is not None and audit["score"] < 0.9:
            yield f"{audit['title']} {audit.get('displayValue', '')}".strip()


def main(base, *paths) -> int:
    program, is_good = install(), True
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright.chromium)
    for path in paths:
        runs = [run(program, chromium, base + path) for _n in range(RUNS)]
        scores = {k: int(statistics.median(s[k] for s, _lost in runs)) for k in KINDS}
        print(f"{path}: {', '.join(f'{kind} {score}' for kind, score in scores.items())}")
        for kind, title in sorted(set(runs[0][1])):
            print(f"    {kind}: {title}")
        is_good = is_good and min(scores.values()) >= LEAST
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
