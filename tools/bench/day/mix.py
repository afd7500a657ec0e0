"""The activities of a day with 1,000 reports.

Eight agents have their desk open for 8 hours, and 15 crew members their inbox for 6 hours; the
pages poll every 5 seconds. A poll finds something new if a report was filed or routed since the
last one (about 1,700 times for each agent), or if a job of the crew's department changed (180
times).
"""

from typing import NamedTuple

_DESK_POLLS, _DESK_CHANGES = 8 * 8 * 720, 8 * 1_700


class Part(NamedTuple):
    """A scene of tools/bench/scale/scenes that happens `times` a day; `rounds` are measured."""

    name: str
    scene: str
    times: int
    rounds: int


EMAILS = 1_300
WEBHOOKS = 2 * (1_000 + 1_000 + 800)  # two subscribers: reports, routings, completions
PARTS = (
    Part("reports", "report, by a phone at once, no photo", 750, 40),
    Part("calls, filed as a phone files", "report, by a phone at once, no photo", 250, 20),
    Part("photos of reports", "photo of 12 megapixels alone", 450, 12),
    Part("routings", "desk, route and see the next", 1_000, 30),
    Part("completions with a photo", "crew, complete with a photo of 3 MB", 800, 15),
    Part("live pages", "live page, open", 12_000, 60),
    Part("live pages' polls, unchanged", "poll, unchanged", 150_000, 200),
    Part("live pages' polls, changed", "poll, changed", 4_000, 60),
    Part("lists", "list, open, first page", 2_000, 40),
    Part("maps", "map, open, zoom 13", 1_000, 40),
    Part("Open311, 100 rows", "open311, 100 requests", 300, 40),
    Part("desk's polls, unchanged", "desk, poll, unchanged", _DESK_POLLS - _DESK_CHANGES, 60),
    Part("desk's polls, changed", "desk, poll, changed", _DESK_CHANGES, 40),
    Part("inboxes' polls, unchanged", "crew, inbox poll, unchanged", 15 * (6 * 720 - 180), 60),
    Part("inboxes' polls, changed", "crew, inbox poll", 15 * 180, 40),
    Part("supervisor's overview", "supervisor, overview", 48, 10),
)
