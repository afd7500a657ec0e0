"""A storage of static files under names with a hash of their content, compressed once."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}


def add_static_headers(headers, _path, _url) -> None:
    """Add headers to a static file that forbid guessing its type and other sites' use."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


class MinifiedFiles:
    """The scripts and style sheets of another storage, minified."""

    def __init__(self, storage) -> None:
        self._storage = storage

    def open(self, path: str) -> ContentFile:
        """Return the .js or .css file at `path`, minified.

        Raise KeyError for another suffix, and minify.MinifyError for bad syntax.
        """
        import minify  # it starts the runtime of Go, which only collectstatic needs

        media_type = _MEDIA_TYPES[PurePath(path).suffix]
        with self._storage.open(path) as file:
            return ContentFile(minify.string(media_type, file.read().decode()).encode())


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with plain names if no files were collected, as in tests."""

    manifest_strict = False
    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # a pass settles the names of one level of imports

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[tuple[str, bool], str] = {}

    def post_process(self, paths: dict, *args, **options) -> Iterator[tuple]:
        """Process the files as Django does, our own scripts and style sheets minified."""
        ours = {
            name: (MinifiedFiles(storage), path)
            for name, (storage, path) in paths.items()
            if name.startswith(("js/", "css/")) and PurePath(name).suffix in _MEDIA_TYPES
        }
        return super().post_process(paths | ours, *args, **options)

    def compress_files(self, paths) -> Iterator[tuple[str, str]]:
        """Compress the files with hashed names only, because pages refer to no others."""
        return super().compress_files(path for path in paths if _HASHED.search(path))

    def url(self, name, force=False) -> str:
        """Return the URL of a file, computed once per process.

        It has the plain name if no files were collected.
        """
        if not self.hashed_files:
            return f"{self.base_url}{name}"
        if (name, force) not in self._urls:
            self._urls[name, force] = super().url(name, force)
        return self._urls[name, force]
