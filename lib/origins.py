"""Origins of other sites in settings."""

import re

from django.core.exceptions import ImproperlyConfigured

from lib import env

_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


def read_origins(name: str) -> list[str]:
    """Return the origins of a comma-separated list such as `https://www.example.gov`; [] if unset.

    Raise ImproperlyConfigured for what is not the origin of one site: a wildcard, a path, a site
    without http or https, a quoted keyword.
    """
    found = env.read_list(name)
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"{name} must be origins like https://www.example.gov, not {origin!r}."
            )
    return found
