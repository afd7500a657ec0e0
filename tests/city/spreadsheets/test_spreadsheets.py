"""Tests for exporting tables from the admin, changing them in a spreadsheet and importing them."""

import io
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from city import cache
from city.models import (
    CannedText,
    Category,
    Choice,
    Department,
    HoldReason,
    Holiday,
    Place,
    UploadedSheet,
    Zone,
)
from city.pack import load_pack
from city.pack.tables import TABLES
from city.spreadsheets import upload_reader
from city.spreadsheets.tables import ZONES, build_resource
from lib import clock
from lib.sandbox import parent
from lib.tabular import isolated
from lib.tabular.formulas import escape_formula, unescape_formula
from lib.tabular.xlsx import MAX_UNPACKED
from requests_app.privacy import retention
from tests import make
from tests.sweeps import in_sweep

pytestmark = pytest.mark.django_db


def door(model, noun):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{noun}")


def csv(*lines, encoding="utf-8"):
    return "\n".join(lines).encode(encoding)


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def choose(client, model, data, name="file.csv"):
    return client.post(door(model, "import"), {"file": SimpleUploadedFile(name, data)})


def confirm(client, model, shown, **given):
    sealed = {"key": shown.context["key"], "seal": shown.context["outcome"].seal}
    return client.post(door(model, "import_confirmation"), sealed | given)


def told(response):
    """Return the lines shown in a preview, by kind, as (number, name, changes or reasons)."""
    return {
        part["kind"]: [
            (line.number, line.name, line.changes or line.reasons) for line in part["lines"]
        ]
        for part in response.context["parts"]
    }


def sheet(response):
    """Return the rows of a downloaded workbook. Empty cells become ""."""
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]


DEPARTMENT = "slug,name,division_of,email,phone,handles"


def test_a_preview_shows_each_row_and_writes_nothing(ada):
    data = csv(
        DEPARTMENT,
        "# the works",
        "water-resources,Water,,,,",
        "tree-crew,Tree Crew,,trees@example.org,,Trees",
    )
    before = list(Department.objects.values_list("slug", "name"))
    answer = choose(ada, Department, data)
    assert answer.status_code == 200
    assert list(Department.objects.values_list("slug", "name")) == before
    shown = told(answer)
    assert [name for name, *_ in shown["changed"][0][2]][:1] == ["Name"]
    assert shown["new"][0][:2] == (4, "Tree Crew")
    assert answer.context["counts"]["skipped"] == 1


