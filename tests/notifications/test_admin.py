"""Tests for the admin pages of messages."""

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from notifications.models import Delivery, name_endpoint
from requests_app.models import Alert, PushEndpoint
from tests import make

pytestmark = pytest.mark.django_db

MESSAGES = reverse("admin:notifications_delivery_changelist")


def read_message(client, **columns) -> str:
    """Create a message; return its admin page with all whitespace collapsed to single spaces."""
    given = {"kind": "alert_confirm", "recipient": "bob@example.org", "about": {}}
    delivery = Delivery.objects.create(**given | {"language": "en"} | columns)
    page = client.get(reverse("admin:notifications_delivery_change", args=[delivery.pk])).text
    return " ".join(page.split())


def test_a_message_says_what_it_is_about_and_cannot_be_saved(ada):
    alert = Alert.objects.create(email="bob@example.org", language="en", frequency="daily")
    name = str(alert)
    page = read_message(ada, about={"alert": alert.pk})
    assert name in page
    assert "{" not in page.partition("Confirm an alert")[2].partition("submit-row")[0]
    assert 'name="_save"' not in page
    Alert.objects.all().delete()
    assert name in read_message(ada, about={"alert": alert.pk})
    department = {"department": make.streets().pk}
    assert "Street Services" in read_message(ada, kind="staff_digest", about=department)


def test_a_recipient_is_named_also_without_an_address(ada):
    keys = {"url": "https://push.example/1", "p256dh": "x", "auth": "x", "language": "en"}
    endpoint, resident = (
        PushEndpoint.objects.create(url_hash=n, token_hash=n, nonce=uuid.uuid4(), **keys | owner)
        for n, owner in [("1", {"user": make.wes()}), ("2", {"device": make.ana()})]
    )
    push = {"kind": "new", "channel": "web_push"}
    for recipient, columns, said in [
        ("bob@example.org", {}, "bob@example.org"),
        ("deleted-716", {}, "deleted with the person&#x27;s data"),
        (name_endpoint(endpoint), push | {"endpoint": endpoint}, make.wes().full_name),
        (
            name_endpoint(resident),
            push | {"endpoint": resident},
            f"browser {resident.device_id}",
        ),
        ("push-4", push, "a device where notifications were turned off"),
    ]:
        page = read_message(ada, recipient=recipient, **columns)
        assert said in page
    assert "push-" not in ada.get(MESSAGES).text.partition("result_list")[2]


def test_only_those_who_may_change_messages_resend_them(client):
    clerk = make.user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client.force_login(clerk)
    read_message(client)
    assert "Resend failed emails" not in client.get(MESSAGES).text
    clerk.user_permissions.add(Permission.objects.get(codename="change_delivery"))
    client.force_login(make.User.objects.get(pk=clerk.pk))
    assert "Resend failed emails" in client.get(MESSAGES).text
