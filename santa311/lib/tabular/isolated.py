"""A table that somebody uploaded, read in a process of its own with limits of time and memory."""

from dataclasses import asdict

from santa311.lib.sandbox import parent
from santa311.lib.tabular.reading import Format, Record

SECONDS = 10
MEGABYTES = 512


def records(source: bytes, kind: Format) -> list[Record]:
    """As `tabular.records`. Also raises Unreadable of the codes of the sandbox, and OSError where
    the machine starts no process.
    """
    answer, _files = parent.run(
        "santa311.lib.tabular", "records", source, seconds=SECONDS, megabytes=MEGABYTES,
        kind=asdict(kind),
    )  # fmt: skip
    return [Record(*each) for each in answer["records"]]
