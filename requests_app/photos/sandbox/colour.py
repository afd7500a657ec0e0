"""Conversion of pictures to 8-bit sRGB on white."""

import io
import logging

from PIL import Image

from lib.sandbox.errors import UnreadableFile
from requests_app.photos.sandbox.opening import translate_decoder_errors

logger = logging.getLogger(__name__)

BLACK: dict[str, float | tuple[float, ...]] = {
    "L": 0,
    "LA": (0, 255),
    "RGB": (0, 0, 0),
    "RGBA": (0, 0, 0, 255),
    "CMYK": (0, 0, 0, 255),
}
"""Each mode that `to_drawable_mode` returns -> the color value of black in this mode."""


def to_drawable_mode(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be painted on and scaled: one of `BLACK`.

    A picture in such a mode is returned unchanged.
    """
    if picture.mode in BLACK and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion would clip them
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def check_palette(picture: Image.Image) -> None:
    """Raise UnreadableFile if `to_drawable_mode` would fail for a missing or short palette.

    Decoding does not detect this. One pixel is converted, which fails like the whole picture.
    """
    if picture.mode == "P" and picture.palette is None:
        raise UnreadableFile("broken", "it has no palette")
    to_drawable_mode(picture.crop((0, 0, 1, 1)))


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in RGB, converted by its ICC `profile`, with transparent parts in white.

    A profile that is broken or of another kind of picture is ignored.
    """
    picture = _flatten_on_white(picture)
    if not profile:
        return picture.convert("RGB")
    try:
        with translate_decoder_errors():
            return _convert_to_srgb(picture, profile)
    except UnreadableFile as error:
        logger.info("colour profile ignored: %s", error.detail)
        return picture.convert("RGB")


def _flatten_on_white(picture: Image.Image) -> Image.Image:
    """Return the picture on white, in its mode without alpha; unchanged without an alpha channel.

    The picture is not converted to RGB, as its profile applies to its own mode.
    """
    if "A" not in picture.getbands():
        return picture
    opaque = picture.convert(picture.mode.removesuffix("A"))
    white = Image.new(opaque.mode, picture.size, "white")
    white.paste(opaque, mask=picture.getchannel("A"))
    return white


def _convert_to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in RGB, converted from `profile`; any error of the library is raised."""
    from PIL import ImageCms  # imported here: only making public copies needs it

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    # Pillow returns None only for inPlace=True.
    return ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB")  # type: ignore[return-value]
