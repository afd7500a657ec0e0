"""The content of responses, and how both formats represent it.

A document consists of dicts, `Listing`, `Single`, strings, numbers, booleans and None. XML wraps
each list and each of its entries in an element; JSON omits these wrappers (the Spark convention): a
list is an array, an object stands alone.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from xml.sax.saxutils import XMLGenerator  # nosec B406 # it writes
from xml.sax.xmlreader import AttributesImpl  # nosec B406 # it writes

from django.utils.functional import Promise

# What no XML 1.0 document may hold, however it is written; none of it is part of the markup.
_FORBIDDEN_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_ATTRIBUTES = AttributesImpl({})


@dataclass(frozen=True)
class Listing:
    """Several of a kind: in XML `name` around one `item` for each entry, in JSON an array.

    The entries are dicts, or plain values.
    """

    name: str
    item: str
    entries: Iterable


@dataclass(frozen=True)
class Single:
    """One object. `name` is the root element in XML."""

    name: str
    fields: dict


def render_json(document) -> bytes:
    text = json.dumps(document, default=_json_default, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def render_xml(document) -> bytes:
    """Return the document as XML: every field is an element, empty where nothing is known."""
    written = StringIO()
    writer = XMLGenerator(written, "utf-8", short_empty_elements=False)
    writer.startDocument()
    _write_element(writer, document.name, document)
    return _FORBIDDEN_CHARACTERS.sub("", written.getvalue()).encode()


def _json_default(value) -> list | dict | float | str:
    if isinstance(value, Listing):
        return list(value.entries)
    if isinstance(value, Single):
        return value.fields
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"neither format writes {type(value).__name__}")


def _write_element(writer, name, value) -> None:
    writer.startElement(name, _NO_ATTRIBUTES)
    if isinstance(value, Listing):
        for entry in value.entries:
            _write_element(writer, value.item, entry)
    elif isinstance(value, Single | dict):
        fields = value.fields if isinstance(value, Single) else value
        for key, each in fields.items():
            named = each.name if isinstance(each, Listing) else key
            _write_element(writer, named, each)
    else:
        writer.characters(_format_text(value))
    writer.endElement(name)


def _format_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
