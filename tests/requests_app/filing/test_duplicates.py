"""Tests for the step that shows possible duplicates, once, between the place and the details."""

import pytest

from requests_app import workflow
from requests_app.filing import duplicates
from requests_app.models import Draft, Photo, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.requests_app.filing.report import HERE, Report
from tests.visitors import address

pytestmark = pytest.mark.django_db

NEXT_DOOR = (make.CITY_HALL[0] + make.Decimal("0.0002"), make.CITY_HALL[1])  # 22 metres
FAR = (make.CITY_HALL[0] + make.Decimal("0.004"), make.CITY_HALL[1])  # 445 metres


def get_graffiti_category():
    return make.category(service_code="graffiti-public")


def file_by_ana(**given):
    given.setdefault("at", NEXT_DOOR)
    return make.filed(category=given.pop("category", get_graffiti_category()), **given)


def walk_to_duplicates(name="bob", **what) -> Report:
    report = Report(name)
    report.post_category(**what)
    return report


def ask_for_duplicates(name="bob", **what) -> Report:
    report = walk_to_duplicates(name, **what)
    report.post_location()
    return report


def candidate_url(report, one):
    return report.url(f"same/{one.reference}")


def test_a_report_asks_only_where_something_like_it_is_open_nearby():
    assert walk_to_duplicates().post_location().url.endswith("/details/")
    file_by_ana()
    report = walk_to_duplicates("bob again")
    assert report.post_location().url == report.url("same")


@pytest.mark.parametrize("other", ["far", "kind", "closed", "hidden"])
def test_what_is_far_of_another_kind_closed_or_hidden_is_not_asked_about(other):
    row = file_by_ana(
        at=FAR if other == "far" else NEXT_DOOR,
        category=make.pothole() if other == "kind" else get_graffiti_category(),
    )
    if other == "closed":
        make.act(workflow.withdraw, row, make.ana())
    if other == "hidden":
        make.act(workflow.hide, row, make.omar(), words="It names somebody.")
    report = walk_to_duplicates()
    assert report.post_location().url == report.url("details")
    assert report.get("same").url == report.url("details")


def test_a_private_kind_never_asks():
    private = make.category(is_private=True)
    make.filed(category=private)
    report = walk_to_duplicates(category=private.service_code)
    assert report.post_location().url == report.url("details")
    assert duplicates.find_duplicate_candidates(private, make.CITY_HALL) == []


def test_the_page_says_where_how_far_since_when_and_how_it_stands():
    file_by_ana(location_text="Across the street", description="Blue paint on the wall.")
    report = ask_for_duplicates()
    page = report.get("same").text
    for said in ("Across the street", "70 ft away", "reported today", "Received", "Blue paint"):
        assert said in page


def test_looking_around_costs_two_queries(django_assert_num_queries):
    for number in range(3):
        file_by_ana(description=f"Blue paint, {number}.")
    kind = get_graffiti_category()
    with django_assert_num_queries(2):
        found = duplicates.find_duplicate_candidates(kind, make.CITY_HALL, "Blue paint on the wall")
        assert [(one.photo, one.badge.words) for one in found] == [(None, "Received")] * 3


def test_the_nearest_stands_first():
    far, near = file_by_ana(), file_by_ana(at=make.CITY_HALL)
    report = ask_for_duplicates()
    page = report.get("same").text
    assert page.index(near.reference) < page.index(far.reference)


def test_no_goes_on_and_is_not_asked_again_before_there_is_a_new_one():
    row = file_by_ana()
    report = ask_for_duplicates()
    assert report.post("same", shown=row.pk, other="1").url == report.url("details")
    assert report.post_location().url == report.url("details")
    file_by_ana(at=make.CITY_HALL)
    assert report.post_location().url == report.url("same")