def test_a_confirmed_preview_is_saved_and_history_names_the_person(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Water", "trees,Tree Crew"))
    answer = confirm(ada, Department, shown)
    assert answer.status_code == 302
    water = make.water()
    latest = water.history.first()
    assert (water.name, latest.history_user, latest.history_change_reason) == (
        "Water", make.ada(), "import of departments.csv",
    )  # fmt: skip
    assert water.email, "a column that the file leaves out stays as it is"
    trees = Department.objects.get(slug="trees")
    assert trees.position > max(
        Department.objects.exclude(pk=trees.pk).values_list("position", flat=True)
    )
    assert LogEntry.objects.filter(user=make.ada()).count() == 2


def test_an_import_warns_of_missing_translations(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Drains"))
    address = confirm(ada, Department, shown).url
    assert "Not translated yet: “Drains” (" in ada.get(address).text


def test_nothing_is_saved_while_one_row_is_wrong(ada):
    answer = choose(ada, Department, csv("slug,name", "water-resources,Water", "Bad Slug,x"))
    assert answer.status_code == 422
    assert not answer.context["key"]
    assert told(answer)["wrong"] == [
        (3, "", ("Slug: “Bad Slug” must be small letters, digits and hyphens",))
    ]
    assert "Save" not in answer.text.split('id="content-main"')[1].split("<h2")[0]


def test_rows_changed_since_the_preview_are_shown_again_and_not_saved(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Water"))
    Department.objects.filter(slug="water-resources").update(name="Waters")
    answer = confirm(ada, Department, shown)
    assert answer.status_code == 409
    assert "nothing was saved" in answer.text
    assert make.water().name == "Waters"
    assert confirm(ada, Department, answer).status_code == 302
    assert make.water().name == "Water"


def test_an_upload_is_found_only_by_its_person_and_expires(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Water"))
    other = Client()
    other.force_login(make.user("otto", is_staff=True, is_superuser=True))
    answer = confirm(other, Department, shown)
    assert answer.status_code == 410
    assert "upload expired" in answer.text
    assert confirm(ada, Department, shown, key="x" * 200).status_code == 410
    assert confirm(ada, Department, shown).status_code == 302
    assert confirm(ada, Department, shown).status_code == 410, "it goes once it is used"


def test_an_upload_survives_a_lost_cache_and_is_deleted_once_saved(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Water"))
    caches["default"].clear()
    assert confirm(ada, Department, shown).status_code == 302
    assert make.water().name == "Water"
    assert not UploadedSheet.objects.exists()


def test_an_unconfirmed_upload_is_deleted_after_an_hour(ada):
    shown = choose(ada, Department, csv("slug,name", "water-resources,Water"))
    retention.delete_expired()
    assert UploadedSheet.objects.count() == 1
    with clock.freeze_time(clock.now() + timedelta(hours=1, seconds=1)):
        retention.delete_expired()
    assert not UploadedSheet.objects.exists()
    assert confirm(ada, Department, shown).status_code == 410
    assert make.water().name != "Water"


def test_an_unconfirmed_upload_does_not_change_the_cache(ada):
    before = cache.current_version()
    choose(ada, Department, csv("slug,name", "water-resources,Water"))
    assert UploadedSheet.objects.exists()
    cache.clear_process_cache()
    assert cache.current_version() == before


@pytest.mark.parametrize("kind", ["csv", *in_sweep(["xlsx"])])
@pytest.mark.parametrize(
    "model", [table.model for table in [*TABLES, ZONES]], ids=lambda m: m.__name__
)
def test_importing_an_exported_table_changes_nothing(ada, model, kind):
    taken = ada.get(door(model, "export" if kind == "csv" else "export_xlsx"))
    answer = choose(ada, model, taken.content, f"file.{kind}")
    assert answer.status_code == 200, told(answer)
    assert not answer.context["outcome"].changed_count, told(answer)
    assert "There is nothing to save" in answer.text


def test_an_exported_file_can_be_copied_into_the_pack(ada, tmp_path, settings):
    pack = Path(shutil.copytree(settings.CITY_PACK, tmp_path / "pack"))
    confirm(ada, Category, choose(ada, Category, csv("service_code,hint", "pothole,=1+1 holes")))
    assert make.pothole().hint != "=1+1 holes", "a formula is refused"
    data = csv("service_code,hint", "pothole,'=1+1 holes")
    assert confirm(ada, Category, choose(ada, Category, data)).status_code == 302
    assert make.pothole().hint == "=1+1 holes"
    taken = ada.get(door(Category, "export")).content
    assert b"'=1+1 holes" in taken
    (pack / "categories.csv").write_bytes(taken)
    assert load_pack(pack).format_changes() == ["nothing changed"]


@pytest.mark.parametrize(
    "text", ["=1", "+1 310", "-x", "@a", "\tx", "'=1", "''=1", "'quoted'", "#1", "-118.5", "plain"]
)
def test_every_text_survives_export_and_import(text):
    assert unescape_formula(escape_formula(text)) == text


def test_no_exported_cell_is_a_formula(ada):
    HoldReason.objects.filter(code="parts").update(name='=HYPERLINK("https://evil.example")')
    row = HoldReason.objects.exclude(code="parts").first()
    HoldReason.objects.filter(pk=row.pk).update(name="@SUM(1)")
    assert b"\n=" not in ada.get(door(HoldReason, "export")).content
    cells = [cell for row in sheet(ada.get(door(HoldReason, "export_xlsx"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "@", "+", "-"}]


def test_a_workbook_keeps_its_headings_in_sight_and_shows_the_lines_of_a_text(ada):
    CannedText.objects.filter(pk=CannedText.objects.first().pk).update(body="One.\nTwo.")
    taken = ada.get(door(CannedText, "export_xlsx"))
    table = openpyxl.load_workbook(io.BytesIO(taken.content)).active
    assert (table.title, table.freeze_panes) == ("canned_texts", "A2")
    assert all(cell.font.bold for cell in table[1])
    wrapped = [cell.value for row in table for cell in row if cell.alignment.wrap_text]
    assert "One.\nTwo." in wrapped


def test_a_formula_in_a_workbook_is_refused_with_its_line(ada):
    answer = choose(ada, HoldReason, xlsx(["code", "name"], ["parts", "=1+1"]), "file.xlsx")
    assert told(answer)["wrong"][0][0] == 2
    assert "begins like a formula" in told(answer)["wrong"][0][2][0]


def test_a_workbook_with_dates_and_numbers_reads_as_the_pack_does(ada):
    from datetime import date

    data = xlsx(["date", "name"], [date(2031, 7, 4), "Independence Day"])
    assert confirm(ada, Holiday, choose(ada, Holiday, data, "file.xlsx")).status_code == 302
    assert Holiday.objects.filter(date=date(2031, 7, 4)).exists()
    data = xlsx(["service_code", "target_days", "is_popular"], ["pothole", 9, True])
    assert confirm(ada, Category, choose(ada, Category, data, "file.xlsx")).status_code == 302
    assert (make.pothole().target_days, make.pothole().is_popular) == (9, True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "pothole,street-service,7,",
            "there is no “street-service” in use; is it “street-services”?",
        ),
        ("pothole,street-services,soon,", "must be a whole number"),
        ("pothole,street-services,,", "it must not be blank"),
        ("pothole,street-services,1,9", "urgent work can't be due later"),
        ("pothole,street-services,7,\npothole,street-services,8,", "is already on line 2"),
    ],
)
def test_a_wrong_row_is_explained_in_plain_words(ada, line, reason):
    head = "service_code,department,target_days,urgent_target_days"
    answer = choose(ada, Category, csv(head, line))
    assert answer.status_code == 422
    assert reason in told(answer)["wrong"][0][2][0]


def test_an_inactive_row_cannot_be_referred_to(ada):
    Department.objects.filter(slug="airport").update(is_active=False)
    answer = choose(ada, Category, csv("service_code,department", "pothole,airport"))
    assert "there is no “airport” in use" in answer.text


def test_an_import_does_not_deactivate_a_department_with_open_work(ada):
    make.service_request(make.Status.ROUTED)
    answer = choose(ada, Department, csv("slug,name,in_use", "street-services,Street Services,no"))
    assert answer.status_code == 422
    assert (
        "In use (column in_use): It can't be turned off: Move 1 open request"
        in told(answer)["wrong"][0][2][0]
    )
    assert make.streets().is_active


def test_an_import_deactivates_and_activates_a_row(ada):
    head = "code,name,in_use"
    reason = HoldReason.objects.active().last()
    off = csv(head, f"{reason.code},{reason.name},no")
    assert confirm(ada, HoldReason, choose(ada, HoldReason, off)).status_code == 302
    reason.refresh_from_db()
    assert not reason.is_active
    assert reason.code.encode() not in ada.get(door(HoldReason, "export")).content
    everything = ada.get(door(HoldReason, "export") + "?everything=1").content
    assert f"{reason.code},{reason.name},no".encode() in everything
    on = csv("code,name", f"{reason.code},{reason.name}")
    assert told(choose(ada, HoldReason, on))["changed"][0][2] == (("In use", "no", "yes"),)


def test_a_choice_is_found_by_category_question_and_key(ada):
    choice = Choice.objects.active().select_related("question__category").first()
    keys = f"{choice.question.category.service_code},{choice.question.code},{choice.key}"
    data = csv("category,question,key,label", f"{keys},Other words")
    assert confirm(ada, Choice, choose(ada, Choice, data)).status_code == 302
    choice.refresh_from_db()
    assert choice.label == "Other words"


def test_a_place_lies_in_the_city_and_knows_its_zone(ada):
    head = "name,kind,lat,lng,aliases"
    answer = choose(ada, Place, csv(head, "Far,landmark,35,-118.49,", "Odd,,-118.4917,34.0118,"))
    wrong = told(answer)["wrong"]
    assert wrong[0][2] == ("Latitude (column lat): the point is outside the service area",)
    assert "swapped" in wrong[1][2][0] or "lat" in wrong[1][2][0]
    data = csv(head, "Near,landmark,34.0118,-118.4917,")
    assert confirm(ada, Place, choose(ada, Place, data)).status_code == 302
    assert Place.objects.get(name="Near").zone.slug == "pico"


def test_zones_are_renamed_and_not_added(ada):
    answer = choose(ada, Zone, csv("slug,name", "pico,Pico Village", "atlantis,Atlantis"))
    assert "there is no such row" in told(answer)["wrong"][0][2][0]
    renamed = choose(ada, Zone, csv("slug,name", "pico,Pico Village"))
    assert confirm(ada, Zone, renamed).status_code == 302
    assert Zone.objects.get(slug="pico").name == "Pico Village"


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as _bomb:
    _bomb.writestr("[Content_Types].xml", "<Types/>")
    _bomb.writestr("xl/worksheets/sheet1.xml", b" " * (MAX_UNPACKED + 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (csv("name", "Water"), "The column “slug” is missing"),
        (csv("slug,name,boss", "a,b,c"), "“boss” isn&#x27;t a column"),
        (csv("slug,name,name", "a,b,c"), "appears twice"),
        (csv("slug,name", "slug,name"), "Line 2 repeats the columns"),
        (csv("slug,name", "a,b,c"), "Line 2 has 3 cells"),
        (csv("slug,name", 'a,"b'), "the quotes don&#x27;t match"),
        (csv("slug,name", "a,Añejo", encoding="latin-1"), "Line 2 isn&#x27;t UTF-8"),
        (csv("slug,name", "a,b", encoding="utf-16"), "Unicode Text"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
        (b"PK\x03\x04 not a zip", "The workbook is damaged"),
        (xlsx([]), "The file is empty"),
        (BOMB.getvalue(), "too large once it&#x27;s unpacked"),
        (b"\x89PNG\r\n\x1a\n\0\0", "UTF-8. Save the file"),
        (csv("slug,name", *["a,b"] * (upload_reader.FORMAT.max_rows + 1)), "more than 5000 rows"),
        (csv("slug,name", *[","] * upload_reader.FORMAT.max_rows, "a,b"), "blank ones included"),
        (csv(",".join(f"c{n}" for n in range(61))), "more columns than this table can have"),
        (b"x" * (upload_reader.FORMAT.max_bytes + 1), "larger than 20 MB"),
    ],
)
def test_a_bad_file_is_refused_in_words(ada, data, words):
    answer = choose(ada, Department, data)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_damaged_workbook_is_no_crash(ada):
    whole = xlsx(["slug", "name"], ["a", "b"])
    for name in ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"]:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
            for part in old.namelist():
                new.writestr(part, b"<broken" if part == name else old.read(part))
        assert choose(ada, Department, out.getvalue(), "f.xlsx").status_code == 422


def test_a_workbook_that_eats_memory_is_refused_in_words(ada, monkeypatch):
    monkeypatch.setattr(isolated, "MEGABYTES", 192)
    out, rows = io.BytesIO(), b"<row>" * 1_000_000 + b"</row>" * 1_000_000
    main = b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["slug"]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        sheet = b"<worksheet xmlns=%b><sheetData>%b</sheetData></worksheet>" % (main, rows)
        for part in old.namelist():
            new.writestr(part, sheet if part.endswith("sheet1.xml") else old.read(part))
    answer = choose(ada, Department, out.getvalue(), "f.xlsx")
    assert answer.status_code == 422
    assert "too large once it&#x27;s unpacked" in answer.text


def test_the_web_process_itself_opens_no_file(ada, monkeypatch):
    monkeypatch.setattr(parent, "COMMAND", ("/nowhere/python",))
    answer = choose(ada, Department, csv("slug,name", "water-resources,Water"))
    assert answer.status_code == 503
    assert "We can&#x27;t read the file right now" in answer.text


def test_confirming_does_not_open_the_file_again(ada, monkeypatch):
    shown = choose(ada, Department, csv("slug,name", "# note", "water-resources,Water"))
    monkeypatch.setattr(parent, "COMMAND", ("/nowhere/python",))
    assert confirm(ada, Department, shown).status_code == 302


def test_a_byte_order_mark_is_no_letter(ada):
    data = csv("slug,name", "water-resources,Water", encoding="utf-8-sig")
    assert told(choose(ada, Department, data))["changed"][0][1] == "Water"


def test_an_upload_without_a_file_shows_an_error(ada):
    answer = ada.post(door(Department, "import"), {})
    assert (answer.status_code, "Choose a file first" in answer.text) == (422, True)
    assert ada.get(door(Department, "import")).status_code == 200


def test_import_requires_the_permission_to_change(client):
    client.force_login(make.user("clerk", is_staff=True))
    for noun in ("import", "import_confirmation"):
        assert client.post(door(Department, noun)).status_code == 403


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_no_two_columns_of_a_table_have_a_common_heading(table):
    columns = build_resource(table.model).columns
    for column in columns:
        others = [each.find_positions(column.headings) for each in columns if each is not column]
        assert not any(others), column


def test_a_heading_is_the_name_of_a_column_or_its_label_in_any_case(ada):
    label = dict(build_resource(Category).column_labels)["target_days"]
    data = csv(f"SERVICE CODE,{label.upper()}", "pothole,9")
    assert confirm(ada, Category, choose(ada, Category, data)).status_code == 302
    assert make.pothole().target_days == 9


def test_a_new_row_says_which_columns_it_needs_and_a_known_one_needs_none(ada):
    answer = choose(ada, Category, csv("service_code,hint", "new-one,New", "pothole,Holes"))
    [(line, _name, reasons)] = told(answer)["wrong"]
    assert line == 2
    assert [each for each in reasons if "the row is new, so the file needs this column" in each]


def test_a_row_can_be_read_that_has_every_column_blank_but_those_needed():
    for table in TABLES:
        assert build_resource(table.model).rows_by_key
