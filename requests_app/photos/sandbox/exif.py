"""Where and when a picture was taken, and which way up it is, as far as its EXIF can be believed.

Phones, editors and attackers write every kind of nonsense here. A value that cannot be right is
no value; a picture is never worse than its pixels because of its EXIF.
"""

import logging
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox.opening import decoding

logger = logging.getLogger(__name__)

_EXIF = ("exif", "Raw profile type exif")
"""Pillow's names for it; the second is what ImageMagick writes into a PNG."""
_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_FIRST_PHOTO = datetime(1990, 1, 1, tzinfo=UTC)
_WIDEST_OFFSET = timedelta(hours=15)
_CLOCK_ERROR = timedelta(days=1)
_NO_FIX = 0.001


def orientation(picture: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 (as it is) for anything else."""
    return _believed(picture, _orientation, 1)


def place(picture: Image.Image) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees WGS 84, or None. 0,0 is a camera without a fix."""
    return _believed(picture, _place, None)


def moment(picture: Image.Image, now: datetime) -> datetime | None:
    """When it was taken, aware, or None. `now` is aware; a date after it is no date.

    EXIF times are local times of nowhere: they count if the file also has its offset from UTC, or
    the satellites' time, which is UTC and must agree with the local one to within an offset.
    """
    taken = _believed(picture, _taken, None)
    return taken if taken and _FIRST_PHOTO <= taken <= now + _CLOCK_ERROR else None


def _believed(picture, question, otherwise) -> Any:
    try:
        with decoding():
            return question(_tags(picture))
    except UnreadableFile as error:
        logger.info("EXIF ignored: %s", error.detail)
        return otherwise


def _tags(picture) -> Image.Exif:
    """Its EXIF alone. Pillow takes an orientation from XMP where EXIF has none, and what turned
    the pixels upright may have left it there; no browser heeds it.
    """
    bare = Image.new("1", (1, 1))
    bare.info = {name: picture.info[name] for name in _EXIF if name in picture.info}
    return bare.getexif()


def _orientation(exif) -> int:
    value = exif.get(Base.Orientation)
    return int(value) if value in range(1, 9) else 1


def _place(exif) -> tuple[float, float] | None:
    gps = exif.get_ifd(IFD.GPSInfo)
    latitude = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None:
        return None
    if abs(latitude) < _NO_FIX and abs(longitude) < _NO_FIX:
        return None
    return latitude, longitude


def _taken(exif) -> datetime | None:
    details = exif.get_ifd(IFD.Exif)
    local = _moment(details.get(Base.DateTimeOriginal))
    if local is None:
        return None
    taken = _with_offset(local, details.get(Base.OffsetTimeOriginal))
    return taken or _by_satellite(local, exif.get_ifd(IFD.GPSInfo))


def _degrees(parts, reference, hemispheres, limit) -> float | None:
    """Degrees, minutes and seconds, of which the later may be missing, to signed degrees."""
    sign = {hemispheres[0]: 1, hemispheres[1]: -1}.get(_text(reference).upper()[:1])
    if sign is None or parts is None:
        return None
    numbers = [float(part) for part in (parts if isinstance(parts, tuple) else (parts,))]
    degrees, minutes, seconds = (*numbers, 0.0, 0.0)[:3]
    if not all(map(math.isfinite, numbers)) or min(numbers) < 0 or max(minutes, seconds) > 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return round(sign * value, 6) if value <= limit else None


def _moment(value) -> datetime | None:
    """The time as written, as if it were UTC: what is left to do is to take its offset away."""
    match = _MOMENT.match(_text(value))
    return datetime(*map(int, match.groups()), tzinfo=UTC) if match else None


def _with_offset(local, value) -> datetime | None:
    match = _OFFSET.match(_text(value))
    if not match:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > _WIDEST_OFFSET:
        return None
    return local - offset if sign == "+" else local + offset


def _by_satellite(local, gps) -> datetime | None:
    day, clock = _text(gps.get(GPS.GPSDateStamp)), gps.get(GPS.GPSTimeStamp)
    if not day or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    hours, minutes, seconds = map(int, clock)
    taken = _moment(f"{day} {hours:02}:{minutes:02}:{seconds:02}")
    return taken if taken and abs(taken - local) <= _WIDEST_OFFSET else None


def _text(value) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""
