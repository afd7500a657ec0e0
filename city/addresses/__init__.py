"""A city's address ranges and intersections, loaded from its own files for the search."""

from city.addresses.file_reader import UnreadableFile
from city.addresses.load import LoadSummary, load_address_files
