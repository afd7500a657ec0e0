"""Tests for the explanation of a proposed department, as agents read it."""

from datetime import time

import pytest

from city.models import Category
from requests_app import workflow
from requests_app.models import Channel
from requests_app.workflow import outbox
from routing.desk.service_request.panel import Panel
from routing.models import RoutingRule
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_rules_yet():
    RoutingRule.objects.all().delete()


def load_advice(row):
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    return Panel(row, make.omar()).advice


def create_rule(**columns):
    columns.setdefault("department", make.water())
    return RoutingRule.objects.create(name="Holes → Water", **columns)


def test_a_rule_says_what_it_looked_at():
    row = make.filed()
    create_rule(category=row.category, zone=row.zone, priority="normal", channel=Channel.WEB)
    said = f"Holes → Water (v1): Pothole, {row.zone}, Normal, Web"
    assert load_advice(row).reasons == [said]


def test_a_rules_own_words_come_first():
    create_rule(group=make.pothole().group, why="Holes are wet.")
    assert load_advice(make.filed()).reasons == ["Holes → Water (v1): Holes are wet."]


def test_a_rule_without_conditions_says_its_name():
    create_rule()
    assert load_advice(make.filed()).reasons == ["Holes → Water (v1)"]


def test_a_rule_about_an_answer_shows_the_answer():
    asked = Category.objects.active().filter(questions__choices__effect="urgent").first()
    question = asked.questions.filter(choices__effect="urgent").first()
    choice = question.choices.filter(effect="urgent").first()
    create_rule(question=question.code, answer=choice.key)
    answers = make.least_answers(asked) | {question.code: [choice.key]}
    row = make.filed(category=asked, answers=answers)
    assert load_advice(row).reasons == [
        f"Holes → Water (v1): {question.staff_label}: {choice.label}"
    ]
    RoutingRule.objects.all().delete()
    row.refresh_from_db()
    kept = Panel(row, make.omar()).advice
    assert kept.reasons == ["Holes → Water (v1)"], "the rule is gone, its name is not"


def test_a_rule_about_days_and_hours_says_them_until_it_says_something_else():
    always = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "from_time": time(0), "to_time": time(23, 59, 59)}
    holes = create_rule(**always)
    row = make.filed()
    assert load_advice(row).reasons == ["Holes → Water (v1): Mon–Sun, 00:00–23:59"]
    holes.weekdays = [5]
    holes.save()
    assert Panel(row, make.omar()).advice.reasons == ["Holes → Water (v1)"]


def test_without_a_rule_the_category_is_the_reason():
    assert load_advice(make.filed()).reasons == ["It handles “Pothole”"]


def test_what_happened_to_others_like_it_is_counted_honestly():
    for to in [make.streets(), make.streets(), make.water()]:
        make.route(make.filed(by=make.bob()), to)
    given = load_advice(make.filed())
    assert given.reasons[1] == "2 of the last 3 like this went there"
    assert [(o.key, o.department.name, o.share) for o in given.options[:2]] == [
        ("Enter", "Street Services", "2 of 3"),
        ("1", "Water Resources", "1 of 3"),
    ]
    assert len({option.department for option in given.options}) == len(given.options) <= 3


def test_a_department_that_handed_it_back_is_named():
    row = make.service_request()
    make.route(row)
    make.handed_back(row)
    given = load_advice(row)
    assert given.department is None
    assert given.missing_reason == "Usually Street Services, but they handed it back."


def test_a_department_that_is_switched_off_is_named():
    create_rule(category=make.pothole())
    water = make.water()
    water.is_active = False
    water.save()
    row = make.filed()
    said = "Holes → Water (v1) names Water Resources, which is turned off."
    assert load_advice(row).missing_reason == said
    RoutingRule.objects.all().delete()
    make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    assert Panel(row, make.omar()).advice.missing_reason == said
