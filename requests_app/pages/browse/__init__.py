"""The public list, its map and its feed: one question, read once, means the same in all three."""

from requests_app.pages.browse.feed import Entries
from requests_app.pages.browse.filters import Filters
from requests_app.pages.browse.page import list_page
from requests_app.pages.browse.view import map_answer

__all__ = ["Entries", "Filters", "list_page", "map_answer"]
