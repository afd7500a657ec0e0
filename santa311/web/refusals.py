"""Middleware that refuses HTTP messages no view can read correctly."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from lib.http import Middleware
from open311.formats import is_api_request


class UnsafeMessageMiddleware(Middleware):
    """Refuse TRACE, and bodies with Transfer-Encoding.

    TRACE would echo cookies; function views would answer it with 200. API views answer it in their
    format.

    WSGI gives no length for a chunked body, and Django would read it as empty. If a request has
    both a length and chunks, Granian drops the length, so only the chunks reveal a body whose end
    two servers may see at different places (request smuggling). nginx refuses such requests, and
    passes others on with their length.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return 411 for Transfer-Encoding, 405 for TRACE outside of the API, else the response."""
        if "Transfer-Encoding" in request.headers:
            words = "Send the length of the content (Content-Length) instead of chunks.\n"
            return HttpResponse(words, status=411, content_type="text/plain; charset=utf-8")
        if request.method == "TRACE" and not is_api_request(request):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)
