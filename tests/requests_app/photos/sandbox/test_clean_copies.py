"""Tests for the public copies of a photo: size, orientation, colours, and no metadata."""

import subprocess

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat, JpegImagePlugin

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox.clean_copies import make_sizes
from requests_app.photos.sandbox.inspection import inspect
from tests.pictures import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    exif,
    linear_grey,
    opened,
    street,
    written,
    xmp,
)
from tests.shared import photo
from tests.test_deploy import program

ORIENTATIONS = range(1, 9)
AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(picture, orientation, file_format="JPEG", **options):
    """Return a file that shows `picture` upright if this EXIF orientation is applied."""
    if AS_STORED[orientation] is not None:
        picture = picture.transpose(AS_STORED[orientation])
    return written(picture, file_format, exif=exif(orientation=orientation), **options)


def near(picture, point, colour):
    """Return True if the colour at `point` (fractions of width and height) is close to `colour`."""
    place = tuple(int(part * side) for part, side in zip(point, picture.size, strict=True))
    return max(abs(a - b) for a, b in zip(picture.getpixel(place), colour, strict=True)) < 30


def test_there_are_three_sizes_by_longest_side():
    sizes = make_sizes(written(street(2400, 1800)))
    assert [opened(sizes[size]).size for size in (320, 960, 1920)] == [
        (320, 240), (960, 720), (1920, 1440),
    ]  # fmt: skip
    tall = make_sizes(written(street(1800, 2400)))
    assert opened(tall[320]).size == (240, 320)


def test_nothing_is_enlarged_and_equal_sizes_are_one_file():
    sizes = make_sizes(written(street(700, 300)))
    assert opened(sizes[320]).size == (320, 137)
    assert opened(sizes[960]).size == (700, 300)
    assert sizes[960] is sizes[1920]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_every_copy_is_upright(file_format, orientation):
    copy = opened(make_sizes(stored(corners(), orientation, file_format))[320])
    assert copy.size == (320, 200)
    assert near(copy, (0.25, 0.25), RED)
    assert near(copy, (0.75, 0.25), GREEN)
    assert near(copy, (0.25, 0.75), BLUE)
    assert near(copy, (0.75, 0.75), WHITE)


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF"])
def test_an_orientation_in_xmp_turns_nothing(file_format):
    data = written(corners(), file_format, exif=exif(gps={1: "N"}), xmp=xmp(orientation=6))
    assert inspect(data)["size"] == (640, 400)
    assert near(opened(make_sizes(data)[320]), (0.25, 0.25), RED)


def test_the_same_view_held_eight_ways_gives_the_same_copies():
    copies = [
        opened(make_sizes(photo(f"good/orient_landscape_{number}.jpg").read_bytes())[320])
        for number in ORIENTATIONS
    ]
    for copy in copies[1:]:
        assert copy.size == copies[0].size
        assert max(ImageStat.Stat(ImageChops.difference(copy, copies[0])).mean) < 6


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_redaction_is_black_where_it_was_drawn_and_nowhere_else(orientation):
    data = stored(corners(2400, 1500), orientation, quality=95)
    for copy in map(opened, make_sizes(data, [(0.5, 0, 0.5, 0.5)]).values()):
        assert near(copy, (0.25, 0.25), RED)
        assert near(copy, (0.25, 0.75), BLUE)
        assert near(copy, (0.75, 0.75), WHITE)
        hidden = copy.crop((copy.width // 2 + 4, 0, copy.width, copy.height // 2 - 4))
        assert all(highest <= 8 for _lowest, highest in hidden.getextrema())


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "CMYK", "I;16", "1"])
def test_a_redaction_is_black_in_every_mode(mode):
    source = Image.new("L", (400, 300), 255).convert("I;16" if mode == "I;16" else mode)
    data = written(source, "JPEG" if mode == "CMYK" else "PNG")
    copy = opened(make_sizes(data, [(0, 0, 0.5, 1)])[320])
    assert near(copy, (0.25, 0.5), BLACK)


def test_a_redaction_may_reach_beyond_the_picture_and_not_lie_beyond_it():
    copy = opened(make_sizes(written(corners()), [(0.5, 0.5, 3, 3)])[320])
    assert near(copy, (0.75, 0.75), BLACK)
    for box in [(1, 0, 1, 1), (-0.1, 0, 1, 1), (0, 0, 0, 1), (0, 0, float("nan"), 1)]:
        with pytest.raises(ValueError, match="fractions of the picture"):
            make_sizes(written(corners()), [box])


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (400, 300), (255, 0, 0, 0))
    clear.paste((30, 180, 30, 255), (0, 0, 200, 300))
    for picture in (clear, clear.quantize(8), clear.convert("LA")):
        copy = opened(make_sizes(written(picture, "PNG"))[320])
        assert near(copy, (0.75, 0.5), WHITE)
    one_colour = written(Image.new("RGB", (40, 30), RED), "PNG", transparency=RED)
    assert near(opened(make_sizes(one_colour)[320]), (0.5, 0.5), WHITE)


