"""Creation of a new city's folder: a commented template of a pack, complete enough to be loaded."""

import json
import math
import os
import re
import shutil
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from django.utils.text import slugify

from city.coordinates import BadCoordinate, parse_point
from city.pack.cells import list_icons

TEMPLATE_FOLDER = Path(__file__).with_name("shape")
MAX_NAME_LENGTH = 60  # characters of a name; more does not fit beside the logo
_HALF_ZONE_DEGREES = 0.02  # of latitude from the example zone's center to its edge, some 2 km
_FORBIDDEN_LETTERS = set('/\\:*?"<>|#$')
# West of each longitude begins the next time zone, approximately; only for the United States.
_US_ZONES = [
    (-87.5, "America/New_York"),
    (-101.5, "America/Chicago"),
    (-114.0, "America/Denver"),
    (-125.0, "America/Los_Angeles"),
]


class CannotCreateFolder(Exception):
    """The folder was not created; the message tells why and how to avoid it."""


def create_city_folder(name: str, folder: Path, center: str = "") -> Path:
    """Create a folder for the city `name` in `folder`, and return its path.

    Raise CannotCreateFolder. `center` is `lat,lng` in degrees. Without it the map's center is 0, 0,
    which the check warns of. The exception is raised for an unusable name or center, and if the
    folder exists.
    """
    name = _validate_name(name)
    lat, lng = _parse_center(center) if center else (0.0, 0.0)
    slug = slugify(name)
    path = folder / slug.replace("-", "_")
    if os.path.lexists(path):
        raise CannotCreateFolder(f"{path} is there already. Choose another name, or another --dir.")
    values = _name_values(name, slug, path) | _place_values(lat, lng)
    try:
        _write_folder(path, values)
    except OSError as error:
        raise CannotCreateFolder(f"{path} can't be made: {error.strerror}.") from error
    return path


def _validate_name(name: str) -> str:
    """Return the city's name with single blanks.

    Raise CannotCreateFolder if the name is blank, too long, has forbidden characters, or has no
    letter from a to z.
    """
    name = " ".join(name.split())
    if not name:
        raise CannotCreateFolder("A city needs a name: ./run start-city “Spring Falls”")
    wrong = sorted(
        {letter for letter in name if letter in _FORBIDDEN_LETTERS or not letter.isprintable()}
    )
    if wrong:
        said = " ".join(repr(letter)[1:-1] for letter in wrong)
        raise CannotCreateFolder(
            f"A city's name is written with letters and blanks, without {said}"
        )
    if len(name) > MAX_NAME_LENGTH:
        raise CannotCreateFolder(
            f"The name has {len(name)} characters; {MAX_NAME_LENGTH} fit beside a logo."
        )
    if not re.search("[a-z]", slugify(name)):
        raise CannotCreateFolder(
            f"“{name}” has no letter from a to z, of which folders and request numbers are made. "
            "Start with how it is written abroad, and put the real name into city.toml."
        )
    return name


def _parse_center(text: str) -> tuple[float, float]:
    """Return the latitude and longitude of the option in degrees.

    Raise CannotCreateFolder for anything but two coordinates, and for a latitude beyond ±85.
    """
    lat, comma, lng = text.partition(",")
    if not comma:
        raise CannotCreateFolder("--center is a latitude and a longitude: --center=34.02,-118.48")
    try:
        latitude, longitude = parse_point(lat, lng)
    except BadCoordinate as error:
        raise CannotCreateFolder(f"--center: {error}") from error
    if abs(latitude) > 85:
        raise CannotCreateFolder("--center: no map is drawn so near a pole.")
    return float(latitude), float(longitude)


def _name_values(name: str, slug: str, path: Path) -> dict[str, Any]:
    """Return the template's values that follow from the name and the path."""
    return {
        "name": name,
        "name_toml": json.dumps(name, ensure_ascii=False),
        "service_toml": json.dumps(f"{name} 311", ensure_ascii=False),
        "slug": slug,
        "prefix": build_prefix(slug),
        "icons": ", ".join(sorted(list_icons())),
        "folder": str(path),
    }


def build_prefix(slug: str) -> str:
    """Return the prefix of request numbers, in capitals.

    The prefix is the initials of two to four words, or the first two letters of a single word.
    """
    words = [re.sub("[^a-z]", "", word) for word in slug.split("-")]
    words = [word for word in words if word]
    initials = "".join(word[0] for word in words[:4])
    return (initials if len(initials) > 1 else "".join(words)[:2]).upper()


def _place_values(lat: float, lng: float) -> dict[str, Any]:
    """Return the template's values for an example zone, two streets, country and time zone."""
    half = _HALF_ZONE_DEGREES / max(math.cos(math.radians(lat)), 0.05)
    west, east, south, north = (
        round(value, 5)
        for value in (lng - half, lng + half, lat - _HALF_ZONE_DEGREES, lat + _HALF_ZONE_DEGREES)
    )
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "lat": lat,
        "lng": lng,
        "ring": json.dumps(ring),
        "west_end": f"{lat},{west}",
        "east_end": f"{lat},{east}",
        "south_end": f"{south},{lng}",
        "north_end": f"{north},{lng}",
        "time_zone": _guess_time_zone(lat, lng),
        "country": "US" if _is_in_contiguous_us(lat, lng) else "",
    }


def _is_in_contiguous_us(lat: float, lng: float) -> bool:
    """Return True if a point lies in the box around the 48 contiguous states."""
    return 24 <= lat <= 50 and -125 <= lng <= -66


def _guess_time_zone(lat: float, lng: float) -> str:
    """Return a time zone of the contiguous United States by the longitude, elsewhere UTC."""
    if not _is_in_contiguous_us(lat, lng):
        return "UTC"
    return next(name for west, name in _US_ZONES if lng >= west)


def _write_folder(path: Path, values: dict[str, Any]) -> None:
    """Write the files into a temporary folder, then rename it to `path`; on any error remove it.

    Raise OSError if the files cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        for source in sorted(TEMPLATE_FOLDER.iterdir()):
            text = Template(source.read_text(encoding="utf-8")).substitute(values)
            # Excel takes a table for Latin-1, unless it begins with a byte order mark.
            encoding = "utf-8-sig" if source.suffix == ".csv" else "utf-8"
            (made / source.name).write_text(text, encoding=encoding)
        made.chmod(0o755)
        made.rename(path)
    except BaseException:
        shutil.rmtree(made)
        raise
