"""Schemas of tables: their columns, and how cells are parsed and formatted."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lib.sandbox.errors import UnreadableFile
from lib.tabular.formulas import unescape_formula
from lib.tabular.reading import Record

REQUIRED = object()
RAGGED = "ragged"
_SEPARATORS = ",;\t"
_CURLY_QUOTES = re.compile("[\u201c\u201d\u201e]")
REPEATED_HEADER = "these are the column names once more; delete this line"


def collapse_whitespace(cell: str) -> str:
    """Return the text with each run of whitespace replaced by one space."""
    return " ".join(cell.split())


def format_cell(value: object) -> str:
    """Format a value as a cell: yes or no, a list of texts with blanks between, else str()."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)


@dataclass(frozen=True)
class Column:
    """A column: how its cells are parsed and formatted, and the default for blank cells.

    `read` parses a cell and raises ValueError with a message. A column with a default may be
    missing in the file. `headings` are its possible headings, most usual first; case, spaces and
    underscores are ignored. Without headings the header must have the exact name. `stored_as` is
    the attribute of an object that holds the value, if its name differs.
    """

    name: str
    read: Callable[[str], object] = collapse_whitespace
    default: object = REQUIRED
    write: Callable[[Any], str] = format_cell
    headings: Sequence[str] = ()
    stored_as: str = ""

    @property
    def attribute(self) -> str:
        """Return `stored_as`, or the name of the column if that is blank."""
        return self.stored_as or self.name

    def parse_cell(self, cell: str) -> object:
        """Return the value of a stripped cell, or the default if it is blank. Raise ValueError."""
        if cell:
            return self.read(cell)
        if self.default is REQUIRED:
            raise ValueError("it must not be blank")
        return self.default

    def format_value(self, value: object) -> str:
        """Return the cell for a value, "" for None."""
        return "" if value is None else self.write(value)

    def find_positions(self, header: Sequence[str]) -> list[int]:
        """Return the positions of this column in the header, most usual heading first; maybe [].

        Headings match without regard to case, blanks and underscores. A column without headings has
        its exact name in the header.
        """
        if not self.headings:
            return [place for place, heading in enumerate(header) if heading == self.name]
        plain = [_normalize_heading(heading) for heading in header]
        wanted = dict.fromkeys(_normalize_heading(heading) for heading in self.headings)
        return [n for each in wanted for n, heading in enumerate(plain) if heading == each]


def _normalize_heading(heading: str) -> str:
    """Return the heading without whitespace and underscores, casefolded."""
    return "".join(heading.split()).replace("_", "").casefold()


@dataclass(frozen=True)
class Schema:
    """The columns of a table. The values of the `key` columns identify a row.

    `needed` are the columns that a file must have; by default those without a default value. A
    foreign file may have other columns, which are ignored; its records must have as many cells as
    its header.
    """

    columns: Sequence[Column]
    key: Sequence[str] = ()
    needed: Collection[str] | None = None
    is_foreign: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def open_table(self, records: Iterable[Record]) -> "TableReader":
        """Read the header and return a reader of the rows. Raise UnreadableFile for a wrong header.

        Its codes are empty, quotes, and header, with the facts that find_columns() names.
        """
        header, body = split_header(records, None if self.is_foreign else self._required_names())
        return TableReader(self, header, body)

    def _required_names(self) -> Collection[str]:
        """Return `needed`, else the names of the columns without a default."""
        if self.needed is not None:
            return self.needed
        return [column.name for column in self.columns if column.default is REQUIRED]

    def find_columns(self, header: Record) -> dict[str, int]:
        """Return the positions of the columns that the header has, by the column's name.

        Raise UnreadableFile with the code header and the facts `line`, `headings`, `known` (names),
        `missing`, `unknown`, `repeated`, and `problems` (messages about the last three). A foreign
        file may have unknown and repeated columns.
        """
        places = {column.name: column.find_positions(header.cells) for column in self.columns}
        by_place = {place: name for name, found in places.items() for place in found}
        names = [by_place.get(place, heading) for place, heading in enumerate(header.cells)]
        missing = [name for name in self._required_names() if not places[name]]
        unknown = [] if self.is_foreign else [name for name in names if name not in places]
        repeated = [] if self.is_foreign else find_duplicate_names(names)
        if missing or unknown or repeated:
            problems = [
                *(f"the column “{name}” is missing" for name in missing),
                *(f"“{name}” is not a column of this file" for name in unknown),
                *(f"the column “{name}” stands twice" for name in repeated),
            ]
            raise UnreadableFile(
                "header",
                line=header.line,
                headings=header.cells,
                known=self.names,
                missing=missing,
                unknown=unknown,
                repeated=repeated,
                problems=[f"{each}; the columns are: {', '.join(self.names)}" for each in problems],
            )
        return {name: found[0] for name, found in places.items() if found}


class Cells(NamedTuple):
    """The values of a record's cells, and the messages about invalid cells, both by column name."""

    values: dict[str, object]
    problems: dict[str, str]


def read_cells(columns: Iterable[Column], texts: Mapping[str, str]) -> Cells:
    """Return `values` and `problems`, both by column name; no value for a column with a problem.

    A column that `texts` lacks is blank, which is a problem if the column is required.
    """
    found = Cells({}, {})
    for column in columns:
        try:
            found.values[column.name] = column.parse_cell(texts.get(column.name, "").strip())
        except ValueError as error:
            found.problems[column.name] = str(error)
    return found


