"""The settings of web push."""

from django.core.exceptions import ImproperlyConfigured

from lib import env


def read_push_keys() -> tuple[str, str]:
    """Return the private key in VAPID_PRIVATE_KEY and its public key; ("", "") if it is unset.

    Raise ImproperlyConfigured for an unusable key, and without VAPID_CONTACT, a mailto: or https:
    URL at which push services can reach the operator.
    """
    private_key = env.read_text("VAPID_PRIVATE_KEY", "")
    if not private_key:
        return "", ""
    from lib.web_push import derive_public_key  # only for those who have a key

    if not env.read_text("VAPID_CONTACT", "").startswith(("mailto:", "https://")):
        raise ImproperlyConfigured("VAPID_CONTACT must be mailto:ADDRESS or an https:// URL.")
    try:
        return private_key, derive_public_key(private_key)
    except ValueError as error:
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY is unusable. Print a new one by manage.py make_push_keys."
        ) from error
