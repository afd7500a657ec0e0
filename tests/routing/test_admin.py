"""Rules are configured in the admin; proposals are only read there."""

import pytest
from django.urls import reverse

from routing.models import Proposal, RoutingRule
from routing.pages import Panel
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    client.force_login(make.ada())
    return client


def test_a_rule_that_cannot_run_says_so_in_the_list(ada):
    address = reverse("admin:routing_routingrule_changelist")
    assert "switched off" not in ada.get(address).text
    rule = RoutingRule.objects.active().first()
    rule.department.is_active = False
    rule.department.save()
    page = ada.get(address).text
    assert f"The department {rule.department} is switched off." in page.replace("&amp;", "&")


def test_a_rule_is_changed_with_its_history(ada):
    rule = RoutingRule.objects.active().first()
    address = reverse("admin:routing_routingrule_change", args=[rule.pk])
    form = ada.get(address).context["adminform"].form
    given = {name: value for name, value in form.initial.items() if value is not None}
    assert ada.post(address, given | {"why": "It is theirs."}).status_code == 302
    rule.refresh_from_db()
    assert (rule.why, rule.version) == ("It is theirs.", 2)
    assert rule.history.first().history_user == make.ada()
    history = ada.get(reverse("admin:routing_routingrule_history", args=[rule.pk]))
    assert history.status_code == 200
    assert ada.get(reverse("admin:routing_routingrule_add")).status_code == 200


def test_a_rule_about_everything_says_always(ada):
    RoutingRule.objects.create(name="All → Streets", department=make.streets())
    page = ada.get(reverse("admin:routing_routingrule_changelist") + "?q=All").text
    assert "always" in page


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
