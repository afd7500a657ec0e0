"""Encryption of stored secrets with keys derived from LINK_SECRET.

    stored = encrypt("webhooks", secret)
    secret = decrypt("webhooks", stored)

A copy of the database alone does not reveal the secrets. Texts encrypted with an older secret can
be decrypted while LINK_SECRET_FALLBACKS names it.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(purpose: str, text: str) -> str:
    """Return `text` encrypted with the key of `purpose`, as a string. Two results differ.

    Each purpose has its own key.
    """
    return _build_cipher(purpose).encrypt(text.encode()).decode()


def decrypt(purpose: str, kept: str) -> str:
    """Return the text that encrypt() got. Raise cryptography's InvalidToken if no key matches.

    The purpose must be the same. Keys of LINK_SECRET and its fallbacks are tried.
    """
    return _build_cipher(purpose).decrypt(kept.encode()).decode()


def _build_cipher(purpose) -> MultiFernet:
    """Return a cipher that encrypts with LINK_SECRET and also decrypts with its fallbacks."""
    secrets = [settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS]
    return MultiFernet([Fernet(_derive_key(purpose, secret)) for secret in secrets])


def _derive_key(purpose, secret) -> bytes:
    """Return the Fernet key (Base64 of 32 bytes) of a purpose and a secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest())
