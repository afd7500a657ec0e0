"""Tests for drafts of routing rules in the admin: creating, editing, trying and publishing."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from lib import clock
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.rules import drafts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    draft = RuleDraft.objects.create(name="Beach season")
    drafts.copy_rules_into(draft)
    return draft


def admin_url(noun, *args, model="ruledraft"):
    return reverse(f"admin:routing_{model}_{noun}", args=args)


def order_form_data(draft, **changed):
    """Return the form data of a draft's page: the position and the active flag of every rule."""
    rules = list(draft.rules.order_by("position", "pk"))
    sent = {
        "name": draft.name,
        "rules-TOTAL_FORMS": len(rules),
        "rules-INITIAL_FORMS": len(rules),
    }
    for n, rule in enumerate(rules):
        sent |= {f"rules-{n}-id": rule.pk, f"rules-{n}-draft": draft.pk}
        sent |= {f"rules-{n}-position": rule.position, f"rules-{n}-is_active": "on"}
    return sent | {name.replace("__", "-"): value for name, value in changed.items()}


def rule_form_data(draft, **given):
    return {
        "draft": draft.pk,
        "name": "Nights",
        "position": "1",
        "is_active": "on",
        "department": make.water().pk,
        "mode": "route",
    } | given


def test_a_draft_is_a_copy_that_belongs_to_who_made_it(ada):
    answer = ada.post(admin_url("add"), {"name": "Beach season"}, follow=True)
    draft = RuleDraft.objects.get()
    assert (draft.made_by, draft.rules.count()) == (make.ada(), RoutingRule.objects.count())
    assert "This copies today&#x27;s rules" in answer.text
    assert "Beach season" in ada.get(admin_url("changelist")).text


@pytest.mark.parametrize(
    ("button", "page"), [("simulation", "simulation"), ("publication", "publication")]
)
def test_a_changed_position_is_saved_before_the_draft_is_tried_or_published(
    ada, draft, button, page
):
    first = draft.rules.order_by("position", "pk").first()
    sent = order_form_data(draft, rules__0__position="999", next=button)
    answer = ada.post(admin_url("change", draft.pk), sent)
    assert answer.url == admin_url(page, draft.pk)
    first.refresh_from_db()
    assert first.position == 999
    refused = ada.post(admin_url("change", draft.pk), sent | {"rules-0-position": "first"})
    assert refused.status_code == 200
    assert "Enter a whole number" in refused.text


def test_a_changed_position_is_saved_before_a_rule_is_added(ada, draft):
    answer = ada.post(
        admin_url("change", draft.pk), order_form_data(draft, rules__0__position="999", next="rule")
    )
    assert answer.url == f"{admin_url('add', model='draftedrule')}?draft={draft.pk}"
    assert draft.rules.filter(position=999).exists()


def test_no_link_leaves_a_draft_unsaved_and_the_enter_key_saves_it(ada, draft):
    page = ada.get(admin_url("change", draft.pk)).text
    tools = page.partition('class="object-tools"')[2].partition("</ul>")[0]
    assert tools.count('form="ruledraft_form" name="next"') == 3
    assert "<a" not in tools
    assert 'id="ruledraft_form"' in page
    buttons = re.findall(r'<(?:button|input type="submit")[^>]*name="(\w+)"', page)
    assert buttons[0] == "_save"  # the browser uses the first submit button for the Enter key


def test_rules_of_a_draft_are_moved_switched_off_and_removed_together(ada, draft):
    first, second, third = draft.rules.order_by("position", "pk")[:3]
    sent = order_form_data(draft, rules__0__position="999", rules__2__DELETE="on")
    del sent["rules-1-is_active"]
    assert ada.post(admin_url("change", draft.pk), sent).status_code == 302
    assert draft.rules.list_in_use()[-1] == first
    assert not draft.rules.get(pk=second.pk).is_active
    assert not draft.rules.filter(pk=third.pk).exists()
    assert "changed" in ada.get(admin_url("change", draft.pk)).text
    assert RoutingRule.objects.list_in_use()[0].name == first.name, "the rules of today stay"


