"""Tests for reading positions and times from EXIF, and for rejecting invalid ones."""

from datetime import UTC, datetime

import pytest
from PIL.TiffImagePlugin import IFDRational

from requests_app.photos.sandbox import exif as photo_exif
from tests.pictures import exif, opened, street, written

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
LATITUDE, LONGITUDE = (34.0, 0.0, 42.48), (118.0, 29.0, 30.12)
HERE = (34.0118, -118.4917)
ORIGINAL, OFFSET, DAY, CLOCK = 0x9003, 0x9011, 29, 7


def picture_with(**tags):
    return opened(written(street(32, 32), exif=exif(**tags)))


def place_of(latitude, north, longitude, east):
    gps = {1: north, 2: latitude, 3: east, 4: longitude}
    gps = {tag: value for tag, value in gps.items() if value is not None}
    return photo_exif.read_location(picture_with(gps=gps))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_the_place_is_read_from_every_format(file_format):
    tags = exif(gps={1: "N", 2: LATITUDE, 3: "W", 4: LONGITUDE})
    picture = opened(written(street(32, 32), file_format, exif=tags))
    assert photo_exif.read_location(picture) == pytest.approx(HERE, abs=1e-4)


@pytest.mark.parametrize(
    ("latitude", "north", "longitude", "east", "place"),
    [
        ((34.0, 0.708, 0.0), "N", (118.0, 29.502, 0.0), "W", HERE),
        ((34.0118, 0.0, 0.0), "n", (118.4917, 0.0, 0.0), "W\0", HERE),
        (LATITUDE, "S", LONGITUDE, "E", (-34.0118, 118.4917)),
        ((90.0, 0.0, 0.0), "N", (180.0, 0.0, 0.0), "E", (90.0, 180.0)),
        ((0.0, 0.0, 0.0), "N", (118.0, 0.0, 0.0), "W", (0.0, -118.0)),
    ],
)
def test_a_place_may_be_written_in_several_ways(latitude, north, longitude, east, place):
    assert place_of(latitude, north, longitude, east) == pytest.approx(place, abs=1e-4)


@pytest.mark.parametrize(
    ("latitude", "north", "longitude", "east"),
    [
        ((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"),
        ((999.0, 0.0, 0.0), "N", LONGITUDE, "W"),
        ((90.0, 1.0, 0.0), "N", LONGITUDE, "W"),
        (LATITUDE, "N", (181.0, 0.0, 0.0), "W"),
        ((34.0, 99.0, 0.0), "N", LONGITUDE, "W"),
        (LATITUDE, None, LONGITUDE, "W"),
        (LATITUDE, "N", LONGITUDE, None),
        (LATITUDE, "X", LONGITUDE, "W"),
        (LATITUDE, "W", LONGITUDE, "N"),
        (None, "N", LONGITUDE, "W"),
        (LATITUDE, "N", None, "W"),
        ((IFDRational(0, 0),) * 3, "N", LONGITUDE, "W"),
    ],
)
def test_a_place_that_cannot_be_right_is_no_place(latitude, north, longitude, east):
    assert place_of(latitude, north, longitude, east) is None


@pytest.mark.parametrize(
    ("details", "gps", "taken_at"),
    [
        ({ORIGINAL: "2026:11:20 08:15:30", OFFSET: "-08:00"}, None,
         datetime(2026, 11, 20, 16, 15, 30, tzinfo=UTC)),
        ({ORIGINAL: "2026:11:20 08:15:30", OFFSET: "+05:30"}, None,
         datetime(2026, 11, 20, 2, 45, 30, tzinfo=UTC)),
        ({ORIGINAL: "2026:11:20 08:15:30"}, {DAY: "2026:11:20", CLOCK: (16.0, 15.0, 29.5)},
         datetime(2026, 11, 20, 16, 15, 29, tzinfo=UTC)),
        ({ORIGINAL: "2026:11:20 08:15:30"}, None, None),
        ({ORIGINAL: "2026:11:20 08:15:30", OFFSET: "-99:00"}, None, None),
        ({ORIGINAL: "2026:11:20 08:15:30"}, {DAY: "2019:01:01", CLOCK: (1.0, 2.0, 3.0)}, None),
        ({ORIGINAL: "2026:11:20 08:15:30"}, {DAY: "2026:11:20"}, None),
        ({ORIGINAL: "2099:13:45 99:99:99", OFFSET: "-08:00"}, None, None),
        ({ORIGINAL: "2031:01:01 00:00:00", OFFSET: "-08:00"}, None, None),
        ({ORIGINAL: "0000:00:00 00:00:00", OFFSET: "-08:00"}, None, None),
        ({ORIGINAL: "1904:01:01 00:00:00", OFFSET: "-08:00"}, None, None),
        ({ORIGINAL: "yesterday", OFFSET: "-08:00"}, None, None),
        ({OFFSET: "-08:00"}, {DAY: "2026:11:20", CLOCK: (16.0, 15.0, 29.0)}, None),
    ],
)  # fmt: skip
def test_a_time_is_believed_when_its_distance_from_utc_is_known(details, gps, taken_at):
    assert photo_exif.read_taken_at(picture_with(details=details, gps=gps), NOW) == taken_at


@pytest.mark.parametrize("value", [0, 9, 99])
def test_an_orientation_that_does_not_exist_is_as_it_is(value):
    assert photo_exif.read_orientation(picture_with(orientation=value)) == 1


def test_a_picture_without_exif_has_no_place_and_no_time():
    picture = opened(written(street(32, 32)))
    assert photo_exif.read_location(picture) is None
    assert photo_exif.read_taken_at(picture, NOW) is None
    assert photo_exif.read_orientation(picture) == 1
