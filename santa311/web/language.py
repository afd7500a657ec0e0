"""Middleware that chooses the language of a page: the chosen one, else the browser's.

A link with `lang`, as in a mail, is a choice.
"""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes

from city.translation import list_offered_languages
from lib import cookies
from lib.http import PRIVATE_CACHE_CONTROL

LANGUAGE_COOKIE = "django_language"  # Django's cookie

# Pages of staff are in LANGUAGE_CODE only. Their texts may lack a translation (the test of the
# catalogues knows them by their files), so in another language a page would have two languages.
STAFF_PATHS = ("/desk/", "/staff/", "/admin/", "/accounts/", "/demo/", "/scheduled-reports/")
_TRANSLATED_TYPES = (
    "text/html",
    "application/json",
    "application/atom+xml",
    "application/manifest",
)
EMBED_PATH = "/embed/"
# Paths that programs and other sites request, for which no person has chosen a language.
_PATHS_WITHOUT_CHOICE = (*STAFF_PATHS, "/open311/", "/open-data/", EMBED_PATH)


def is_staff_path(request) -> bool:
    """Return True if the path begins with one of STAFF_PATHS, the pages of staff."""
    return request.path_info.startswith(STAFF_PATHS)


class LanguageMiddleware(LocaleMiddleware):
    """Django's middleware, limited to the city's languages, and to one language for staff."""

    # The stubs declare no response, because Django's middleware never returns one here.
    def process_request(self, request) -> HttpResponseBase | None:  # type: ignore[override]
        """Activate the visitor's language if the city offers it, else LANGUAGE_CODE.

        Pages of staff are in LANGUAGE_CODE. A GET with `lang` is redirected to its URL without
        `lang`, and the browser keeps this language.
        """
        super().process_request(request)
        if response := _keep_language_of_link(request):
            return response
        code = translation.get_language()
        if code != settings.LANGUAGE_CODE and (
            is_staff_path(request) or code not in list_offered_languages()
        ):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return None

    def process_response(self, request, response) -> HttpResponseBase:
        """Add `Vary: Cookie` to translated content, because the cookie has the chosen language.

        Immutable responses stay without it, as do responses with Content-Language, whose view has
        chosen the language by the URL alone.
        """
        if response.has_header("Content-Language"):
            return response
        response = super().process_response(request, response)
        is_words = response.get("Content-Type", "").startswith(_TRANSLATED_TYPES)
        if is_words and "immutable" not in response.get("Cache-Control", ""):
            patch_vary_headers(response, ["Cookie"])
        return response


def _keep_language_of_link(request) -> HttpResponseBase | None:
    """Return the redirect that keeps the language of `lang`; None without an offered one."""
    code = request.GET.get("lang")
    if (
        not code  # checked first, so that health checks make no query
        or request.method not in {"GET", "HEAD"}
        or request.path_info.startswith(_PATHS_WITHOUT_CHOICE)
        or code not in list_offered_languages()
    ):
        return None
    query = request.GET.copy()
    del query["lang"]
    path = escape_leading_slashes(request.path)
    response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL
    cookies.set_cookie(response, LANGUAGE_COOKIE, code)
    return response
