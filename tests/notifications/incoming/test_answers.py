"""Tests for responses to replies by email: refusals and reasons, links after yes or no, bounces."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail

from lib import clock
from lib.sandbox.errors import UnreadableFile
from notifications import delivery as sending
from notifications.channels import email
from notifications.incoming import applying
from notifications.incoming.yes_or_no import is_yes_or_no
from notifications.models import Delivery, IncomingMail
from notifications.reply_address import (
    build_bounce_token,
    build_reply_address,
    find_bounced_ids,
)
from requests_app import workflow
from requests_app.errors import IllegalTransition, ServerBusy
from requests_app.models import Comment, Contact, Photo
from requests_app.photos import uploading
from requests_app.status import Status, Verb
from tests import make
from tests.notifications.incoming import mails

pytestmark = pytest.mark.django_db


def send_answers() -> list:
    for delivery in Delivery.objects.filter(kind=Delivery.Kind.REPLY_RESULT):
        sending.send_delivery(delivery.pk)
    return mail.outbox


def done(**more) -> Delivery:
    """Return the message to Ana that the work on her request is done."""
    make.service_request(Status.COMPLETED, contact=mails.ANA, **more)
    return mails.find_delivery(Delivery.Kind.DONE)


def test_an_empty_reply_is_answered_once_in_the_thread(take):
    take(mails.write(mails.asked(), "> quoted", Message_ID="<empty@example.org>"))
    [answer] = send_answers()
    assert answer.to == ["ana@example.org"]
    assert "no new text" in answer.body
    assert answer.extra_headers["Auto-Submitted"] == "auto-replied"
    assert answer.extra_headers["In-Reply-To"] == "<empty@example.org>"
    assert answer.reply_to == []


def test_the_answer_is_in_the_language_of_our_email(take):
    take(mails.write(mails.asked(language="es"), "> citado"))
    assert "No pudimos aceptar su respuesta" in send_answers()[0].subject


def test_another_sender_learns_nothing_about_the_request(take):
    asked = mails.asked()
    take(mails.write(asked, "North.", sender="bob@example.org"))
    [answer] = send_answers()
    assert answer.to == ["bob@example.org"]
    for secret in (asked.event.service_request.reference, asked.link.token, "ana@"):
        assert secret not in f"{answer.subject} {answer.body}"


@pytest.mark.parametrize(("said", "language"), [("Yes, thanks!", "en"), ("No. Sigue roto.", "es")])
def test_a_yes_or_no_to_finished_work_does_nothing_but_offer_the_links(said, language, take):
    told = done(language=language)
    stored = take(mails.gmail(told, said, language))
    assert (stored.event.verb, stored.event.service_request.status) == (
        Verb.COMMENT,
        Status.COMPLETED,
    )
    [answer] = send_answers()
    assert "to=confirmation" in answer.body
    assert "to=dispute" in answer.body


def test_another_reply_to_finished_work_gets_no_answer(take):
    assert take(mails.gmail(done(), "The crew was friendly.")).state == "taken"
    assert send_answers() == []


@pytest.mark.parametrize(
    ("said", "is_one"),
    [("Yes", True), ("¡Sí! Gracias", True), ("No", True), ("It's fixed, thank you", True),
     ("Todavía no está", True), ("It is still not fixed", False), ("", False), ("!", False),
     ("No one came here in the last three weeks to look", False), ("Nobody came", False)],
)  # fmt: skip
def test_only_a_short_first_sentence_is_a_yes_or_no(said, is_one):
    assert is_yes_or_no(said) == is_one


def test_danger_flags_the_request_and_the_answer_names_the_number(take):
    stored = take(mails.write(mails.asked(), "Now I smell gas here."))
    assert stored.event.service_request.__class__.objects.get().danger
    assert "911" in send_answers()[0].body


def test_personal_data_is_left_out_of_a_public_reply(take):
    stored = take(mails.write(mails.asked(), "North. Call me: 310-555-0142.\n\nAna Ruiz"))
    assert "0142" not in stored.event.comment.body
    assert "We left out what looked like personal data" in send_answers()[0].body


def test_the_name_of_the_sender_is_left_out_of_a_public_reply(take):
    sender = {"From": "Rosa Quick <ana@example.org>"}
    stored = take(mails.write(mails.asked(), "It is north of the tree.\n\nRosa Quick", **sender))
    assert stored.event.comment.body == "It is north of the tree.\n\n[…]"


def test_personal_data_stays_in_a_private_request(take):
    asked = mails.asked(category=make.category(is_private=True))
    stored = take(mails.write(asked, "Call me: 310-555-0142."))
    assert "0142" in stored.event.comment.body


def test_a_photo_that_cannot_be_opened_does_not_hold_up_the_text(take):
    stored = take(mails.write(mails.asked(), "North.", pictures=[make.undecodable_picture()]))
    assert (stored.state, stored.event.comment.body) == ("taken", "North.")
    assert "damaged" in send_answers()[0].body


def test_other_files_are_not_kept(take):
    raw = mails.write(mails.asked(), "North.", pictures=[make.picture()])
    raw = raw.replace(b"image/jpeg", b"application/pdf").replace(b"photo.jpg", b"a.pdf")
    take(raw)
    assert "photos only" in send_answers()[0].body


def test_many_replies_are_refused_and_answered_five_times_a_day_at_most(take, settings):
    settings.RATE_LIMITS = {"word.person": "1/hour"}
    asked = mails.asked()
    take(mails.write(asked, "North."))
    assert {take(mails.write(asked, "More.")).reason for _ in range(4)} == {"too_many"}
    assert len(send_answers()) == 3  # at most three of a kind per hour
    with clock.freeze_time(clock.now() + timedelta(hours=2)):
        for _ in range(4):
            take(mails.write(asked, "> quoted"))
    assert Delivery.objects.filter(kind=Delivery.Kind.REPLY_RESULT).count() == 5


def test_a_question_that_was_canceled_gets_a_comment(take):
    asked = mails.asked()
    make.act(workflow.cancel_question, asked.event.service_request, make.omar())
    assert take(mails.write(asked, "North.")).event.verb == Verb.COMMENT


def test_what_the_workflow_refuses_is_answered(take, monkeypatch):
    def refuse(*args, **options):
        raise IllegalTransition

    monkeypatch.setitem(workflow.VERB_FUNCTIONS, Verb.ANSWER, refuse)
    picture = make.picture(size=(800, 600))
    stored = take(mails.write(mails.asked(), "North.", pictures=[picture]))
    assert (stored.reason, Photo.objects.unattached().count()) == ("not_possible", 0)
    assert "changed" in send_answers()[0].body


def test_an_answer_about_a_deleted_mail_is_not_sent(take):
    take(mails.write(mails.asked(), "> quoted"))
    IncomingMail.objects.all().delete()
    assert send_answers() == []


def test_a_busy_server_tries_again(take, monkeypatch):
    def busy(*args, **options):
        raise ServerBusy

    with monkeypatch.context() as patch:
        patch.setattr(uploading, "keep_photo", busy)
        raw = mails.write(mails.asked(), "North.", pictures=[make.picture(size=(800, 600))])
        stored = take(raw)
    assert stored.state == "received"
    applying.apply_mail(stored.pk)  # the next try is not due yet
    assert not Comment.objects.filter(body="North.").exists()
    with clock.freeze_time(clock.now() + timedelta(minutes=6)):
        applying.apply_mail(stored.pk)
    assert Comment.objects.filter(body="North.").count() == 1


def test_a_mail_that_always_fails_is_refused_in_the_end(take, monkeypatch):
    def fail(*args, **options):
        raise UnreadableFile("died")

    monkeypatch.setattr(applying.parent, "run_job", fail)
    stored = take(mails.write(mails.asked(), "North."))
    assert stored.state == "received"
    for hours in range(1, 7):
        with clock.freeze_time(clock.now() + timedelta(hours=hours)):
            applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.reason) == ("refused", "too_complex")


def test_who_is_confirmed_is_told_that_every_attempt_failed(take, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError

    asked = mails.asked()
    monkeypatch.setattr(uploading, "keep_photo", fail)
    raw = mails.write(asked, "North.", pictures=[make.picture(size=(800, 600))])
    with pytest.raises(RuntimeError):
        take(raw)
    stored = IncomingMail.objects.get()
    for hours in range(1, 6):
        with clock.freeze_time(clock.now() + timedelta(hours=hours)), suppress(RuntimeError):
            applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.reason) == ("refused", "failed")
    with clock.freeze_time(clock.now() + timedelta(hours=6)):
        [answer] = send_answers()
    assert answer.to == ["ana@example.org"]
    assert "send it again" in answer.body


def test_a_second_worker_comes_too_late(take):
    asked = mails.asked()
    stored = take(mails.write(asked, "North."))
    late = IncomingMail.objects.get()
    assert applying._claim_mail(stored.pk) is None
    applying._refuse(late, applying.MailRefused(applying.Reason.EMPTY))
    applying._save_reply(late, asked, make.ana(), "North.", [])
    assert Comment.objects.filter(body="North.").count() == 1
    stored.refresh_from_db()
    assert stored.state == "taken"


def test_mails_that_wait_are_enqueued_again(monkeypatch):
    IncomingMail.objects.create(digest="x", raw=b"")
    found = []
    monkeypatch.setattr(
        "lib.enqueue.enqueue_late_again", lambda name, ids: found.append((name, len(ids)))
    )
    applying.enqueue_due_mails()
    assert found == [("notifications.apply_incoming", 1)]


BOUNCE = """From: MAILER-DAEMON@mx.example.org
To: no-reply@city.example
Message-ID: <bounce@mx.example.org>
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user
--b
Content-Type: {kind}

