"""One context builder per page of the residents, used by the whole page and by its poll."""

from requests_app.pages.browse import list_page
from requests_app.pages.found import Found, find
from requests_app.pages.lists import home_page, mine_page
from requests_app.pages.live import live_page, polls_for, question_to
from requests_app.pages.rows import row_of
from requests_app.pages.shown import Thing, things_of

__all__ = [
    "Found",
    "Thing",
    "find",
    "home_page",
    "list_page",
    "live_page",
    "mine_page",
    "polls_for",
    "question_to",
    "row_of",
    "things_of",
]
