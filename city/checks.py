"""Django system check of the geocoder settings, so that a mistake fails at start."""

from django.conf import settings
from django.core.checks import Error
from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service


def check_geocoder(**kwargs) -> list[Error]:
    """Return one Error if geopy cannot build the geocoder from the settings; else []."""
    if not settings.GEOCODER:
        return []
    try:
        get_geocoder_for_service(settings.GEOCODER)(**settings.GEOCODER_OPTIONS)
    except (GeopyError, TypeError, ValueError) as problem:
        hint = "GEOCODER is a service of geopy; GEOCODER_OPTIONS are what it is made with."
        return [Error(f"GEOCODER: {problem}", hint=hint, id="city.E001")]
    return []
