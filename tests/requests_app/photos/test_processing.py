"""Tests for processing photos, with every kind of file that a stranger can send."""

import csv
import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from requests_app.photos import processing
from tests.pictures import exif, opened, png, street, text_bomb, written
from tests.shared import SHARED, photo

MANIFEST = SHARED / "photos" / "MANIFEST.csv"
SECONDS = 60  # no file may hang, even on a busy machine; the speed is measured by a benchmark


def read_manifest():
    """Return a parameter per real file, or one that says that the files are missing."""
    if not MANIFEST.exists():
        return [pytest.param({"file": "MANIFEST.csv"}, id="absent")]
    with MANIFEST.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    every_fifth = {row["file"] for row in rows[::5]}
    return [
        pytest.param(
            row, id=row["file"], marks=[] if row["file"] in every_fifth else pytest.mark.sweep
        )
        for row in rows
    ]


@pytest.mark.parametrize("row", read_manifest())
def test_every_real_file_is_handled_as_its_manifest_says(row):
    path, handling = photo(row["file"]), row["expected_handling"]
    refusal_expected = handling.startswith("reject") and "or accept" not in handling
    either = " or reject" in handling or "or accept" in handling or "bounded memory" in handling
    started = time.monotonic()
    checked, refusal = check_file(path)
    if refusal:
        assert refusal_expected or either, f"refused: {refusal}"
        assert len(str(refusal)) > 20
    else:
        assert not refusal_expected
        assert_place_is_that_of(row, checked)
        assert_copies_are_clean(processing.make_sizes_isolated(path.read_bytes()))
    assert time.monotonic() - started < SECONDS


def check_file(path):
    try:
        return processing.check_photo(path.read_bytes()), None
    except processing.PhotoRefused as refusal:
        return None, refusal


def assert_place_is_that_of(row, checked):
    there = [float(number) for number in row["gps"].split(",")] if "." in row["gps"] else [0.0, 0.0]
    if there == [0.0, 0.0] or abs(there[0]) > 90:
        assert (checked.latitude, checked.longitude) == (None, None)
    else:
        assert (checked.latitude, checked.longitude) == pytest.approx(there, abs=1e-4)


def assert_copies_are_clean(copies):
    assert list(copies) == [320, 960, 1920]
    for longest, copy in copies.items():
        picture = opened(copy)
        assert (picture.format, picture.mode) == ("WEBP", "RGB")
        assert max(picture.size) <= longest
        # A WebP with metadata, animation or alpha begins with a VP8X chunk.
        assert copy[12:16] == b"VP8 "
        assert int.from_bytes(copy[4:8], "little") + 8 == len(copy)


def jpeg(mode="RGB", **options):
    return written(street(600, 400).convert(mode), **options)


def encode(file_format, picture=None, **options):
    return written(picture or street(60, 40), file_format, **options)


