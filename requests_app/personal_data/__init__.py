"""The search for personal data in texts: phone numbers, e-mail addresses, plates, names.

Pure functions without database or settings. A finding is a hint, not a barrier, so the patterns
prefer misses to false alarms: a plate or a short number counts only after a word that announces it,
unless its format is unambiguous.
"""

import re
from collections.abc import Iterable

from requests_app.personal_data import names, numbers
from requests_app.personal_data.span import Kind, Span, Writer, tidy_spaces

MARK = "[…]"  # the replacement of a redacted span, in every language
_FINDERS = (*numbers.FINDERS, names.find_names)  # of overlapping findings the first counts


def find_spans(text: str, *, region: str = "US", reporter: str = "") -> list[Span]:
    """Return the spans of personal data in `text`, in order and without overlaps.

    `region` (ISO 3166, two letters) is the country of phone numbers without a country code;
    `reporter` is the writer's name, or "".
    """
    found: list[Span] = []
    writer = Writer(region, reporter)
    for finder in _FINDERS:
        for span in finder(text, writer):
            if not any(span.overlaps(other) for other in found):
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def split_text(text: str, spans: Iterable[Span]) -> list[tuple[str, Kind | None]]:
    """Return `text` as (part, kind of its personal data or None), without empty parts.

    `spans` are in order and do not overlap.
    """
    pieces: list[tuple[str, Kind | None]] = []
    at = 0
    for span in spans:
        pieces += [(text[at : span.start], None), (text[span.start : span.end], span.kind)]
        at = span.end
    return [piece for piece in [*pieces, (text[at:], None)] if piece[0]]


def redact_spans(text: str, spans: Iterable[Span]) -> str:
    """Return `text` with a MARK in the place of each span; adjacent MARKs become one.

    Double spaces, spaces at the ends of lines and whitespace around the text are removed, too.
    """
    for span in sorted(spans, key=lambda each: each.start, reverse=True):
        text = text[: span.start] + MARK + text[span.end :]
    return tidy_spaces(re.sub(rf"({re.escape(MARK)}[ \t]*){{2,}}", f"{MARK} ", text))
