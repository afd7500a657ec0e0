"""A city's address ranges and intersections, read from its own files and kept for the search."""

from city.addresses.load import LoadSummary, load_address_files
from city.addresses.read import UnreadableFile
