"""Tests for the accessibility of the admin: lists, forms, and names of the form fields."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from city.models import AddressRange, Category, CategoryGroup, Question
from tests import make
from tests.barriers import assert_accessible
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ["city_dangerkind", "city_declinereason", "city_categorygroup", "city_addressrange"]
FOUND_BY_TYPING = ["city_category", "city_cannedtext", "city_choice", "accounts_membership"]


@pytest.fixture
def ada(page_at, live_server):
    page = page_at(1440, 900)
    sign_in(page, live_server, make.ada())
    return page


@pytest.mark.sweep
def test_lists_have_no_barrier(ada, live_server):
    line = [[34.02, -118.49], [34.021, -118.49]]
    for kind in ("", "alley"):
        block = {"street": "Mill St", "left_from": 1, "left_to": 9, "line": line}
        AddressRange.objects.create(**block, kind=kind, fingerprint=f"block {kind}")
    for table in TABLES:
        ada.goto(live_server.url + reverse(f"admin:{table}_changelist"))
        assert_accessible(ada)


@pytest.mark.sweep
def test_forms_have_no_barrier(ada, live_server):
    for table in FOUND_BY_TYPING:
        ada.goto(live_server.url + reverse(f"admin:{table}_add"))
        expect(ada.locator(".select2-selection[aria-labelledby*=label]").first).to_be_visible()
        assert_accessible(ada)
    question = Question.objects.filter(choices__isnull=False).first()
    ada.goto(live_server.url + reverse("admin:city_question_change", args=[question.pk]))
    expect(ada.locator(".select2-selection[aria-labelledby*=label]").first).to_be_visible()
    assert_accessible(ada)


def test_a_field_found_by_typing_is_named_by_its_label_and_its_value(ada, live_server):
    category = Category.objects.filter(group__isnull=False, department__isnull=False).first()
    ada.goto(live_server.url + reverse("admin:city_category_change", args=[category.pk]))
    box = ada.get_by_role("combobox", name=f"Group: {category.group.name}")
    expect(box).to_be_visible()
    box.press("Enter")
    names = list(CategoryGroup.objects.values_list("name", flat=True))
    expect(ada.locator(".select2-results__option")).to_have_text(names)
    assert_accessible(ada)
