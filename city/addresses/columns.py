"""Which column of a city's file is which of ours.

Cities name their columns as they like. The usual names are known; any other is given with
`--columns street=STR_NM,left_from=L_LO`.
"""

from collections.abc import Iterable

from city.addresses.errors import Unreadable

RANGES = ("street", "kind", "left_from", "left_to", "right_from", "right_to", "line")
CORNERS = ("street_a", "street_b", "lat", "lng")
_OPTIONAL = {"kind"}
# The file's columns are compared without case, blanks and underscores. Among them are those of
# the Census Bureau's TIGER/Line (ADDRFEAT and EDGES), and of QGIS's “Line intersections” of the
# roads of OpenStreetMap, which names both streets: name, name_2.
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


def places_of(header: list[str], named: dict[str, str]) -> dict[str, int]:
    """Our name of each column to its number in the file. Raises Unreadable where one is missing."""
    plain = [_plain(cell) for cell in header]
    wanted = CORNERS if _is_of_corners(plain, named) else RANGES
    found = {name: _number(name, plain, named) for name in wanted}
    missing = [name for name in wanted if found[name] is None and name not in _OPTIONAL]
    if missing:
        raise Unreadable(_missing(missing, header))
    return {name: number for name, number in found.items() if number is not None}


def _is_of_corners(plain, named):
    """Return True if a table of corners: it alone has a second street."""
    return _number("street_b", plain, named) is not None or "street_b" in named


def _number(name, plain, named):
    if name in named:
        theirs = _plain(named[name])
        return plain.index(theirs) if theirs in plain else None
    return next((plain.index(key) for key in (_plain(name), *_USUAL[name]) if key in plain), None)


def _plain(name):
    return "".join(name.split()).replace("_", "").casefold()


def _missing(names: Iterable[str], header):
    said = ", ".join(f"“{name}”" for name in names)
    has = ", ".join(header)[:300]
    hint = f"--columns {next(iter(names))}=THEIR_NAME"
    return f"no column for {said}; the file has: {has}. Name it with {hint}"
