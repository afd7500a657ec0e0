"""Tests for sending messages: once, with retries after temporary failures only."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation

from lib import clock
from notifications import delivery as sending
from notifications.channels import email
from notifications.models import Delivery
from requests_app import workflow
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}


def send_everything():
    """Send all messages of the next 16 days; some are sent after 15 days without an answer."""
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(days=16)):
        for delivery_id in sending.list_due_ids():
            sending.send_delivery(delivery_id)


def receipt() -> Delivery:
    make.filed(contact=ANA)
    outbox.deliver_all_pending_events()
    return Delivery.objects.get()


class Server:
    """A mail server that raises `error` for every email."""

    def __init__(self, error):
        self.error = error

    def send_messages(self, messages):
        raise self.error


@pytest.fixture
def answers(monkeypatch):
    """Return a function that makes the mail server raise an error for every email."""

    def answer(error):
        monkeypatch.setattr(
            "django.core.mail.mailers.create_connection", lambda *a, **k: Server(error)
        )

    return answer


def test_a_message_is_sent_once_although_the_task_repeats():
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    sending.send_delivery(delivery.pk)
    assert len(mail.outbox) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (Delivery.State.SENT, 1)


def test_the_message_id_is_the_same_at_every_try():
    delivery = receipt()
    first, second = (email.render(delivery).message()["Message-ID"] for __ in range(2))
    assert first == second
    assert first.endswith("@testserver>")


def test_the_receipt_has_the_reference_the_target_and_a_private_link():
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    message = mail.outbox[0]
    row = delivery.event.service_request
    html = message.alternatives[0].content
    for text in (message.body, html):
        assert row.reference in text
        assert delivery.link.token in text
    assert row.reference in message.subject


@pytest.mark.parametrize(("words", "is_there"), [("I smell gas.", True), ("A hole.", False)])
def test_the_receipt_of_a_flagged_report_begins_with_the_emergency_number(words, is_there):
    make.filed(contact=ANA, description=words)
    outbox.deliver_all_pending_events()
    sending.send_delivery(Delivery.objects.get().pk)
    text = mail.outbox[0].body
    assert ("do not wait for us. Call 911." in text) == is_there


def test_the_work_is_done_asks_for_a_yes_or_a_no():
    make.service_request(Status.COMPLETED, contact=ANA)
    send_everything()
    done = next(each for each in mail.outbox if "Yes, fixed" in each.body)
    assert "?to=confirmation" in done.body
    assert "?to=dispute" in done.body


def test_a_question_opens_its_answer():
    make.service_request(Status.AWAITING_RESIDENT, contact=ANA)
    send_everything()
    asked = next(each for each in mail.outbox if "Answer the question" in each.body)
    assert "?to=answer" in asked.body


def test_a_day_is_named_so_that_it_holds_when_the_mail_is_read_later():
    row = make.filed(contact=ANA)
    row.due_at = clock.now() + timedelta(days=1)
    row.save(update_fields=["due_at"])
    send_everything()
    body = mail.outbox[0].body
    assert f"Expected by: {clock.format_absolute_date(clock.localtime(row.due_at).date())}" in body
    assert "tomorrow" not in body


def test_a_resident_reads_their_own_language():
    make.filed(contact=ANA, language="es")
    outbox.deliver_all_pending_events()
    seen = []
    original = email.events.compose

    def compose(delivery):
        seen.append(translation.get_language())
        return original(delivery)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(email.events, "compose", compose)
        sending.send_delivery(Delivery.objects.get().pk)
    assert seen == ["es"]


def test_every_kind_of_message_reads_well_in_text_and_html():
    for outcome in (Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED, Outcome.UPHELD):
        make.service_request(Status.CLOSED, outcome, contact=ANA)
    make.service_request(Status.CLOSED, Outcome.UNANSWERED, contact=ANA)
    for status in (Status.SCHEDULED, Status.AWAITING_RESIDENT, Status.DISPUTED):
        make.service_request(status, contact=ANA)
    again = make.service_request(Status.CLOSED, Outcome.CONFIRMED, contact=ANA)
    make.act(workflow.reopen, again, make.omar(), words="It sank again.")
    make.act(workflow.hide, again, make.omar(), words="It names a neighbour.")
    make.handed_back(make.urgent(make.service_request(Status.ROUTED)))
    send_everything()
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()
    assert {row.kind for row in Delivery.objects.all()} >= {
        "receipt", "routed", "planned", "question", "done", "closed", "reopened", "hidden",
        "new", "disputed", "handed_back",
    }  # fmt: skip
    for message in mail.outbox:
        assert "None" not in message.body
        assert "%(" not in message.body + message.subject
        assert "http://testserver/" in message.body


def test_a_greylisted_message_goes_later_with_longer_and_longer_waits(answers):
    delivery = receipt()
    answers(smtplib.SMTPRecipientsRefused({"ana@example.org": (451, b"try later")}))
    waits = []
    for __ in range(3):
        delivery.refresh_from_db()
        with clock.freeze_time(max(delivery.due_at, clock.now())):
            sending.send_delivery(delivery.pk)
            now = clock.now()
        delivery.refresh_from_db()
        waits.append((delivery.due_at - now).total_seconds())
    assert waits == [60, 120, 240]
    assert delivery.answer == "451 try later"


def test_after_a_day_of_tries_it_is_given_up(answers):
    delivery = receipt()
    answers(TimeoutError("silence"))
    states = []
    for hour in (25, 26, 27):
        with clock.freeze_time(clock.now() + timedelta(hours=hour)):
            sending.send_delivery(delivery.pk)
        delivery.refresh_from_db()
        states.append(delivery.state)
    assert states == [Delivery.State.DUE, Delivery.State.DUE, Delivery.State.FAILED]


@pytest.mark.parametrize(
    ("error", "is_noted"),
    [
        (smtplib.SMTPRecipientsRefused({"ana@example.org": (550, b"no such user")}), True),
        (smtplib.SMTPDataError(554, b"that looks like spam"), False),
    ],
)
def test_a_refused_address_is_noted_on_the_contact_and_a_refused_mail_is_not(
    answers, error, is_noted
):
    delivery = receipt()
    answers(error)
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.BOUNCED
    assert bool(delivery.event.service_request.contact.bounced_at) is is_noted


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPSenderRefused(553, b"not yours", "311@example.org"),
        smtplib.SMTPConnectError(554, b"no"),
        smtplib.SMTPHeloError(550, b"who?"),
    ],
)
def test_what_the_server_has_against_us_is_no_fault_of_an_address(answers, error):
    delivery = receipt()
    answers(error)
    sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DUE
    assert str(error.smtp_code) in delivery.answer
    assert delivery.event.service_request.contact.bounced_at is None


def test_a_departments_refused_address_touches_nobodys_contact(answers):
    service_request = make.urgent(make.service_request(Status.ROUTED, contact=ANA))
    outbox.deliver_all_pending_events()
    answers(smtplib.SMTPDataError(550, b"no"))
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        sending.send_delivery(Delivery.objects.get(kind="new").pk)
    service_request.contact.refresh_from_db()
    assert service_request.contact.bounced_at is None


class Watchful(Server):
    """A mail server that records each email's delivery row, and whether a transaction is open."""

    def __init__(self):
        super().__init__(None)
        self.seen = []

    def send_messages(self, messages):
        self.seen.append((Delivery.objects.get(), connection.in_atomic_block))
        return len(messages)


@pytest.mark.django_db(transaction=True)
def test_a_try_is_written_down_before_anything_goes_out(monkeypatch):
    server = Watchful()
    monkeypatch.setattr("django.core.mail.mailers.create_connection", lambda *a, **k: server)
    delivery = receipt()
    sending.send_delivery(delivery.pk)
    ((seen, is_in_transaction),) = server.seen
    assert (seen.state, seen.attempts) == (Delivery.State.DUE, 1)
    assert seen.due_at >= clock.now() + timedelta(seconds=90)
    assert not is_in_transaction
