"""Tests for the admin of the city: search, help texts, permissions, and export to the pack."""

import re
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from city.models import (
    AddressRange,
    CannedText,
    Category,
    CategoryGroup,
    Choice,
    City,
    DangerKind,
    Department,
    Holiday,
    Intersection,
    Place,
    Question,
    Translation,
    UploadedSheet,
    Zone,
)
from city.pack import load_pack
from city.pack.cells import list_icons
from city.pack.tables import TABLES
from tests import make

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for model in apps.get_app_config("city").get_models()
    if "Historical" not in model.__name__ and model is not UploadedSheet  # it has no admin
]


def change(model, row):
    return reverse(f"admin:city_{model._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def addresses():
    """Create an address range and an intersection."""
    line = [[34.02, -118.49], [34.021, -118.49]]
    AddressRange.objects.create(street="Mill St", left_from=1, left_to=9, line=line)
    Intersection.objects.create(street_a="Mill St", street_b="Dyer St", lat=34.02, lng=-118.49)


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_list_a_search_and_a_form(ada, model):
    name = model._meta.model_name
    screen = admin.site.get_model_admin(model)
    listed = ada.get(reverse(f"admin:city_{name}_changelist"), {"q": "a"} if name != "city" else {})
    assert listed.status_code == 200
    assert screen.search_fields or model is City
    assert len(screen.list_display) > 1
    assert ada.get(change(model, model.objects.first())).status_code == 200
    added = ada.get(reverse(f"admin:city_{name}_add"))
    assert added.status_code == (200 if screen.has_add_permission(added.wsgi_request) else 403)


EDITED_IN_LISTS = [
    model for model, screen in admin.site._registry.items() if getattr(screen, "list_editable", ())
]


@pytest.mark.parametrize("model", EDITED_IN_LISTS, ids=lambda model: model.__name__)
def test_each_field_of_a_list_names_its_row(ada, model):
    listed = ada.get(reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"))
    forms = listed.context["cl"].formset.forms
    assert forms
    for form in forms:
        for name, field in form.fields.items():
            if not field.widget.is_hidden:
                label = form[name].subwidgets[0].data["attrs"]["aria-label"]
                assert label.endswith(f": {form.instance}")


def test_exported_tables_equal_those_of_the_pack(ada, tmp_path, settings):
    """Loading a pack with the exported tables changes nothing."""
    pack = Path(shutil.copytree(settings.CITY_PACK, tmp_path / "pack"))
    for table in TABLES:
        taken = ada.get(reverse(f"admin:city_{table.model._meta.model_name}_export"))
        (pack / table.file).write_bytes(taken.content)
    assert load_pack(pack).format_changes() == ["nothing changed"]


def test_a_manual_change_can_be_exported_into_the_pack(ada, tmp_path, settings):
    pack = Path(shutil.copytree(settings.CITY_PACK, tmp_path / "pack"))
    Department.objects.filter(slug="water-resources").update(name="Water")
    answer = ada.get(reverse("admin:city_department_export"))
    assert answer["Content-Disposition"] == 'attachment; filename="departments.csv"'
    (pack / "departments.csv").write_bytes(answer.content)
    assert load_pack(pack).format_changes() == ["nothing changed"]
    assert Department.objects.get(slug="water-resources").name == "Water"


def test_export_requires_the_permission_to_view(client):
    url = reverse("admin:city_department_export")
    assert client.get(url).status_code == 302
    client.force_login(make.user("clerk", is_staff=True))
    assert client.get(url).status_code == 403


def fields(response):
    """Return the data that the admin form in `response` would submit unchanged."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        total = inline.formset.initial_form_count()
        data |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": total}
        for each in inline.formset.initial_forms:
            data |= {f"{each.prefix}-{name}": each[name].value() for name in each.fields}
    return {name: value for name, value in data.items() if value is not None and value is not False}


def test_a_department_with_open_work_is_not_deactivated(ada):
    row = make.service_request(department_of := make.Status.ROUTED)
    assert row.status == department_of
    url = change(Department, make.streets())
    data = fields(ada.get(url))
    del data["is_active"]
    answer = ada.post(url, data)
    assert answer.status_code == 200
    assert "turn this off: Move 1 open request first" in answer.text
    assert make.streets().is_active


def test_history_names_who_deactivated_a_department_without_open_work(ada):
    url = change(Department, make.water())
    data = fields(ada.get(url))
    del data["is_active"]
    assert ada.post(url, data).status_code == 302
    latest = make.water().history.first()
    assert (latest.is_active, latest.history_user) == (False, make.ada())
    history = ada.get(reverse("admin:city_department_history", args=[make.water().pk]))
    assert "ada" in history.text


@pytest.mark.parametrize("model", [Category, CategoryGroup])
def test_an_icon_is_picked_from_pictures_and_validated(ada, model):
    row = model.objects.first()
    answer = ada.get(change(model, row))
    page = answer.text
    assert page.count('type="radio" name="icon"') == len(list_icons())
    assert f'value="{row.icon}"' in page
    assert "#i-tree" in page
    data = fields(answer)
    assert ada.post(change(model, row), data | {"icon": "tree"}).status_code == 302
    row.refresh_from_db()
    assert row.icon == "tree"
    refused = ada.post(change(model, row), data | {"icon": "roda"})
    assert list(refused.context["adminform"].form.errors) == ["icon"]
    row.refresh_from_db()
    assert row.icon == "tree"


def test_every_category_has_a_picture_in_the_list(ada):
    page = ada.get(reverse("admin:city_category_changelist")).text
    assert page.count('class="icon-listed"') == min(100, Category.objects.count())


def test_history_shows_a_change_once_with_person_reason_and_labels(ada):
    row = make.pothole()
    data = fields(ada.get(change(Category, row)))
    ada.post(change(Category, row), data | {"target_days": 3, "is_popular": "on"})
    page = ada.get(reverse("admin:city_category_history", args=[row.pk])).text
    assert page.index("ada") < page.index("The city's folder, or a script".replace("'", "&#x27;"))
    assert "Target" in page
    for raw in ["history_change_reason", "target_days", "is_popular", "None", "True"]:
        assert raw not in page.partition('<ol class="versions">')[2]


def test_a_reader_opens_an_old_version_and_cannot_go_back_to_it(client):
    reader = make.user("rita", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    for row in [make.pothole(), make.pothole().questions.first(), make.streets()]:
        version = [row.pk, row.history.first().pk]
        address = reverse(f"admin:city_{row._meta.model_name}_simple_history", args=version)
        assert client.get(address).status_code == 200
        assert client.post(address, {"name": "Mine"}).status_code == 403


def test_djangos_own_log_is_newest_first(ada):
    row = Holiday.objects.first()
    for name in ("Older name", "Newer name"):
        ada.post(change(Holiday, row), {"date": row.date, "name": name})
    answer = ada.get(reverse("admin:city_holiday_history", args=[row.pk]))
    times = [entry.action_time for entry in answer.context["action_list"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == 2


def act(client, action, *rows):
    url = reverse(f"admin:city_{rows[0]._meta.model_name}_changelist")
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url, data, follow=True).text


def test_deactivating_many_rows_skips_those_with_open_work(ada):
    make.service_request(make.Status.ROUTED)
    page = act(ada, "deactivate", make.streets(), make.water())
    assert "turn this off: Move 1 open request first" in page
    assert "1 row changed." in page
    assert (make.streets().is_active, make.water().is_active) == (True, False)
    assert "1 row changed." in act(ada, "activate", make.streets(), make.water())
    assert make.water().is_active


@pytest.mark.parametrize("model", [Category, Department, Zone, City, Question, Choice])
def test_rows_that_old_requests_refer_to_cannot_be_deleted(ada, model):
    row = model.objects.first()
    url = reverse(f"admin:city_{model._meta.model_name}_delete", args=[row.pk])
    assert ada.post(url, {"post": "yes"}).status_code == 403
    assert (
        "delete_selected"
        not in ada.get(reverse(f"admin:city_{model._meta.model_name}_changelist")).text
    )


def test_a_place_outside_the_city_is_refused_and_a_swapped_one_recognized(ada):
    url = reverse("admin:city_place_add")
    place = {"name": "Somewhere", "kind": "landmark", "lat": "-118.4917", "lng": "34.0118"}
    answer = ada.post(url, place).text
    assert "outside the service area" in answer
    assert "look swapped" in answer
    assert ada.post(url, place | {"lat": "34.0118", "lng": "-118.4917"}).status_code == 302
    assert Place.objects.get(name="Somewhere").zone.slug == "pico"


def test_a_contradiction_is_shown_in_the_form(ada):
    url = change(Category, make.pothole())
    data = fields(ada.get(url)) | {"target_days": "1", "urgent_target_days": "9"}
    answer = ada.post(url, data)
    assert answer.status_code == 200
    assert "urgent_work_is_promised_no_later" in answer.text


def test_a_logo_with_a_script_is_refused(ada):
    url = change(City, City.current())
    file = SimpleUploadedFile("logo.svg", b"<svg><script>alert(1)</script></svg>")
    data = fields(ada.get(url)) | {"new_logo": file}
    answer = ada.post(url, data)
    assert "The logo can&#x27;t contain &lt;script&gt; there." in answer.text


def test_a_language_that_the_product_does_not_speak_is_refused(ada):
    url = change(City, City.objects.first())
    answer = ada.post(url, fields(ada.get(url)) | {"languages": ["en", "fr"]})
    assert "Select a valid choice. fr is not one of the available choices." in answer.text
    assert City.objects.get().languages == ["en", "es"]


def test_the_list_warns_that_loading_the_pack_overwrites_changes(ada):
    page = ada.get(reverse("admin:city_category_changelist")).text
    assert "folder again undoes changes made here." in page
    assert reverse("admin:city_category_export") in page


def test_the_phrases_of_a_danger_have_room_and_every_label_begins_with_a_capital(ada):
    kind = DangerKind.objects.first()
    page = ada.get(change(DangerKind, kind)).text
    for name in ("phrases", "exceptions"):
        assert int(re.search(rf'name="{name}"[^>]* rows="(\d+)"', page)[1]) >= 10
    text = CannedText.objects.first()
    legend = re.search(r"<legend>([^<]+)", ada.get(change(CannedText, text)).text)[1]
    assert legend.strip() == "Statuses:"


def test_renaming_warns_of_languages_without_the_new_name(ada):
    url = change(Category, make.pothole())
    data = fields(ada.get(url))
    unchanged = ada.post(url, data, follow=True)
    assert "Not translated yet" not in unchanged.text
    answer = ada.post(url, data | {"name": "Hole & <crack>"}, follow=True)
    assert "Not translated yet: “Hole &amp; &lt;crack&gt;” (" in answer.text
    assert reverse("admin:city_translation_changelist") in answer.text
    add = reverse("admin:city_translation_add")
    address = f"{add}?language=es&amp;source=Hole+%26+%3Ccrack%3E"
    assert f'<a href="{address}">Spanish</a>' in answer.text
    form = ada.get(address.replace("&amp;", "&"))
    given = form.context["adminform"].form.initial
    assert given == {"language": "es", "source": "Hole & <crack>"}
    back = ada.post(url, data | {"name": "Pothole"}, follow=True)
    assert "Not translated yet" not in back.text


def test_changing_a_question_in_its_category_warns_of_missing_translations(ada):
    question = Question.objects.filter(category=make.pothole()).first()
    url = change(Category, make.pothole())
    data = fields(ada.get(url))
    [prefix] = {name.removesuffix("-label") for name in data if data[name] == question.label}
    answer = ada.post(url, data | {f"{prefix}-label": "How wide?"}, follow=True)
    assert "Not translated yet: “How wide?”" in answer.text


def test_a_proper_name_is_reported_only_if_the_old_name_had_a_translation(ada):
    Translation.objects.create(language="es", source="The Quay", words="El Muelle")
    url, data = change(Zone, Zone.objects.first()), {"position": 0}
    assert "Not translated yet" not in ada.post(url, data | {"name": "The Quay"}, follow=True).text
    answer = ada.post(url, data | {"name": "The New Quay"}, follow=True)
    assert "Not translated yet: “The New Quay”" in answer.text
    answer = ada.post(url, data | {"name": "The Old Quay"}, follow=True)
    assert "Not translated yet" not in answer.text