def test_a_rule_is_added_changed_and_removed_on_its_own_page(ada, draft):
    back = admin_url("change", draft.pk)
    add = admin_url("add", model="draftedrule") + f"?draft={draft.pk}"
    assert ada.get(add).context["adminform"].form.initial["draft"] == str(draft.pk)
    assert ada.post(add, rule_form_data(draft)).url == back
    rule = draft.rules.get(name="Nights")
    assert ">new<" in ada.get(back).text
    page = admin_url("change", rule.pk, model="draftedrule")
    assert "Back to the draft" in ada.get(page).text
    twice = ada.post(page, rule_form_data(draft, name="Storm drains → Water"))
    assert "Another rule of this draft has this name" in twice.text
    assert ada.post(page, rule_form_data(draft, mode="propose")).url == back
    assert ada.post(admin_url("delete", rule.pk, model="draftedrule"), {"post": "yes"}).url == back
    assert not DraftedRule.objects.filter(name="Nights").exists()
    assert ada.get(admin_url("changelist", model="draftedrule")).url == admin_url("changelist")


def test_trying_a_draft_says_what_would_change_and_what_never_can(ada, draft):
    row = make.filed()
    draft.rules.create(name="Holes → Water", department=make.water(), category=row.category)
    draft.rules.create(name="Once more", department=make.water(), category=row.category)
    closed = make.streets()
    draft.rules.create(name="Broken", department=closed, position=900, priority="urgent")
    closed.is_active = False
    closed.save()
    page = ada.get(admin_url("simulation", draft.pk)).text
    assert "One of 1 requests would be routed differently (100 %)" in page
    assert row.reference in page
    assert "comes after “Holes → Water”" in page
    assert "rules can't run" in page


@pytest.mark.parametrize(
    ("rules", "filed", "words"),
    [
        ("same", True, "This draft is the same as the live rules"),
        ("none", True, "No rule of this draft is in use"),
        ("more", False, "There is nothing to test it on"),
        ("apart", True, "The one request of the last 90 days would go where it goes today"),
        ("all", True, "so no later rule is used"),
    ],
)
def test_trying_says_in_words_when_there_is_little_to_say(ada, draft, rules, filed, words):
    if filed:
        make.filed()
    if rules == "none":
        draft.rules.all().delete()
    if rules in {"more", "apart"}:
        draft.rules.create(name="Phone", department=make.water(), channel="phone", position=999)
    if rules == "all":
        draft.rules.create(name="All", department=make.water())
    assert words in ada.get(admin_url("simulation", draft.pk)).text


def test_publishing_shows_what_changes_and_asks_why(ada, draft):
    page = admin_url("publication", draft.pk)
    assert "There's nothing to publish" in ada.get(page).text
    draft.rules.create(name="Nights", department=make.water(), priority="urgent")
    assert "Publishing changes one rule" in ada.get(page).text
    refused = ada.post(page, {"why": " \0"})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    answer = ada.post(page, {"why": "The beach opens."}, follow=True)
    assert "These are the rules now" in answer.text
    rule = RoutingRule.objects.get(name="Nights")
    assert rule.history.get().history_change_reason == "The beach opens. (Beach season)"
    assert "was published" in ada.get(page).text
    assert ada.post(page, {"why": "Again."}).status_code == 422


def test_publishing_repeats_what_the_last_test_of_the_draft_found(ada, draft):
    for _n in range(2):
        make.route(make.filed())
    draft.rules.create(name="All to water", department=make.water(), position=0)
    page = admin_url("publication", draft.pk)
    assert "We have no test of the draft as it is now" in ada.get(page).text
    ada.get(admin_url("simulation", draft.pk))
    told = ada.get(page).text
    assert "the draft was right less often" in told
    assert "2 of 2 requests would be routed differently." in told
    assert "Right: 0, before 2." in told
    draft.rules.filter(name="All to water").update(department=make.streets())
    assert "We have no test of the draft as it is now" in ada.get(page).text
    ada.get(admin_url("simulation", draft.pk))
    assert "The last test of this draft" in ada.get(page).text


