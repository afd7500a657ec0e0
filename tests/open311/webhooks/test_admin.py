"""Tests for webhooks in the administration: validation, secrets, resending and test deliveries."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from city.models import Category
from lib import clock
from notifications import delivery as mailing
from notifications.models import Delivery
from open311.models import Webhook, WebhookDelivery
from open311.webhooks import circuit
from requests_app.workflow import outbox
from tests import make
from tests.open311.webhooks.receiver import list_deliveries, send_all_deliveries
from tests.plans import plan_as_if_large, reads_all

pytestmark = pytest.mark.django_db

LIST = reverse("admin:open311_webhook_changelist")
ADD = reverse("admin:open311_webhook_add")
DELIVERIES = reverse("admin:open311_webhookdelivery_changelist")


def page_of(webhook):
    return reverse("admin:open311_webhook_change", args=[webhook.pk])


def given(url, **more):
    return {"name": "A neighbor", "url": url, "is_active": "on", **more}


def act(client, action, *rows, at=LIST):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(at, data, follow=True)


def test_the_secret_is_shown_once_and_is_the_one_that_signs(ada, receiver):
    page = ada.post(ADD, given(receiver.url), follow=True)
    webhook = Webhook.objects.get()
    shown = re.search(r'id="secret"[^>]*>([\w-]{40,})<', page.text)[1]
    assert shown == webhook.secret
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    again = ada.get(reverse("admin:open311_webhook_secret", args=[webhook.pk]), follow=True)
    assert again.redirect_chain == [(page_of(webhook), 302)]
    assert "shown once" in again.text
    assert webhook.secret not in again.text
    assert webhook.secret not in ada.get(page_of(webhook)).text


def test_a_secret_stands_nowhere_in_the_database(ada, receiver):
    ada.post(ADD, given(receiver.url), follow=True)
    webhook = Webhook.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM open311_webhook w")
        assert webhook.secret not in cursor.fetchone()[0]


def test_a_new_secret_takes_the_place_of_the_old_one(ada, receiver):
    webhook = receiver.webhook()
    before = webhook.secret
    page = act(ada, "make_secret", webhook)
    webhook.refresh_from_db()
    assert webhook.secret != before
    assert webhook.secret in page.text
    assert act(ada, "make_secret", webhook, receiver.webhook()).text.count("Select one webhook.")


def test_secrets_do_without_the_old_link_secret_once_they_are_locked_again(receiver, settings):
    webhook = receiver.webhook()
    secret = webhook.secret
    settings.LINK_SECRET_FALLBACKS = [settings.LINK_SECRET]
    settings.LINK_SECRET = "another one " * 5
    assert webhook.secret == secret
    call_command("relock_webhook_secrets")
    settings.LINK_SECRET_FALLBACKS = []
    webhook.refresh_from_db()
    assert webhook.secret == secret


def test_a_secret_that_no_link_secret_opens_is_named(receiver, settings):
    webhook = receiver.webhook()
    settings.LINK_SECRET = "another one " * 5
    with pytest.raises(CommandError, match=f"“{webhook.name}” can't be opened with LINK_SECRET"):
        call_command("relock_webhook_secrets")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/hook", "must start with https://"),
        ("https://localhost/hook", "leads into a private network"),
        ("https://169.254.169.254/", "leads into a private network"),
        ("https://[::1]/", "leads into a private network"),
        ("https://2130706433/", "leads into a private network"),
        ("https://me:word@example.org/", "isn&#x27;t a web address that can be called"),
        ("https://example.org:8443/", "must use port 443"),
    ],
)
def test_an_address_that_may_not_be_called_is_not_saved(ada, url, words):
    page = ada.post(ADD, given(url))
    assert words in page.text
    assert not Webhook.objects.exists()


def test_an_address_that_was_saved_is_not_asked_again_for_another_change(ada, receiver, settings):
    webhook = receiver.webhook()
    settings.WEBHOOK_ALLOWED_HOSTS = []
    assert ada.post(page_of(webhook), given(webhook.url, name="Renamed")).status_code == 302
    assert ada.post(page_of(webhook), given(receiver.url + "/2")).status_code == 200
    webhook.refresh_from_db()
    assert (webhook.name, webhook.url) == ("Renamed", receiver.url)


def test_kinds_and_categories_are_selected_and_private_ones_are_not_offered(ada, receiver):
    private = make.category(is_private=True)
    page = ada.get(ADD)
    offered = set(page.context["adminform"].form.fields["categories"].queryset)
    assert offered == set(Category.objects.filter(is_private=False))
    assert private not in offered
    chosen = given(receiver.url, kinds=["closed", "filed"], categories=[make.pothole().pk])
    ada.post(ADD, chosen)
    webhook = Webhook.objects.get()
    assert webhook.kinds == ["closed", "filed"]
    assert list(webhook.categories.all()) == [make.pothole()]


def test_turning_it_off_fails_what_is_owed_and_turning_it_on_forgives(ada, receiver):
    webhook = receiver.webhook()
    make.filed()
    outbox.deliver_all_pending_events()
    ada.post(page_of(webhook), {"name": "A neighbor", "url": webhook.url})
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.off_because) == (False, "by_hand")
    assert [delivery.state for delivery in list_deliveries()] == ["failed"]
    Webhook.objects.update(failures=9, failing_since=clock.now(), paused_until=clock.now())
    ada.post(page_of(webhook), given(webhook.url))
    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.off_because, webhook.failures) == (True, "", 0)
    assert webhook.paused_until is None
    act(ada, "send_failed_again", webhook)
    send_all_deliveries()
    assert receiver.events == ["filed"]


def test_a_test_is_sent_from_the_list_and_from_its_page(ada, receiver):
    webhook = receiver.webhook()
    assert "1 test is on its way" in act(ada, "send_test", webhook).text
    from_its_page = {"CHANGE_FORM-action": "send_test", "_selected_action": webhook.pk}
    ada.post(page_of(webhook), from_its_page)
    send_all_deliveries()
    assert receiver.events == ["test", "test"]
    circuit.deactivate_webhook(webhook, Webhook.OffBecause.BY_HAND)
    assert "Turn it on first." in act(ada, "send_test", webhook).text


def test_the_list_of_deliveries_says_how_each_went_and_sends_again(ada, receiver):
    webhook = receiver.webhook()
    receiver.answers = [503]
    row = make.filed()
    send_all_deliveries()
    page = ada.get(DELIVERIES)
    for words in (row.reference, "503", "To be sent", "A neighbor", "Filed"):
        assert words in page.text
    make.filed()
    outbox.deliver_all_pending_events()
    circuit.deactivate_webhook(webhook, Webhook.OffBecause.BY_HAND)
    assert "The webhook was turned off." in ada.get(DELIVERIES).text
    assert "503" in ada.get(DELIVERIES).text
    assert (
        "Nothing to send again" in act(ada, "send_again", list_deliveries()[0], at=DELIVERIES).text
    )
    circuit.activate_webhook(webhook)
    assert (
        "1 delivery will be sent again"
        in act(ada, "send_again", list_deliveries()[0], at=DELIVERIES).text
    )
    send_all_deliveries()
    assert [delivery.state for delivery in list_deliveries()] == ["sent", "failed"]


def test_a_webhook_is_deleted_with_its_deliveries_which_nobody_lists(ada, receiver):
    webhook = receiver.webhook()
    row = make.filed()
    outbox.deliver_all_pending_events()
    address = reverse("admin:open311_webhook_delete", args=[webhook.pk])
    assert row.reference not in ada.get(address).text
    ada.post(address, {"post": "yes"})
    assert not Webhook.objects.exists()
    assert list_deliveries() == []


def test_an_error_of_the_guard_is_told_in_words(ada, receiver):
    receiver.webhook()
    Webhook.objects.update(url="https://localhost/")
    make.filed()
    send_all_deliveries()
    assert "The address leads into a private network." in ada.get(DELIVERIES).text


def test_deliveries_are_filtered_and_searched(ada, receiver):
    first, second = receiver.webhook(), receiver.webhook(kinds=["closed"])
    row, other = make.filed(), make.filed()
    outbox.deliver_all_pending_events()

    def shown(**query):
        return list(ada.get(DELIVERIES, query).context["cl"].result_list)

    assert len(shown(webhook__id__exact=first.pk)) == 2
    assert shown(webhook__id__exact=second.pk) == []
    assert [one.service_request for one in shown(q=row.reference)] == [row]
    assert shown(state__exact="sent") == []
    assert len(shown(kind__exact="filed")) == 2
    assert other in {one.service_request for one in shown()}


@pytest.mark.parametrize(
    "filters",
    [{"state": "failed"}, {"state": "due"}, {"kind": "disputed"}, {"webhook": 1}],
    ids=str,
)
def test_no_list_of_deliveries_reads_the_whole_table(filters):
    rows = WebhookDelivery.objects.filter(**filters).order_by("-created_at", "-pk")[:50]
    plan_as_if_large("sort")
    assert not reads_all(rows, "open311_webhookdelivery")


def test_who_may_only_look_changes_nothing_and_sends_nothing(client, receiver):
    webhook = receiver.webhook()
    clerk = make.user("clerk", is_staff=True)
    clerk.user_permissions.set(permissions("view_webhook", "view_webhookdelivery"))
    client.force_login(clerk)
    assert client.get(page_of(webhook)).status_code == 200
    assert client.get(DELIVERIES).status_code == 200
    act(client, "send_test", webhook)
    act(client, "make_secret", webhook)
    assert not WebhookDelivery.objects.exists()
    shown = client.get(reverse("admin:open311_webhook_secret", args=[webhook.pk]))
    assert shown.status_code == 403
    assert client.post(ADD, given(receiver.url)).status_code == 403


def permissions(*names):
    return Permission.objects.filter(codename__in=names)


def test_one_that_was_turned_off_by_failure_is_told_on_every_page_of_the_administration(
    ada, receiver
):
    webhook = receiver.webhook()
    index = reverse("admin:index")
    assert "no delivery arrived" not in ada.get(index).text
    circuit.deactivate_webhook(webhook, Webhook.OffBecause.FAILED)
    for address in (index, LIST, page_of(webhook)):
        page = ada.get(address).text
        assert "A webhook is turned off because no delivery arrived for a day" in page
        assert page_of(webhook) in page
    circuit.activate_webhook(webhook)
    assert "no delivery arrived" not in ada.get(index).text


def test_administrators_get_a_mail_that_leads_to_the_webhook(receiver):
    make.ada()
    webhook = receiver.webhook(failing_since=clock.now() - circuit.DEACTIVATE_AFTER)
    circuit.record_failure(webhook)
    mailing.send_delivery(Delivery.objects.get(kind="webhook_off").pk)
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "The webhook A neighbor is turned off"
    assert f"http://testserver{page_of(webhook)}" in message.body
