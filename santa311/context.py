"""What every template may use."""

from django.conf import settings

from city.models import City


def site(request):
    """`city`: whose pages these are. `languages`: what they can be read in, as codes.

    `demo_mode`: whether to show the role switcher. `single_sign_on`: the name of the city's own
    provider, empty without one.
    """
    city = City.objects.current()
    return {
        "city": city,
        "languages": [code for code, _name in settings.LANGUAGES if code in city.languages],
        "demo_mode": settings.DEMO_MODE,
        "single_sign_on": settings.OIDC.get("OIDC_NAME", ""),
    }