def cut_in_half(data):
    return data[: len(data) // 2]


# Each file is made only when its test runs, because making all of them takes seconds.
FRAMES = [Image.new("P", (16, 16), number % 256) for number in range(600)]
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
WIDE = street(2000, 50)
OTHER_FILES = [
    ("nothing", lambda: b"", "empty"),
    ("one byte", lambda: b"\xff", "unknown"),
    ("a JPEG's first bytes", lambda: b"\xff\xd8\xff", "broken"),
    ("a PNG's first bytes", lambda: png(9, 9)[:30], "broken"),
    ("a GIF of 600 frames",
     lambda: encode("GIF", FRAMES[0], save_all=True, append_images=FRAMES[1:]),
     "format_not_allowed"),
    ("a BMP", lambda: encode("BMP"), "format_not_allowed"),
    ("a TIFF", lambda: encode("TIFF"), "format_not_allowed"),
    ("an EPS", lambda: encode("EPS"), "format_not_allowed"),
    ("an icon", lambda: encode("ICO"), "format_not_allowed"),
    ("a JPEG 2000", lambda: encode("JPEG2000"), "format_not_allowed"),
    ("a Photoshop file", lambda: b"8BPS\0\1" + bytes(40), "format_not_allowed"),
    ("an SVG with a script", lambda: SVG, "format_not_allowed"),
    ("a PPM", lambda: encode("PPM"), "unknown"),
    ("a PDF", lambda: encode("PDF"), "not_a_picture"),
    ("an MP4", lambda: b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(64), "not_a_picture"),
    ("a Canon's raw file",
     lambda: b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(64), "format_not_allowed"),
    ("a MOV", lambda: b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(64), "not_a_picture"),
    ("a WebM", lambda: b"\x1aE\xdf\xa3" + bytes(64), "not_a_picture"),
    ("a sound", lambda: b"ID3\4" + bytes(64), "not_a_picture"),
    ("a zip", lambda: b"PK\3\4" + bytes(64), "not_a_picture"),
    ("a program", lambda: b"MZ" + bytes(64), "not_a_picture"),
    ("a web page", lambda: b"<!DOCTYPE html><p>hello", "not_a_picture"),
    ("a web page before a JPEG", lambda: b"<html><script>1</script>" + jpeg(), "not_a_picture"),
    ("words", "Ein Schlagloch an der Straße".encode, "not_a_picture"),
    ("noise", lambda: bytes(range(128, 256)) * 40, "unknown"),
    ("zeros", lambda: bytes(5000), "unknown"),
    ("a picture of 0 x 0", lambda: png(0, 0), "broken"),
    ("a palette picture without its palette", lambda: png(9, 9, 8, 3, bytes(90)), "broken"),
    ("a picture of 169 megapixels in 1 bit", lambda: png(13000, 13000, 1, 0, bytes(13000 * 1626)),
     "too_many_pixels"),
    ("a header that says 30000 x 30000", lambda: png(30000, 30000), "too_many_pixels"),
    ("65 megapixels", lambda: png(8500, 7650, rows=bytes(99)), "too_many_pixels"),
    ("1 x 20000", lambda: png(1, 20000, 8, 0, bytes(40000)), "absurd_shape"),
    ("a strip of 40 to 1", lambda: encode("PNG", WIDE), "absurd_shape"),
    ("a header that says more than there is", lambda: png(4000, 3000, rows=bytes(999)), "broken"),
    ("a text bomb in a PNG", lambda: png(1, 1, rows=bytes(4), extra=text_bomb()), "broken"),
    ("an AVIF's first box", lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "broken"),
    ("half an AVIF", lambda: cut_in_half(encode("AVIF", street(600, 400))), "broken"),
    ("65 megapixels of AVIF", lambda: encode("AVIF", Image.new("L", (8500, 7650)), speed=10),
     "too_many_pixels"),
    ("a HEIC's first box", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "broken"),
    ("a WebP without a picture", lambda: b"RIFF\x04\0\0\0WEBP", "broken"),
    ("26 MB", lambda: jpeg() + bytes(26 * 2**20), "too_big"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "code"), [pytest.param(made, code, id=name) for name, made, code in OTHER_FILES]
)
def test_what_is_not_a_photo_is_refused_at_once_and_in_words(made, code):
    data = made()
    started = time.monotonic()
    with pytest.raises(processing.PhotoRefused) as refused:
        processing.check_photo(data)
    assert refused.value.code == code
    assert "lease" in str(refused.value)  # the message asks: "Please …"
    assert time.monotonic() - started < SECONDS


def test_a_refusal_names_what_the_file_is():
    with pytest.raises(processing.PhotoRefused, match="a PDF document"):
        processing.check_photo(encode("PDF"))


SIXTEEN_BIT = Image.frombytes("I;16", (4, 1), b"\0\0\0\x40\0\x80\xff\xff").resize((400, 300))
CLEAR = street(300, 200).convert("RGBA")
CLEAR.putalpha(Image.linear_gradient("L").resize((300, 200)))
PHOTOS = [
    ("JPEG", jpeg, "JPEG"),
    ("progressive JPEG", lambda: jpeg(progressive=True), "JPEG"),
    ("grey JPEG", lambda: jpeg("L"), "JPEG"),
    ("CMYK JPEG", lambda: jpeg("CMYK"), "JPEG"),
    ("PNG", lambda: encode("PNG"), "PNG"),
    ("PNG of 16 bits", lambda: encode("PNG", SIXTEEN_BIT), "PNG"),
    ("PNG of 1 bit", lambda: encode("PNG", street().convert("1")), "PNG"),
    ("PNG with a palette", lambda: encode("PNG", street().quantize(16)), "PNG"),
    ("PNG, palette and transparency", lambda: encode("PNG", CLEAR.quantize(16)), "PNG"),
    ("PNG with grey and transparency", lambda: encode("PNG", CLEAR.convert("LA")), "PNG"),
    ("PNG with one transparent colour",
     lambda: encode("PNG", street(), transparency=(9, 9, 9)), "PNG"),
    ("animated PNG", lambda: encode("PNG", CLEAR, save_all=True, append_images=[CLEAR] * 9), "PNG"),
    ("WebP", lambda: encode("WEBP", street()), "WEBP"),
    ("lossless WebP with transparency", lambda: encode("WEBP", CLEAR, lossless=True), "WEBP"),
    ("animated WebP",
     lambda: encode("WEBP", CLEAR, save_all=True, append_images=[CLEAR] * 9), "WEBP"),
    ("AVIF", lambda: encode("AVIF", street()), "AVIF"),
    ("AVIF with transparency", lambda: encode("AVIF", CLEAR), "AVIF"),
    ("grey AVIF", lambda: encode("AVIF", street().convert("L")), "AVIF"),
    ("animated AVIF",
     lambda: encode("AVIF", CLEAR, save_all=True, append_images=[CLEAR] * 9), "AVIF"),
    ("MPO",
     lambda: encode("MPO", street(), save_all=True, append_images=[CLEAR.convert("RGB")]), "JPEG"),
    ("JPEG with a web page behind", lambda: jpeg() + b"<html><script>alert(1)</script>", "JPEG"),
    ("JPEG with a zip behind", lambda: jpeg() + b"PK\3\4" + bytes(500), "JPEG"),
    ("JPEG with PHP in its comment", lambda: jpeg(comment=b"<?php system($_GET[0]); ?>"), "JPEG"),
    ("JPEG with a broken colour profile", lambda: jpeg(icc_profile=b"nonsense" * 99), "JPEG"),
    ("JPEG with broken EXIF", lambda: jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"), "JPEG"),
    ("JPEG with EXIF that points at itself", lambda: jpeg(
        exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"), "JPEG"),
    ("one pixel", lambda: encode("PNG", street(1, 1)), "PNG"),
    ("a panorama of 19 to 1", lambda: encode("JPEG", street(1900, 100)), "JPEG"),
]  # fmt: skip


# raised when the test opens the file itself
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    ("made", "file_format"), [pytest.param(made, kind, id=name) for name, made, kind in PHOTOS]
)
def test_a_photo_of_any_sort_becomes_clean_copies(made, file_format):
    data = made()
    checked = processing.check_photo(data)
    assert checked.format == file_format
    assert (checked.width, checked.height) == opened(data).size
    assert_copies_are_clean(processing.make_sizes_isolated(data))


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("sort", ["JPEG", "progressive JPEG", "PNG", "WebP", "AVIF"])
def test_a_photo_that_did_not_arrive_whole_is_refused(sort, part):
    data = next(made() for name, made, _kind in PHOTOS if name == sort)
    with pytest.raises(processing.PhotoRefused, match="didn't arrive completely"):
        processing.check_photo(data[: int(len(data) * part)])


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["phone_iphone7.heic", "libheif_example.heic"])
def test_a_heic_that_did_not_arrive_whole_is_refused(name, part):
    data = photo(f"good/{name}").read_bytes()
    with pytest.raises(processing.PhotoRefused, match="didn't arrive completely"):
        processing.check_photo(data[: int(len(data) * part)])


def test_a_name_and_a_content_type_are_only_claims():
    data = jpeg(exif=exif(orientation=6))
    upload = SimpleUploadedFile(
        "../../\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", data, content_type="text/html"
    )
    assert processing.check_photo(upload) == processing.check_photo(data)
    assert processing.check_photo(data).format == "JPEG"
    assert upload.read() == data  # the file position is at the start


@pytest.mark.parametrize("sort", ["JPEG", "AVIF"])
def test_width_and_height_are_those_of_the_upright_picture(sort):
    data = encode(sort, street(600, 400), exif=exif(orientation=6))
    checked = processing.check_photo(data)
    assert (checked.width, checked.height) == (400, 600)
    assert opened(processing.make_sizes_isolated(data)[320]).size == (213, 320)


def test_an_avif_says_where_it_was_taken_and_its_copies_do_not():
    gps = {1: "N", 2: (34.0, 0.0, 43.0), 3: "W", 4: (118.0, 29.0, 30.0)}
    data = encode("AVIF", street(600, 400), exif=exif(gps=gps))
    checked = processing.check_photo(data)
    assert (checked.latitude, checked.longitude) == (34.011944, -118.491667)
    assert_copies_are_clean(processing.make_sizes_isolated(data))


def test_a_public_name_can_only_be_made_with_the_secret():
    digest = processing.check_photo(jpeg()).digest
    name = processing.public_name(digest, "secret")
    assert len(name) == 32
    assert name.isascii()
    assert name.isalnum()
    assert name == name.lower()
    others = {
        processing.public_name(digest, "another"),
        processing.public_name(digest[::-1], "secret"),
        processing.public_name(digest, "secret", 7),
        processing.public_name(digest, "secret", 7, [(0.1, 0.1, 0.2, 0.2)]),
    }
    assert len(others | {name}) == 5


def test_a_file_like_object_is_read_from_its_beginning():
    file = io.BytesIO(jpeg())
    file.seek(99)
    assert processing.check_photo(file).format == "JPEG"
    assert file.tell() == 0
