"""Measure how long an agent needs to take a call with the keyboard alone, in Chromium.

`./run tool python -m tools.bench.intake_speed http://localhost:8000` needs a running demo. It
measures from the key that opens the form at the desk until the reference is shown: five calls,
typed at 60 ms per key, like a person who knows the form. Exits with 1 if a call takes more than a
minute.

The time in which the caller speaks is not included: the figure is what the form adds to the call.
"""

import sys
import time
from statistics import median

from playwright.sync_api import Page

from tools.bench.chromium import launch_chromium, open_desk

LIMIT = 60  # seconds
KEY = 60  # ms
GLANCE = 400  # ms to read what has appeared before the next key, four times per call
# Place, topic, digits of the answers, description, location note, name, phone, email.
CALLS = [
    ("pico and 4th", "pothole", "22", "Deep hole in the bike lane, full of water since Sunday.",
     "In front of the bakery", "Carla Mendez", "310 555 0142", "carla@example.org"),
    ("wilshire and 14", "graffiti", "2", "Blue letters on the utility box, about two feet tall.",
     "North side of the street", "Sam Okafor", "310 555 0177", ""),
    ("main and ocean park", "street light out", "2", "The lamp by the crossing is dark at night.",
     "", "", "", ""),
    ("olympic and 20th", "couch on the sidewalk", "2", "A couch and two chairs block the sidewalk.",
     "By the driveway", "Ines", "310 555 0119", "ines@example.org"),
    ("colorado and 11th", "branch over the sidewalk", "2", "A branch hangs low over the sidewalk.",
     "Second tree from the corner", "Li Wei", "310 555 0181", "li@example.org"),
]  # fmt: skip


class Keyboard:
    """The keyboard of the agent, who uses no mouse."""

    def __init__(self, page) -> None:
        self.page = page
        self.keys = 0

    def type(self, text) -> None:
        self.page.keyboard.type(text, delay=KEY)
        self.keys += len(text)

    def press(self, key) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(KEY)
        self.keys += 1

    def glance(self) -> None:
        self.page.wait_for_timeout(GLANCE)


def take(page: Page, call: tuple) -> float:
    """Take one call, begun at the desk; return the seconds."""
    place, what, digits, said, note, *caller = call
    hands, began = Keyboard(page), time.monotonic()
    hands.press("c")
    page.locator("[data-intake][data-ready]").wait_for()
    for words in (place, what):
        hands.type(words)
        hands.press("Enter")
        hands.glance()
    page.locator("#questions fieldset").first.wait_for()  # wait for the question before the answer
    answer(hands, digits)
    go_to(hands, "id_description")
    hands.type(said)
    go_to(hands, "id_location_note")
    for words in (note, *caller):
        hands.type(words)
        hands.press("Enter")
    hands.press("Control+Enter")
    page.locator("[data-taken]").wait_for(timeout=15_000)
    hands.glance()
    seconds, reference = time.monotonic() - began, page.locator("#reference").inner_text()
    print(f"{reference}: {seconds:.1f} s, {hands.keys} keys, no mouse")
    return seconds


def answer(hands, digits) -> None:
    """Type a digit for each question, and repeat the last digit for the rest."""
    digits = list(digits)
    while question := read_focused_question(hands.page):
        hands.press(digits.pop(0) if len(digits) > 1 else digits[0])
        # the question allows several answers, or text
        if read_focused_question(hands.page) == question:
            hands.press("Enter")


def read_focused_question(page):
    """Return the name of the question that has the focus, or an empty string after the last one."""
    return page.evaluate("document.activeElement.closest('#questions *')?.name ?? ''")


def go_to(hands, field) -> None:
    while hands.page.evaluate("document.activeElement.id") != field:
        hands.press("Tab")


def main(base: str) -> int:
    with launch_chromium() as browser:
        page = open_desk(browser, base)
        seconds = [take(page, call) for call in CALLS]
    print(f"median {median(seconds):.1f} s, longest {max(seconds):.1f} s (limit {LIMIT} s)")
    return 0 if max(seconds) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