class Row(NamedTuple):
    """A row of a table. Without problems, `values` has every column."""

    line: int
    values: dict[str, object]
    problems: list[str]


@dataclass
class TableReader:
    """A table that is read by a schema. Raises UnreadableFile as Schema.find_columns() does.

    `records` are the records below the header, including comments and blank ones. They can be
    iterated once.
    """

    schema: Schema
    header: Record
    records: Iterator[Record]
    positions: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.positions = self.schema.find_columns(self.header)

    def cell_texts(self, record: Record) -> dict[str, str]:
        """Return the cells by name of the schema's columns that the header has.

        `record` must have no problem.
        """
        return {name: record.cells[place] for name, place in self.positions.items()}

    def rows(self) -> Iterator[Row]:
        """Yield a Row for each record with content.

        A repeated key is a problem. In a file of our own format, only the first line with other
        separators than the header is reported.
        """
        lines: dict[tuple, int] = {}
        has_other_separators = False
        for record in self.records:
            if not record.has_content:
                continue
            if not self.schema.is_foreign and _has_other_separator(record, self.header):
                if has_other_separators:
                    continue
                has_other_separators = True
            row = self._read_row(record)
            if self.schema.key and not row.problems:
                value = tuple(row.values[name] for name in self.schema.key)
                if (first := lines.setdefault(value, row.line)) != row.line:
                    said = ", ".join(map(str, value))
                    row.problems.append(f"“{said}” is already on line {first}")
            yield row

    def _read_row(self, record: Record) -> Row:
        """Return the parsed row; a record with a problem gives a Row without values."""
        if problem := self.describe_problem(record):
            return Row(record.line, {}, [problem])
        texts = {
            name: unescape_formula(text.strip()) for name, text in self.cell_texts(record).items()
        }
        values, problems = read_cells(self.schema.columns, texts)
        return Row(record.line, values, [f"{name}: {why}" for name, why in problems.items()])

    def describe_problem(self, record: Record) -> str:
        """Return why the cells of a record cannot be used, "" if they can."""
        width, count = len(self.header.cells), len(record.cells)
        if record.cells == self.header.cells:
            return REPEATED_HEADER
        if record.problem and record.problem != RAGGED and self.schema.is_foreign:
            return f"it can't be read: {record.problem}"
        if record.problem != RAGGED:
            return record.problem
        if _has_other_separator(record, self.header):
            return (
                "the cells of this line, and maybe of others, are not separated as the column "
                "names are: write commas everywhere, or semicolons everywhere"
            )
        problem = f"{count} cell{'' if count == 1 else 's'}, but the header has {width}"
        if any("\n" in cell for cell in record.cells):
            return f"{problem}; one of them goes over several lines: is a quote left open?"
        if _CURLY_QUOTES.search("".join(record.cells)):
            return f'{problem}; the quotes are curly (“ ”): type straight ones (") in a text editor'
        if count > width:
            return f"{problem}; a cell with a comma in it must stand in quotes"
        return problem


def _has_other_separator(record: Record, header: Record) -> bool:
    """Return True if the record was read as one cell that contains other separators."""
    is_one_cell = record.problem == RAGGED and len(record.cells) == 1 < len(header.cells)
    return is_one_cell and any(separator in record.cells[0] for separator in _SEPARATORS)


def split_header(
    records: Iterable[Record], needed: Collection[str] | None = None
) -> tuple[Record, Iterator[Record]]:
    """Return the first record with content as the header, and the records after it.

    A record with a different number of cells gets the problem RAGGED. If `needed` columns are
    given, further blank cells at the end are dropped, and missing cells are added unless one of the
    needed columns is among them. Spreadsheets pad every line to the width of the widest; Excel
    decides this for each block of 16 lines, so it may omit a blank last column.

    Raise UnreadableFile: empty, quotes (`line`, `problem`).
    """
    records = iter(records)
    first = next((each for each in records if each.has_content), None)
    if first is None:
        raise UnreadableFile("empty")
    if first.problem:
        raise UnreadableFile("quotes", line=first.line, problem=first.problem)
    names = [name.strip() for name in first.cells]
    while needed is not None and not names[-1]:
        names.pop()
    return first._replace(cells=names), (_fit_to_header(each, names, needed) for each in records)


def _fit_to_header(record: Record, names: list[str], needed: Collection[str] | None) -> Record:
    """Return the record with as many cells as the header, or with the problem RAGGED.

    Blank and malformed records are returned unchanged.
    """
    if record.problem or not record.has_content:
        return record
    cells, width = record.cells, len(names)
    if needed is not None and not any(map(str.strip, cells[width:])):
        lacking = names[len(cells) :]
        cells = [*cells[:width], *("" for _name in lacking if not {*lacking} & {*needed})]
    return record._replace(cells=cells, problem="" if len(cells) == width else RAGGED)


def find_duplicate_names(names: Sequence[str]) -> list[str]:
    """Return the non-blank names that occur more than once, sorted."""
    return sorted({name for name in names if name and names.count(name) > 1})
