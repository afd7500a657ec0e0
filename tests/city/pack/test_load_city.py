"""Tests for loading a pack: repeatable, with a list of changes, in one transaction."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from city import cache, maintenance
from city.models import (
    Agency,
    Category,
    Choice,
    City,
    Department,
    Holiday,
    Place,
    Question,
    Street,
    Zone,
)
from city.pack import BrokenPack, load_pack, preview_pack

pytestmark = pytest.mark.django_db

ALDERHAVEN = Path(__file__).parents[3] / "city" / "packs" / "alderhaven"


@pytest.fixture
def pack(tmp_path):
    """Return a copy of the fictional town's pack, which the test may change."""
    return Path(shutil.copytree(ALDERHAVEN, tmp_path / "pack"))


def rewrite(pack, file, old, new):
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def drop(pack, file, start):
    """Remove the one line whose first cell is `start`."""
    lines = (pack / file).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{start},")]
    assert len(kept) == len(lines) - 1
    (pack / file).write_text("".join(kept), encoding="utf-8")


def say(folder, **options):
    """Load a pack with the command, and return the lines printed, without warnings."""
    out = StringIO()
    call_command("load_city", str(folder), stdout=out, **options)
    return [line for line in out.getvalue().splitlines() if not line.startswith("warning: ")]


def test_another_city_is_a_folder(pack):
    load_pack(pack)
    city = City.current()
    assert (city.name, city.brand) == ("Alderhaven", ("Alderhaven", "Direct"))
    assert [zone.name for zone in Zone.objects.active()] == [
        "Old Town",
        "Harbor",
        "Mill Hill",
        "The Meadows",
    ]
    assert list(Department.objects.active().values_list("slug", flat=True)) == [
        "roads",
        "parks",
        "cleaning",
        "harbor-office",
        "wardens",
    ]
    pothole = Category.objects.active().get(service_code="pothole")
    assert (pothole.department.slug, pothole.group.slug) == ("roads", "roads")
    stop = Choice.objects.get(question__category=pothole, key="motorway")
    assert (stop.effect, stop.agency.name) == ("stop", "The Canton")
    assert Street.objects.get(name="Mill Lane").lines[1][0] == [47.001, 7.995]
    assert Place.objects.get(name="Lighthouse").zone.slug == "harbor"
    assert city.calendar().tz.key == "Europe/Zurich"


def test_a_second_load_changes_nothing(pack):
    load_pack(pack)
    version = cache.current_version()
    assert say(pack) == ["nothing changed"]
    assert cache.current_version() == version


def test_the_citys_own_pack_is_loaded_and_stays(settings):
    assert say(settings.CITY_PACK) == ["nothing changed"]


def test_the_report_lists_the_changes(pack):
    load_pack(pack)
    rewrite(pack, "categories.csv", "Pothole,hole,roads,5", "Hole in the road,hole,roads,4")
    rewrite(pack, "departments.csv", "Trees and lawns", "Trees, lawns".replace(", ", " and "))
    (pack / "holidays.csv").write_text("date,name\n2026-12-25,Christmas\n", encoding="utf-8")
    told = say(pack)
    assert told[:2] == [
        "categories changed (1): Hole in the road (name, target_days)",
        "holidays changed (1): 2026-12-25 Christmas (name)",
    ]
    assert told[2].startswith("holidays removed (10): 2026-12-26 St. Stephen's Day, 2027-01-01")
    assert Holiday.objects.count() == 1


def test_a_preview_lists_the_changes_and_changes_nothing(pack):
    load_pack(pack)
    rewrite(pack, "departments.csv", "Roads,roads@", "Streets,roads@")
    assert say(pack, dry_run=True) == ["departments changed (1): Streets (name)"]
    assert Department.objects.get(slug="roads").name == "Roads"
    assert preview_pack(pack).changes


def test_rows_missing_from_the_pack_are_deactivated_and_can_return(pack):
    load_pack(pack)
    whole = (pack / "categories.csv").read_text(encoding="utf-8")
    drop(pack, "categories.csv", "tree,green")
    drop(pack, "questions.csv", "tree,height")
    told = say(pack)
    assert told[0].startswith("categories in another order (11): Pavement, Street lamp")
    assert told[1] == "categories turned off (1): Tree"
    assert told[2].startswith("questions in another order (9): Has someone fallen?")
    assert told[3:] == ["questions turned off (1): How tall is it?"]
    assert not Category.objects.get(service_code="tree").is_active
    (pack / "categories.csv").write_text(whole, encoding="utf-8")
    assert "categories changed (1): Tree (is_active)" in say(pack)
    assert Category.objects.get(service_code="tree").is_active


