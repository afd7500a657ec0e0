"""From every way of storing colour to the one that browsers agree on: 8-bit sRGB on white."""

import io
import logging

from PIL import Image

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox.opening import decoding

logger = logging.getLogger(__name__)

BLACK = {"L": 0, "LA": (0, 255), "RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255), "CMYK": (0, 0, 0, 255)}
"""The modes that `plain` returns, with their black."""


def plain(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be drawn on and scaled: one of `BLACK`."""
    if picture.mode in BLACK and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion would clip them
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def check_palette(picture: Image.Image) -> None:
    """Raises where `plain` would: a palette that is missing, or shorter than what is said of its
    transparency, does not show while pixels are decoded. One pixel tells as much as all of them.
    """
    if picture.mode == "P" and picture.palette is None:
        raise UnreadableFile("broken", "it has no palette")
    plain(picture.crop((0, 0, 1, 1)))


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB, as its ICC profile means it. What is transparent becomes white.

    A profile that is broken, or made for another kind of picture, is ignored.
    """
    picture = _on_white(picture)
    if not profile:
        return picture.convert("RGB")
    try:
        with decoding():
            return _converted(picture, profile)
    except UnreadableFile as error:
        logger.info("colour profile ignored: %s", error.detail)
        return picture.convert("RGB")


def _on_white(picture) -> Image.Image:
    """In the same colours as before, which are those that its profile is about."""
    if "A" not in picture.getbands():
        return picture
    opaque = picture.convert(picture.mode.removesuffix("A"))
    white = Image.new(opaque.mode, picture.size, "white")
    white.paste(opaque, mask=picture.getchannel("A"))
    return white


def _converted(picture, profile) -> Image.Image | None:
    from PIL import ImageCms  # which only a public copy needs

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB")
