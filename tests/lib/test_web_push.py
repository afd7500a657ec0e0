"""Tests for the encryption and VAPID identification of web push.

An independent implementation decrypts the messages.
"""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lib import web_push
from lib.push_keys import read_push_keys
from tests.notifications.push_service import read_message

# The example of RFC 8291, section 5
RFC_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
KEYS = web_push.BrowserKeys(web_push.derive_public_key(RFC_KEY), RFC_AUTH)


def test_the_reader_reads_the_example_of_the_standard():
    found = read_message(RFC_KEY, RFC_AUTH, RFC_BODY)
    assert found["text"] == "When I grow up, I want to be a watermelon"


@pytest.mark.parametrize("text", ["", "Café 🚧", "x" * web_push.MAX_PAYLOAD_BYTES])
def test_what_is_encrypted_is_read_by_the_browser_alone(text):
    body = web_push.encode_base64(web_push.encrypt(text.encode(), KEYS))
    assert read_message(RFC_KEY, RFC_AUTH, body)["text"] == text
    other = web_push.generate_private_key()
    with pytest.raises(AssertionError):
        read_message(other, RFC_AUTH, body)


def test_the_same_text_is_never_encrypted_the_same_way():
    assert web_push.encrypt(b"again", KEYS) != web_push.encrypt(b"again", KEYS)


def test_a_payload_above_the_limit_is_refused():
    with pytest.raises(ValueError, match="too long"):
        web_push.encrypt(b"x" * (web_push.MAX_PAYLOAD_BYTES + 1), KEYS)


def test_the_service_knows_the_sender_and_for_whom_the_token_is():
    key = web_push.generate_private_key()
    words = web_push.build_authorization("https://a.example/b/c", key, "mailto:x@example.org")
    body = web_push.encode_base64(web_push.encrypt(b"hello", KEYS))
    found = read_message(RFC_KEY, RFC_AUTH, body, words)
    assert found["sender"] == web_push.derive_public_key(key)
    assert found["claims"]["aud"] == "https://a.example"
    assert found["claims"]["sub"] == "mailto:x@example.org"


@pytest.mark.parametrize(
    "key", ["", "short", "!" * 43, "A" * 43, "_" * 43, "ñ" * 43, "A" * 44], ids=repr
)
def test_an_unusable_private_key_is_refused(key):
    with pytest.raises(ValueError, match=r"."):
        web_push.derive_public_key(key)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", RFC_AUTH),
        ("B" + "A" * 86, RFC_AUTH),  # not a point on the curve
        (KEYS.p256dh[:-4], RFC_AUTH),
        (KEYS.p256dh + "A", RFC_AUTH),
        ("C" + KEYS.p256dh[1:], RFC_AUTH),  # another point format
        (KEYS.p256dh, ""),
        (KEYS.p256dh, "A" * 40),
        (KEYS.p256dh, "\u0661" * 22),
    ],
    ids=repr,
)
def test_unusable_keys_of_a_browser_are_refused(p256dh, auth):
    with pytest.raises(ValueError, match=r"."):
        web_push.validate_keys(web_push.BrowserKeys(p256dh, auth))


def test_keys_of_web_push_are_usable_or_refused_by_name(monkeypatch):
    monkeypatch.delenv("VAPID_PRIVATE_KEY", raising=False)
    assert read_push_keys() == ("", "")
    monkeypatch.setenv("VAPID_PRIVATE_KEY", key := web_push.generate_private_key())
    monkeypatch.setenv("VAPID_CONTACT", "mailto:webmaster@example.org")
    assert read_push_keys() == (key, web_push.derive_public_key(key))
    monkeypatch.setenv("VAPID_PRIVATE_KEY", "rubbish")
    with pytest.raises(ImproperlyConfigured, match="VAPID_PRIVATE_KEY is unusable"):
        read_push_keys()
    monkeypatch.setenv("VAPID_CONTACT", "webmaster")
    with pytest.raises(ImproperlyConfigured, match="VAPID_CONTACT must be"):
        read_push_keys()