def test_a_published_draft_is_only_read(ada, draft):
    draft.rules.create(name="Nights", department=make.water(), priority="urgent")
    drafts.publish_draft(draft, by=make.ada(), why="Summer.")
    rule = draft.rules.get(name="Nights")
    assert "A published draft is kept as it was" in ada.get(admin_url("change", draft.pk)).text
    assert ada.post(admin_url("change", draft.pk), order_form_data(draft)).status_code == 403
    assert ada.post(admin_url("delete", draft.pk), {"post": "yes"}).status_code == 403
    page = admin_url("change", rule.pk, model="draftedrule")
    assert "routes to" in ada.get(page).text or "suggests" in ada.get(page).text
    assert ada.post(page, rule_form_data(draft)).status_code == 403
    added = ada.post(admin_url("add", model="draftedrule"), rule_form_data(draft, name="Late"))
    assert "Select a valid choice" in added.text
    assert ada.post(admin_url("update", draft.pk)).status_code == 302
    assert ada.get(admin_url("simulation", draft.pk)).status_code == 200


def test_a_published_draft_leads_back_to_the_rules_before_it(ada, draft):
    assert ada.post(admin_url("before", draft.pk)).status_code == 404, "it is not published"
    draft.rules.create(name="Nights", department=make.water(), priority="urgent")
    drafts.publish_draft(draft, by=make.ada(), why="Summer.")
    button = "Make a draft of the rules before this one"
    assert button in ada.get(admin_url("change", draft.pk)).text
    assert ada.get(admin_url("before", draft.pk)).status_code == 405
    answer = ada.post(admin_url("before", draft.pk), follow=True)
    assert "as they were before “Beach season” was published" in answer.text
    earlier = RuleDraft.objects.get(name="Before: Beach season")
    assert answer.redirect_chain[-1][0] == admin_url("change", earlier.pk)
    assert not earlier.rules.filter(name="Nights").exists()
    RoutingRule.history.filter(version=1).delete()
    assert button not in ada.get(admin_url("change", draft.pk)).text
    refused = ada.post(admin_url("before", draft.pk), follow=True)
    assert "No draft was made" in refused.text
    assert RuleDraft.objects.count() == 2


def test_rules_that_changed_meanwhile_stop_the_draft_and_say_so(ada, draft):
    draft.rules.filter(name="Storm drains → Water").update(mode="route")
    rule = RoutingRule.objects.get(name="Storm drains → Water")
    rule.why, rule._change_reason = "Drains are wet.", "Wording."
    rule.save()
    page = admin_url("publication", draft.pk)
    refused = ada.post(page, {"why": "The beach opens."})
    assert refused.status_code == 409
    assert "no rule was changed" in refused.text
    assert "Wording." in refused.text
    assert "Drains are wet." in ada.get(admin_url("change", draft.pk)).text
    caught = ada.post(admin_url("update", draft.pk), follow=True)
    assert "The draft&#x27;s version was kept. Check: Storm drains → Water." in caught.text
    assert "up to date" in ada.post(admin_url("update", draft.pk), follow=True).text
    assert ada.post(page, {"why": "The beach opens."}).status_code == 302


def test_who_may_not_change_rules_may_try_but_not_publish(client, draft):
    person = make.user("rita", is_staff=True)
    client.force_login(person)
    assert client.get(admin_url("simulation", draft.pk)).status_code == 403
    person.user_permissions.set(Permission.objects.filter(codename__endswith="_ruledraft"))
    client.force_login(person)
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        assert client.get(admin_url("simulation", draft.pk)).status_code == 200
    assert client.get(admin_url("publication", draft.pk)).status_code == 403
    assert client.post(admin_url("publication", draft.pk), {"why": "Mine."}).status_code == 403
    assert client.post(admin_url("update", draft.pk)).status_code == 403
    assert client.get(admin_url("update", draft.pk)).status_code == 405
    assert client.post(admin_url("before", draft.pk)).status_code == 403


def test_a_draft_that_is_not_there_is_not_found(ada):
    for noun in ("simulation", "publication"):
        assert ada.get(admin_url(noun, 999999)).status_code == 404
    assert ada.get(admin_url("change", 999999)).status_code == 302
