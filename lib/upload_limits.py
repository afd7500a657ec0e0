"""An upload handler that limits the size of uploads."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Keep one chunk more than an allowed photo has, and drop the rest.

    The form with a 60 MB file still arrives, the photo is recognized as too large, and the disk
    does not fill. A body larger than `MAX_UPLOAD_BYTES` is not read: Django answers
    RequestDataTooBig with its page for bad requests. `file_complete` always returns None, so the
    next handler returns the file.
    """

    def handle_raw_input(self, input_data, meta, content_length, boundary, encoding=None) -> None:
        """Raise RequestDataTooBig if the body is larger than MAX_UPLOAD_BYTES."""
        if content_length > settings.MAX_UPLOAD_BYTES:
            raise RequestDataTooBig("The files of one request are larger than MAX_UPLOAD_BYTES.")

    def receive_data_chunk(self, raw_data, start) -> bytes | None:
        """Return the chunk for the next handler; None, which drops it, beyond MAX_PHOTO_BYTES."""
        return None if start > settings.MAX_PHOTO_BYTES else raw_data

    def file_complete(self, file_size) -> None:
        return None
