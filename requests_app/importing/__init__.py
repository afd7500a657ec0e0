"""Bringing in what an older system opened and closed: its export, read by a mapping."""

from requests_app.importing.load import Outside, import_file
from requests_app.importing.mapping import BrokenMapping, read_mapping
from requests_app.importing.records import UnreadableExport
