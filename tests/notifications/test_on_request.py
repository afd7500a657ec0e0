"""Tests for emails that a person requests on a page: one email, one address, rate limits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from lib import clock
from notifications import tasks
from notifications.channels import email
from notifications.models import Delivery
from requests_app import mail as asked_mail
from requests_app import workflow
from requests_app.errors import TooManyAttempts
from requests_app.models import AccessLink
from requests_app.status import Status
from tests import make
from tests.accounts.test_mails import send

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "Ana@example.org", "phone": ""}


def ask(to="ana@example.org", by=None):
    asked_mail.request_mail("links", to=to, language="en", asked_by=by)
    return Delivery.objects.filter(event=None).last()


def test_the_links_of_an_address_come_in_one_mail_with_a_link_for_each_request():
    rows = [make.filed(contact=ANA), make.service_request(Status.CLOSED, contact=ANA)]
    asked = ask("ANA@Example.org")
    assert send(asked) == Delivery.State.SENT
    (message,) = mail.outbox
    assert message.to == ["Ana@example.org"]  # the address as given in her report
    for row in rows:
        (link,) = row.access_links.all()
        for text in (message.body, message.alternatives[0].content):
            assert f"http://testserver/requests/{row.reference}/mine/{link.token}/" in text
    assert "None" not in message.body


def test_a_mail_that_is_sent_again_after_a_failure_has_the_same_links():
    make.filed(contact=ANA)
    asked = ask()
    bodies = {email.render(asked).body for __ in range(2)}
    assert len(bodies) == 1
    assert AccessLink.objects.count() == 1


def test_an_address_that_nobody_reported_with_gets_nothing():
    make.filed(contact=ANA)
    assert send(ask("bob@example.org")) == Delivery.State.DROPPED
    assert mail.outbox == []


def test_what_was_closed_long_ago_or_withdrawn_is_not_in_it():
    make.service_request(Status.CLOSED, contact=ANA)
    left = make.service_request(Status.FILED, contact=ANA)
    workflow.follow(left, by=make.bob())
    make.act(workflow.withdraw, left, make.ana())
    asked = ask()
    with clock.freeze_time(clock.now() + timedelta(days=91)):
        assert send(asked) == Delivery.State.DROPPED


def test_more_than_three_to_one_address_or_from_one_browser_are_refused():
    for __ in range(3):
        ask(by=None)
    with pytest.raises(TooManyAttempts):
        ask(by=make.ana())
    for number in range(3):
        ask(to=f"bob{number}@example.org", by=make.bob())
    with pytest.raises(TooManyAttempts):
        ask(to="bob@example.org", by=make.bob())
    with clock.freeze_time(clock.now() + timedelta(minutes=61)):
        ask(by=make.bob())


def test_mails_on_request_are_forgotten_after_a_month():
    asked = ask()
    send(asked)
    tasks.delete_expired()
    assert Delivery.objects.filter(pk=asked.pk).exists()
    with clock.freeze_time(clock.now() + timedelta(days=31)):
        tasks.delete_expired()
    assert not Delivery.objects.filter(pk=asked.pk).exists()


def test_a_kind_that_nobody_knows_is_an_error_and_not_a_silent_mail():
    with pytest.raises(KeyError):
        asked_mail.request_mail("greeting", to="ana@example.org", language="en")


def test_a_delivery_tells_of_an_event_or_was_asked_for():
    row = make.filed()
    for columns in ({}, {"event": row.events.get(), "about": {}}):
        with pytest.raises(IntegrityError, match="a_message_tells"), transaction.atomic():
            Delivery.objects.create(kind="links", recipient="a@example.org", **columns)
