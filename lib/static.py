"""Static files under names that carry their content's hash, compressed once."""

import re
from collections.abc import Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


def add_headers(headers, _path, _url) -> None:
    """What a file is, it says itself; nothing in it makes a browser take it for something else."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


class Storage(CompressedManifestStaticFilesStorage):
    """Gives plain names where nothing was collected: in the demo, in tests, while developing."""

    manifest_strict = False
    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # a pass settles the names of one level of imports

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._urls = {}

    def compress_files(self, paths) -> Iterator[tuple[str, str]]:
        """Under the names that pages give, and not a second time under the plain ones."""
        return super().compress_files(path for path in paths if _HASHED.search(path))

    def url(self, name, force=False) -> str:
        """Worked out once for each file: a page names some dozens."""
        if not self.hashed_files:
            return f"{self.base_url}{name}"
        if (name, force) not in self._urls:
            self._urls[name, force] = super().url(name, force)
        return self._urls[name, force]