Subject: A question
Reply-To: {address}
X-Santa311-Bounce: {token}

--b--
"""


def write_bounce(sent, action="failed", status="5.1.1", kind="message/rfc822", **changed) -> str:
    fields = {"address": build_reply_address(sent), "token": build_bounce_token(sent)} | changed
    return BOUNCE.format(action=action, status=status, kind=kind, **fields)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_is_recorded_as_a_refusal(kind, take):
    asked = mails.asked()
    assert take(write_bounce(asked, kind=kind).encode()).state == "bounce"
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("bounced", "smtp; 550 5.1.1 No such user")
    assert Contact.objects.get().bounced_at


def test_each_mail_has_the_token_of_its_bounces():
    asked = mails.asked()
    sent = email.render(asked)
    assert find_bounced_ids([sent.message()["X-Santa311-Bounce"]]) == {asked.pk}
    assert build_bounce_token(asked) not in build_reply_address(asked)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2")])
def test_a_temporary_failure_changes_nothing(action, status, take):
    assert take(write_bounce(mails.asked(), action, status).encode()).state == "automatic"
    assert Contact.objects.get().bounced_at is None


@pytest.mark.parametrize("refused", ["rfc822; other@example.org", "ana@example.org", ""])
def test_a_bounce_of_another_address_than_the_recipients_changes_nothing(refused, take):
    """The recipient may forward their email to another address, or the bounce may be forged."""
    text = write_bounce(mails.asked()).replace("rfc822; ana@example.org", refused)
    assert take(text.encode()).state == "bounce"
    assert Contact.objects.get().bounced_at is None


def test_a_bounce_made_up_from_the_reply_address_changes_nothing(take):
    asked = mails.asked()
    own = build_reply_address(asked).removeprefix("reply+").partition("@")[0]
    for token in ("", own, "1.aaaaaaaaaaaaaaaa", build_reply_address(asked), "\udcff"):
        text = write_bounce(asked, token=token).replace("bounce@", f"{len(token)}@")
        assert take(text.encode(errors="surrogateescape")).state == "bounce"
    assert Contact.objects.get().bounced_at is None
