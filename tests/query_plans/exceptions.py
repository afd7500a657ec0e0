"""Limits for scenes that may read more rows than the rule "rows read" of `rules` allows.

A limit is the number of rows that one statement reads of one table, in a city of 200,000 requests.
The number of rows that a page reads depends on the day. After you fix a scene, remove it here.
"""

# Scenes that break another rule at present: (rule, scene) and the reason.
NOT_YET = {
    ("whole tables", "list of the admin, contact q=example"): (
        "a filter or a search without an index of its own"
    ),
}
OPEN_AND_MORE = 25_000  # the open requests, plus a quarter
_UP_TO_OPEN = {
    "reads about as much as it may, on some days more": [
        "list, state unanswered",
        "filter of the list, state planned",
        "filter of the list, state check",
        "filter of the list, open, group",
        "filter of the list, open, nearest",
        "filter of the inbox, planned",
        "list of the admin, completion resolution__id__exact=1",
        "open311, 100 that say a word",
        "open311, removed since ever",
    ],
    "a place is looked for among what was filed in ninety days": [
        "open311, 100 in a box",
        "open311, 100 around a spot",
    ],
    "all that is open is counted, and the figures of each day of a period are added up": [
        "city, overview",
        "city, a year",
        "city, own dates",
        "supervisor, overview",
        "supervisor, a year",
        "supervisor, own dates",
        "figures, 4 weeks",
        "figures, a year",
        "figures, own dates",
    ],
    "jobs are sorted by what no index holds": [
        "supervisor, jobs",
        "jobs of the supervisor, late",
        "jobs of the supervisor, disputed",
        "jobs of the supervisor, unassigned",
        "jobs of the supervisor, open",
        "jobs of the supervisor, closed",
        "jobs of the supervisor, nobody's",
        "jobs of the city, late",
        "jobs of the city, disputed",
        "jobs of the city, unassigned",
        "jobs of the city, open",
        "jobs of the city, closed",
        "jobs of the city, nobody's",
    ],
    "what is rare is looked for in the order of the list": [
        "home",
        "list, state declined",
        "list, dates, a month of long ago",
        "list, dates, a month of long ago, open",
        "list, zone, category and a year",
        "feed, zone and category",
        "filter of the list, state received",
        "filter of the list, state underway",
        "filter of the list, state waiting",
        "filter of the list, state disputed",
        "filter of the list, state confirmed",
        "filter of the list, state duplicate",
        "filter of the list, state withdrawn",
        "filter of the list, state upheld",
        "filter of the list, closed",
        "filter of the list, open, newest, zone and category",
        "filter of the list, fixed, group",
        "filter of the list, fixed, newest, zone and category",
    ],
    "open jobs are searched one by one": [
        "search of the inbox, a word",
        "search of the inbox, a number",
        "jobs of the supervisor, search",
        "jobs of the city, search",
    ],
    "an inbox is sorted by what no index holds": [
        "crew, inbox by zone",
        "crew, my day",
        "filter of the inbox, mine",
        "filter of the inbox, category",
        "filter of the inbox, zone and category",
        "filter of the inbox, waiting",
    ],
    "a filter or a search without an index of its own": [
        "admin, requests, searched",
    ],
}
_MORE = {
    "a total is exact up to 100,000": (
        105_000,
        [
            "open311, 100 changed since ever",
            "open311, the hundredth page of all changes",
            "open311, closed ones changed since ever, with a box",
            "open311, open ones changed since ever",
        ],
    ),
    "a file has every request of its period": (
        220_000,
        [
            "file of the supervisor",
            "file of the city",
        ],
    ),
    "what is rare is looked for in the order of the list": (
        110_000,
        [
            "filter of the list, state older",
            "filter of the list, state passed",
            "list of the admin, servicerequest channel=phone",
            "filter of the list, open, area of the map",
            "filter of the list, all, area of the map",
            "filter of the list, fixed, area of the map",
        ],
    ),
}
# Any of these scenes may be the one that loads the desk's table again, with all photos of reports.
_DESK = ("desk", "filter of the desk", "search of the desk", "intake")
_OF_THE_DESK = 125_000


def list_scenes() -> set[str]:
    """Return the names of all scenes in this module."""
    lists = [*_UP_TO_OPEN.values(), *(scenes for _rows, scenes in _MORE.values())]
    return {scene for scenes in lists for scene in scenes} | {scene for _rule, scene in NOT_YET}


def most_rows(scene: str) -> int:
    """Return the number of rows that a statement of `scene` may read of a table.

    Return 0 if this module has no limit for the scene.
    """
    if scene.startswith(_DESK):
        return _OF_THE_DESK
    if any(scene in scenes for scenes in _UP_TO_OPEN.values()):
        return OPEN_AND_MORE
    return next((rows for rows, scenes in _MORE.values() if scene in scenes), 0)