def test_another_place_or_kind_asks_again():
    row = file_by_ana()
    report = ask_for_duplicates()
    report.post("same", shown=row.pk, other="1")
    report.post_location(**(HERE | {"latitude": "34.011900"}))
    assert report.post_location().url == report.url("same")
    report.post("same", shown=row.pk, other="1")
    report.post_category(category="pothole")
    report.post_category()
    assert report.post_location().url == report.url("same")


@pytest.mark.parametrize("shown", ["x", "9" * 5000, "\0", "-1", ""])
def test_ids_that_make_no_sense_are_left_out_and_the_report_goes_on(shown):
    file_by_ana()
    report = ask_for_duplicates()
    assert report.post("same", shown=shown).url == report.url("details")
    assert Draft.objects.get().not_these == []


def test_the_way_back_from_the_details_leads_to_the_question():
    row = file_by_ana()
    report = ask_for_duplicates()
    report.post("same", shown=row.pk)
    assert f'href="{report.url("same")}"' in report.get("details").text


def test_it_is_this_one_follows_instead_of_filing():
    row = file_by_ana()
    report = ask_for_duplicates()
    assert report.post("same", same=row.reference).url == address(row, "following")
    assert make.bob().follows(row)
    assert ServiceRequest.objects.count() == 1
    assert "You follow it on this device" in report.client.get(address(row, "following")).text


def test_who_reported_it_is_led_to_their_own_page():
    row = file_by_ana()
    report = ask_for_duplicates("ana")
    assert report.post("same", same=row.reference).url == address(row)
    assert not row.followers.exists()


def test_photos_and_words_can_be_added_in_public():
    row = file_by_ana()
    report = ask_for_duplicates(photos=make.picture("red"))
    Draft.objects.update(description="It is larger now.")
    assert report.post("same", same=row.reference).url == candidate_url(report, row)
    page = report.get(f"same/{row.reference}").text
    photo = Photo.objects.get()
    assert "It is larger now." in page
    assert str(photo.pk) in page
    sent = report.post(
        f"same/{row.reference}",
        seen=make.last_event_id(row), words="It is larger now.", photo=str(photo.pk), add="1",
    )  # fmt: skip
    assert sent.url == address(row, "following")
    photo.refresh_from_db()
    assert (photo.service_request, photo.kind) == (row, Photo.Kind.COMMENT)
    assert row.comments.get().body == "It is larger now."
    assert make.bob().follows(row)


def test_only_following_keeps_photos_and_words_in_the_report():
    row = file_by_ana()
    report = ask_for_duplicates(photos=make.picture("red"))
    report.post(f"same/{row.reference}", seen=make.last_event_id(row), words="Mine.", follow="1")
    assert make.bob().follows(row)
    assert not row.comments.exists()
    assert Draft.objects.get().photos.unattached().count() == 1


def test_words_written_before_the_latest_news_come_back_with_it():
    row = file_by_ana()
    report = ask_for_duplicates(photos=make.picture("red"))
    old = make.last_event_id(row)
    make.route(row)
    answer = report.post(f"same/{row.reference}", seen=old, words="It is larger.", add="1")
    assert answer.status_code == 409
    page = answer.text
    assert "It is larger." in page
    assert make.streets().name in page
    assert not make.bob().follows(row)


@pytest.mark.parametrize("same", ["", "x", "\0", "SM-7K3Q-X9F2", "9" * 3000])
def test_a_choice_that_is_not_on_the_page_is_refused_kindly(same):
    file_by_ana()
    report = ask_for_duplicates()
    answer = report.post("same", same=same)
    assert answer.status_code == 422
    assert "no longer open" in answer.text


def test_somebody_elses_draft_and_a_private_request_are_not_found():
    row = file_by_ana()
    report = ask_for_duplicates()
    assert Report("ana", draft_id=report.draft_id).get("same").status_code == 404
    private = make.filed(category=make.category(is_private=True))
    assert report.get(f"same/{private.reference}").status_code == 404
    assert Report("bob").get("same").status_code == 302
    assert row.status == Status.FILED
