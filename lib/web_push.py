"""Web push: encryption of a message (RFC 8291), identification of the sender (RFC 8292), keys.

Keys are written in URL-safe base64 without padding, as browsers and other programs write them: a
private key as its number of 32 bytes, a public key as an uncompressed point of 65 bytes.
"""

import base64
import binascii
import os
import struct
import time
from typing import NamedTuple
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_PAYLOAD_BYTES = 3_993  # of a record of 4,096 bytes, which each push service accepts
_RECORD_BYTES = 4_096
_AUTH_BYTES = 16
_TOKEN_SECONDS = 12 * 3600  # services accept 24 hours at most
_CURVE = ec.SECP256R1()


class BrowserKeys(NamedTuple):
    """The keys of a subscription: the browser's public key, and the secret that it shares."""

    p256dh: str
    auth: str


def encode_base64(content: bytes) -> str:
    """Return URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode_base64(text: str) -> bytes:
    """Return the bytes of URL-safe base64 with or without padding. Raise ValueError."""
    try:
        bare = text.rstrip("=").encode("ascii")
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64") from error


def generate_private_key() -> str:
    """Return a new random private key."""
    number = ec.generate_private_key(_CURVE).private_numbers().private_value
    return encode_base64(number.to_bytes(32, "big"))


def derive_public_key(private_key: str) -> str:
    """Return the public key, as a browser needs it to subscribe. Raise ValueError if unusable."""
    return encode_base64(_encode_point(_load_private_key(private_key).public_key()))


def validate_keys(keys: BrowserKeys) -> None:
    """Raise ValueError unless the public key is a point of the curve, and the secret 16 bytes."""
    _load_public_key(keys.p256dh)
    if len(decode_base64(keys.auth)) != _AUTH_BYTES:
        raise ValueError("the secret has another length")


def encrypt(payload: bytes, keys: BrowserKeys) -> bytes:
    """Return the body of a push message, in the encoding aes128gcm, for this browser alone.

    Raise ValueError for a payload above MAX_PAYLOAD_BYTES, and for unusable keys.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError("the payload is too long")
    browser_key, secret = _load_public_key(keys.p256dh), decode_base64(keys.auth)
    own_key = ec.generate_private_key(_CURVE)
    own_point, salt = _encode_point(own_key.public_key()), os.urandom(16)
    shared = own_key.exchange(ec.ECDH(), browser_key)
    purpose = b"WebPush: info\0" + _encode_point(browser_key) + own_point
    material = _derive(shared, secret, purpose, 32)
    key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!IB", _RECORD_BYTES, len(own_point)) + own_point
    return header + AESGCM(key).encrypt(nonce, payload + b"\x02", None)  # 2 ends the last record


def build_authorization(url: str, private_key: str, contact: str) -> str:
    """Return the Authorization header with which the service of `url` recognizes this sender.

    `contact` is a mailto: or https: URL of the operator. The header is valid for 12 hours.
    """
    parts = urlsplit(url)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _TOKEN_SECONDS,
        "sub": contact,
    }
    token = jwt.encode(claims, _load_private_key(private_key), algorithm="ES256")
    return f"vapid t={token}, k={derive_public_key(private_key)}"


def _load_private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key. Raise ValueError if it is no number of 32 bytes of the curve."""
    content = decode_base64(text)
    if len(content) != 32:
        raise ValueError("a private key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(content, "big"), _CURVE)


def _load_public_key(text: str) -> ec.EllipticCurvePublicKey:
    """Return the public key. Raise ValueError if it is no uncompressed point of the curve."""
    content = decode_base64(text)
    if len(content) != 65:
        raise ValueError("a public key has 65 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, content)


def _encode_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(material: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """Return `length` bytes derived by HKDF with SHA-256."""
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(material)
