"""Tests for sending through a real SMTP server on this machine."""

import asyncio
import ssl
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import mailers
from django.core.management import CommandError, call_command

from lib import clock, env, mail
from notifications import delivery as sending
from notifications.models import Delivery
from tests.notifications.test_delivery import receipt
from tools.stack import ports

pytestmark = pytest.mark.django_db


class Postbox:
    """An SMTP handler that stores accepted emails.

    `answers` has the response for each recipient that is refused.
    """

    def __init__(self):
        self.kept = []
        self.answers = {}
        self.thinks = 0  # seconds before it accepts an email

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.thinks)
        self.kept.append(envelope.content.decode())
        return "250 kept"


@pytest.fixture
def postbox(settings):
    handler = Postbox()
    port = ports.free(["smtp"])["smtp"]
    server = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    settings.MAILERS = env.build_mailers(f"smtp://127.0.0.1:{port}")
    yield handler
    server.stop()


def test_a_receipt_arrives_as_text_and_html_with_its_message_id(postbox):
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    (message,) = postbox.kept
    assert "To: ana@example.org" in message
    assert "Message-ID: <" in message
    assert "Auto-Submitted: auto-generated" in message
    assert "text/plain" in message
    assert "text/html" in message


@pytest.mark.parametrize("how", ["tls", "ssl"])
def test_the_certificate_of_the_mail_server_is_checked(settings, how):
    settings.MAILERS = env.build_mailers(f"smtp://mail.example.org:587?{how}=1")
    backend = mailers["default"]
    assert backend.use_tls or backend.use_ssl
    assert backend.ssl_context.verify_mode == ssl.CERT_REQUIRED
    assert backend.ssl_context.check_hostname


def test_a_server_that_looks_through_a_mail_first_takes_it_once(postbox, settings):
    settings.MAILERS["default"]["OPTIONS"] |= {"timeout": 1, "answer_timeout": 60}
    postbox.thinks = 2
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, len(postbox.kept)) == (Delivery.State.SENT, 1)


def test_a_worker_that_died_before_its_mark_sends_again_with_the_same_message_id(postbox):
    delivery = receipt()
    for _worker in range(2):
        again = {"state": Delivery.State.DUE, "due_at": clock.now()}
        Delivery.objects.filter(pk=delivery.pk).update(**again)
        sending.send_delivery(delivery.pk)
    ids = {line for text in postbox.kept for line in text.splitlines() if "Message-ID" in line}
    assert len(postbox.kept) == 2
    assert len(ids) == 1


def test_a_greylisted_receipt_arrives_at_the_second_try(postbox):
    delivery = receipt()
    postbox.answers["ana@example.org"] = "451 4.7.1 try again later"
    sending.send_delivery(delivery.pk)
    postbox.answers.clear()
    with clock.freeze_time(clock.now() + timedelta(minutes=5)):
        sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, len(postbox.kept)) == (Delivery.State.SENT, 1)


def test_an_address_that_does_not_exist_is_noted(postbox):
    delivery = receipt()
    postbox.answers["ana@example.org"] = "550 5.1.1 no such user"
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.BOUNCED
    assert delivery.answer.startswith("550")
    assert delivery.event.service_request.contact.bounced_at


def test_a_server_that_is_gone_is_tried_later_and_then_left_alone_without_counting_tries(settings):
    settings.MAILERS = env.build_mailers("smtp://127.0.0.1:9")
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DUE
    assert delivery.due_at > clock.now()
    for n in range(5):
        with clock.freeze_time(clock.now() + timedelta(hours=n)):
            sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert mail.mail_breaker.is_open
    assert delivery.attempts == 3
    assert delivery.state == Delivery.State.DUE


def test_refused_addresses_are_answers_of_a_server_that_is_there(postbox):
    delivery = receipt()
    postbox.answers["ana@example.org"] = "451 4.7.1 try again later"
    for n in range(5):
        with clock.freeze_time(clock.now() + timedelta(hours=n)):
            sending.send_delivery(delivery.pk)
    assert not mail.mail_breaker.is_open


def test_a_test_mail_goes_at_once_and_says_whose_it_is(postbox, capsys):
    call_command("send_test_mail", "ana@example.org")
    (mail,) = postbox.kept
    assert "A test mail of http://testserver" in mail
    assert "to ana@example.org: the server for email took it" in capsys.readouterr().out


def test_what_the_server_says_of_a_test_mail_is_told(postbox):
    postbox.answers["ana@example.org"] = "550 no such user"
    with pytest.raises(CommandError, match="refused the address: 550 no such user"):
        call_command("send_test_mail", "ana@example.org")


def test_a_test_mail_says_that_the_server_is_away(settings):
    settings.MAILERS = env.build_mailers(f"smtp://127.0.0.1:{ports.free(['smtp'])['smtp']}")
    with pytest.raises(CommandError, match="No answer from the server for email"):
        call_command("send_test_mail", "ana@example.org")


def test_a_test_mail_needs_an_address():
    with pytest.raises(CommandError, match="is no email address"):
        call_command("send_test_mail", "ana@")
