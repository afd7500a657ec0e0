"""How much of an upload is let in, whoever sends it."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Limit(FileUploadHandler):
    """Lets one chunk more than an allowed photo through and drops the rest of it.

    So the form around a 60 MB file still arrives, the photo is seen to be too big, and no disk
    fills. A body that announces more than `MAX_UPLOAD_BYTES` is not read at all: Django answers
    RequestDataTooBig with its page for a bad request.
    """

    def handle_raw_input(self, input_data, meta, content_length, boundary, encoding=None) -> None:
        if content_length > settings.MAX_UPLOAD_BYTES:
            raise RequestDataTooBig("The files of one request are larger than MAX_UPLOAD_BYTES.")

    def receive_data_chunk(self, raw_data, start) -> bytes | None:
        return None if start > settings.MAX_PHOTO_BYTES else raw_data

    def file_complete(self, file_size) -> None:
        return None
