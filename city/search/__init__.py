"""Offline, typo-tolerant search in memory: categories by everyday words, places by name."""

from city.search.block_location import SharedLocation, find_block_location
from city.search.blocks import find_block_at
from city.search.categories import find_categories
from city.search.geocoder import is_configured as is_geocoder_configured
from city.search.location_parser import find_neighbor_city
from city.search.lookup import find_places_or_geocode
from city.search.phrase import PlaceDescription, format_location
from city.search.place_hit import PlaceHit
from city.search.places import find_places, pick_unambiguous_hit
from city.search.point_description import describe_point, recognize_description
