"""What a machine hears of the state of a process, whatever hangs."""

import shutil
import signal
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from city import maintenance
from santa311.web import health
from tests.away import tell_all

READY = "/healthz/ready"


def ask(**given):
    return Client().get(READY, **given)


@pytest.fixture
def patient(monkeypatch):
    """Nothing is away here, and the machine may be busy with other tests."""
    monkeypatch.setattr(health, "PATIENCE", 60)


@pytest.mark.django_db
def test_a_process_that_can_work_says_so(patient):
    response = ask()
    assert response.status_code == 200
    said = {"status": "up", "down": [], "left_alone": [], "read_only": False}
    assert response.json() == said
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_read_only_is_said_and_is_no_fault(patient):
    maintenance.begin()
    response = ask()
    assert (response.status_code, response.json()["read_only"]) == (200, True)
    maintenance.end()


@pytest.fixture(autouse=True)
def nothing_looked_yet(monkeypatch):
    pool = ThreadPoolExecutor(len(health._CHECKS))
    monkeypatch.setattr(health, "_pool", pool)
    monkeypatch.setattr(health, "_under_way", {})
    yield
    pool.shutdown()


@pytest.mark.parametrize("what", [signal.SIGSTOP, signal.SIGKILL])
def test_a_database_that_hangs_or_is_gone_is_named(server, what):
    assert "database" not in ask().json()["down"]
    tell_all(server, what)
    response = ask()
    if what == signal.SIGSTOP:
        tell_all(server, signal.SIGCONT)
    else:
        server.child.stop()
    assert response.status_code == 503
    assert response.json()["down"] == ["database"]


@pytest.mark.django_db
def test_a_broker_that_hangs_is_named(broker):
    assert ask().status_code == 200
    tell_all(broker, signal.SIGSTOP)
    try:
        response = ask()
    finally:
        tell_all(broker, signal.SIGCONT)
    assert response.status_code == 503
    assert response.json()["down"] == ["broker"]


@pytest.mark.django_db
def test_a_bucket_that_is_not_there_is_named(bucket, patient):
    assert ask().json()["down"] == []
    keeper = default_storage.client
    keeper.delete_bucket(Bucket="photos")
    try:
        assert ask().json()["down"] == ["photos"]
    finally:
        keeper.create_bucket(Bucket="photos")


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_named(monkeypatch, patient):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 10**12, 10**7))
    assert ask().json()["down"] == ["disk"]


@pytest.mark.django_db
def test_an_answer_tells_no_address_and_no_secret(monkeypatch, settings):
    monkeypatch.setattr(shutil, "disk_usage", _fail)
    text = ask().content.decode()
    for secret in (settings.SECRET_KEY, settings.REDIS_URL, str(settings.DATA_DIR), "password"):
        assert secret not in text


def _fail(folder):
    raise OSError(f"{folder} with a password")
