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

# Characters that XML 1.0 forbids, also when they are escaped; the markup itself has none.
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
    """An object. `name` is the root element in XML."""

    name: str
    fields: dict


def render_json(document) -> bytes:
    """Return the document as compact JSON in UTF-8. Raise TypeError for an unknown type.

    A Listing is an array, a Single its fields, a Decimal a float, a lazy text a string.
    """
    text = json.dumps(document, default=_json_default, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def render_xml(document) -> bytes:
    """Return the document, a Listing or Single, as XML in UTF-8.

    Every field is an element, empty for None. Characters that XML forbids are left out.
    """
    written = StringIO()
    writer = XMLGenerator(written, "utf-8", short_empty_elements=False)
    writer.startDocument()
    _write_element(writer, document.name, document)
    return _FORBIDDEN_CHARACTERS.sub("", written.getvalue()).encode()


def _json_default(value) -> list | dict | float | str:
    """Return the JSON value of a Listing, Single, Decimal or lazy text, else raise TypeError."""
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
    """Write the value as an element `name`, its fields as elements inside.

    A Listing in a field is named by its own `name` instead of the field's key.
    """
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
    """Return the value as text: "" for None, true or false for booleans."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
