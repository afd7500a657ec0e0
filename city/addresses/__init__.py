"""A city's address ranges and intersections, loaded from its own files for the search."""

from city.addresses.load import LoadSummary, load_address_files
from city.addresses.read import UnreadableFile
