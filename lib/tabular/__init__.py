"""Reading of tables in CSV and Excel files, without Django.

    schema = Schema([Column("slug"), Column("days", int, 7)], key=["slug"])
    for row in schema.open_table(read_records(path, FORMAT)).rows(): ...
    found = isolated.read_records_in_sandbox(uploaded, FORMAT)  # an untrusted file

An unreadable file raises UnreadableFile with a code and facts, for which each caller has its own
messages.
"""

from lib.sandbox.errors import UnreadableFile
from lib.tabular.reading import (
    REASONS,
    Format,
    Record,
    detect_separator,
    open_text,
    read_records,
)
from lib.tabular.schema import (
    RAGGED,
    REQUIRED,
    Column,
    Row,
    Schema,
    TableReader,
    collapse_whitespace,
    find_duplicate_names,
    read_cells,
    split_header,
)
