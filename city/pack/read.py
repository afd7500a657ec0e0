"""Reading a pack's files: every problem with its file, its line and what would be right."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from city.pack.report import PackReport
from lib.tabular import REASONS, Format, Schema, Unreadable, opened, records, separator_in

# Spreadsheets of some countries write semicolons; a large city's outline has 2 or 3 million bytes.
FORMAT = Format(separators=",;\t", comments=True, max_bytes=20_000_000)
_SAVE_ADVICE = "in the spreadsheet choose “CSV UTF-8” when saving"
_REASONS = REASONS | {
    "link": "this is a link that leads out of the folder; put the file itself here",
    "too_big": "the file has {mb} MB and at most {most} are read; simplify the shapes, or "
    "see whether it is the right file",
    "zip": f"this is a spreadsheet or a zip file with another name; {_SAVE_ADVICE}",
    "old_excel": f"this is an old spreadsheet with another name; {_SAVE_ADVICE}",
    "utf-16": f"the file is UTF-16; {_SAVE_ADVICE}",
    "not_utf8": "the file isn't UTF-8 (byte {byte}); save it as UTF-8, not Latin-1: see “{word}”",
    "nul": "the file holds a NUL character; save it as plain UTF-8 text",
}


class PackRow(NamedTuple):
    line: int
    values: dict[str, object]


def read_text(report: PackReport, path: Path, *, optional=False) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None where it can't be read."""
    with (
        _report_unreadable(report, path, optional),
        opened(_require_inside_folder(path), FORMAT) as file,
    ):
        return file.read()
    return None


def find_separator(path: Path) -> str:
    """Return what stands between the cells of a table; a comma where the file can't be read."""
    with (
        _report_unreadable(PackReport(), path, optional=True),
        opened(_require_inside_folder(path), FORMAT) as file,
    ):
        return separator_in(file, FORMAT)
    return ","


def read_table(report: PackReport, path: Path, schema: Schema, *, optional=False) -> list[PackRow]:
    """The rows of a CSV file with a header line. Lines that start with `#` are comments.

    An optional file may be missing, or have nothing in it.
    Rows with a bad cell are reported and left out; so is a second row with the same `key`.
    """
    sound = []
    with _report_unreadable(report, path, optional):
        for line, values, problems in schema.open(
            records(_require_inside_folder(path), FORMAT)
        ).rows():
            for problem in problems:
                report.add_problem(path.name, line, problem)
            if not problems:
                sound.append(PackRow(line, values))
    return sound


@contextmanager
def _report_unreadable(report, path, optional) -> Iterator[None]:
    """A file that cannot be read at all is a problem in words."""
    try:
        yield
    except Unreadable as error:
        if not (optional and error.code in {"missing", "empty"}):
            words = _REASONS.get(error.code, "").format(**error.facts)
            for reason in error.facts.get("problems", [words]):
                report.add_problem(path.name, error.facts.get("line", 1), reason)


def _require_inside_folder(path) -> Path:
    """The same path; a pack that somebody else made must not show us files of ours."""
    folder = path.parent.resolve()
    if not path.resolve().is_relative_to(folder):
        raise Unreadable("link")
    return path
