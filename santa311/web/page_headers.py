"""What every answer tells browsers besides its content, where its view has not said otherwise."""

from django.conf import settings
from django.http import HttpResponse

from lib.http import PRIVATE_CACHE_CONTROL, Middleware
from santa311.web.language import of_the_staff


class PageHeaders(Middleware):
    """Tell browsers what a page may do, who may load it, and who keeps it."""

    def __call__(self, request) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Where staff sign in and work, and whatever else they look at while they are signed in.
        if of_the_staff(request) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", PRIVATE_CACHE_CONTROL)
        return response
