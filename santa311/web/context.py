"""What every template may use."""

from django.conf import settings

from city import translation
from city.models import City
from santa311.web import language


def site(request):
    """`city`: whose pages these are. `languages`: what this page can be read in, as codes.

    `demo_mode`: whether to show the role switcher. `single_sign_on`: the name of the city's own
    provider, empty without one.
    """
    city = City.current()
    return {
        "city": city,
        "languages": [] if language.of_the_staff(request) else translation.languages(),
        "demo_mode": settings.DEMO_MODE,
        "single_sign_on": settings.OIDC.get("OIDC_NAME", ""),
    }
