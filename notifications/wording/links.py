"""The links in messages."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from requests_app.models import AccessLink


def build_url(name: str, *args: str, **query: object) -> str:
    """Return the absolute URL of the view `name` on settings.BASE_URL, without blank parameters.

    In a mail in another language than the city's own, `lang` opens the page in that language.
    """
    code = get_language()
    given = query | {"lang": "" if code == settings.LANGUAGE_CODE else code}
    filled = {key: str(value) for key, value in given.items() if value}
    return settings.BASE_URL + reverse(name, args=args, query=filled)


def build_private_url(link: AccessLink, to: str = "") -> str:
    """Return the absolute URL that opens the request as its reporter, and then the page `to`."""
    return build_url("private_link", link.service_request.reference, link.token, to=to)
