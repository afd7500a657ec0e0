"""The language of a report, which its mails and the links in them keep."""

from django.conf import settings
from django.utils import translation

from city.words import languages


def speak(request, service_request):
    """Answer in the language of the report, unless this browser has chosen one."""
    if not _has_chosen(request) and service_request.language in languages():
        translation.activate(service_request.language)
        request.LANGUAGE_CODE = service_request.language


def keep(request, response):
    """Let the pages that follow speak like this one: as if it had been chosen here."""
    if not _has_chosen(request):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            translation.get_language(),
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def _has_chosen(request) -> bool:
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in languages()
