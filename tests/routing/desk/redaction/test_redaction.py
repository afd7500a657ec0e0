"""Tests for redaction: photos and texts are hidden, blacked out, replaced and shown again."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Verb
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar, post_action, refreshed
from tests.visitors import source

__all__ = ["omar"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown():
    """Return a request with one photo, all tan, that everyone can see, and the photo."""
    photo = make.photo(device=make.ana())
    row = make.filed(photos=[photo], description="Ask Mr. Miller at No. 12.")
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    return row, photo


def read_colors(content):
    """Return a function that returns the (red, green, blue) colour at a position in percent."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    width, height = picture.size

    def at(across, down):
        return picture.getpixel((across * width // 100, down * height // 100))

    return at


def is_black(color):
    return max(color) < 12


def read_stored_colors(name):
    with default_storage.open(name) as file:
        return read_colors(file.read())


def read_all_sizes(photo):
    return [read_stored_colors(photo.storage_name(size)) for size in Photo.SIZES]


def get_as_visitor(client, address):
    client.logout()
    return client.get(address)


def test_boxes_are_black_in_every_public_copy_and_the_old_address_is_dead(omar, shown, client):
    row, photo = shown
    old_address, old_files = photo.medium, [photo.storage_name(size) for size in Photo.SIZES]
    seen_before = client.get(old_address)
    etag = seen_before["ETag"]
    assert not is_black(read_colors(seen_before.getvalue())(37, 50))
    answer = post_action(
        omar, row, "photo_redaction", args=[photo.pk],
        box=["[0.25, 0.25, 0.25, 0.5]"], words="A face can be seen.",
    )  # fmt: skip
    assert "being updated" in omar.get(answer.url).text
    # No one can see the photo until its new copies exist, not even a browser with a cached copy.
    for headers in [{}, {"If-None-Match": etag}]:
        assert client.get(old_address, headers=headers).status_code == 404
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    for at in read_all_sizes(photo):
        assert all(is_black(at(x, y)) for x, y in [(27, 28), (37, 50), (47, 72)])
        assert not any(is_black(at(x, y)) for x, y in [(15, 50), (60, 50), (37, 15), (37, 85)])
    assert get_as_visitor(client, old_address).status_code == 404
    assert not any(default_storage.exists(name) for name in old_files)
    fresh = client.get(photo.medium)
    assert is_black(read_colors(fresh.getvalue())(37, 50))
    assert fresh["ETag"] != etag
    assert not is_black(read_stored_colors(photo.original)(37, 50))


def test_boxes_are_changed_and_taken_away_while_the_original_is_kept(omar, shown):
    row, photo = shown
    post_action(
        omar, row, "photo_redaction", args=[photo.pk], box=["[0,0,1,1]"], words="All of it."
    )
    uploading.make_sizes(photo.pk)
    page = omar.get(desk_url(row, "photo", photo.pk))
    assert '<rect x="0.0" y="0.0" width="1.0" height="1.0"/>' in source(page)
    uncovered = omar.get(page.context["redaction_page"].photo_url)
    assert not is_black(read_colors(uncovered.content)(50, 50))
    assert "no-store" in uncovered["Cache-Control"]
    post_action(omar, row, "photo_redaction", args=[photo.pk], words="It was the wrong photo.")
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.redactions == []
    assert not is_black(read_all_sizes(photo)[0](50, 50))


def test_only_agents_look_under_the_black(client, shown):
    row, photo = shown
    for person in [make.wes(), make.ada()]:
        client.force_login(person)
        assert client.get(desk_url(row, "photo_uncovered", photo.pk)).status_code == 403
    client.force_login(make.omar())
    other = make.filed(by=make.bob())
    assert client.get(desk_url(other, "photo_uncovered", photo.pk)).status_code == 404
    default_storage.delete(photo.original)
    assert client.get(desk_url(row, "photo_uncovered", photo.pk)).status_code == 404


def test_without_a_script_a_box_is_given_in_percent(omar, shown):
    row, photo = shown
    given = {"left": "10", "top": "20", "width": "95", "height": "30.5", "words": "A plate."}
    refused = post_action(omar, row, "photo_redaction", args=[photo.pk], **given | {"height": ""})
    assert refused.status_code == 422
    assert "all four" in refused.text
    assert "A plate." in refused.text
    assert 'value="95"' in refused.text
    post_action(omar, row, "photo_redaction", args=[photo.pk], box=["[0.5,0.5,0.1,0.1]"], **given)
    photo.refresh_from_db()
    assert photo.redactions == [[0.5, 0.5, 0.1, 0.1], [0.1, 0.2, 0.9, 0.305]]


def test_a_box_that_is_none_is_refused_and_what_was_drawn_stays(omar, shown):
    row, photo = shown
    kept = "[0.1, 0.2, 0.3, 0.4]"
    page = post_action(omar, row, "photo_redaction", args=[photo.pk], box=[kept], words="")
    assert page.status_code == 422
    assert '<rect x="0.1" y="0.2" width="0.3" height="0.4"/>' in source(page)
    odd = ["", "x", "[]", "[1,2]", "[NaN,0,1,1]", '{"x":1}', "[[0,0,1,1]]",
           "[2,2,1,1]", "[0,0,0,1]", "[" * 900, "\0", "9" * 5000, "[true,null,1,1]"]  # fmt: skip
    for box in odd:
        answer = post_action(
            omar, row, "photo_redaction", args=[photo.pk], box=[kept, box], words="Why."
        )
        assert answer.status_code == 422, box
        assert "Why." in answer.text
    many = post_action(omar, row, "photo_redaction", args=[photo.pk], box=[kept] * 51, words="Why.")
    assert "too many boxes" in many.text
    none = post_action(omar, row, "photo_redaction", args=[photo.pk], words="Why.")
    assert "Draw at least one box" in none.text
    assert refreshed(row).events.count() == 1


def test_a_photo_is_hidden_and_shown_again(omar, shown, client):
    row, photo = shown
    assert post_action(omar, row, "photo_hiding", args=[photo.pk], words=" ").status_code == 422
    answer = post_action(omar, row, "photo_hiding", args=[photo.pk], words="A face can be seen.")
    page = omar.get(answer.url)
    assert "the photo is hidden" in page.text
    assert page.context["toast"].seconds > 0
    assert get_as_visitor(client, photo.medium).status_code == 404
    client.force_login(make.omar())
    assert "It's hidden" in client.get(desk_url(row, "photo", photo.pk)).text
    post_action(client, row, "photo_showing", args=[photo.pk])
    back = get_as_visitor(client, photo.medium)
    assert (back.status_code, back.getvalue()[:4]) == (200, b"RIFF")


def test_one_comment_is_hidden_or_its_words_replaced(omar, shown, client):
    row, __ = shown
    said = make.act(
        workflow.comment, row, make.ana(), words="Ana Lopez, 310 555 0142, saw it."
    ).words
    page = omar.get(desk_url(row, "words", said.pk)).text
    assert "The person who reported it wrote:" in page
    post_action(omar, row, "words_hiding", args=[said.pk], words="A phone number.")
    assert "310 555" not in get_as_visitor(client, f"/requests/{row.reference}/").text
    client.force_login(make.omar())
    post_action(client, row, "words_showing", args=[said.pk])
    short = post_action(
        client, row, "words_redaction", args=[said.pk], body="[a name] saw it.", words=""
    )
    assert short.status_code == 422
    assert "[a name] saw it.</textarea>" in short.text
    post_action(
        client, row, "words_redaction", args=[said.pk],
        body="[a name] saw it.", words="A phone number.",
    )  # fmt: skip
    said.refresh_from_db()
    assert (said.body, said.is_redacted) == ("[a name] saw it.", True)
    assert "[a name] saw it." in get_as_visitor(client, f"/requests/{row.reference}/").text


def test_words_of_the_description_are_replaced(omar, shown):
    row, __ = shown
    assert "Ask Mr. Miller" in omar.get(desk_url(row, "description")).text
    given = {"body": "Ask [a name].", "words": "A name."}
    answer = post_action(omar, row, "description_redaction", headers=HTMX, **given)
    assert answer.status_code == 302
    assert (refreshed(row).description, row.events.last().verb) == ("Ask [a name].", Verb.REDACT)
    assert "text was replaced" in omar.get(answer.url).text


def test_what_belongs_to_another_request_is_not_there(omar, shown):
    row, photo = shown
    other = make.filed(by=make.bob())
    said = make.act(workflow.comment, row, make.ana(), words="It grows.").words
    assert omar.get(desk_url(other, "photo", photo.pk)).status_code == 404
    assert omar.get(desk_url(other, "words", said.pk)).status_code == 404
    assert omar.get(desk_url(row, "words", 10**30)).status_code == 404
    assert omar.get(desk_url(row, "description_redaction")).status_code == 405


def test_a_stale_page_comes_back_with_what_was_drawn_and_typed(omar, shown):
    row, photo = shown
    seen = make.last_event_id(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post_action(
        omar, row, "photo_redaction", headers=HTMX, args=[photo.pk], seen=seen,
        box=["[0.1, 0.2, 0.3, 0.4]"], words="A face can be seen.",
    )  # fmt: skip
    assert answer.status_code == 409
    for words in ["Olga sent it", "A face can be seen.", '<rect x="0.1" y="0.2"']:
        assert words in source(answer)
    assert "<html" not in answer.text
    hidden = post_action(omar, row, "photo_hiding", args=[photo.pk], seen=seen, words="A face.")
    assert (hidden.status_code, "A face.</textarea>" in hidden.text) == (409, True)


def test_the_panel_leads_to_what_can_be_taken_out_of_sight(omar, shown):
    row, photo = shown
    page = omar.get(desk_url(row)).text
    said = make.act(workflow.comment, row, make.ana(), words="It grows.").words
    for noun, *args in [["photo", photo.pk], ["description"], ["words", said.pk]]:
        address = reverse(f"desk_{noun}", args=[row.reference, *args])
        assert address in omar.get(desk_url(row)).text, noun
    assert "data-redact" not in page
    with CaptureQueriesContext(connection) as queries:
        omar.get(desk_url(row, "photo", photo.pk))
    assert len(queries) <= 20
    part = omar.get(desk_url(row, "photo", photo.pk), headers=HTMX)
    assert part["HX-Push-Url"].startswith(reverse("desk_photo", args=[row.reference, photo.pk]))
    assert "<html" not in part.text
