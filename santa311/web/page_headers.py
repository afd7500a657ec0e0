"""Middleware for response headers that views do not set."""

from django.conf import settings
from django.http import HttpResponse

from lib.http import PRIVATE_CACHE_CONTROL, Middleware
from santa311.web.language import EMBED_PATH, is_staff_path


class PageHeadersMiddleware(Middleware):
    """Set default headers for permissions, embedding and caching."""

    def __call__(self, request) -> HttpResponse:
        """Return the response with defaults for headers that the view did not set.

        Pages of staff, and all pages in a session, are not cached. A page in a frame of another
        site is asked for without cookies.
        """
        if request.path_info.startswith(EMBED_PATH):
            request.COOKIES = {}
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Pages of staff, and all pages that a signed-in user opens.
        if is_staff_path(request) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", PRIVATE_CACHE_CONTROL)
        return response