def test_sixteen_bits_of_grey_keep_their_shades():
    grey = Image.frombytes("I;16", (2, 1), b"\0\x40\0\xc0").resize((300, 200))
    copy = opened(make_sizes(written(grey, "PNG"))[320])
    assert near(copy, (0.1, 0.5), (64, 64, 64))
    assert near(copy, (0.9, 0.5), (192, 192, 192))


def test_print_colours_become_screen_colours():
    for colour in (WHITE, RED, BLUE):
        copy = opened(make_sizes(written(Image.new("RGB", (99, 99), colour).convert("CMYK")))[320])
        assert near(copy, (0.5, 0.5), colour)


def test_colours_are_what_the_profile_says_they_are():
    data = written(Image.new("RGB", (99, 99), RED), icc_profile=profile_with_red_for_green())
    copy = opened(make_sizes(data)[320])
    red, green, _blue = copy.getpixel((50, 50))
    assert green > 150 > red


def profile_with_red_for_green():
    """Return an sRGB profile with red and green exchanged, so that ignoring it shows.

    Its name still says sRGB, as in the linear profiles of GIMP and other programs.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {bytes(profile[p : p + 4]): p for p in range(132, len(profile) - 12, 4)}
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_greys_are_what_the_profile_says_they_are(mode):
    source = Image.new("L", (99, 99), 64).convert(mode)
    copy = opened(make_sizes(written(source, "PNG", icc_profile=linear_grey()))[320])
    assert near(copy, (0.5, 0.5), (137, 137, 137))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_for_another_kind_of_picture_is_ignored(mode):
    white = Image.new("L", (99, 99), 255).convert("RGB").convert(mode)
    data = written(white, icc_profile=profile_with_red_for_green())
    assert near(opened(make_sizes(data)[320]), (0.5, 0.5), WHITE)


def test_the_first_picture_of_several_is_the_one():
    first, second = Image.new("RGB", (64, 64), RED), Image.new("RGB", (64, 64), BLUE)
    for file_format in ("PNG", "WEBP", "MPO"):
        data = written(first, file_format, save_all=True, append_images=[second])
        assert near(opened(make_sizes(data)[320]), (0.5, 0.5), RED)


@pytest.mark.stack
def test_nothing_but_pixels_is_in_a_copy(tmp_path):
    """Check with exiftool, if it is installed, that the copies have no metadata."""
    exiftool = program("exiftool", "libimage-exiftool-perl")
    names = ["sm_gps_city_hall.jpg", "phone_iphone7.heic", "png_with_exif_gps.png"]
    for name in names:
        for size, copy in make_sizes(photo(f"good/{name}").read_bytes()).items():
            (tmp_path / f"{name}-{size}.webp").write_bytes(copy)
    told = subprocess.run(
        [exiftool, "-s", "-G1", "-a", "-u", *sorted(tmp_path.iterdir())],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    groups = {line.split("]")[0][1:] for line in told.stdout.splitlines() if line[0] == "["}
    assert groups <= {"ExifTool", "System", "File", "RIFF", "Composite"}
    assert "GPS" not in told.stdout


def test_what_cannot_be_opened_is_unreadable():
    for data, code in [(b"hello", "not_allowed"), (b"\xff\xd8\xff\xe0", "broken")]:
        with pytest.raises(UnreadableFile) as unreadable:
            make_sizes(data)
        assert unreadable.value.code == code


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((6000, 4000), id="decoded at 3000 pixels"),
        pytest.param((4032, 3024), id="decoded at 2016 pixels"),
        pytest.param((3264, 2448), id="decoded as it is"),
    ],
)
def test_every_copy_of_a_large_picture_looks_as_if_it_was_scaled_at_once(size):
    big = street(*size)
    copies = make_sizes(written(big, quality=95))
    for copy in map(opened, copies.values()):
        reference = big.resize(copy.size, Image.Resampling.LANCZOS)
        assert max(ImageStat.Stat(ImageChops.difference(copy, reference)).mean) < 4


def test_a_jpeg_is_decoded_no_larger_than_its_largest_copy_needs(monkeypatch):
    decoded = []
    load = JpegImagePlugin.JpegImageFile.load

    def note_size(picture):
        decoded.append(picture.size)
        return load(picture)

    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", note_size)
    make_sizes(written(street(4032, 3024)))
    assert decoded[0] == (2016, 1512)
