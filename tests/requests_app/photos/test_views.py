"""Tests for the access to photos and for the cache headers."""

import pytest

from lib.storage import default_storage
from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Status
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


def keep_photo(ready=True, kind=Photo.Kind.REPORT, **owner):
    photo = make.photo(kind, **owner or {"device": make.ana()})
    if ready:
        uploading.make_sizes(photo.pk)
        photo.refresh_from_db()
    return photo


def file_with_photo(**given):
    """File a request with a photo whose sizes are ready."""
    photo = keep_photo()
    make.filed(photos=[photo], **given)
    photo.refresh_from_db()
    return photo


def read_body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_public_photo_is_a_webp_that_may_be_kept_and_is_never_run_as_anything_else():
    response = browser().get(file_with_photo().small)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert read_body(response)[8:12] == b"WEBP"
    assert response["Cache-Control"] == "public, max-age=600"
    read_body(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith("inline; filename=")


def test_a_photo_that_is_known_is_not_sent_again():
    photo = file_with_photo()
    first = browser().get(photo.small)
    read_body(first)
    again = browser().get(photo.small, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    other = browser().get(photo.medium, headers={"if-none-match": first["ETag"]})
    assert read_body(other)


def test_photos_of_a_private_request_are_for_its_reporter_and_staff():
    photo = file_with_photo(category=make.category(is_private=True))
    for stranger in (browser(), browser("bob")):
        assert stranger.get(photo.small).status_code == 404
        assert stranger.get(photo.small.split("?")[0]).status_code == 404
    for person in (browser("ana"), signed_in(make.omar())):
        response = person.get(photo.small)
        assert read_body(response)
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response


def test_a_hidden_photo_is_for_staff():
    photo = file_with_photo()
    row = photo.service_request
    make.act(workflow.hide, row, make.omar(), words="A plate can be read.", photo=photo)
    for resident in (browser(), browser("ana")):
        assert resident.get(photo.small).status_code == 404
    assert read_body(signed_in(make.omar()).get(photo.small))


def test_a_loose_photo_is_for_whoever_took_it():
    photo = keep_photo()
    assert read_body(browser("ana").get(photo.small))
    for stranger in (browser(), browser("bob"), signed_in(make.omar())):
        assert stranger.get(photo.small).status_code == 404
    crew = keep_photo(kind=Photo.Kind.COMPLETION, user=make.wes())
    assert read_body(signed_in(make.wes()).get(crew.small))
    assert signed_in(make.walt()).get(crew.small).status_code == 404


def test_a_photo_that_is_not_ready_or_not_there_says_so_in_a_drawing():
    waiting = keep_photo(ready=False)
    make.filed(photos=[waiting])
    gone = file_with_photo()
    default_storage.delete(gone.storage_name(320))
    for photo, words in [(waiting, b"being prepared"), (gone, b"no longer available")]:
        response = browser().get(photo.small)
        assert response.status_code == 404
        assert response["Content-Type"] == "image/svg+xml"
        assert words in response.content
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "path", ["x/320.webp", "x/321.webp", "{key}/321.webp", "{key}/" + "9" * 31 + ".webp"]
)
def test_photos_and_sizes_that_do_not_exist_are_a_404(path):
    assert browser().get("/photos/" + path.format(key=file_with_photo().key)).status_code == 404


def test_the_page_shows_that_a_photo_is_being_prepared():
    photo = keep_photo(ready=False)
    row = make.filed(photos=[photo])
    page = browser().get(f"/requests/{row.reference}/").text
    assert "The photo is being prepared" in page


def test_before_and_after_stand_side_by_side():
    photo = file_with_photo()
    row = photo.service_request
    make.route(row)
    after = keep_photo(kind=Photo.Kind.COMPLETION, user=make.wes())
    make.complete(row, photos=[after])
    page = browser().get(f"/requests/{row.reference}/").text.partition("<main")[2]
    assert row.status == Status.COMPLETED
    assert page.index('class="pair"') < page.index(photo.medium) < page.index(after.medium)
