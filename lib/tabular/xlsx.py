"""The first sheet of a workbook, as its texts would stand in a CSV file."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import BinaryIO

import openpyxl

from lib.sandbox.errors import Unreadable

MAX_UNPACKED = 50 * 2**20  # bytes of all parts: a workbook is a packed folder
MAX_TEXT = 20 * 2**20  # characters of all cells: many may point to one long text
MAX_PARTS = 300


def rows(file: BinaryIO, max_columns: int) -> Iterator[list[str]]:
    """The rows from the first on, each of one cell more than allowed, so that it can be seen.

    Which parts the workbook has is looked at before any is unpacked. Raises Unreadable: zip (it is
    no workbook), damaged, unpacked.
    """
    text = 0
    try:
        _refuse_bombs(file)
        book = openpyxl.load_workbook(file, read_only=True)
        for row in book.worksheets[0].iter_rows(max_col=max_columns + 1, values_only=True):
            cells = ["" if value is None else _text(value) for value in row]
            text += sum(map(len, cells))
            if text > MAX_TEXT:
                raise Unreadable("unpacked")
            yield cells
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        # What a damaged workbook makes openpyxl stumble over is not listed anywhere.
        raise Unreadable("damaged", repr(error)[:500]) from error


def _refuse_bombs(file) -> None:
    """A packed file may be a thousand times as large once unpacked.

    The sizes can be believed: Python's zipfile unpacks no more of a part than its header says.
    """
    parts = zipfile.ZipFile(file).infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise Unreadable("zip")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("unpacked")


def _text(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return str(value)
