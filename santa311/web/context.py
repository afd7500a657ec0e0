"""The context processor of all templates."""

from typing import Any

from django.conf import settings

from city import translation
from city.models import City
from requests_app.push.endpoints import is_push_on
from santa311.web import language


def site_context(request) -> dict[str, Any]:
    """Return `city`, `languages`, `demo_mode`, `single_sign_on` and `push_key`.

    `languages` are the codes of the languages of this page, [] on pages of staff. `demo_mode` shows
    the role switcher. `single_sign_on` is the name of the city's identity provider, "" for none.
    `push_key` is the public key with which a browser subscribes to notifications, "" while they are
    off.
    """
    city = City.current()
    is_staff = language.is_staff_path(request)
    offered = [] if is_staff else translation.list_offered_languages()
    return {
        "city": city,
        "languages": offered,
        "demo_mode": settings.DEMO_MODE,
        "single_sign_on": settings.OIDC.get("OIDC_NAME", ""),
        "push_key": settings.VAPID_PUBLIC_KEY if is_push_on() else "",
    }
