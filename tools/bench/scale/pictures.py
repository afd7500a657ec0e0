"""Generated photos of 12 megapixels, as phones send them, each of them different."""

import io
import random
from functools import cache

from PIL import Image


@cache
def _drawn(megabytes) -> bytes:
    dice = random.Random(megabytes)
    noise = Image.frombytes("RGB", (800, 600), dice.randbytes(800 * 600 * 3))
    quality = {1: 40, 3: 72}[megabytes]
    held = io.BytesIO()
    noise.resize((4000, 3000), Image.Resampling.BICUBIC).save(held, "JPEG", quality=quality)
    return held.getvalue()


def photo(number, *, megabytes) -> bytes:
    """Return a JPEG of about `megabytes` MB, made unique by a comment with a random number."""
    picture = _drawn(megabytes)
    words = f"bench {number} {random.random()}".encode()
    comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words
    return picture[:2] + comment + picture[2:]
