"""Tests for routing rules and proposals in the admin: they are read-only; drafts can be changed."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Category
from routing.desk.service_request.panel import Panel
from routing.models import DraftedRule, Proposal, RoutingRule, RuleDraft
from routing.rules import drafts
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:routing_routingrule_changelist")
ADD = reverse("admin:routing_draftedrule_add")


@pytest.fixture
def reader(client):
    """Return the client of a user who has only the "view" permissions."""
    person = make.user("rita", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(person)
    return client


@pytest.fixture
def draft():
    draft = RuleDraft.objects.create(name="Spring", made_by=make.ada())
    drafts.copy_rules_into(draft)
    return draft


def rule_form_data(**given):
    """Return the form data of a new rule in the latest draft."""
    return {
        "draft": RuleDraft.objects.latest("pk").pk,
        "name": "Holes → Streets",
        "position": "500",
        "is_active": "on",
        "category": make.pothole().pk,
        "department": make.streets().pk,
        "mode": "propose",
    } | given


def form_errors(response):
    assert response.status_code == 200
    found = response.context["adminform"].form.errors
    return {name: " ".join(reasons) for name, reasons in found.items()}


def test_a_rule_that_cannot_run_says_so_in_the_list_and_on_every_page(ada):
    assert "turned off" not in ada.get(LIST).text
    rule = RoutingRule.objects.get(name="Trees in private yards → Code")
    rule.department.is_active = False
    rule.department.save()
    said = f"The department {rule.department} is turned off."
    assert ada.get(LIST).text.replace("&amp;", "&").count(said) == 2
    home = ada.get(reverse("admin:index")).text
    assert "A routing rule can't run" in home
    assert said in home.replace("&amp;", "&")
    ada.logout()
    assert "can't run" not in ada.get("/accounts/login/").text


def test_the_list_costs_the_same_however_many_rules_there_are(ada):
    ada.get(LIST)
    with CaptureQueriesContext(connection) as some:
        ada.get(LIST)
    for n in range(5):
        RoutingRule.objects.create(
            name=f"Rule {n}", department=make.streets(), question="fall", answer="yes"
        )
    # Each new rule clears the cached lists of the city. This request loads them again.
    ada.get(LIST)
    with CaptureQueriesContext(connection) as more:
        ada.get(LIST)
    assert len(more) == len(some)


def rule_url(rule, noun="change", *more):
    return reverse(f"admin:routing_routingrule_{noun}", args=[rule.pk, *more])


def test_a_rule_in_use_is_read_only_and_leads_to_a_draft(ada):
    rule = RoutingRule.objects.active().first()
    version = rule.history.first()
    page = ada.get(rule_url(rule)).text
    assert reverse("admin:routing_ruledraft_add") in page
    assert 'name="why"' not in page
    for address in [rule_url(rule), rule_url(rule, "simple_history", version.pk)]:
        assert ada.post(address, {"name": "Mine", "why": "Because."}).status_code == 403
    assert ada.get(reverse("admin:routing_routingrule_add")).status_code == 403
    rule.refresh_from_db()
    assert (rule.version, rule.history.count()) == (1, 1)


@pytest.mark.usefixtures("draft")
def test_the_page_of_a_rule_opens_its_copy_in_an_open_draft(ada):
    rule = RoutingRule.objects.active().first()
    copy = DraftedRule.objects.get(source=rule)
    address = reverse("admin:routing_draftedrule_change", args=[copy.pk])
    assert address in ada.get(rule_url(rule)).text
    assert "Change it in the draft “Spring”" in ada.get(rule_url(rule)).text


def test_the_history_of_a_rule_says_what_changed_who_and_why_once(ada, draft):
    rule = RoutingRule.objects.active().first()
    draft.rules.filter(source=rule).update(why="It is theirs.")
    drafts.publish_draft(draft, by=make.ada(), why="A crew was formed.")
    rule.refresh_from_db()
    last = rule.history.first()
    history = ada.get(rule_url(rule, "history")).text
    assert history.count("A crew was formed.") == 1
    assert "It is theirs." in history
    assert "ada" in history
    assert ada.get(rule_url(rule, "simple_history", last.pk)).status_code == 200


@pytest.mark.usefixtures("draft")
def test_a_new_rule_stands_last_and_keeps_its_days_and_hours(ada):
    assert ada.get(ADD).context["adminform"].form.initial["position"] == 200
    given = rule_form_data(
        weekdays=["6", "5"], from_time="22:00", to_time="06:00", answered="size=large"
    )
    given["answered"] = pothole_answer()
    assert ada.post(ADD, given).status_code == 302
    rule = DraftedRule.objects.get(name="Holes → Streets")
    assert (rule.weekdays, f"{rule.from_time:%H}", f"{rule.to_time:%H}") == ([5, 6], "22", "06")
    assert f"{rule.question}={rule.answer}" == given["answered"]
    assert "Sat and Sun, 22:00–06:00" in ada.get(draft_url(rule.draft)).text


def draft_url(draft):
    return reverse("admin:routing_ruledraft_change", args=[draft.pk])


def pothole_answer():
    question = make.pothole().questions.filter(choices__effect="").first()
    return f"{question.code}={question.choices.filter(effect='').first().key}"


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"group": "1"}, "group", "not both"),
        ({"answered": "fall=yes"}, "answered", "It's offered by: Storm drain broken"),
        ({"answered": "no=such"}, "answered", "Select a valid choice"),
        ({"from_time": "22:00"}, "to_time", "a beginning and an end"),
        ({"to_time": "22:00"}, "from_time", "a beginning and an end"),
        ({"from_time": "22:00", "to_time": "22:00"}, "to_time", "It ends when it begins"),
        ({"from_time": "noon", "to_time": "22:00"}, "from_time", "Enter a valid time"),
        ({"weekdays": ["7"]}, "weekdays", "not one of the available choices"),
        ({"position": "1" + "0" * 30}, "position", "less than or equal"),
        ({"name": "A\0B"}, "name", "Null characters"),
        ({"name": "Storm drains → Water"}, "__all__", "Another rule of this draft"),
        ({"department": "999999"}, "department", "Select a valid choice"),
        ({"channel": "import"}, "__all__", "previous system come in closed"),
        ({"category": "", "answered": "fall=yes", "priority": "normal"}, "__all__", "urgent"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(ada, given, field, words):
    if "group" in given:
        given = {"group": make.pothole().group.pk}
    found = form_errors(ada.post(ADD, rule_form_data(**given)))
    assert list(found) == [field]
    assert words in found[field]
    assert not DraftedRule.objects.filter(category=make.pothole(), position=500).exists()


@pytest.mark.usefixtures("draft")
def test_an_answer_that_stops_the_report_is_never_filed(ada):
    category = Category.objects.active().filter(questions__choices__effect="stop").first()
    choice = category.questions.filter(choices__effect="stop").first().choices
    stop = choice.filter(effect="stop").first()
    given = rule_form_data(category=category.pk, answered=f"{stop.question.code}={stop.key}")
    assert "no such request is ever filed" in form_errors(ada.post(ADD, given))["__all__"]


def test_a_rule_keeps_showing_an_answer_that_nobody_offers_any_more(ada, draft):
    rule = DraftedRule.objects.create(
        draft=draft, name="Old", department=make.streets(), question="gone", answer="yes"
    )
    page = ada.get(reverse("admin:routing_draftedrule_change", args=[rule.pk])).text
    assert "gone = yes" in page
    assert "No category it&#x27;s about offers the answer yes to gone." in page


def test_a_rule_about_everything_says_so(ada):
    RoutingRule.objects.create(name="All → Streets", department=make.streets())
    assert "everything" in ada.get(LIST + "?q=All").text


def test_the_rules_are_taken_out_for_the_pack(ada):
    answer = ada.get(reverse("admin:routing_routingrule_export"))
    assert answer["Content-Disposition"] == 'attachment; filename="rules.csv"'
    assert answer.content.decode("utf-8-sig").startswith("order,name,category,")
    assert "Storm drains → Water,storm-drain" in answer.text


def test_who_may_only_read_reads_words_and_changes_nothing(reader):
    rule = RoutingRule.objects.get(name="Storm drains → Water")
    address = reverse("admin:routing_routingrule_change", args=[rule.pk])
    page = reader.get(address).text
    assert "suggests Water Resources" in page
    assert reverse("admin:routing_ruledraft_add") not in page
    assert reader.post(address, {"name": "Mine"}).status_code == 403
    assert reader.get(reverse("admin:routing_routingrule_export")).status_code == 200
    reader.force_login(make.user("nobody", is_staff=True))
    assert reader.get(reverse("admin:routing_routingrule_export")).status_code == 403


def test_rules_and_proposals_cannot_be_deleted(ada):
    row = make.filed()
    kept = Panel(row, make.omar()).advice.proposal
    kept.save()
    rule = RoutingRule.objects.first()
    for name, pk in [("routingrule", rule.pk), ("proposal", kept.pk)]:
        assert ada.post(reverse(f"admin:routing_{name}_delete", args=[pk])).status_code == 403
    assert ada.get(reverse("admin:routing_proposal_changelist")).status_code == 200
    assert ada.get(reverse("admin:routing_proposal_add")).status_code == 403
    assert ada.get(reverse("admin:routing_proposal_change", args=[kept.pk])).status_code == 200
    assert str(Proposal.objects.get()) == f"{row.pk}: {row.category.department}"
