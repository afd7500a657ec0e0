"""The city's canned texts: offered for one request, and read in each reader's language."""

from city.canned_texts.offering import Offer, offers, put_into
from city.canned_texts.reading import in_readers_language
