"""Tests for links to photos: permanent links, short-lived links, and a separate host."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from lib import clock
from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db
OWN = "photos.example.org"


def file_with_photo(**given):
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    make.filed(photos=[Photo.objects.get(pk=photo.pk)], **given)
    return Photo.objects.get(pk=photo.pk)


def file_private_with_photo():
    return file_with_photo(category=make.category(is_private=True))


@pytest.fixture
def own_host(settings):
    settings.PHOTO_ORIGIN = f"http://{OWN}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, OWN]


def follow_link(client, url):
    """Return the response to a URL, on the host that the URL names."""
    parts = urlsplit(url)
    host = {"HTTP_HOST": parts.netloc} if parts.netloc else {}
    return client.get(f"{parts.path}?{parts.query}", **host)


def test_a_public_photos_link_is_for_good():
    assert "?" not in file_with_photo().small


def test_a_private_photos_link_is_over_soon(monkeypatch):
    photo = file_private_with_photo()
    ana, link = browser("ana"), photo.small
    assert ana.get(link).status_code == 200
    for wrong in (link[:-1] + "x", link.replace("until=1", "until=2"), link.split("&")[0]):
        assert ana.get(wrong).status_code == 302
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=21))
    again = ana.get(link)
    assert again.status_code == 302
    assert again["Cache-Control"] == "private, no-store"
    assert ana.get(again.url).status_code == 200


def test_on_a_host_of_their_own_a_private_photo_is_seen_by_its_link_alone(own_host):
    photo = file_private_with_photo()
    link = photo.small
    assert link.startswith(f"http://{OWN}/photos/")
    assert follow_link(browser(), link).status_code == 200
    assert follow_link(browser("ana"), link.split("?")[0]).status_code == 404
    here = urlsplit(link).path
    assert browser("ana").get(here).url == link
    assert browser("bob").get(here).status_code == 404


def test_a_photo_that_was_hidden_is_gone_from_every_link(own_host):
    photo = file_with_photo()
    before = photo.small
    row = photo.service_request
    make.act(workflow.hide, row, make.omar(), words="A plate can be read.", photo=photo)
    photo = Photo.objects.select_related("service_request").get(pk=photo.pk)
    assert follow_link(browser(), before).status_code == 404
    hidden = photo.small
    assert follow_link(browser(), hidden).status_code == 200
    make.act(workflow.unhide, row, make.omar(), photo=photo)
    assert follow_link(browser(), before).status_code == 200


def test_the_photos_own_host_has_nothing_else_and_knows_nobody(own_host):
    public = file_with_photo()
    shown = follow_link(browser("ana"), public.small)
    assert shown.status_code == 200
    assert not shown.cookies
    ana = browser("ana")
    for path in ("/", "/requests/", "/admin/", "/static/css/base.css"):
        assert ana.get(path, HTTP_HOST=OWN).status_code == 404
    assert ana.post("/photos/incoming/", HTTP_HOST=OWN).status_code == 404
    loose = make.photo(device=make.ana())
    assert loose.small.startswith("/photos/")
    assert ana.get(loose.small, HTTP_HOST=OWN).status_code == 404
    assert ana.get(loose.small).status_code == 404  # not processed yet; the page says so
    assert b"being prepared" in ana.get(loose.small).content


def test_staff_get_a_private_photo_by_way_of_a_fresh_link():
    photo = file_private_with_photo()
    omar = signed_in(make.omar())
    there = omar.get(photo.small.split("?")[0])
    assert there.status_code == 302
    assert omar.get(there.url).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("bytes=0-3", 206, "bytes 0-3/{n}"),
        ("bytes=-4", 206, "bytes {last4}-{last}/{n}"),
        ("bytes=8-", 206, "bytes 8-{last}/{n}"),
        ("bytes=5-99999999999999999999", 206, "bytes 5-{last}/{n}"),
        ("bytes=99999999-", 416, "bytes */{n}"),
        ("bytes=-0", 416, "bytes */{n}"),
        ("bytes=3-2", 416, "bytes */{n}"),
        ("bytes=0-1,4-5", 200, None),
        ("bytes=-", 200, None),
        ("lines=0-1", 200, None),
    ],
)
def test_a_part_of_a_photo_is_that_part(asked, status, said):
    photo = file_with_photo()
    whole = browser().get(photo.small)
    n = len(whole.content)
    response = browser().get(photo.small, headers={"range": asked})
    names = {"n": n, "last": n - 1, "last4": n - 4}
    assert response.status_code == status
    assert response.get("Content-Range") == (said.format(**names) if said else None)
    assert whole["Accept-Ranges"] == response["Accept-Ranges"] == "bytes"
    if status == 206:
        first, last = said.format(**names).removeprefix("bytes ").split("/")[0].split("-")
        assert response.content == whole.content[int(first) : int(last) + 1]


def test_a_part_of_another_version_is_the_whole():
    photo = file_with_photo()
    etag = browser().get(photo.small)["ETag"]
    part = {"range": "bytes=0-3", "if-range": etag}
    assert browser().get(photo.small, headers=part).status_code == 206
    old = {"range": "bytes=0-3", "if-range": '"old"'}
    assert browser().get(photo.small, headers=old).status_code == 200


def test_a_question_about_a_photo_is_answered_without_it():
    response = browser().head(file_with_photo().small)
    assert response.status_code == 200
    assert int(response["Content-Length"]) > 20
    assert not response.content
