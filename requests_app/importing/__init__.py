"""Import of closed requests from an older system's export, read by a mapping."""

from requests_app.importing.load import OutsidePolicy, import_file
from requests_app.importing.mapping import InvalidMapping, read_mapping
from requests_app.importing.records import UnreadableExport
