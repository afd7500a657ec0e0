"""Tests for drafts of rules: copying, publishing all or nothing, conflicts with other changes."""

import pytest

from routing.models import RoutingRule, RuleDraft
from routing.rules import drafts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_rules():
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(name="Holes", department=make.streets(), category=make.pothole())
    RoutingRule.objects.create(name="Beach", department=make.water(), position=10)


@pytest.fixture
def draft():
    draft = RuleDraft.objects.create(name="Summer")
    drafts.copy_rules_into(draft)
    return draft


def get_rule(name):
    return RoutingRule.objects.get(name=name)


def change_drafted_rule(rows, called, **columns):
    """Change columns of the rule of `rows` with the name `called`, and save it as a form does."""
    row = rows.get(name=called)
    for column, value in columns.items():
        setattr(row, column, value)
    row.save()


def publish_draft(draft, why="The beach opens."):
    return drafts.publish_draft(draft, by=make.ada(), why=why)


def list_titles(changes):
    return [(change.title, change.what) for change in changes]


def test_a_draft_begins_as_a_copy_with_nothing_to_publish(draft):
    assert [rule.name for rule in draft.rules.list_in_use()] == ["Holes", "Beach"]
    assert drafts.list_changes(draft) == []
    with pytest.raises(drafts.NotPublished, match="the same as the live rules"):
        publish_draft(draft)


def test_publishing_changes_adds_and_switches_off_with_who_and_why(draft):
    untouched = get_rule("Holes")
    change_drafted_rule(draft.rules, "Beach", mode="route", weekdays=[5, 6])
    draft.rules.create(name="Nights", department=make.water(), position=20, priority="urgent")
    RoutingRule.objects.filter(name="Beach").update(why="Old words.")
    draft.rules.filter(name="Beach").update(why="Old words.")
    assert list_titles(drafts.list_changes(draft)) == [("Beach", "changes"), ("Nights", "is new")]
    lines = drafts.list_changes(draft)[0].lines
    assert [(line.name, line.before, line.after) for line in lines] == [
        ("If", "everything", "Sat and Sun"),
        ("Then", "suggests Water Resources", "routes to Water Resources automatically"),
    ]
    publish_draft(draft)
    beach = get_rule("Beach")
    assert (beach.mode, beach.version, beach.weekdays) == ("route", 2, [5, 6])
    last = beach.history.first()
    assert (last.history_user, last.history_change_reason) == (
        make.ada(),
        "The beach opens. (Summer)",
    )
    assert get_rule("Nights").history.count() == 1
    assert get_rule("Holes").version == untouched.version
    draft.refresh_from_db()
    assert (draft.published_by, draft.why) == (make.ada(), "The beach opens.")
    with pytest.raises(drafts.NotPublished, match="published already"):
        publish_draft(draft)


def test_a_rule_that_the_draft_leaves_out_is_switched_off_not_deleted(draft):
    draft.rules.filter(name="Beach").delete()
    assert list_titles(drafts.list_changes(draft)) == [
        ("Beach", "is turned off: the draft leaves it out")
    ]
    publish_draft(draft)
    assert not get_rule("Beach").is_active


def test_switching_and_moving_are_called_what_they_are(draft):
    change_drafted_rule(draft.rules, "Holes", is_active=False)
    change_drafted_rule(draft.rules, "Beach", position=30)
    assert list_titles(drafts.list_changes(draft)) == [
        ("Holes", "is turned off"),
        ("Beach", "moves"),
    ]
    publish_draft(draft)
    again = RuleDraft.objects.create(name="Winter")
    drafts.copy_rules_into(again)
    change_drafted_rule(again.rules, "Holes", is_active=True)
    assert list_titles(drafts.list_changes(again)) == [("Holes", "is turned on")]


def test_two_rules_may_swap_their_names(draft):
    change_drafted_rule(draft.rules, "Holes", name="Between")
    change_drafted_rule(draft.rules, "Beach", name="Holes")
    change_drafted_rule(draft.rules, "Between", name="Beach")
    publish_draft(draft)
    assert get_rule("Beach").category == make.pothole()


def test_a_reason_is_needed(draft):
    change_drafted_rule(draft.rules, "Beach", mode="route")
    with pytest.raises(drafts.NotPublished, match="Say why"):
        publish_draft(draft, why="")
    assert get_rule("Beach").mode == "propose"


