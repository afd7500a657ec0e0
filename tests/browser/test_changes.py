"""Tests for the list of changes in the admin, on a phone."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import SecurityRecord
from lib.security_log import Kind
from requests_app import workflow
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = reverse("admin:accounts_securityrecord_changelist")


def test_an_administrator_finds_what_one_person_did(phone, live_server):
    ada, omar = make.ada(), make.omar()
    row = make.filed()
    make.act(workflow.route, row, omar, to=make.streets())
    LogEntry.objects.log_actions(ada.pk, [make.streets()], 2, "Changed name.")
    wrong = {"kind": Kind.SIGN_IN, "result": "wrong password", "actor": "stranger:3f9c1a77aa00bb11"}
    for _n in range(52):
        SecurityRecord.objects.create(target=f"user:{omar.pk}", request_id="7" * 32, **wrong)
    sign_in(phone, live_server, ada)
    phone.goto(live_server.url + PAGE)
    assert_accessible(phone)
    no_sideways_scroll(phone)
    phone.get_by_role("link", name="Older").click()
    expect(phone.get_by_role("link", name="Newest")).to_be_visible()
    phone.get_by_label("Person").select_option(label="Omar (omar)")
    phone.get_by_label("Kind").select_option(label="Work on requests")
    phone.get_by_role("button", name="Filter").click()
    expect(phone.get_by_role("link", name=row.reference)).to_be_visible()
    phone.get_by_label("From").fill("2031-01-01")
    phone.get_by_role("button", name="Filter").click()
    expect(phone.get_by_text("Nothing matches these filters.")).to_be_visible()
    assert_accessible(phone)
