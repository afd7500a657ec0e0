"""Reading of uploaded tables in a sandboxed process."""

from dataclasses import asdict

from lib.sandbox import parent
from lib.sandbox.errors import UnreadableFile
from lib.tabular.reading import Format, Record

MODULE = "lib.tabular"
SECONDS = 10
MEGABYTES = 512


def read_records_in_sandbox(source: bytes, kind: Format) -> list[Record]:
    """Return the records. Raise UnreadableFile as read_records() and the sandbox do.

    The code is busy, too, if no process can be started.
    """
    job = {"kind": asdict(kind)}
    try:
        answer, _files = parent.run_job(
            MODULE, "records", source, job, seconds=SECONDS, megabytes=MEGABYTES
        )
    except OSError as error:  # the machine starts no process
        raise UnreadableFile("busy", repr(error)) from error
    return [Record(*each) for each in answer["records"]]
