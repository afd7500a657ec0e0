"""Middleware that chooses the language of a page: the chosen one, else the browser's."""

from django.conf import settings
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from city.translation import list_offered_languages

# Staff work in the city's own language, LANGUAGE_CODE: half a translated desk helps nobody. Their
# words may be missing in a catalogue (its test knows them by their files), so a colleague whose
# browser speaks Spanish never reads a page in two languages.
STAFF_PATHS = ("/desk/", "/staff/", "/admin/", "/accounts/", "/demo/", "/scheduled-reports/")
_TRANSLATED_TYPES = (
    "text/html",
    "application/json",
    "application/atom+xml",
    "application/manifest",
)


def is_staff_path(request) -> bool:
    """Return True if the path begins with one of STAFF_PATHS, the pages of staff."""
    return request.path_info.startswith(STAFF_PATHS)


class LanguageMiddleware(LocaleMiddleware):
    """Django's middleware, limited to the city's languages, and to one language for staff."""

    def process_request(self, request) -> None:
        """Activate the visitor's language if the city offers it, else LANGUAGE_CODE.

        Pages of staff are in LANGUAGE_CODE.
        """
        super().process_request(request)
        code = translation.get_language()
        if code != settings.LANGUAGE_CODE and (
            is_staff_path(request) or code not in list_offered_languages()
        ):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE

    def process_response(self, request, response) -> HttpResponseBase:
        """Add `Vary: Cookie` to translated content, because the cookie has the chosen language.

        Immutable responses stay without it.
        """
        response = super().process_response(request, response)
        is_words = response.get("Content-Type", "").startswith(_TRANSLATED_TYPES)
        if is_words and "immutable" not in response.get("Cache-Control", ""):
            patch_vary_headers(response, ["Cookie"])
        return response
