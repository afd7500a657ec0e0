"""Finding categories by everyday words, and places by name; in memory, offline, typo-tolerant."""

from city.search.block_location import SharedLocation, find_block_location
from city.search.blocks import block_at
from city.search.categories import find_categories
from city.search.geocoder import is_named as can_look_further
from city.search.hit import PlaceHit
from city.search.lookup import look_further
from city.search.phrase import PlaceWords, location_phrase
from city.search.places import find_places, the_one_meant
from city.search.spots import describe, recognized
from city.search.typed import other_city
