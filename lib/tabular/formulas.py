"""Cells that a spreadsheet could take for a formula, made harmless and made themselves again.

A text that begins like a formula gets an apostrophe before it, as a person would type it there;
reading takes one away. A text that has the apostrophe already gets another, so that every text
comes back as it was. A leading `#` is guarded too: it would make the pack's line a comment.
(https://owasp.org/www-community/attacks/CSV_Injection)
"""

import re

RISKY = re.compile(r"'*\s*[=+\-@#\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
_BELOW_ZERO = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)  # a longitude calculates nothing


def guarded(cell: str) -> str:
    """What may be written into a file that somebody opens with a spreadsheet."""
    if RISKY.match(cell) and not _BELOW_ZERO.fullmatch(cell):
        return f"'{cell}"
    return cell


def unguarded(cell: str) -> str:
    """What was meant by a cell of a file; the reverse of `guarded`."""
    return cell[1:] if cell.startswith("'") and RISKY.match(cell) else cell


def is_formula(cell: str) -> bool:
    """Whether a cell of a file asks to be calculated."""
    return cell.startswith("=")
