"""Tests that the words searched for at the first step become the note of the report."""

import pytest

from requests_app.models import Draft, ServiceRequest
from tests.requests_app.filing.report import Report

pytestmark = pytest.mark.django_db
HATE = "swastika on the back wall"


def get_description(report):
    return report.get("details").context["form"]["description"].value()


def walk_to_details(q=HATE):
    report = Report()
    report.post_category(q=q)
    report.post_location()
    return report


def test_what_was_searched_for_is_the_note_and_reaches_the_city():
    report = walk_to_details()
    assert get_description(report) == HATE
    assert HATE in report.get("details").text
    report.post_details(description=get_description(report))
    report.post_review()
    assert ServiceRequest.objects.get().description == HATE
    draft = Draft.objects.get()
    assert (draft.description, draft.searched) == ("", "")


def test_where_the_note_comes_from_is_said_until_somebody_changes_it():
    report, said = walk_to_details(), "From your search. Change it if you like."
    assert said in report.get("details").text
    report.post_details(description=f"{HATE}, beside the door")
    assert said not in report.get("details").text


def test_looking_for_it_by_the_button_is_no_note_yet():
    report = Report()
    report.post("what", find="1", q=HATE, category="graffiti-public")
    assert Draft.objects.get().description == ""


@pytest.mark.parametrize(
    ("note", "search", "kept"),
    [
        pytest.param("", HATE, "", id="a deleted note"),
        pytest.param(
            f"{HATE}, beside the door",
            "paint everywhere",
            f"{HATE}, beside the door",
            id="a note that was written",
        ),
        pytest.param(HATE, "paint everywhere", "paint everywhere", id="an unchanged note"),
    ],
)
def test_a_later_search_replaces_the_note_unless_somebody_changed_it(note, search, kept):
    report = walk_to_details()
    report.post_details(description=note)
    report.post_category(q=search)
    assert get_description(report) == kept


def test_continuing_without_a_search_leaves_the_note():
    report = walk_to_details()
    report.post_category(q="")
    assert get_description(report) == HATE


def test_a_number_in_it_is_pointed_out_like_one_in_the_note():
    report = walk_to_details("call me at 310 555 0142 about the wall")
    assert "310 555 0142" in report.get("details").text
    assert report.get("details").context["personal"]["description"]
