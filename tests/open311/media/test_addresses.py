"""Tests for photos sent as URLs: a worker fetches them, and failures go to the event log."""

from datetime import timedelta

import pytest

from lib import clock
from open311.media import addresses
from open311.models import RemotePhoto
from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make

pytestmark = pytest.mark.django_db


def owed(url, row) -> RemotePhoto:
    addresses.schedule_fetches(row.events.get(verb=Verb.FILE), [url])
    return RemotePhoto.objects.get()


def notes(row) -> list[str]:
    written = row.events.filter(verb=Verb.COMMENT).select_related("words")
    assert all(not event.words.is_public for event in written)
    return [event.words.body for event in written]


@pytest.fixture
def row():
    return make.filed(by=make.front_end())


@pytest.fixture
def site(serve, settings):
    """Start a server on this machine that the application may call."""

    def start(answer):
        server = serve(answer)
        settings.MEDIA_ALLOWED_HOSTS = [server.name]
        return server

    return start


def with_a_picture(handler):
    handler.send(200, make.picture("olive").read(), Content_Type="image/jpeg")


def test_what_was_fetched_is_a_photo_of_the_report(site, row):
    version = row.version
    addresses.fetch_photo(owed(f"{site(with_a_picture).url}/a.jpg", row).pk)
    row.refresh_from_db()
    photo = row.photos.get()
    assert (photo.kind, photo.event) == (Photo.Kind.REPORT, row.events.get(verb=Verb.FILE))
    assert row.version > version  # a new version, so that open pages update
    assert not RemotePhoto.objects.exists()
    assert notes(row) == []


def test_twice_at_once_is_once(site, row):
    photo = owed(f"{site(with_a_picture).url}/a.jpg", row)
    addresses.fetch_photo(photo.pk)
    addresses.fetch_photo(photo.pk)
    assert row.photos.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://169.254.169.254/latest/meta-data/",
        "https://0/",
        "https://2130706433/",
        "https://user@example.org/a.jpg",
        "nonsense",
    ],
)
def test_an_address_that_may_not_be_called_is_told_to_staff(url, row):
    addresses.fetch_photo(owed(url, row).pk)
    [note] = notes(row)
    assert note.startswith("A photo that was sent as a web address wasn't added. ")
    assert not row.photos.exists()
    assert not RemotePhoto.objects.exists()


def test_a_note_about_a_photo_that_was_not_added_does_not_hold_its_address(row):
    url = "http://photos.example.org/ana-lopez/a.jpg?token=s3cret"
    addresses.fetch_photo(owed(url, row).pk)
    [note] = notes(row)
    assert not [part for part in ("example", "ana", "token", "s3cret") if part in note]
    assert not RemotePhoto.objects.exists()


def test_a_redirect_into_the_network_is_not_followed(site, row):
    def answer(handler):
        handler.send(302, Location="https://169.254.169.254/")

    addresses.fetch_photo(owed(f"{site(answer).url}/a.jpg", row).pk)
    assert "private network" in notes(row)[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"<html>Sign in</html>", ""), (b"x" * (addresses.MAX_BYTES + 1), "too large")],
    ids=["no picture", "too large"],
)
def test_what_is_no_picture_or_too_large_is_told_to_staff(site, row, content, reason):
    server = site(lambda handler: handler.send(200, content, Content_Type="image/jpeg"))
    addresses.fetch_photo(owed(f"{server.url}/a.jpg", row).pk)
    [note] = notes(row)
    assert reason in note
    assert not row.photos.exists()


def test_a_server_that_is_away_is_asked_again_and_then_given_up(site, row):
    server = site(lambda handler: handler.send(500))
    photo = owed(f"{server.url}/a.jpg", row)
    now = clock.now()
    for attempt in range(1, addresses.MAX_ATTEMPTS):
        with clock.freeze_time(now + attempt * timedelta(minutes=5)):
            addresses.fetch_photo(photo.pk)
            addresses.fetch_photo(photo.pk)  # before the time of the next attempt
        assert notes(row) == []
        assert len(server.calls) == attempt
    with clock.freeze_time(now + timedelta(hours=1)):
        addresses.fetch_photo(photo.pk)
    assert "answered with an error" in notes(row)[0]
    assert not RemotePhoto.objects.exists()


def test_a_photo_of_an_update_belongs_to_the_update(site):
    row = make.service_request(Status.ROUTED)
    event = make.act(workflow.comment, row, make.front_end(), words="I saw it too.")
    addresses.schedule_fetches(event, [f"{site(with_a_picture).url}/a.jpg"])
    addresses.fetch_photo(RemotePhoto.objects.get().pk)
    assert row.photos.get().kind == Photo.Kind.COMMENT
    assert event.photos.count() == 1
