"""Tests for admin form fields that hide how their values are stored."""

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from city.models import Agency, Category, CategoryGroup, Choice, City, Department, Question
from tests import make
from tests.city.test_admin import change, fields

pytestmark = pytest.mark.django_db
LOGO = '<svg viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'


def save(client, row, **values):
    """Submit the form of a row, and return the response and the row as stored."""
    url = change(type(row), row)
    given = {
        name: value
        for name, value in (fields(client.get(url)) | values).items()
        if value is not None
    }
    answer = client.post(url, given)
    return answer, type(row).objects.get(pk=row.pk)


def test_working_days_and_languages_are_checked(ada):
    page = ada.get(change(City, City.current())).text
    assert 'type="checkbox" name="working_weekdays" value="0"' in page
    assert 'type="checkbox" name="languages" value="es"' in page
    answer, city = save(
        ada, City.current(), working_weekdays=["0", "1"], alternate_weekday="", languages=["en"],
        alternate_anchor="",
    )  # fmt: skip
    assert answer.status_code == 302
    assert (city.working_weekdays, city.alternate_weekday) == ([0, 1], None)
    assert city.languages == ["en"]


def test_the_citys_own_language_stays(ada):
    answer, city = save(ada, City.current(), languages=["es"])
    assert "English can&#x27;t be left out" in answer.text
    assert "en" in city.languages


def test_neighbors_are_lines(ada):
    _answer, city = save(ada, City.current(), neighbors="Culver  City\n\nMalibu\nMalibu\n")
    assert city.neighbors == ["Culver City", "Malibu"]


def test_untouched_fields_do_not_change(ada):
    before = City.objects.get()
    answer, after = save(ada, City.current())
    assert answer.status_code == 302
    unchanged = {"version"}
    differing = [
        field.name
        for field in City._meta.fields
        if field.name not in unchanged and getattr(before, field.name) != getattr(after, field.name)
    ]
    assert differing == []


def test_a_logo_is_a_file(ada):
    answer, city = save(ada, City.current(), new_logo=SimpleUploadedFile("a.svg", LOGO.encode()))
    assert (answer.status_code, city.logo) == (302, LOGO)
    assert LOGO in ada.get(change(City, city)).text
    bad = SimpleUploadedFile("a.svg", b"<svg><script></script></svg>")
    answer, city = save(ada, city, new_logo=bad)
    assert "The logo can&#x27;t contain &lt;script&gt;" in answer.text
    assert city.logo == LOGO
    _answer, city = save(ada, city, has_no_logo="on")
    assert city.logo == ""


def test_distances_are_in_feet_where_the_city_measures_in_feet(ada):
    pothole = make.pothole()
    page = ada.get(change(Category, pothole))
    form = page.context["adminform"].form
    assert form["radius_m"].label == "Radius for similar requests (feet)"
    assert form["radius_m"].value() == round(pothole.radius_m * 3.28084)
    _answer, kept = save(ada, pothole)
    assert (kept.radius_m, kept.proof_within_m) == (pothole.radius_m, pothole.proof_within_m)
    _answer, kept = save(ada, pothole, radius_m="300", proof_within_m="100")
    assert (kept.radius_m, kept.proof_within_m) == (91, 30)
    answer, _kept = save(ada, pothole, proof_within_m="10")
    assert "greater than or equal to 66" in answer.text


def test_distances_are_in_meters_elsewhere(ada):
    City.objects.update(country="CH")
    make.cache.invalidate_cache()
    form = ada.get(change(Category, make.pothole())).context["adminform"].form
    assert form["radius_m"].label == "Radius for similar requests (meters)"
    assert form["radius_m"].value() == make.pothole().radius_m


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Category, "service_code"),
        (CategoryGroup, "slug"),
        (Agency, "slug"),
        (Question, "code"),
        (Choice, "key"),
    ],
)
def test_a_code_that_never_changes_cannot_be_edited(ada, model, name):
    row = model.objects.first()
    before = getattr(row, name)
    assert name not in ada.get(change(model, row)).context["adminform"].form.fields
    _answer, after = save(ada, row, **{name: "another"})
    assert getattr(after, name) == before


def test_no_field_that_is_said_never_to_change_is_editable(ada):
    for model, screen in admin.site._registry.items():
        row = model._default_manager.first()
        if row is None or model._meta.app_label != "city" or not screen.get_urls():
            continue
        page = ada.get(change(model, row))
        inlines = page.context["inline_admin_formsets"]
        forms = [page.context["adminform"].form]
        forms += [form for inline in inlines for form in inline.formset.initial_forms]
        for form in forms:
            for name, field in form.fields.items():
                assert field.disabled or "never changes" not in str(field.help_text), (model, name)


def test_the_hint_of_a_digests_hour_says_the_hour_of_the_city(ada, settings):
    settings.STAFF_DIGEST_HOUR = 16
    page = ada.get(change(Department, make.streets())).text
    assert "Blank: 16, as for the rest of the city (STAFF_DIGEST_HOUR)." in page


def test_no_page_about_staff_says_superuser(ada):
    addresses = [
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_import"),
        reverse("admin:accounts_user_change", args=[make.ada().pk]),
    ]
    for address in addresses:
        page = ada.get(address).text.casefold()
        assert "superuser status" not in page
        assert "staff status" not in page
