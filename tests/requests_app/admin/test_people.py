"""Tests for the administration of alerts: the filters, and ending an alert for a caller."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from requests_app.models import Alert
from tests import make

pytestmark = pytest.mark.django_db

ALERTS = reverse("admin:requests_app_alert_changelist")


def create_alert() -> Alert:
    return Alert.objects.create(email="bob@example.org", language="en", frequency="daily")


def test_an_administrator_ends_an_alert_for_a_caller_and_it_is_logged(client):
    client.force_login(make.ada())
    alert, other = create_alert(), create_alert()
    delete = reverse("admin:requests_app_alert_delete", args=[alert.pk])
    assert delete in client.get(reverse("admin:requests_app_alert_change", args=[alert.pk])).text
    assert client.get(delete).status_code == 200
    client.post(delete, {"post": "yes"})
    assert list(Alert.objects.all()) == [other]
    [logged] = LogEntry.objects.all()
    assert (logged.object_id, logged.action_flag) == (str(alert.pk), DELETION)
    assert "bob" not in logged.object_repr


def test_alerts_are_ended_one_at_a_time_by_those_who_have_the_right(client):
    client.force_login(make.ada())
    alert = create_alert()
    form = {"action": "delete_selected", "_selected_action": alert.pk, "post": "yes"}
    client.post(ALERTS, form)
    clerk = make.user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_alert"))
    client.force_login(clerk)
    delete = reverse("admin:requests_app_alert_delete", args=[alert.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Alert.objects.exists()


def test_the_filters_by_a_moment_are_yes_and_no(client):
    client.force_login(make.ada())
    alert = create_alert()
    page = client.get(ALERTS, {"confirmed_at__isempty": "1"})
    assert list(page.context["cl"].result_list) == [alert]
    assert "Not empty" not in page.text
    [confirmed] = [spec for spec in page.context["cl"].filter_specs if spec.title == "confirmed"]
    choices = [
        (each["display"], each["selected"]) for each in confirmed.choices(page.context["cl"])
    ]
    assert choices == [("All", False), ("No", True), ("Yes", False)]
