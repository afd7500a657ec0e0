"""A table that somebody uploaded, read in a process of its own with limits of time and memory."""

from dataclasses import asdict

from lib.sandbox import parent
from lib.sandbox.errors import Unreadable
from lib.tabular.reading import Format, Record

MODULE = "lib.tabular"
SECONDS = 10
MEGABYTES = 512


def records(source: bytes, kind: Format) -> list[Record]:
    """As `tabular.records`. Also raises Unreadable with the codes of the sandbox."""
    job = {"kind": asdict(kind)}
    try:
        answer, _files = parent.run(
            MODULE, "records", source, job, seconds=SECONDS, megabytes=MEGABYTES
        )
    except OSError as error:  # the machine starts no process
        raise Unreadable("busy", repr(error)) from error
    return [Record(*each) for each in answer["records"]]
