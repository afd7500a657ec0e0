"""A city's address file as parsed rows, whatever its encoding, separator and column names."""

from collections.abc import Iterator
from pathlib import Path

from city.addresses.columns import choose_schema
from city.addresses.errors import UnreadableFile
from city.models import AddressRange, Intersection
from lib import tabular
from lib.tabular import REASONS, Format, Row, TableReader, open_text, split_header

FORMAT = Format(
    separators=",;\t|",
    encodings=("utf-8-sig", "utf-16", "cp1252"),
    max_bytes=210_000_000,  # a county of a million blocks has less
    strict=False,
    nul=True,
)
_ENCODING_NOTE = "read as {}, since it isn't UTF-8; look at names with accents"
_NOTE_BY_ENCODING = {
    "utf-8-sig": "",
    "utf-16": _ENCODING_NOTE.format("UTF-16"),
    "cp1252": _ENCODING_NOTE.format("Latin-1 (Windows-1252)"),
}
_SPREADSHEET = "this is a spreadsheet or a zip; save it as CSV"
_REASONS = REASONS | {
    "missing": REASONS["unopened"],
    "too_big": "the file has {mb} MB, and {most} is the most; split it, with the column names on "
    "top of each part",
    "zip": _SPREADSHEET,
    "old_excel": _SPREADSHEET,
}


class AddressFile:
    """A file of blocks or of corners; `note` tells how it was decoded if that was a guess."""

    def __init__(self, path: Path, named: dict[str, str]) -> None:
        """Open the file and choose its schema by its header and the headings in `named`.

        Raise city.addresses.errors.UnreadableFile if the file cannot be read or lacks a needed
        column.
        """
        self.name = path.name
        try:
            with open_text(path, FORMAT) as text:
                self.note = _NOTE_BY_ENCODING[text.encoding]
            header, body = split_header(tabular.read_records(path, FORMAT))
            self._reader = TableReader(choose_schema(header.cells, named), header, body)
        except tabular.UnreadableFile as error:
            raise self._explain(error) from error

    @property
    def model(self) -> type[Intersection] | type[AddressRange]:
        """The model of the rows: Intersection if a row has two streets, else AddressRange."""
        return Intersection if "street_b" in self._reader.positions else AddressRange

    def rows(self) -> Iterator[Row]:
        """Yield (line, values by column, problems of cells) for each row of the file.

        Raise city.addresses.errors.UnreadableFile for a row that cannot be read.
        """
        try:
            yield from self._reader.rows()
        except tabular.UnreadableFile as error:
            raise self._explain(error) from error

    def _explain(self, error: tabular.UnreadableFile) -> UnreadableFile:
        """Return the error with the file's name and the reason in words."""
        return UnreadableFile(f"{self.name}: {_explain_unreadable(error)}")


def _explain_unreadable(error: tabular.UnreadableFile) -> str:
    """Return the reason in words; for missing columns also the headings that the file has."""
    if error.code != "header":
        return _REASONS[error.code].format(**error.facts)
    missing, has = error.facts["missing"], ", ".join(error.facts["headings"])[:300]
    said = ", ".join(f"“{name}”" for name in missing)
    hint = f"--columns {missing[0]}=THEIR_NAME"
    return f"no column for {said}; the file has: {has}. Name it with {hint}"
