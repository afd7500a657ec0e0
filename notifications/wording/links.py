"""The links in messages."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from city.translation import list_offered_languages
from requests_app.models import AccessLink


def build_path(name: str, *args: str, **query: object) -> str:
    """Return the path of a page for residents, without blank parameters.

    `lang` opens the page in the active language, whatever the browser prefers; a city with one
    language needs none.
    """
    has_choice = len(list_offered_languages()) > 1
    given = query | {"lang": get_language() if has_choice else ""}
    filled = {key: str(value) for key, value in given.items() if value}
    return reverse(name, args=args, query=filled)


def build_url(name: str, *args: str, **query: object) -> str:
    """Return the absolute URL of `build_path`."""
    return settings.BASE_URL + build_path(name, *args, **query)


def build_private_url(link: AccessLink, to: str = "") -> str:
    """Return the absolute URL that opens the request as its reporter, and then the page `to`."""
    return build_url("private_link", link.service_request.reference, link.token, to=to)


def build_reporter_stop_url(link: AccessLink) -> str:
    """Return the absolute URL on which the reporter stops the emails about the request."""
    return build_url("reporter_emails_link", link.service_request.reference, link.token)


def build_staff_url(name: str, *args: str) -> str:
    """Return the absolute URL of a page for staff, which is always in LANGUAGE_CODE."""
    return settings.BASE_URL + reverse(name, args=args)
