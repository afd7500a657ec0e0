"""Tests for the demo's page of sent push notifications."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from lib import clock
from notifications import delivery as sending
from notifications.channels import web_push as channel
from requests_app.models import Device, PushEndpoint
from requests_app.workflow import outbox
from tests import make
from tests.http_servers import running
from tests.visitors import browser, source
from tools.demo import pushes
from tools.demo.management.commands.seed_demo import Command
from tools.demo.people import ANA_KEY

pytestmark = pytest.mark.django_db


def test_who_is_chosen_gets_notifications_and_the_page_shows_them(demo_mode, tmp_path):
    demo_mode.DATA_DIR = tmp_path
    call_command(Command(), requests=0)
    with running(lambda handler: handler.send(201)) as server:
        channel.get_breaker.cache_clear()
        demo_mode.BASE_URL, demo_mode.PUSH_SERVICES = server.url, [server.name]
        for person in ("ana", "wes", "wes"):
            browser().post("/demo/role/", {"person": person})
        assert PushEndpoint.objects.count() == 2
        row = make.filed(by=Device.objects.get(key_hash=Device.hash_key(ANA_KEY)))
        make.route(row)
        outbox.deliver_all_pending_events()
        with clock.freeze_time(clock.now() + timedelta(minutes=2)):
            for delivery_id in sending.list_due_ids():
                sending.send_delivery(delivery_id)
        assert {path for _method, path, _headers, _body in server.calls} == {
            "/demo/pushes/ana/", "/demo/pushes/wes/"}  # fmt: skip
    page = source(browser().get("/demo/mails/"))
    for words in ("Street Services has it now", "A new request for you", row.reference,
                  "To Wes Carter", "To Ana Reyes", "Turn off notifications"):  # fmt: skip
        assert words in page
    top = page.partition('id="pushes-h"')[0]
    assert "Sent messages" in top.partition("</title>")[0]
    assert 'href="#pushes-h"' in top
    PushEndpoint.objects.all().delete()
    assert pushes.list_newest() == []


def test_the_demos_own_service_takes_any_message(demo_mode):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/pushes/ana/", b"x", "application/octet-stream").status_code == 201
