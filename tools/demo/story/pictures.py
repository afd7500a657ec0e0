"""The photos of the story: the place that each shows, and the photo that a request gets.

In `tools/demo/pictures`, `SUBJECT-SEED-before.webp` is a resident's photo, and
`SUBJECT-SEED-after.webp` shows the same place after the work. Several requests may show the same
picture, each under its own file name, as with uploads.
"""

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from requests_app.models import Photo
from requests_app.photos.processing import public_name
from requests_app.photos.sandbox.clean_copies import COPY_SPECS

FOLDER = Path(__file__).resolve().parents[1] / "pictures"
SEEDS = range(1, 7)
"""The number of places of each subject."""
SIZE = (960, 720)
_THREADS = 4  # they mostly wait for the disk


@dataclass(frozen=True)
class View:
    """A photographed place; `seed` is one of `SEEDS`."""

    subject: str
    seed: int

    def picture(self, *, fixed: bool) -> Path:
        """Return the file of the view before or after the work."""
        return FOLDER / f"{self.subject}-{self.seed}-{'after' if fixed else 'before'}.webp"


class Camera:
    """Creates the photos of requests; threads write the files while the story continues."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._written: list[Future] = []

    def photo(self, view: View, *, fixed, kind, device=None, user=None) -> Photo:
        """Create a photo of this view, with its sizes ready and without a request."""
        path = view.picture(fixed=fixed)
        photo = Photo(
            kind=kind,
            state=Photo.State.READY,
            device=device,
            user=user,
            digest=hashlib.sha256(path.read_bytes()).hexdigest(),
            width=SIZE[0],
            height=SIZE[1],
        )
        photo.key = public_name(photo.digest, settings.LINK_SECRET, photo.pk, [])
        photo.original = f"originals/{photo.pk}.webp"
        self.keep(photo, path)
        photo.save(force_insert=True)
        return photo

    def keep(self, photo: Photo, path: Path) -> None:
        """Start writing the picture and its sizes to the photo storage."""
        self._written.append(self._pool.submit(_write, photo, path))

    def finish(self) -> None:
        """Wait until every file is written; raise OSError for a file that could not be written."""
        for each in self._written:
            each.result()


@contextmanager
def camera() -> Iterator[Camera]:
    """Yield a camera; every file is written when the block ends."""
    with ThreadPoolExecutor(_THREADS) as pool:
        made = Camera(pool)
        yield made
        made.finish()


def _write(photo, path) -> None:
    """Write the original and all sizes of a photo to the photo storage, from the file `path`."""
    default_storage.save(photo.original, ContentFile(path.read_bytes()))
    for size, content in _sizes(path).items():
        default_storage.save(photo.storage_name(size), ContentFile(content))


@cache
def _sizes(path: Path) -> dict[int, bytes]:
    """Return the public sizes of a photo by longest side.

    The files are public sizes already, upright and without metadata, so only smaller sizes are
    made.
    """
    whole = path.read_bytes()
    return {size: whole if size >= max(SIZE) else _small(whole, size) for size in Photo.SIZES}


def _small(whole: bytes, longest: int) -> bytes:
    """Shrink a photo to the mean of each square of pixels, which is faster than resampling."""
    picture, out = Image.open(io.BytesIO(whole)), io.BytesIO()
    copy = next(copy for copy in COPY_SPECS if copy.longest == longest)
    reduced = picture.reduce(max(SIZE) // longest)
    reduced.save(out, "WEBP", quality=copy.quality, method=copy.effort)
    return out.getvalue()
