"""Which column of a city's file is which of ours.

Cities name their columns as they like. The usual names are known; any other is given with
`--columns street=STR_NM,left_from=L_LO`.
"""

from collections.abc import Sequence

from city.addresses import cells
from city.addresses.errors import Unreadable
from lib.tabular import Column, Schema, collapse_whitespace

_NUMBERS = ("left_from", "left_to", "right_from", "right_to")
_BLOCKS = ("street", "kind", *_NUMBERS, "line")
_CORNERS = ("street_a", "street_b", "lat", "lng")
_STREETS = ("street", "street_a", "street_b")
_READERS = {
    **dict.fromkeys(_STREETS, cells.street),
    **dict.fromkeys(_NUMBERS, cells.house_number),
    "kind": cells.kind,
    "line": cells.line,
}
# Among them are those of the Census Bureau's TIGER/Line (ADDRFEAT and EDGES), and of QGIS's “Line
# intersections” of the roads of OpenStreetMap, which names both streets: name, name_2.
_USUAL = {
    "street": ["fullname", "streetname", "fullstreetname", "stname", "name"],
    "kind": ["type", "roadtype", "class"],
    "left_from": ["lfromadd", "lfromhn", "fromleft", "leftfromaddress", "lfrom", "fraddl"],
    "left_to": ["ltoadd", "ltohn", "toleft", "lefttoaddress", "lto", "toaddl"],
    "right_from": ["rfromadd", "rfromhn", "fromright", "rightfromaddress", "rfrom", "fraddr"],
    "right_to": ["rtoadd", "rtohn", "toright", "righttoaddress", "rto", "toaddr"],
    "line": ["wkt", "thegeom", "geom", "geometry", "shape"],
    "street_a": ["street1", "streeta", "mainstreet", "onstreet", "name"],
    "street_b": ["street2", "streetb", "crossstreet", "atstreet", "name2"],
    "lat": ["latitude", "y"],
    "lng": ["longitude", "lon", "long", "x"],
}


def parse_option(text: str) -> dict[str, str]:
    """`street=STR_NM,left_from=L_LO` as {"street": "STR_NM", …}. Raises Unreadable."""
    named = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        ours, sign, theirs = (part.strip() for part in pair.partition("="))
        if not sign or not theirs or ours not in _USUAL:
            known = ", ".join(_USUAL)
            raise Unreadable(f"--columns: “{pair}” must be name=their_name; the names: {known}")
        named[ours] = theirs
    return named


def choose_schema(header: Sequence[str], named: dict[str, str]) -> Schema:
    """Return the schema of corners where a file has a second street, and else that of blocks.

    `named` are the headings that were given for our columns.
    """
    has_corners = "street_b" in named or _column("street_b", named).find_positions(header)
    names = _CORNERS if has_corners else _BLOCKS
    columns = [_column(name, named) for name in names]
    return Schema(columns, needed=[name for name in names if name != "kind"], is_foreign=True)


def _column(name: str, named: dict[str, str]) -> Column:
    """Return a column that may be blank: whether it may is judged with the whole row."""
    return Column(
        name,
        _READERS.get(name, collapse_whitespace),
        default=0 if name in _NUMBERS else "",
        headings=[named[name]] if name in named else [name, *_USUAL[name]],
    )
