"""Location, time and orientation of a picture from its EXIF data.

EXIF data of phones, editors and attackers can be wrong. An impossible value counts as missing, and
never makes a picture unreadable.
"""

import logging
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox.opening import translate_decoder_errors

logger = logging.getLogger(__name__)

_EXIF_KEYS = ("exif", "Raw profile type exif")
"""Pillow's names for EXIF data; ImageMagick writes the second one into PNG files."""
_TIME_PATTERN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET_PATTERN = re.compile(r"([+-])(\d\d):?(\d\d)")
_FIRST_PHOTO = datetime(1990, 1, 1, tzinfo=UTC)
_MAX_OFFSET = timedelta(hours=15)
_MAX_CLOCK_ERROR = timedelta(days=1)
_MIN_DEGREES = 0.001


def read_orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 (upright) for a missing or invalid one."""
    return _read_or_default(picture, _parse_orientation, 1)


def read_location(picture: Image.Image) -> tuple[float, float] | None:
    """Return (latitude, longitude) in degrees WGS 84; None if missing, malformed or near 0, 0.

    A camera without a fix writes 0, 0.
    """
    return _read_or_default(picture, _parse_location, None)


def read_taken_at(picture: Image.Image, now: datetime) -> datetime | None:
    """Return when the picture was taken, aware, or None if unknown or impossible.

    Impossible is a time before 1990, or more than a day after `now` (aware). EXIF times have no
    time zone. Such a time counts if the file has its offset from UTC, or the GPS time, which is in
    UTC and must differ from the local time by no more than an offset.
    """
    taken = _read_or_default(picture, _parse_taken_at, None)
    return taken if taken and _FIRST_PHOTO <= taken <= now + _MAX_CLOCK_ERROR else None


def _read_or_default(picture: Image.Image, parse: Callable[[Image.Exif], Any], default: Any) -> Any:
    """Return `parse` of the EXIF data, or `default` if `parse` or Pillow raises an error."""
    try:
        with translate_decoder_errors():
            return parse(_load_exif(picture))
    except UnreadableFile as error:
        logger.info("EXIF ignored: %s", error.detail)
        return default


def _load_exif(picture: Image.Image) -> Image.Exif:
    """Return the EXIF data without XMP.

    Pillow takes a missing orientation from XMP, which browsers ignore, and which may be left from
    before the picture was rotated.
    """
    bare = Image.new("1", (1, 1))
    bare.info = {name: picture.info[name] for name in _EXIF_KEYS if name in picture.info}
    return bare.getexif()


def _parse_orientation(exif: Image.Exif) -> int:
    """Return the orientation, or 1 if it is not a number from 1 to 8."""
    value = exif.get(Base.Orientation)
    return int(value) if value is not None and value in range(1, 9) else 1


def _parse_location(exif: Image.Exif) -> tuple[float, float] | None:
    """Return (latitude, longitude); None if one is missing or both are less than _MIN_DEGREES."""
    gps = exif.get_ifd(IFD.GPSInfo)
    latitude = _parse_degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _parse_degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None:
        return None
    if abs(latitude) < _MIN_DEGREES and abs(longitude) < _MIN_DEGREES:
        return None
    return latitude, longitude


def _parse_taken_at(exif: Image.Exif) -> datetime | None:
    """Return when the picture was taken in UTC; None if its local time or offset is unknown."""
    details = exif.get_ifd(IFD.Exif)
    local = _parse_time(details.get(Base.DateTimeOriginal))
    if local is None:
        return None
    taken = _apply_offset(local, details.get(Base.OffsetTimeOriginal))
    return taken or _parse_gps_time(local, exif.get_ifd(IFD.GPSInfo))


def _parse_degrees(parts: Any, reference: Any, hemispheres: str, limit: int) -> float | None:
    """Return signed degrees for degrees, minutes and seconds, the last of which may be missing.

    Rounded to six decimals. Return None for a missing value or hemisphere, and for a value out of
    range.
    """
    sign = {hemispheres[0]: 1, hemispheres[1]: -1}.get(_to_text(reference).upper()[:1])
    if sign is None or parts is None:
        return None
    numbers = [float(part) for part in (parts if isinstance(parts, tuple) else (parts,))]
    degrees, minutes, seconds = (*numbers, 0.0, 0.0)[:3]
    if not all(map(math.isfinite, numbers)) or min(numbers) < 0 or max(minutes, seconds) > 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return round(sign * value, 6) if value <= limit else None


def _parse_time(value: object) -> datetime | None:
    """Return the local time as if it were UTC, so that its offset remains to be subtracted.

    Return None for another format. Raise ValueError for a day or hour that does not exist.
    """
    match = _TIME_PATTERN.match(_to_text(value))
    if not match:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _apply_offset(local: datetime, value: object) -> datetime | None:
    """Return the UTC time of `local`, a local time marked as UTC, by the offset in `value`.

    The offset is like +02:00. Return None without a valid one.
    """
    match = _OFFSET_PATTERN.match(_to_text(value))
    if not match:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > _MAX_OFFSET:
        return None
    return local - offset if sign == "+" else local + offset


def _parse_gps_time(local: datetime, gps: dict[int, Any]) -> datetime | None:
    """Return the GPS time, in UTC; None if missing or too far from `local` to be an offset."""
    day, clock = _to_text(gps.get(GPS.GPSDateStamp)), gps.get(GPS.GPSTimeStamp)
    if not day or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    hours, minutes, seconds = map(int, clock)
    taken = _parse_time(f"{day} {hours:02}:{minutes:02}:{seconds:02}")
    return taken if taken and abs(taken - local) <= _MAX_OFFSET else None


def _to_text(value: object) -> str:
    """Return a text, or bytes as ASCII, without NULs and spaces around; "" for other types."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""
