"""Tests for correcting a sent report on the pages of the report form."""

import pytest

from requests_app import workflow
from requests_app.models import Draft, Event, Photo
from requests_app.photos import uploading
from requests_app.status import Status, Verb
from tests import make
from tests.visitors import address, browser, signed_in

pytestmark = pytest.mark.django_db


def begin_correction(row, client=None):
    """Return the address of the page that shows the whole report for correction."""
    return (client or browser("ana")).post(address(row, "correction")).url


def step_url(check, name) -> str:
    return check.replace("/check/", f"/{name}/")


def least_answers(category) -> dict:
    return {f"answer-{code}": values for code, values in make.least_answers(category).items()}


def post_details(client, check, **given):
    """Post the details page, by default with the answers for a pothole."""
    return client.post(step_url(check, "details"), least_answers(make.pothole()) | given)


def test_the_words_are_corrected_and_the_live_page_shows_it():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    assert "City Hall" in client.get(check).content.decode()
    assert post_details(client, check, description="Two holes, side by side.").url == check
    assert client.post(check).url == address(row)
    page = client.get(address(row)).content.decode()
    assert "You corrected the description." in page
    assert "Two holes, side by side." in page
    assert not Draft.objects.filter(corrects=row).exists()


def test_another_kind_asks_its_own_questions_before_the_rest():
    row, client = make.filed(), browser("ana")
    other = next(
        category
        for category in type(make.pothole()).objects.active()
        if make.least_answers(category) and category != make.pothole()
    )
    check = begin_correction(row, client)
    answer = client.post(step_url(check, "what"), {"category": other.service_code})
    assert answer.url == step_url(check, "details")
    client.post(step_url(check, "details"), least_answers(other) | {"description": row.description})
    assert client.post(check).url == address(row)
    row.refresh_from_db()
    assert row.category == other
    assert row.answers.count() == len(least_answers(other))


def test_another_place_is_corrected_without_asking_about_similar_requests():
    make.filed(by=make.bob())
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    place = {"latitude": "34.012500", "longitude": "-118.491000", "go": "1", "text": ""}
    assert client.post(step_url(check, "where"), place).url == check
    assert client.post(check).url == address(row)
    assert Event.objects.get(verb=Verb.CORRECT).code == "location"


def test_photos_are_added_and_removed():
    row, client = make.filed(photos=[make.photo(device=make.ana())]), browser("ana")
    old = row.photos.get()
    check = begin_correction(row, client)
    draft = Draft.objects.get(corrects=row)
    client.post(step_url(check, "what"), {"remove": str(old.pk)})
    uploading.keep_photo(make.picture(), kind=Photo.Kind.REPORT, draft=draft, device=draft.device)
    assert client.post(check).url == address(row)
    old.refresh_from_db()
    assert old.is_hidden
    assert row.photos.filter(is_hidden=False).count() == 1


def test_a_correction_after_something_happened_is_shown_with_it_and_kept():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    post_details(client, check, description="Two holes.")
    shown = client.get(check).context["seen"]
    make.route(row)
    refused = client.post(check, {"seen": shown})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Two holes." in page
    assert make.streets().name in page
    assert client.post(check, {"seen": refused.context["seen"]}).url == address(row)
    row.refresh_from_db()
    assert row.description == "Two holes."


def test_a_refused_correction_is_refused_again_when_a_script_sends_it_twice():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    post_details(client, check, description="Two holes.")
    shown = client.get(check).context["seen"]
    make.route(row)
    for form in ({"seen": shown}, {"seen": shown}, {}, {"seen": "9" * 30}):
        assert client.post(check, form).status_code == 409
    row.refresh_from_db()
    assert row.description != "Two holes."


def test_what_happened_meanwhile_is_shown_when_the_page_is_opened_again():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    post_details(client, check, description="Two holes.")
    make.route(row)
    opened = client.get(check)
    assert opened.status_code == 200
    assert make.streets().name in opened.content.decode()
    assert client.post(check, {"seen": opened.context["seen"]}).url == address(row)


def test_once_work_started_the_way_on_is_a_comment():
    row, client = make.service_request(Status.ROUTED), browser("ana")
    check = begin_correction(row, client)
    post_details(client, check, description="Two holes.")
    make.act(workflow.start, row, make.wes())
    refused = client.post(check)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Two holes." in page
    assert address(row, "comments") in page
    assert 'id="send"' not in page
    assert begin_correction(row, client) == address(row)


def test_nothing_changed_is_said_in_the_persons_words():
    client = browser("ana")
    refused = client.post(begin_correction(make.filed(), client))
    assert refused.status_code == 422
    assert "You haven&#x27;t changed anything yet." in refused.content.decode()


def test_two_taps_begin_one_correction_and_keep_what_was_typed():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    post_details(client, check, description="Two holes.")
    assert begin_correction(row, client) == check
    assert "Two holes." in client.get(check).content.decode()


def test_strangers_and_staff_begin_no_correction():
    row = make.filed()
    for client in (browser("bob"), signed_in(make.omar())):
        assert client.post(address(row, "correction")).status_code == 403
    assert not Draft.objects.exists()


def test_a_draft_of_a_correction_is_no_report_to_continue_and_cannot_be_delivered():
    row, client = make.filed(), browser("ana")
    check = begin_correction(row, client)
    assert Draft.find_resumable("ana") is None
    assert client.post(step_url(check, "delivery"), {}).status_code == 404


def test_deleting_the_reporters_data_deletes_the_draft():
    row = make.filed()
    begin_correction(row)
    workflow.forget(row, by=make.ana())
    assert not Draft.objects.exists()
