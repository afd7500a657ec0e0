"""Escaping of cells that a spreadsheet could take for a formula.

A text that begins like a formula gets a leading apostrophe, as a person would type it. Reading
removes one apostrophe; a text that has one already gets another, so every text survives a round
trip. A leading `#` is escaped too, because it would start a comment in a city pack.
(https://owasp.org/www-community/attacks/CSV_Injection)
"""

import re

FORMULA_START = re.compile(r"'*\s*[=+\-@#\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)  # a longitude calculates nothing


def escape_formula(cell: str) -> str:
    """Return the cell with a leading apostrophe if a spreadsheet could take it for a formula.

    A text that begins with `#`, or is escaped already, gets one, too; a negative number does not.
    """
    if FORMULA_START.match(cell) and not _NEGATIVE_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unescape_formula(cell: str) -> str:
    """Return the cell without the apostrophe that escape_formula() added."""
    return cell[1:] if cell.startswith("'") and FORMULA_START.match(cell) else cell


def is_formula(cell: str) -> bool:
    """Return True if the cell begins with "="."""
    return cell.startswith("=")
