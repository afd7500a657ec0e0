"""Detection of a file's kind from its first bytes. Names and content types are not trusted."""

import codecs
import re

PICTURE_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heif": "HEIF", "avif": "AVIF"}
"""The kinds that are opened, with Pillow's names for them."""

_SIGNATURES = (
    ("jpeg", rb"\xff\xd8\xff"),
    ("png", rb"\x89PNG\r\n\x1a\n"),
    ("webp", rb"RIFF....WEBP"),
    ("gif", rb"GIF8[79]a"),
    ("tiff", rb"II\*\0|MM\0\*|II\+\0|MM\0\+"),
    ("bmp", rb"BM.{4}\0\0\0\0"),
    ("icon", rb"\0\0[\x01\x02]\0"),
    ("photoshop", rb"8BPS"),
    ("postscript", rb"%!PS|\xc5\xd0\xd3\xc6"),
    ("jpeg2000", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    ("jpegxl", rb"\xff\x0a|\0\0\0\x0cJXL "),
    ("pdf", rb"(?:\xef\xbb\xbf)?\s*%PDF-"),
    ("video", rb"\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|\0\0\x01[\xba\xb3]|\x30\x26\xb2\x75"),
    ("video", rb".{4}(?:moov|mdat|wide|free|skip)"),
    ("audio", rb"ID3|OggS|fLaC|RIFF....WAVE|\xff[\xfb\xf3\xf2]|#!AMR"),
    ("archive", rb"PK[\x03\x05\x07]|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ"),
    ("document", rb"\xd0\xcf\x11\xe0|\{\\rtf"),
    ("program", rb"MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|#!"),
)
_HEIF_BRANDS = {
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
}  # fmt: skip
_AVIF_BRANDS = {b"avif", b"avis"}
# Canon's raw files get the kind "tiff", like those of other cameras, most of which are TIFF files.
_OTHER_BRANDS = {b"crx ": "tiff", b"M4A ": "audio", b"M4B ": "audio", b"M4P ": "audio"}
_HEAD_BYTES = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def detect_kind(data: bytes) -> str:
    """Return the kind of a file: a key of `PICTURE_FORMATS`, another kind's name, or "unknown"."""
    head = data[:_HEAD_BYTES]
    if head[4:8] == b"ftyp":
        return _kind_of_brand(head)
    for kind, pattern in _SIGNATURES:
        if re.match(pattern, head, re.DOTALL):
            return kind
    return _kind_of_text(head)


def _kind_of_brand(head: bytes) -> str:
    """Return the kind of an ISO base media file (HEIC, AVIF, MP4, MOV) by its brands.

    The kind of an unknown brand is "video".
    """
    length = int.from_bytes(head[:4])
    brand = head[8:12]
    compatible = {head[at : at + 4] for at in range(16, min(length, len(head)), 4)}
    if brand in _AVIF_BRANDS or (brand in {b"mif1", b"msf1"} and compatible & _AVIF_BRANDS):
        return "avif"
    if brand in _HEIF_BRANDS:
        return "heif"
    return _OTHER_BRANDS.get(brand, "video")


def _kind_of_text(head: bytes) -> str:
    """Return "svg", "web page", "text" (UTF-8 without control characters) or "unknown"."""
    markup = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if markup.startswith(b"<"):
        return "svg" if b"<svg" in markup else "web page"
    try:
        # `final` is False for a part of a file, which may end within a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(
            head, final=len(head) < _HEAD_BYTES
        )
    except UnicodeDecodeError:
        return "unknown"
    return "unknown" if _CONTROL.search(text) else "text"
