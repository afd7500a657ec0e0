"""Secrets that must be known again, locked by LINK_SECRET: a copy of the database alone opens none.

    cipher("webhooks").encrypt(secret.encode())

What an older secret locked is opened too, as long as LINK_SECRET_FALLBACKS names it.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Each `purpose` has keys of its own. The first locks, all open."""
    secrets = [settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS]
    return MultiFernet([Fernet(_key(purpose, secret)) for secret in secrets])


def _key(purpose, secret):
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest())
