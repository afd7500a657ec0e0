"""Tables in files, read in one way whoever sends them; without Django.

    header, body = with_header(records(path, Format(separators=",;")))
    for row in rows(records(path, FORMAT), [Column("slug"), Column("days", int)], key=["slug"]): ...
    found = isolated.records(uploaded, FORMAT)      # a stranger's file, in a process of its own

What is wrong with a file is `Unreadable`, with a code and facts: each caller has words of its own
for them.
"""

from lib.sandbox.errors import Unreadable
from lib.tabular.reading import (
    REASONS,
    Format,
    Record,
    opened,
    records,
    separator_in,
)
from lib.tabular.rows import RAGGED, REQUIRED, Column, one_line, rows, twice, with_header
