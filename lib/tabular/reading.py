"""A file as records of texts: its size, kind, encoding and separator are looked at first."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import starmap
from math import inf
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from lib.sandbox.errors import Unreadable

LONGEST_CELL = 1_000_000  # characters; a line of ten thousand points has less
_WORKBOOK = b"PK\x03\x04"
_STARTS = {
    _WORKBOOK: "zip", b"\xd0\xcf\x11\xe0": "old_excel",
    b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16",
}  # fmt: skip
REASONS = {
    "missing": "the file is missing",
    "unopened": "the file can't be read: {reason}",
    "irregular": "this is not a file that can be read",
    "columns": "the file has more than {most} columns",
    "empty": "the file is empty; it needs a header line",
    "quotes": "{problem}",
}
"""What is wrong with a file by the codes of `Unreadable`. Others are in each reader's own words."""


@dataclass(frozen=True)
class Format:
    """Which files are read.

    `encodings` are utf-8-sig; utf-16, which is known by its mark; and cp1252, for what is neither.
    `max_rows` are those below the header, blank ones and comments included; `max_columns` those
    with a word in any row. A line that begins with `#` is a comment where there are any. In a
    strict file quotes must match; `nul` lets NUL characters in.
    """

    separators: str = ","
    encodings: tuple[str, ...] = ("utf-8-sig",)
    xlsx: bool = False
    max_bytes: float = 20 * 2**20
    max_rows: float = inf
    max_columns: int = 1000
    comments: bool = False
    strict: bool = True
    nul: bool = False


class Record(NamedTuple):
    """`line` is the one it begins on; `problem` says why the cells cannot be used."""

    line: int
    cells: list[str]
    problem: str = ""
    is_comment: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.problem and not any(map(str.strip, self.cells))

    @property
    def is_told(self) -> bool:
        """Whether it says something, if only that it cannot be read."""
        return not self.is_blank and not self.is_comment


def records(source: Path | bytes, kind: Format) -> Iterator[Record]:
    """Every record, comments and blank ones too. Raises Unreadable with one of these codes:

    missing, unopened (`reason`), irregular (no file), too_big (`mb`, `most`), zip, old_excel,
    utf-16, not_utf8 (`line`, `byte`, `word`), nul (`line`), rows and columns (`most`); of a
    workbook also damaged and unpacked (it is too large then).
    """
    with _binary(source, kind) as file:
        is_workbook = kind.xlsx and file.read(4) == _WORKBOOK
        found = (_of_workbook if is_workbook else _of_csv)(file, kind)
        for count, record in enumerate(found):
            if count > kind.max_rows:
                raise Unreadable("rows", most=kind.max_rows)
            if any(map(str.strip, record.cells[kind.max_columns :])):
                raise Unreadable("columns", most=kind.max_columns)
            is_comment = kind.comments and "".join(record.cells[:1]).startswith("#")
            cells = record.cells[: kind.max_columns]
            yield record._replace(cells=cells, is_comment=is_comment)


def _of_workbook(file, kind) -> starmap:
    from lib.tabular import xlsx  # takes a fifth of a second to import

    return starmap(Record, enumerate(xlsx.rows(file, kind.max_columns), 1))


def _of_csv(file, kind) -> Iterator[Record]:
    """In a strict file nothing makes sense behind a record that cannot be read."""
    csv.field_size_limit(LONGEST_CELL)
    with _decoded(file, kind) as text:
        reader = csv.reader(text, delimiter=separator_in(text, kind), strict=kind.strict)
        line, is_whole = 1, True
        while is_whole or not kind.strict:
            try:
                yield Record(line, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(line, [], _quotes(str(error)) if kind.strict else str(error))
                is_whole = False
            line = reader.line_num + 1


def _quotes(problem) -> str:
    """A quote opens somewhere in the record that begins on the line told."""
    if "unexpected end" in problem or "larger than" in problem:
        return "the quotes do not match: a quote that opens here is never closed"
    return f"the quotes do not match: {problem}; write a quote inside a cell twice"


def separator_in(text: TextIO, kind: Format) -> str:
    """Return the separator that is most often in the header line of an opened file."""
    lines = (line.strip() for line in text)
    marks = ("#", '"#') if kind.comments else ()
    header = next((line for line in lines if line and not line.startswith(marks)), "")
    text.seek(0)
    return max(kind.separators, key=header.count)


@contextmanager
def opened(source: Path | bytes, kind: Format) -> Iterator[TextIO]:
    """The file as text, line ends as they are; its `encoding` is one of `kind.encodings`.

    Raises Unreadable, as `records` does.
    """
    with _binary(source, kind) as file, _decoded(file, kind) as text:
        yield text


@contextmanager
def _binary(source, kind):
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else _file(source)
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "unopened"
        raise Unreadable(code, reason=error.strerror) from error
    with file:
        if (size := file.seek(0, io.SEEK_END)) > kind.max_bytes:
            raise Unreadable("too_big", mb=round(size / 1e6), most=round(kind.max_bytes / 1e6))
        file.seek(0)
        yield file


def _file(path) -> BinaryIO:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise Unreadable("irregular")  # before it is opened: a pipe would wait for a writer
    return path.open("rb")


def _decoded(file, kind) -> TextIOWrapper:
    encoding = _encoding(file, kind)
    file.seek(0)
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def _encoding(file, kind) -> str | None:
    """UTF-8 if all of it is, else what Windows' programs write, where that is read."""
    file.seek(0)
    start = file.read(4)
    code = _STARTS.get(start) or _STARTS.get(start[:2])
    if code in kind.encodings:
        return code
    if code:
        raise Unreadable(code)
    encoding = "utf-8-sig"
    file.seek(0)
    for line, raw in enumerate(file, 1):
        if not kind.nul and b"\0" in raw:
            raise Unreadable("nul", line=line)
        try:
            if encoding != "cp1252":
                raw.decode()
        except UnicodeDecodeError as error:
            encoding = "cp1252"
            if encoding not in kind.encodings:
                facts = {"byte": f"0x{raw[error.start]:02x}", "word": _around(raw, error.start)}
                raise Unreadable("not_utf8", line=line, **facts) from error
    return encoding


def _around(raw, place) -> str:
    """The word in which the byte stands, read as the Western European files it mostly is."""
    before, after = raw[max(0, place - 20) : place], raw[place : place + 20]
    return (before.rpartition(b" ")[2] + after.split()[0]).decode("latin-1")
