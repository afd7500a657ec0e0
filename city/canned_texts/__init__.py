"""The city's canned texts: offered for a request, and translated for each reader."""

from city.canned_texts.offering import Offer, append_text, list_offers
from city.canned_texts.recognition import translate_canned_text
