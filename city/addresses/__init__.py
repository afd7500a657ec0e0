"""A city's address ranges and intersections, read from its own files and kept for the search."""

from city.addresses.load import Loaded, load
from city.addresses.read import Unreadable
