"""Tests for rules.csv of a city's pack."""

import pytest

from city.pack import PackReport
from city.spreadsheets import download
from routing.models import RoutingRule
from routing.rules import pack
from routing.rules.spreadsheet import RulesResource
from tests import make

pytestmark = pytest.mark.django_db

HEAD = "order,name,category,group,zone,answer,priority,channel,department,mode,why\n"
HOLES = "10,Holes → Streets,pothole,,,,,,street-services,route,They fill them.\n"


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "rules.csv").write_text(text, encoding="utf-8")
        report = PackReport()
        pack.load(tmp_path, report)
        return report

    RoutingRule.objects.all().delete()
    return load


def export_rules():
    """Return the exported CSV file as text, without the byte order mark."""
    resource = RulesResource(pack.RULES)
    rows = map(resource.row_cells, resource.list_exported_rows())
    return download.build_download("rules", download.CSV, resource.header, rows).content.decode(
        "utf-8-sig"
    )


def test_the_citys_own_pack_has_rules_that_all_can_run():
    rules = RoutingRule.objects.list_in_use()
    assert len(rules) >= 10
    assert [rule.problem for rule in rules if rule.problem] == []


def test_a_rule_is_added_changed_and_switched_off(load):
    assert load(HEAD + HOLES).changes == {"rules added": ["Holes → Streets"]}
    rule = RoutingRule.objects.get()
    assert (rule.mode, rule.position, rule.category) == ("route", 10, make.pothole())

    assert load(HEAD + HOLES).changes == {}
    changed = load(HEAD + HOLES.replace("route", "propose"))
    assert changed.changes == {"rules changed": ["Holes → Streets"]}
    assert RoutingRule.objects.get().version == 2

    assert load(HEAD).changes == {"rules turned off": ["Holes → Streets"]}
    assert not RoutingRule.objects.get().is_active
    assert load(HEAD).changes == {}
    assert load(HEAD + HOLES).changes == {"rules changed": ["Holes → Streets"]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10,A,no-such,,,,,,street-services,,", "category: there is no “no-such” in use"),
        ("10,A,,no-such,,,,,street-services,,", "group: there is no “no-such” in use"),
        ("10,A,,,no-such,,,,street-services,,", "zone: there is no “no-such” in use"),
        ("10,A,,,,,,,no-such,,", "department: there is no “no-such” in use"),
        ("10,A,,,,,,,,,", "department: it must not be blank"),
        ("10,A,pothole,graffiti,,,,,street-services,,", "not both"),
        ("10,A,,,,fall,,,street-services,,", "like danger=yes"),
        ("10,A,,,,fall=maybe-so,,,street-services,,", "no category it is about offers “maybe-so”"),
        ("10,A,,,,,,import,street-services,,", "would never apply"),
        ("10,A,,,,,asap,,street-services,,", "must be one of: normal, urgent"),
        ("10,A,,,,,,pigeon,street-services,,", "channel: “pigeon” must be one of"),
        ("10,A,,,,,,,street-services,send,", "must be one of: propose, route"),
        ("ten,A,,,,,,,street-services,,", "order: “ten” must be a whole number"),
        ("10," + "A" * 49 + ",,,,,,,street-services,,", "name:"),
    ],
)
def test_a_broken_rule_is_refused_with_its_line_and_the_reason(load, line, reason):
    report = load(HEAD + HOLES + line + "\n")
    problem = report.problems[0]
    assert (problem.file, problem.line) == ("rules.csv", 3)
    assert reason in problem.reason


TIMED = "order,name,category,answer,weekdays,from,to,department\n"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",,someday,,", "weekdays: “someday” must be one of mon tue wed"),
        (",,mon-,,", "weekdays: “mon-” must be one of"),
        (",,,25:00,06:00", "from: “25:00” must be a time like 06:30"),
        (",,,6am,7:00", "from: “6am” must be a time"),
        (",,,22:00,", "to: the hours of a rule have a beginning and an end"),
        (",,,22:00,22:00", "to: it is the same as “from”"),
        ("pothole,fall=yes,,,", "answer: no category it is about offers “yes”"),
    ],
)
def test_hours_and_days_are_checked_with_the_line_and_the_reason(load, cells, reason):
    report = load(f"{TIMED}10,A,{cells},street-services\n")
    assert [(one.file, one.line) for one in report.problems][:1] == [("rules.csv", 2)]
    assert reason in " ".join(one.reason for one in report.problems)


def test_what_is_taken_out_can_be_loaded_again_and_changes_nothing(load):
    load(f"{TIMED}20,Nights,pothole,,sat sun mon,22:00,06:00,street-services\n")
    rule = RoutingRule.objects.get()
    assert rule.weekdays == [0, 5, 6]
    assert (rule.from_time.hour, rule.to_time.hour) == (22, 6)
    load(f"{TIMED}20,Nights,storm-drain,fall=yes,fri-mon,,,street-services\n")
    assert RoutingRule.objects.get().weekdays == [0, 4, 5, 6]
    assert export_rules().splitlines() == [
        "order,name,category,group,zone,answer,priority,channel,weekdays,from,to,department,mode,why",
        "20,Nights,storm-drain,,,fall=yes,,,mon fri sat sun,,,street-services,propose,",
    ]
    assert load(export_rules()).changes == {}
    load(f"{TIMED}20,Nights,,,,22:00,06:30,street-services\n")
    assert "22:00,06:30" in export_rules()
    assert load(export_rules()).changes == {}


def test_a_city_without_rules_is_fine(tmp_path):
    RoutingRule.objects.all().delete()
    report = PackReport()
    pack.load(tmp_path, report)
    assert (report.problems, report.changes) == ([], {})
