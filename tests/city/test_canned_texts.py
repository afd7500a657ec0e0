"""Tests for canned texts in the pack and the admin. Errors in a pack name the line."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from city.models import CannedText, Category, CategoryGroup
from city.models.canned_text import status_choices
from city.pack import load_pack
from requests_app.status import Status
from tests import make
from tests.city.pack.test_broken_packs import refusal
from tests.city.pack.test_load_city import pack, rewrite

__all__ = ["pack"]

pytestmark = pytest.mark.django_db

ROW = "which-side,question,Which side,Which side of the street is it on?,filed routed,,roads"


def test_a_pack_brings_its_texts(pack):
    load_pack(pack)
    thanks, side, filled, _emptied = CannedText.objects.active()
    assert thanks.body == "Thank you for telling us.\nThe request number is {reference}."
    assert (side.statuses, side.group.slug, side.use) == (["filed", "routed"], "roads", "question")
    assert filled.category.service_code == "pothole"
    assert load_pack(pack).format_changes() == ["nothing changed"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("x,praise,X,Words.,,,", "use: “praise” must be one of: reply"),
        ("x,reply,X,Words.,gone,,", "statuses: There's no status “gone”; the statuses are: filed"),
        ("x,reply,X,At {corner}.,,,", "body: “{corner}” can't be filled in; what can: {refer"),
        ("x,reply,X,Odd { brace.,,,", "body: “{” can't be filled in"),
        ("x,reply,X,Words.,,tree,roads", "category and group: name one of them, or neither"),
        ("x,reply,X,Words.,,shrub,", "category: there is no “shrub” in categories.csv"),
        ("x,reply,X,,,,", "body: it must not be blank"),
        ("thanks,reply,X,Words.,,,", "“thanks” is already on line 2"),
        (f"x,reply,X,{'w' * 2001},,,", "body: Ensure this value has at most"),
    ],
)
def test_a_wrong_text_is_refused_with_its_line(pack, row, problem):
    rewrite(pack, "canned_texts.csv", ROW, f"{ROW}\n{row}")
    assert f"canned_texts.csv:5: {problem}" in refusal(pack)


def test_the_statuses_are_those_of_a_request():
    assert [value for value, __ in status_choices()] == Status.values


def test_statuses_are_a_list_of_words():
    for odd in ["filed", [1], {"filed": 1}]:
        text = CannedText(code="x", title="X", body="Words.", use="reply", statuses=odd)
        with pytest.raises(ValidationError):
            text.full_clean()


def test_a_canned_text_with_both_category_and_group_is_refused():
    with pytest.raises(IntegrityError):
        CannedText.objects.create(
            code="x", title="X", body="W", use="reply",
            category=Category.objects.first(), group=CategoryGroup.objects.first(),
        )  # fmt: skip


def test_history_names_the_admin_who_wrote_a_canned_text(client):
    client.force_login(make.ada())
    given = {"title": "Thanks", "code": "thanks-all", "use": "reply", "body": "Thanks, {place}.",
             "statuses": ["filed", "routed"], "is_active": "on", "position": 1}  # fmt: skip
    refused = client.post(reverse("admin:city_cannedtext_add"), given | {"body": "Hi {name}."})
    assert "can&#x27;t be filled in" in refused.text
    both = {"category": make.pothole().pk, "group": make.pothole().group_id}
    refused = client.post(reverse("admin:city_cannedtext_add"), given | both)
    assert "Choose a category or a group, not both." in refused.text
    assert client.post(reverse("admin:city_cannedtext_add"), given).status_code == 302
    text = CannedText.objects.get(code="thanks-all")
    assert (text.statuses, str(text)) == (["filed", "routed"], "Thanks")
    assert text.history.get().history_user_id == make.ada().pk
    listed = client.get(reverse("admin:city_cannedtext_changelist"), {"q": "thanks-all"}).text
    assert "New, Routed" in listed
