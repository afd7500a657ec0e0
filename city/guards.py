"""Whether a row of the city's configuration can be done without; higher rooms are asked."""

from django.conf import settings
from django.utils.module_loading import import_string


def reason_to_keep(instance) -> str | None:
    """Why `instance` may not be switched off now, asked of each of SWITCH_OFF_GUARDS in turn."""
    for path in settings.SWITCH_OFF_GUARDS:
        if reason := import_string(path)(instance):
            return str(reason)
    return None