def test_manual_changes_are_overwritten(pack):
    load_pack(pack)
    Department.objects.filter(slug="roads").update(name="Streets")
    assert say(pack) == ["departments changed (1): Roads (name)"]


def test_the_notice_of_read_only_mode_survives_a_load(pack):
    load_pack(pack)
    maintenance.start_read_only_mode(words="Back at noon.")
    load_pack(pack)
    assert City.objects.get().read_only_words == "Back at noon."
    maintenance.end_read_only_mode()


def test_the_option_first_loads_only_the_first_city(pack, settings):
    Department.objects.update(name="by hand")
    other = City.current().name
    assert say(pack, first=True) == [f"{other} is loaded already; nothing was changed."]
    assert set(Department.objects.values_list("name", flat=True)) == {"by hand"}
    City.objects.all().delete()
    assert "city changed (1): " in "\n".join(say(pack, first=True))
    assert City.current().name == "Alderhaven"


def test_history_names_the_load_as_the_author(pack):
    load_pack(pack)
    rewrite(pack, "departments.csv", "Roads,roads@", "Streets,roads@")
    load_pack(pack)
    history = Department.objects.get(slug="roads").history.all()
    assert [(row.name, row.history_change_reason) for row in history] == [
        ("Streets", "load_city"),
        ("Roads", "load_city"),
    ]


def busy(instance):
    return "3 open requests" if getattr(instance, "slug", "") == "parks" else None


def test_a_department_with_open_work_cannot_vanish(pack, settings):
    load_pack(pack)
    settings.SWITCH_OFF_GUARDS = ["tests.city.pack.test_load_city.busy"]
    drop(pack, "departments.csv", "parks,Parks")
    rewrite(pack, "categories.csv", ",parks,", ",roads,")
    with pytest.raises(BrokenPack, match=r"departments.csv:1: “Parks” .*3 open requests"):
        load_pack(pack)
    assert Department.objects.get(slug="parks").is_active
    assert Category.objects.get(service_code="tree").department.slug == "parks"


def upset(pack_dir, report):
    report.add_problem("rules.csv", 7, f"no rules in {Path(pack_dir).name}")


def test_other_rooms_load_and_refuse_in_the_same_transaction(pack, settings):
    settings.CITY_LOADERS = ["tests.city.pack.test_load_city.upset"]
    with pytest.raises(BrokenPack, match=r"^rules.csv:7: no rules in pack$"):
        load_pack(pack)
    assert City.current().name != "Alderhaven"
    assert not Department.objects.filter(slug="parks").exists()


def test_the_command_names_every_problem_and_ends_with_an_error(pack, capsys):
    rewrite(pack, "categories.csv", "Tree,tree,parks,10", "Tree,tree,gardens,ten")
    rewrite(pack, "holidays.csv", "2026-12-26", "12/26/2026")
    err = StringIO()
    with pytest.raises(CommandError, match="2 problems; nothing was changed") as refused:
        call_command("load_city", str(pack), stderr=err)
    assert refused.value.returncode == 2
    assert err.getvalue().splitlines() == [
        "categories.csv:3: target_days: “ten” must be a whole number, not negative",
        "holidays.csv:3: date: “12/26/2026” must be a date like 2027-07-05",
    ]


def test_a_byte_order_mark_and_windows_lines_are_fine(pack):
    for path in pack.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    load_pack(pack)
    assert Agency.objects.get(slug="canton").phone == "555 0199"


def test_comments_and_blank_lines_are_left_out_and_lines_still_counted(pack):
    text = (pack / "groups.csv").read_text(encoding="utf-8")
    broken = "# groups, in the order of the page\n\n" + text + "\n,,\nbad slug!,Bad,road\n"
    (pack / "groups.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(BrokenPack, match=r"^groups.csv:11: slug: “bad slug!” must be small"):
        load_pack(pack)


def test_a_category_that_moves_and_its_questions_stay_together(pack):
    load_pack(pack)
    before = Question.objects.get(code="road").pk
    rewrite(pack, "categories.csv", "pothole,roads,", "pothole,green,")
    load_pack(pack)
    assert Question.objects.get(code="road").pk == before
    assert Category.objects.get(service_code="pothole").group.slug == "green"
