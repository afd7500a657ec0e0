"""Reading of the first sheet of a workbook, with cells as they would be in a CSV file."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import BinaryIO

import openpyxl

from lib.sandbox.errors import UnreadableFile

MAX_UNPACKED = 50 * 2**20  # bytes of all parts: a workbook is a packed folder
MAX_TEXT = 20 * 2**20  # characters of all cells: many may point to one long text
MAX_PARTS = 300


def read_rows(file: BinaryIO, max_columns: int) -> Iterator[list[str]]:
    """Yield the rows, each with up to `max_columns` + 1 cells, so that a further column is noticed.

    Raise UnreadableFile: zip (not a workbook), damaged, unpacked (too large). The sizes are checked
    before any part is unpacked.
    """
    text = 0
    try:
        _refuse_zip_bombs(file)
        book = openpyxl.load_workbook(file, read_only=True)
        for row in book.worksheets[0].iter_rows(max_col=max_columns + 1, values_only=True):
            cells = ["" if value is None else _format_value(value) for value in row]
            text += sum(map(len, cells))
            if text > MAX_TEXT:
                raise UnreadableFile("unpacked")
            yield cells
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:
        # openpyxl does not document which exceptions a damaged workbook raises.
        raise UnreadableFile("damaged", repr(error)[:500]) from error


def _refuse_zip_bombs(file) -> None:
    """Raise UnreadableFile "zip" for a file that is no workbook, and zipfile.BadZipFile for no ZIP.

    Raise UnreadableFile "unpacked" for too many parts, or a too large size when unpacked. The sizes
    in the headers are reliable: zipfile never unpacks more than a header says.
    """
    parts = zipfile.ZipFile(file).infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise UnreadableFile("zip")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile("unpacked")


def _format_value(value) -> str:
    """Return the text of a cell as a CSV file has it.

    Booleans are yes or no, times 14:05, whole floats have no fraction, midnights are dates.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return str(value)
