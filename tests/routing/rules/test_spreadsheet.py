"""Tests for the import of rules from a spreadsheet, which creates a draft."""

import pytest
from django.urls import reverse

from routing.models import RoutingRule, RuleDraft
from tests import make
from tests.city.spreadsheets.test_spreadsheets import choose, confirm, csv, door, told

pytestmark = pytest.mark.django_db

HEAD = "order,name,category,group,zone,answer,priority,channel,weekdays,from,to,department,mode,why"


@pytest.fixture
def ada(client):
    client.force_login(make.ada())
    return client


@pytest.mark.parametrize("noun", ["export", "export_xlsx"])
def test_rules_taken_out_and_brought_in_change_nothing_and_make_no_draft(ada, noun):
    assert RoutingRule.objects.exists()
    answer = choose(ada, RoutingRule, ada.get(door(RoutingRule, noun)).content)
    assert (answer.status_code, answer.context["outcome"].changed_count) == (200, 0), told(answer)
    assert ada.get(door(RoutingRule, "import")).status_code == 200
    assert not RuleDraft.objects.exists()


def test_a_file_makes_a_draft_and_the_rules_stay_what_they_are(ada):
    line = "5,Night holes,pothole,,pico,,,,fri-sat,22:00,06:00,water-resources,route,They are up."
    before = list(RoutingRule.objects.values_list("name", "version"))
    shown = choose(ada, RoutingRule, csv(HEAD, line))
    assert told(shown)["new"][0][1] == "Night holes"
    assert not RuleDraft.objects.exists()
    assert 'value="Make the draft"' in shown.content.decode()
    answer = confirm(ada, RoutingRule, shown)
    draft = RuleDraft.objects.get()
    assert answer.url == reverse("admin:routing_ruledraft_change", args=[draft.pk])
    assert list(RoutingRule.objects.values_list("name", "version")) == before
    rule = draft.rules.get(name="Night holes")
    assert (rule.category, rule.weekdays, rule.department) == (make.pothole(), [4, 5], make.water())
    assert draft.rules.count() == len(before) + 1
    ada.post(reverse("admin:routing_ruledraft_publication", args=[draft.pk]), {"why": "Nights."})
    assert RoutingRule.objects.get(name="Night holes").mode == "route"


def test_a_changed_rule_shows_what_changes(ada):
    rule = RoutingRule.objects.list_in_use()[0]
    shown = choose(ada, RoutingRule, csv("name,why", f'"{rule.name}",Because.'))
    assert told(shown)["changed"][0][2] == (("Why", rule.why, "Because."),)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("5,x,pothole,,,,,,,,,atlantis,,", "there is no “atlantis” in use"),
        ("5,x,pothole,,,danger=maybe,,,,,,street-services,,", "no category it is about offers"),
        ("5,x,,,,,,,,22:00,,street-services,,", "the hours of a rule have a beginning and an end"),
        ("5,x,,,,,,,someday,,,street-services,,", "must be one of mon tue"),
        ("x,x,,,,,,,,,,street-services,,", "must be a whole number"),
    ],
)
def test_a_wrong_rule_is_told_in_plain_words(ada, line, words):
    answer = choose(ada, RoutingRule, csv(HEAD, line))
    assert answer.status_code == 422
    assert words in told(answer)["wrong"][0][2][0]