def test_a_draft_of_other_rules_is_refused_and_says_what_happened(draft):
    change_drafted_rule(draft.rules, "Beach", mode="route")
    rule = get_rule("Holes")
    rule._change_reason, rule._history_user = "They moved.", make.ada()
    rule.department = make.water()
    rule.save()
    RoutingRule.objects.create(name="Younger", department=make.streets(), position=90)
    with pytest.raises(drafts.RulesChanged):
        publish_draft(draft)
    assert get_rule("Beach").mode == "propose"
    holes, younger = drafts.list_rule_changes_since(draft)
    assert (holes.title, holes.who, holes.why) == ("Holes", "ada", "They moved.")
    assert [(line.before, line.after) for line in holes.lines] == [
        ("suggests Street Services", "suggests Water Resources")
    ]
    assert (younger.what, younger.who) == ("is new", "The city's folder, or a script")


def test_catching_up_takes_what_happened_and_keeps_what_the_draft_changed(draft):
    change_drafted_rule(draft.rules, "Beach", mode="route")
    change_drafted_rule(RoutingRule.objects, "Holes", department=make.water())
    change_drafted_rule(RoutingRule.objects, "Beach", priority="urgent")
    RoutingRule.objects.create(name="Younger", department=make.streets(), position=90)
    assert drafts.merge_current_rules(draft) == ["Beach"], "both changed it: a person looks"
    assert drafts.list_rule_changes_since(draft) == []
    kept = {rule.name: rule for rule in draft.rules.list_in_use()}
    assert kept["Holes"].department == make.water()
    assert (kept["Beach"].mode, kept["Beach"].priority) == ("route", "")
    assert "Younger" in kept
    publish_draft(draft)
    assert get_rule("Beach").mode == "route"


def test_a_rule_that_the_draft_leaves_out_and_others_changed_is_looked_at(draft):
    draft.rules.filter(name="Beach").delete()
    change_drafted_rule(RoutingRule.objects, "Beach", mode="route")
    assert drafts.merge_current_rules(draft) == ["Beach"]
    assert not draft.rules.filter(name="Beach").exists()


def test_a_name_that_two_rules_would_have_is_said_before_anything_is_written(draft):
    draft.rules.filter(name="Beach").delete()
    draft.rules.create(name="Beach", department=make.streets(), priority="urgent")
    with pytest.raises(drafts.NotPublished, match="Choose another name"):
        publish_draft(draft)
    assert get_rule("Beach").is_active


def test_catching_up_never_makes_two_rules_of_one_name(draft):
    draft.rules.create(name="Younger", department=make.water(), position=50)
    RoutingRule.objects.create(name="Younger", department=make.streets(), position=90)
    change_drafted_rule(RoutingRule.objects, "Beach", position=70)
    RoutingRule.objects.get(name="Beach").history.filter(version=1).delete()
    assert drafts.merge_current_rules(draft) == ["Beach", "Younger"], (
        "what it was is not known any more"
    )
    assert draft.rules.filter(name="Younger").count() == 1


def test_a_draft_from_before_a_publication_brings_the_rules_back(draft):
    before = {rule.name: rule.column_values() for rule in RoutingRule.objects.all()}
    change_drafted_rule(draft.rules, "Beach", name="Coast", mode="route", weekdays=[5, 6])
    draft.rules.filter(name="Holes").delete()
    draft.rules.create(name="Nights", department=make.water(), position=20, priority="urgent")
    publish_draft(draft)
    draft.refresh_from_db()
    later = RuleDraft.objects.create(name="Later")
    drafts.copy_rules_into(later)
    change_drafted_rule(later.rules, "Coast", why="The coast is clear.")
    publish_draft(later)
    earlier = drafts.create_draft_from_before(draft, by=make.ada())
    assert (earlier.name, earlier.made_by) == ("Before: Summer", make.ada())
    assert sorted(list_titles(drafts.list_changes(earlier))) == [
        ("Coast", "changes"),
        ("Holes", "is turned on"),
        ("Nights", "is turned off: the draft leaves it out"),
    ]
    publish_draft(earlier, why="It was a mistake.")
    assert {rule.name: rule.column_values() for rule in RoutingRule.objects.active()} == before


def test_there_is_no_draft_from_before_where_a_version_is_not_kept(draft):
    change_drafted_rule(draft.rules, "Beach", mode="route")
    publish_draft(draft)
    draft.refresh_from_db()
    get_rule("Beach").history.filter(version=1).delete()
    assert drafts.find_rules_before(draft) is None
    assert drafts.create_draft_from_before(draft, by=make.ada()) is None
    assert RuleDraft.objects.get() == draft
