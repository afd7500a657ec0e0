"""A table of files that a person may upload as a photo.

Each row has a description, the function that creates the file, and TAKEN or REFUSED (with a
message).
"""

import io
import zipfile
from dataclasses import dataclass

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.pictures import exif, png, street, text_bomb, written

TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True)
class Row:
    name: str
    make: object
    answer: str


def jpeg(picture=None, **options):
    return written(picture or street(320, 240), "JPEG", **options)


def saved(kind, picture=None, **options):
    return written(picture or street(64, 48), kind, **options)


def frames(kind, number, size=16, **options):
    pictures = [Image.new("RGB", (size, size), (each % 256, 80, 9)) for each in range(number)]
    return saved(kind, pictures[0], save_all=True, append_images=pictures[1:], **options)


def megapixels(width, height):
    return jpeg(Image.new("RGB", (width, height), (120, 130, 140)), quality=50)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    return out.getvalue()


def with_place():
    """Return a JPEG with GPS position, serial number, orientation, and a script as comment."""
    gps = {1: "N", 2: (34.0, 1.0, 9.0), 3: "W", 4: (118.0, 29.0, 30.0)}
    details = {0xA431: "SERIAL-0042", 0x9286: b"ASCII\0\0\0<script>alert(1)</script>"}
    return jpeg(exif=exif(gps=gps, details=details, orientation=6))


def with_xmp():
    place = b"<exif:GPSLatitude>34,1.1N</exif:GPSLatitude>"
    return jpeg(xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + place + b"</x:xmpmeta>")


def png_with_words():
    words = PngInfo()
    words.add_text("Author", "Ana <ana@example.org>")
    return saved("PNG", pnginfo=words)


def lying_size():
    """Return a JPEG of 320 × 240 pixels whose header claims 65500 × 65500."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xdc\xff\xdc"
    return bytes(data)


def heic():
    """Return a HEIC file as phones create it, written by the library that also reads it."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(street(320, 240)).save(out, quality=50)
    return out.getvalue()


TABLE = [
    Row("nothing", lambda: b"", REFUSED),
    Row("one byte", lambda: b"\xff", REFUSED),
    Row("a header only", lambda: jpeg()[:20], REFUSED),
    Row("half a JPEG", lambda: jpeg()[: len(jpeg()) // 2], REFUSED),
    Row("a JPEG without its last bytes", lambda: jpeg()[:-200], REFUSED),
    Row("a PNG cut off", lambda: saved("PNG")[:-60], REFUSED),
    Row("a BMP", lambda: saved("BMP"), REFUSED),
    Row("a TIFF", lambda: saved("TIFF"), REFUSED),
    Row("an icon", lambda: saved("ICO"), REFUSED),
    Row("a PPM", lambda: saved("PPM"), REFUSED),
    Row("an EPS", lambda: saved("EPS"), REFUSED),
    Row("a JPEG 2000", lambda: saved("JPEG2000"), REFUSED),
    Row("a TGA", lambda: saved("TGA"), REFUSED),
    Row("a GIF of 600 frames", lambda: frames("GIF", 600), REFUSED),
    Row("a PDF", lambda: saved("PDF"), REFUSED),
    Row("a web page", lambda: b"<!doctype html><script>alert(1)</script>", REFUSED),
    Row("an SVG", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', REFUSED),
    Row(
        "an SVG that reads files",
        lambda: b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        REFUSED,
    ),
    Row("a zip", zipped, REFUSED),
    Row("a program", lambda: b"\x7fELF\2\1\1" + bytes(400), REFUSED),
    Row("zeros", lambda: bytes(4000), REFUSED),
    Row(
        "169 megapixels in 1 bit",
        lambda: png(13000, 13000, 1, 0, bytes(13000 * 1626)),
        REFUSED,
    ),
    Row("a header that says 30000 x 30000", lambda: png(30000, 30000), REFUSED),
    Row("a JPEG that lies about its size", lying_size, REFUSED),
    Row("a PNG that promises more than it holds", lambda: png(4000, 3000, rows=bytes(9)), REFUSED),
    Row("0 x 0", lambda: png(0, 0), REFUSED),
    Row("1 x 20000", lambda: png(1, 20000, 8, 0, bytes(40000)), REFUSED),
    Row("a text bomb", lambda: png(1, 1, rows=bytes(4), extra=text_bomb()), REFUSED),
    Row("a HEIC of one box", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", REFUSED),
    Row("a page before a JPEG", lambda: b"<html><script>1</script>" + jpeg(), REFUSED),
    Row("a JPEG", jpeg, TAKEN),
    Row("a JPEG of 40 megapixels", lambda: megapixels(7680, 5200), TAKEN),
    Row("a JPEG of 48 megapixels", lambda: megapixels(8000, 6000), TAKEN),
    Row("a JPEG with a page behind it", lambda: jpeg() + b"<html><script>1</script>", TAKEN),
    Row("a JPEG with a zip behind it", lambda: jpeg() + zipped(), TAKEN),
    Row("PHP in a comment", lambda: jpeg(comment=b"<?php system($_GET[0]); ?>"), TAKEN),
    Row("place, serial number and a script in EXIF", with_place, TAKEN),
    Row("a place in XMP", with_xmp, TAKEN),
    Row("a name in a PNG", png_with_words, TAKEN),
    Row("CMYK", lambda: jpeg(street(320, 240).convert("CMYK")), TAKEN),
    Row("16 bits", lambda: saved("PNG", Image.new("I;16", (64, 48), 40000)), TAKEN),
    Row("1 x 1", lambda: saved("PNG", street(1, 1)), TAKEN),
    Row("a huge color profile", lambda: jpeg(icc_profile=bytes(900_000)), TAKEN),
    Row("an animated PNG", lambda: frames("PNG", 20), TAKEN),
    Row("an animated WebP", lambda: frames("WEBP", 20), TAKEN),
    Row("two pictures in one", lambda: frames("MPO", 2, size=64), TAKEN),
    Row("a HEIC", heic, TAKEN),
]
