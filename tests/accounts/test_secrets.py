"""Tests for the length and storage of secrets that grant access."""

import math
import uuid

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import InvalidToken

from lib.encryption import decrypt, encrypt
from requests_app.models import AccessLink, ApiKey, Device
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db


def bits(letters: int, length: int) -> float:
    return length * math.log2(letters)


def test_a_code_that_is_sent_or_printed_has_twenty_bits_and_more():
    sent = {get_adapter().generate_login_code().replace("-", "") for _n in range(500)}
    assert len(sent) == 500
    assert {len(each) for each in sent} == {8}
    letters = len(set("".join(sent)))
    assert bits(letters, 8) > 20
    printed = RecoveryCodes.activate(make.omar()).get_unused_codes()
    assert {len(each) for each in printed} == {app_settings.RECOVERY_CODE_DIGITS} == {8}
    assert bits(10, 8) > 20


def test_recovery_codes_are_not_readable_in_the_database():
    codes = RecoveryCodes.activate(make.omar()).get_unused_codes()
    kept = Authenticator.objects.get(type="recovery_codes")
    assert set(kept.data) == {"seed", "used_mask"}
    assert kept.data["seed"].startswith("gAAAA")  # the beginning of a Fernet token
    assert not [each for each in codes if each in str(kept.data)]


def test_what_was_changed_in_the_database_is_not_unlocked():
    kept = encrypt("webhooks", "a secret of a webhook")
    assert decrypt("webhooks", kept) == "a secret of a webhook"
    for place in (5, 30, len(kept) // 2, len(kept) - 5):
        changed = kept[:place] + ("A" if kept[place] != "A" else "B") + kept[place + 1 :]
        with pytest.raises(InvalidToken):
            decrypt("webhooks", changed)
    with pytest.raises(InvalidToken):
        decrypt("second factors", kept)


def test_keys_of_browsers_and_systems_have_256_bits_and_only_their_hashes_are_kept():
    visitor = browser()
    visitor.post("/photos/incoming/")
    key = visitor.cookies["device"].value
    assert len(key) == 43  # 32 bytes in base64
    assert key not in str(Device.objects.values_list())
    api_key = make.front_end()
    secret = api_key.generate_secret()
    api_key.save()
    assert len(secret.removeprefix(ApiKey.PREFIX)) == 43
    assert secret not in str(ApiKey.objects.values_list())
    link = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=make.filed())
    assert len(bytes.fromhex(link.token)) == 32
    assert link.token not in str(AccessLink.objects.values_list())
