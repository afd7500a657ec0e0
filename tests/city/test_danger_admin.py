"""Tests for kinds of danger in the admin: checked like a pack, and tried before saving."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from city import danger
from city.models import DangerKind
from tests.city.test_admin import change, fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def weapon():
    return DangerKind.objects.get(kind="weapon", language="en")


@pytest.fixture
def page(ada, weapon):
    """Return a function that submits the form with changed fields and returns the response."""
    url = change(DangerKind, weapon)

    def post(**given):
        return ada.post(url, fields(ada.get(url)) | given)

    return post


def test_a_phrase_for_what_is_reported_every_day_is_refused(page, weapon):
    answer = page(phrases=f"{weapon.phrases}, pothole")
    assert "“pothole” is what people report every day: it is in" in answer.text
    weapon.refresh_from_db()
    assert "pothole" not in weapon.phrases
    assert danger.find_danger("There is a big pothole on Main Street") is None


@pytest.mark.parametrize(
    ("phrases", "exceptions", "reason"),
    [
        ("the", "", "“the” has no word to be found by"),
        ("gun, red flag", "red flag", "“red flag” is never found: an exception covers all of it"),
        ("@childs in danger", "", "“@childs in danger” names a group that there is not"),
        ("gun, call+me now", "", "joins “call” with a +"),
        ("gun, call 911", "", "write {emergency} instead of 911"),
    ],
)
def test_a_phrase_that_nobody_could_use_is_refused(page, phrases, exceptions, reason):
    assert reason in page(phrases=phrases, exceptions=exceptions).text


def test_a_change_is_shown_before_it_is_saved(page, weapon):
    changed = {"phrases": f"{weapon.phrases}, blowgun", "exceptions": "blowgun museum"}
    shown = page(**changed)
    assert "Nothing is saved yet. Look at what changes" in shown.text
    assert "<ins>blowgun</ins>" in shown.text
    assert "No everyday text would be taken for danger." in shown.text
    weapon.refresh_from_db()
    assert "blowgun" not in weapon.phrases
    looked_at = shown.context["adminform"].form["looked_at"].value()
    assert page(**changed, looked_at=looked_at).status_code == 302
    assert danger.find_danger("a kid with a blowgun").kind == "weapon"


def test_what_was_not_shown_is_not_saved(page, weapon):
    shown = page(phrases=f"{weapon.phrases}, blowgun")
    looked_at = shown.context["adminform"].form["looked_at"].value()
    answer = page(phrases=f"{weapon.phrases}, blowgun, harpoon", looked_at=looked_at)
    assert "<ins>harpoon</ins>" in answer.text
    weapon.refresh_from_db()
    assert "harpoon" not in weapon.phrases


def test_a_sentence_is_tried_on_phrases_that_are_not_saved(page, weapon):
    phrases = f"{weapon.phrases}, blowgun"
    answer = page(phrases=phrases, sentence="A kid with a blowgun", _try="1")
    assert "<b>Weapon or deadly threat</b>: “blowgun”" in answer.text
    quiet = page(phrases=phrases, sentence="A broken bench", _try="1")
    assert "Names no danger. The report goes on." in quiet.text
    weapon.refresh_from_db()
    assert "blowgun" not in weapon.phrases


def test_what_is_not_read_by_the_matcher_is_saved_at_once(page, weapon):
    assert page(advice="Get away. Call {emergency}.").status_code == 302
    assert danger.advice_for_kind("weapon").text == "Get away. Call 911."


def test_advice_with_a_number_written_out_is_refused(page, weapon):
    assert "write {emergency} instead of 112" in page(advice="Get away. Call 112.").text


def test_the_page_explains_the_syntax_and_what_the_product_knows(ada, weapon):
    text = ada.get(change(DangerKind, weapon)).text
    assert "How phrases are written" in text
    assert "<code>@child</code>" in text
    assert "shots fired/heard/outside" in text


def test_a_sheet_with_a_phrase_for_everyday_reports_is_refused(ada):
    line = 'kind,language,phrases,advice\nweapon,en,"gun, pothole",Get away.\n'
    sheet = SimpleUploadedFile("danger.csv", line.encode(), "text/csv")
    url = reverse("admin:city_dangerkind_import")
    answer = ada.post(url, {"file": sheet}, follow=True)
    assert "“pothole” is what people report every day" in answer.text
