"""What in somebody's words tells who they or others are: phone numbers, e-mails, plates, names.

Values in, spans out: no database, no settings. A finding is a hint and never a barrier, so each
pattern would rather miss than cry wolf: a plate or a short number needs a word beside it that says
what it is, unless it is written in a way that nothing else is.
"""

import re

from requests_app.personal_data import names, numbers
from requests_app.personal_data.span import Kind, Span, Writer, tidy

MARK = "[…]"  # stands where something was taken out, in every language
_FINDERS = (*numbers.FINDERS, names.names)  # where two see the same letters, the first is right


def find(text: str, *, region: str = "US", reporter: str = "") -> list[Span]:
    """Everything personal in `text`, in its order, none overlapping another.

    `region` (ISO 3166, two letters) says how numbers without a country code are read; `reporter`
    is the name the writer gave us.
    """
    found, writer = [], Writer(region, reporter)
    for finder in _FINDERS:
        for span in finder(text, writer):
            if not any(span.overlaps(other) for other in found):
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def parts(text: str, spans) -> list[tuple[str, Kind | None]]:
    """`text` in pieces, each with the kind of what it holds, or None; joined they are the text."""
    pieces, at = [], 0
    for span in spans:
        pieces += [(text[at : span.start], None), (text[span.start : span.end], span.kind)]
        at = span.end
    return [piece for piece in [*pieces, (text[at:], None)] if piece[0]]


def without(text: str, spans) -> str:
    """`text` with a mark in the place of each span, and the rest as it was."""
    for span in sorted(spans, key=lambda each: each.start, reverse=True):
        text = text[: span.start] + MARK + text[span.end :]
    return tidy(re.sub(rf"({re.escape(MARK)}[ \t]*){{2,}}", f"{MARK} ", text))
