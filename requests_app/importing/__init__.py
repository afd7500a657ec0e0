"""Bringing in what an older system opened and closed: its export, read by a mapping."""

from requests_app.importing.load import Count, Outside, Refusal, import_file
from requests_app.importing.mapping import BrokenMapping, Mapping, read_mapping
from requests_app.importing.records import UnreadableExport
