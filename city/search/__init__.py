"""Finding categories by everyday words, and places by name; in memory, offline, typo-tolerant."""

from city.search.categories import find_categories
from city.search.places import PlaceHit, find_places
from city.search.spots import describe

__all__ = ["PlaceHit", "describe", "find_categories", "find_places"]
