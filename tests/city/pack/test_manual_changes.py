"""Tests for loading a pack over changes made in the admin: shown first, then confirmed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from city.models import City, Department, HoldReason, Holiday
from city.pack import ManualChangesLost, load_pack, preview_pack
from routing.models import RoutingRule
from tests import make
from tests.city.pack.test_load_city import drop, pack, rewrite
from tests.city.test_admin import change, fields

pytestmark = pytest.mark.django_db

__all__ = ["pack"]


@pytest.fixture
def ada(pack, client):
    """Load the pack, and return the test client of ada, an administrator."""
    load_pack(pack)
    client.force_login(make.ada())
    return client


def edit(client, row, **values):
    """Change a row in the admin."""
    url = change(type(row), row)
    given = fields(client.get(url)) | values
    answer = client.post(url, {name: value for name, value in given.items() if value is not None})
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def lines(pack):
    """Return the manual changes that loading the pack would revert, without their times."""
    changes = preview_pack(pack).manual_changes
    return [f"{each.row}: {each.field}: {each.by_hand} → {each.in_pack}" for each in changes]


def test_who_changed_what_and_when_is_shown_with_old_and_new(ada, pack):
    edit(ada, Department.objects.get(slug="roads"), name="Streets")
    [found] = preview_pack(pack).manual_changes
    assert found.who == str(make.ada())
    assert found.when == Department.objects.get(slug="roads").history.latest().history_date
    assert f"{found}".startswith("departments “Streets”: Name: “Streets” (")
    assert f"{found}".endswith(") becomes “Roads”")


def test_changes_of_the_pack_are_no_manual_changes(ada, pack):
    edit(ada, Department.objects.get(slug="roads"), phone="555 0999")
    rewrite(pack, "departments.csv", "roads,Roads", "roads,Streets")
    assert lines(pack) == ["departments “Roads”: Phone: “555 0999” → “555 0101”"]


def test_manual_changes_of_rows_without_history_come_from_the_log(ada, pack):
    edit(ada, City.current(), address="Castle 2")
    row = HoldReason.objects.active().first()
    edit(ada, row, name="Frozen ground")
    holiday = Holiday.objects.get(date="2026-12-26")
    ada.post(reverse("admin:city_holiday_delete", args=[holiday.pk]), {"post": "yes"})
    ada.post(reverse("admin:city_holiday_add"), {"date": "2026-12-31", "name": "Fair"})
    found = lines(pack)
    town_hall = "“Town Hall, 1 Castle Lane, Alderhaven”"
    assert found == [
        f"city “Alderhaven”: Address: “Castle 2” → {town_hall}",
        f"reasons to hold “Frozen ground”: Name: “Frozen ground” → “{row.name}”",
        "holidays “2026-12-31 Fair”: the row: added or changed → removed",
        f"holidays “{holiday}”: the row: deleted → added again",
    ]


def test_a_deactivation_in_the_list_is_a_manual_change(ada, pack):
    row = HoldReason.objects.active().first()
    url = reverse("admin:city_holdreason_changelist")
    ada.post(url, {"action": "deactivate", "_selected_action": [row.pk]})
    assert lines(pack) == [f"reasons to hold “{row.name}”: In use: no → yes"]


def test_a_manually_changed_rule_is_shown(ada, pack):
    rule = RoutingRule.objects.filter(is_active=True).first()
    rule.update_with_history({"why": "Because."}, why="a test", by=make.ada())
    [found] = preview_pack(pack).manual_changes
    assert (found.row, found.who, found.by_hand) == (
        f"rules “{rule}”", str(make.ada()), "“Because.”"
    )  # fmt: skip


def test_a_row_of_the_administration_that_the_pack_lacks_is_shown(ada, pack):
    edit(ada, Department.objects.get(slug="harbor-office"), phone="1")
    drop(pack, "departments.csv", "harbor-office,Harbor Office")
    for file in ("categories.csv", "rules.csv"):
        rewrite(pack, file, "harbor-office", "roads")
    assert "departments “Harbor Office”: the row: added or changed → turned off" in lines(pack)


def run(pack, **options):
    out = StringIO()
    call_command("load_city", str(pack), stdout=out, **options)
    return out.getvalue()


def test_without_a_terminal_nothing_is_overwritten_without_the_option(ada, pack):
    edit(ada, Department.objects.get(slug="roads"), name="Streets")
    with pytest.raises(CommandError, match="use --overwrite") as refused:
        run(pack)
    assert refused.value.returncode == 3
    assert Department.objects.get(slug="roads").name == "Streets"
    assert "“Streets” (" in run(pack, dry_run=True)
    assert "departments changed (1): Roads (name)" in run(pack, overwrite=True)
    assert run(pack) == "nothing changed\n"


@pytest.mark.parametrize(("answer", "name"), [("y", "Roads"), ("", "Streets")])
def test_a_person_is_asked_and_decides(ada, pack, monkeypatch, answer, name):
    edit(ada, Department.objects.get(slug="roads"), name="Streets")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    if answer:
        run(pack)
    else:
        with pytest.raises(CommandError, match="Nothing was changed"):
            run(pack)
    assert Department.objects.get(slug="roads").name == name


def test_a_change_made_while_somebody_decides_is_not_lost(ada, pack):
    edit(ada, Department.objects.get(slug="roads"), name="Streets")
    shown = preview_pack(pack).manual_changes
    edit(ada, Department.objects.get(slug="parks"), name="Gardens")
    with pytest.raises(ManualChangesLost):
        load_pack(pack, accepted=shown)
    assert Department.objects.get(slug="parks").name == "Gardens"


def test_a_removed_logo_is_shown(ada, pack):
    edit(ada, City.current(), has_no_logo="on")
    assert City.objects.get().logo == ""
    [found] = lines(pack)
    assert found.startswith("city “Alderhaven”: Logo: nothing → “<svg")
