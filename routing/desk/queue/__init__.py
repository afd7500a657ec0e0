"""The desk's queue: which requests wait, narrowed by tab and filters that stand in the address."""

from routing.desk.queue.facets import DAY, FACETS, OVER_A_DAY
from routing.desk.queue.filters import MOST, PAGE, Filters
from routing.desk.queue.flags import OFTEN
from routing.desk.queue.reading import (
    Counts,
    Tally,
    counts,
    entered_since,
    first_of,
    following,
    how_many,
    requests,
    taken_by,
    tally,
    with_pictures,
)
from routing.desk.queue.tabs import Tab

__all__ = [
    "DAY",
    "FACETS",
    "MOST",
    "OFTEN",
    "OVER_A_DAY",
    "PAGE",
    "Counts",
    "Filters",
    "Tab",
    "Tally",
    "counts",
    "entered_since",
    "first_of",
    "following",
    "how_many",
    "requests",
    "taken_by",
    "tally",
    "with_pictures",
]
