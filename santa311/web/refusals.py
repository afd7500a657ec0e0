"""Requests that HTTP allows and that no view of ours reads."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from lib.http import Middleware
from open311.formats import is_api_request


class UnsafeMessageMiddleware(Middleware):
    """Refuse HTTP messages that no view reads as they are meant: TRACE, and bodies in chunks.

    TRACE would echo a visitor's cookies; plain function views answer it with 200. What other
    systems address answers it in their format.

    Of a body in chunks (Transfer-Encoding) WSGI gives no length, and Django would read it as empty.
    Where a request has a length beside its chunks, Granian drops the length, so only the chunks
    tell of a body whose end two servers may see at different places. nginx refuses such a request,
    and hands on every other one with its length.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" in request.headers:
            words = "Send the length of the content (Content-Length) instead of chunks.\n"
            return HttpResponse(words, status=411, content_type="text/plain; charset=utf-8")
        if request.method == "TRACE" and not is_api_request(request):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)
