"""Generated pictures for tests. Each call returns the same bytes."""

import io
import struct
import zlib

from PIL import Image

RED, GREEN, BLUE, WHITE, BLACK = (
    (220, 30, 30),
    (30, 180, 30),
    (30, 30, 220),
    (255, 255, 255),
    (0, 0, 0),
)


def street(width=1200, height=800):
    """Return a picture with edges, gradients and many colours, which compresses like a photo."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.radial_gradient("L").resize((width, height))
    stripes = (
        Image.linear_gradient("L").resize((8, 8)).resize((width, height), Image.Resampling.BOX)
    )
    return Image.merge("RGB", (across, down, stripes))


def corners(width=640, height=400):
    """Return a picture of four plain quarters: red and green above, blue and white below."""
    picture = Image.new("RGB", (width, height), WHITE)
    for colour, left, top in ((RED, 0, 0), (GREEN, width // 2, 0), (BLUE, 0, height // 2)):
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def written(picture, file_format="JPEG", **options):
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def png(width, height, depth=8, colour=2, rows=b"", extra=b""):
    """Return the bytes of a PNG whose header does not have to match its content."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = _chunk(b"IHDR", header) + extra + _chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def text_bomb():
    """Return a `zTXt` chunk that inflates to 50 MB."""
    return _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9))


def exif(gps=None, details=None, orientation=None):
    """Return EXIF data with these raw tags, to save with a picture."""
    tags = Image.Exif()
    if orientation is not None:
        tags[0x0112] = orientation
    if gps:
        tags[0x8825] = gps
    if details:
        tags[0x8769] = details
    return tags


def linear_grey():
    """Return an ICC profile of a grey colour space with linear light."""
    daylight = struct.pack(">iii", 63190, 65536, 54061)
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x12s48x",
        188, 0x02100000, b"mntr", b"GRAY", b"XYZ ", b"acsp", daylight,
    )  # fmt: skip
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 12)
    return head + tags + b"XYZ " + bytes(4) + daylight + b"curv" + bytes(8)


def xmp(orientation):
    return f'<x:xmpmeta><rdf:Description tiff:Orientation="{orientation}"/></x:xmpmeta>'.encode()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
