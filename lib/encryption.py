"""Secrets that must be known again, locked by LINK_SECRET: a copy of the database alone opens none.

    kept = locked("webhooks", secret)
    secret = unlocked("webhooks", kept)

What an older secret locked is opened too, as long as LINK_SECRET_FALLBACKS names it.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def locked(purpose: str, text: str) -> str:
    """Each `purpose` has keys of its own."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unlocked(purpose: str, kept: str) -> str:
    """Raises cryptography's InvalidToken."""
    return _cipher(purpose).decrypt(kept.encode()).decode()


def _cipher(purpose) -> MultiFernet:
    """The first secret locks, all open."""
    secrets = [settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS]
    return MultiFernet([Fernet(_key(purpose, secret)) for secret in secrets])


def _key(purpose, secret) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest())
