"""Tests for the tasks on the index page of the admin, and for their search."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from santa311.web.admin_tasks import TASKS
from tests import make

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


def tasks(client, typed=""):
    return {task.name: task.url for task in client.get(INDEX, {"q": typed}).context["tasks"]}


def test_every_task_leads_to_a_page_that_opens(ada):
    found = tasks(ada)
    assert list(found) == [str(task.name) for task in TASKS]
    assert found["Add a category"] == reverse("admin:city_category_add")
    assert found["Invite someone"] == reverse("admin:accounts_invitation_add")
    assert {ada.get(url).status_code for url in set(found.values())} == {200}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("opening hours", "Change opening hours and working days"),
        ("new user", "Invite someone"),
        ("HOLIDAY", "Add a holiday"),
        ("lost pho", "Help someone who lost their phone"),
        ("spanish", "Translate a text"),
        ("digest", "Change the hour of a department's daily digest"),
        ("summary", "Change the hour of a department's daily digest"),
        ("email arrived", "See whether an email arrived"),
    ],
)
def test_a_task_is_found_by_its_words_and_others_for_it(ada, typed, name):
    found = tasks(ada, typed)
    assert name in found
    assert len(found) < 4


def test_tables_are_found_too_and_what_matches_nothing_is_said(ada):
    page = ada.get(INDEX, {"q": "webhook"})
    assert [m["object_name"] for part in page.context["parts"] for m in part["models"]] == [
        "Webhook", "WebhookDelivery",
    ]  # fmt: skip
    assert "Nothing here matches “xyzzy”" in ada.get(INDEX, {"q": "xyzzy"}).text


def test_who_may_not_do_a_task_does_not_read_it(client):
    clerk = make.user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_holiday"))
    client.force_login(clerk)
    assert tasks(client) == {}
    clerk.user_permissions.add(Permission.objects.get(codename="add_holiday"))
    client.force_login(make.User.objects.get(pk=clerk.pk))
    assert list(tasks(client)) == ["Add a holiday"]
