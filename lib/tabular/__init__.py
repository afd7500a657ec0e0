"""Tables in files, read in one way whoever sends them; without Django.

    schema = Schema([Column("slug"), Column("days", int, 7)], key=["slug"])
    for row in schema.open(records(path, FORMAT)).rows(): ...
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
from lib.tabular.schema import (
    RAGGED,
    REQUIRED,
    Column,
    Row,
    Schema,
    TableReader,
    one_line,
    read_cells,
    split_header,
    twice,
)
