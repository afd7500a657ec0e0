"""The context processor of all templates."""

from typing import Any

from django.conf import settings

from city import translation
from city.models import City
from santa311.web import language


def site_context(request) -> dict[str, Any]:
    """Return `city`, `languages`, `demo_mode` and `single_sign_on`.

    `languages` are the codes of the languages of this page, [] on pages of staff. `demo_mode` shows
    the role switcher. `single_sign_on` is the name of the city's identity provider, "" for none.
    """
    city = City.current()
    is_staff = language.is_staff_path(request)
    offered = [] if is_staff else translation.list_offered_languages()
    return {
        "city": city,
        "languages": offered,
        "demo_mode": settings.DEMO_MODE,
        "single_sign_on": settings.OIDC.get("OIDC_NAME", ""),
    }
