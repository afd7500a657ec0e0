"""The mapping of a city's column names to ours.

The usual names are known; others are given with `--columns street=STR_NM,left_from=L_LO`.
"""

from collections.abc import Sequence

from city.addresses import cells
from city.addresses.errors import UnreadableFile
from lib.tabular import Column, Schema, collapse_whitespace

_HOUSE_NUMBER_COLUMNS = ("left_from", "left_to", "right_from", "right_to")
_BLOCK_COLUMNS = ("street", "kind", *_HOUSE_NUMBER_COLUMNS, "line")
_CORNER_COLUMNS = ("street_a", "street_b", "lat", "lng")
_STREET_COLUMNS = ("street", "street_a", "street_b")
_PARSERS = {
    **dict.fromkeys(_STREET_COLUMNS, cells.parse_street),
    **dict.fromkeys(_HOUSE_NUMBER_COLUMNS, cells.parse_house_number),
    "kind": cells.parse_kind,
    "line": cells.parse_line,
}
# They include those of the Census Bureau's TIGER/Line (ADDRFEAT and EDGES), and of QGIS's “Line
# intersections” of the roads of OpenStreetMap, which names both streets: name, name_2.
_USUAL_HEADINGS = {
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


def parse_columns_option(text: str) -> dict[str, str]:
    """Return `street=STR_NM,left_from=L_LO` as {"street": "STR_NM", …}; {} for "".

    Raise UnreadableFile for a pair without both sides of the sign, and for a name that is not ours.
    """
    named = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        ours, sign, theirs = (part.strip() for part in pair.partition("="))
        if not sign or not theirs or ours not in _USUAL_HEADINGS:
            known = ", ".join(_USUAL_HEADINGS)
            raise UnreadableFile(f"--columns: “{pair}” must be name=their_name; the names: {known}")
        named[ours] = theirs
    return named


def choose_schema(header: Sequence[str], named: dict[str, str]) -> Schema:
    """Return the schema of corners if the file has a second street, else the schema of blocks.

    `named` maps our columns to the headings given in the option. All columns but `kind` are needed;
    other columns of the file are ignored.
    """
    has_corners = "street_b" in named or _build_column("street_b", named).find_positions(header)
    names = _CORNER_COLUMNS if has_corners else _BLOCK_COLUMNS
    columns = [_build_column(name, named) for name in names]
    return Schema(columns, needed=[name for name in names if name != "kind"], is_foreign=True)


def _build_column(name: str, named: dict[str, str]) -> Column:
    """Return the Column `name`, found under the heading in `named` or else under a usual heading.

    A blank cell is 0 for a house number and else "": the whole row is checked later.
    """
    return Column(
        name,
        _PARSERS.get(name, collapse_whitespace),
        default=0 if name in _HOUSE_NUMBER_COLUMNS else "",
        headings=[named[name]] if name in named else [name, *_USUAL_HEADINGS[name]],
    )
