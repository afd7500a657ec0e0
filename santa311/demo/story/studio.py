"""The pictures of the story: drawn in processes of their own while the story is being told.

A picture is (subject, seed, whether it shows the work done). Each is drawn once; several requests
may show the same, each under names of its own, as uploads do.
"""

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from requests_app.models import Photo
from requests_app.photos import processing
from santa311.demo.story.painter import SIZE, Picture, View, paint


class Studio:
    """Has pictures drawn ahead, in the order they are ordered in; `keep` gives one to a request."""

    def __init__(self, pool):
        self._pool = pool
        self._ordered = {}
        self._done: dict[tuple[View, bool], Picture] = {}

    def order(self, view: View, *, fixed):
        if (view, fixed) not in self._ordered:
            self._ordered[view, fixed] = self._pool.submit(paint, view, fixed)

    def keep(self, view: View, *, fixed, kind, device=None, user=None) -> Photo:
        """A loose photo of this view, its sizes ready, as an upload would leave it."""
        picture = self._picture(view, fixed)
        photo = Photo(
            kind=kind,
            state=Photo.State.READY,
            device=device,
            user=user,
            digest=hashlib.sha256(picture.original).hexdigest(),
            width=SIZE[0],
            height=SIZE[1],
        )
        photo.key = processing.name_for(photo.digest, settings.LINK_SECRET, photo.pk, [])
        photo.original = f"originals/{photo.pk}.jpg"
        default_storage.save(photo.original, ContentFile(picture.original))
        for size, content in picture.sizes.items():
            default_storage.save(photo.stored(size), ContentFile(content))
        photo.save(force_insert=True)
        return photo

    def _picture(self, view, fixed) -> Picture:
        """Drawn by a painter; here and now, if none has begun it."""
        if (view, fixed) not in self._done:
            ordered = self._ordered.get((view, fixed))
            is_free = ordered is None or ordered.cancel()
            self._done[view, fixed] = paint(view, fixed) if is_free else ordered.result()
        return self._done[view, fixed]


@contextmanager
def studio():
    """A studio with a painter for each processor that the story leaves, while the block runs."""
    painters = min(max(1, (os.cpu_count() or 1) - 1), 4)
    # Painters start fresh: a copy of this process would share its connection to the database.
    with ProcessPoolExecutor(painters, mp_context=get_context("spawn")) as pool:
        try:
            yield Studio(pool)
        finally:
            pool.shutdown(cancel_futures=True)
