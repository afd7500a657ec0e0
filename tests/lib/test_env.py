"""Tests that invalid settings are refused with a message."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lib import env

PREFIX = "santa311."  # prefix of the names of systemd credentials
NAMES = ["OIDC_NAME", "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"]


def set_environment(monkeypatch, **values):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_half_a_provider_is_refused_and_says_what_is_missing(monkeypatch):
    set_environment(monkeypatch, OIDC_NAME="Springfield", OIDC_CLIENT_ID="x")
    with pytest.raises(ImproperlyConfigured, match="so OIDC_SERVER_URL, OIDC_CLIENT_SECRET must"):
        env.read_all_or_none(*NAMES)


def test_no_provider_is_none(monkeypatch):
    set_environment(monkeypatch)
    assert env.build_oidc_apps(env.read_all_or_none(*NAMES), []) == []


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    set_environment(
        monkeypatch, OIDC_NAME="S", OIDC_SERVER_URL="https://login.example.gov/", OIDC_CLIENT_ID="x"
    )
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    (app,) = env.build_oidc_apps(env.read_all_or_none(*NAMES), [])
    assert (app["secret"], app["settings"]["server_url"]) == ("s3cret", "https://login.example.gov")


def test_a_secret_may_come_from_a_credential_of_systemd(monkeypatch, tmp_path):
    set_environment(monkeypatch)
    (tmp_path / f"{PREFIX}{'OIDC_CLIENT_SECRET'}").write_text("s3cret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert env.read_text("OIDC_CLIENT_SECRET") == "s3cret"
    assert env.read_text("OIDC_CLIENT_ID", "none") == "none"
    (tmp_path / "file").write_text("from a file")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "file"))
    assert env.read_text("OIDC_CLIENT_SECRET") == "from a file"
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "from the environment")
    assert env.read_text("OIDC_CLIENT_SECRET") == "from the environment"


def test_a_credential_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    set_environment(monkeypatch)
    (tmp_path / f"{PREFIX}{'OIDC_NAME'}").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match=r"OIDC_NAME: .+ cannot be read"):
        env.read_text("OIDC_NAME")


def test_a_provider_without_encryption_is_refused():
    provider = dict.fromkeys(NAMES, "x") | {"OIDC_SERVER_URL": "http://login.example.gov"}
    with pytest.raises(ImproperlyConfigured, match="https"):
        env.build_oidc_apps(provider, [])


def test_groups_without_a_provider_are_refused():
    with pytest.raises(ImproperlyConfigured, match="OIDC_GROUPS is set"):
        env.build_oidc_apps({}, [("a", "agent")])


def test_pairs_and_choices_that_are_none_are_refused(monkeypatch):
    monkeypatch.setenv("OIDC_GROUPS", "crews")
    with pytest.raises(ImproperlyConfigured, match="pairs like"):
        env.read_pairs("OIDC_GROUPS")
    monkeypatch.setenv("REQUIRE_SECOND_FACTOR_FOR", "admin, boss")
    with pytest.raises(ImproperlyConfigured, match="not boss"):
        env.read_choices("REQUIRE_SECOND_FACTOR_FOR", ["admin"])


def test_browsers_may_reach_the_bucket_in_either_way_of_addressing_it(monkeypatch):
    assert env.list_bucket_origins("photos") == []
    monkeypatch.setenv("S3_PUBLIC_ENDPOINT", "https://s3.example.org/")
    assert env.list_bucket_origins("") == []
    assert env.list_bucket_origins("photos") == [
        "https://s3.example.org",
        "https://photos.s3.example.org",
    ]


def test_the_photos_own_host_speaks_as_the_others_do(monkeypatch):
    assert env.read_photo_origin("https://311.example.org") == ""
    assert env.list_hostnames("") == []
    monkeypatch.setenv("PHOTO_HOST", "photos.example.org:8443")
    origin = env.read_photo_origin("https://311.example.org")
    assert origin == "https://photos.example.org:8443"
    assert env.list_hostnames(origin) == ["photos.example.org"]
