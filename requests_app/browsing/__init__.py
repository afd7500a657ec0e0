"""The public list, its map and its feed: one question, read once, means the same in all three."""

from requests_app.browsing.feed import Entries
from requests_app.browsing.filters import Filters
from requests_app.browsing.map_view import map_answer
from requests_app.browsing.page import list_page
