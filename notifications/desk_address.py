"""The address to which messages for the desk are sent."""

from django.conf import settings

from city.models import City


def find_desk_address() -> str:
    """Return settings.DESK_EMAIL, else the city's address; may be ""."""
    return settings.DESK_EMAIL or City.current().email
