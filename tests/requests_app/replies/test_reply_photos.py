"""Tests for photos that are uploaded before their reply: ownership, and attachment to the reply."""

import pytest
from django.urls import reverse

from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Status
from tests import make
from tests.shared import photo
from tests.visitors import address, browser, signed_in, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return make.service_request(Status.COMPLETED)


def upload_photo(client, row, path="good/phone_iphone7.heic", name="dispute_photos"):
    with photo(path).open("rb") as file:
        return client.post(reverse(name, args=[row.reference]), {"photos": file})


def remove_photo(client, kept):
    return client.post(reverse("reply_photo", args=[kept.pk]))


def test_it_is_its_writers_alone_until_it_is_sent_with_the_reply(row):
    ana = browser("ana")
    answer = upload_photo(ana, row)
    kept = Photo.objects.unattached().get()
    assert answer.status_code == 201
    assert "data-pending" in answer.text
    assert f'name="photo" value="{kept.pk}"' in source(answer)
    uploading.make_sizes(kept.pk)
    assert ana.get(kept.small).status_code == 200
    for other in (browser("bob"), browser(), signed_in(make.omar())):
        assert other.get(kept.small).status_code == 404
    words = {"seen": make.last_event_id(row), "words": "Still a hole.", "photo": kept.pk}
    assert ana.post(reverse("dispute", args=[row.reference]), words).status_code == 302
    kept.refresh_from_db()
    assert kept.event == row.events.last()
    assert browser("bob").get(kept.small).status_code == 200


def test_it_is_taken_out_by_its_writer_and_only_before_it_is_sent(row):
    ana = browser("ana")
    upload_photo(ana, row)
    kept = Photo.objects.unattached().get()
    for other in (browser("bob"), browser(), signed_in(make.omar())):
        assert remove_photo(other, kept).status_code == 204
    assert Photo.objects.unattached().filter(pk=kept.pk).exists()
    assert remove_photo(ana, kept).status_code == 204
    assert not Photo.objects.filter(pk=kept.pk).exists()
    sent = make.photo(Photo.Kind.REPORT, device=make.ana())
    make.filed(photos=[sent])
    remove_photo(ana, sent)
    assert Photo.objects.filter(pk=sent.pk).exists()


def test_what_is_no_photo_is_refused_in_words(row):
    answer = upload_photo(browser("ana"), row, "nasty/pdf_renamed.jpg")
    assert answer.status_code == 422
    assert "not a photo" in answer.json()["problems"][0]
    nothing = browser("ana").post(reverse("dispute_photos", args=[row.reference]))
    assert nothing.status_code == 422
    assert not Photo.objects.unattached().exists()


def test_only_who_may_reply_now_sends_one(row):
    assert upload_photo(browser("bob"), row).status_code == 409
    assert upload_photo(signed_in(make.omar()), row).status_code == 403
    assert upload_photo(browser("ana"), row, name="answer_photos").status_code == 409
    assert not Photo.objects.unattached().exists()


@pytest.mark.parametrize("status", [Status.ROUTED, Status.CLOSED])
def test_from_the_requests_page_the_way_to_a_photo_keeps_what_was_typed(status):
    row, ana = make.service_request(status), browser("ana")
    assert 'name="add_photo"' in ana.get(address(row)).content.decode()
    page = ana.post(address(row, "comments"), {"add_photo": "1", "words": "Two <b>lanes</b>."})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert 'name="words">Two &lt;b&gt;lanes&lt;/b&gt;.</textarea>' in source(page)
    assert 'name="photos"' in source(page)
    assert not row.comments.filter(body__contains="lanes").exists()


def test_who_does_not_follow_has_no_way_to_a_photo_but_reads_what_they_typed(row):
    page = browser("bob").post(address(row, "comments"), {"add_photo": "1", "words": "My words."})
    assert "My words." in source(page)
    assert "<form" not in source(page).partition("<main")[2]
    assert (
        signed_in(make.omar()).post(address(row, "comments"), {"add_photo": 1}).status_code == 403
    )
