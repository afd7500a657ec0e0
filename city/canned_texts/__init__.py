"""The city's canned texts: offered for one request, and read in each reader's language."""

from city.canned_texts.offering import Offer, append_text, list_offers
from city.canned_texts.reading import translate_canned_text
