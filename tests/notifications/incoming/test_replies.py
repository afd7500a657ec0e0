"""Tests for replies by email: each answers a question or adds a comment, from any email program."""

import io
import sys

import pytest
from django.core import mail
from django.core.management import call_command

from notifications import delivery as sending
from notifications.incoming import applying, receiving
from notifications.models import STAFF_KINDS, Delivery, IncomingMail
from notifications.reply_address import build_reply_address
from requests_app.models import Photo
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.notifications.incoming import mails

pytestmark = pytest.mark.django_db

SAID = {
    "en": "On the north side, near the tree.\n\nThanks, it's deep:\n- two feet\n- no cone",
    "es": "Está del lado norte.\n\nGracias, es hondo:\n- un metro\n- sin cono",
}


def pipe(monkeypatch, raw):
    """Run the command receive_mail with `raw` as its standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_mail")


def test_a_piped_reply_to_a_question_is_on_the_timeline(monkeypatch, client):
    asked = mails.asked()
    row = asked.event.service_request
    pipe(monkeypatch, mails.gmail(asked, SAID["en"]))
    stored = IncomingMail.objects.get()
    applying.apply_mail(stored.pk)
    row.refresh_from_db()
    event = row.events.latest("pk")
    assert (event.verb, event.comment.body) == (Verb.ANSWER, SAID["en"])
    assert row.status != Status.AWAITING_RESIDENT
    assert event.device == make.ana()
    stored.refresh_from_db()
    assert (stored.state, stored.event, stored.delivery) == ("taken", event, asked)
    assert "near the tree" in client.get(f"/requests/{row.reference}/").text


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "html"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("program", mails.PROGRAMS, ids=lambda program: program.__name__)
def test_quotes_and_signatures_are_left_out(program, language, plain, take):
    stored = take(program(mails.asked(), SAID[language], language, plain=plain))
    assert stored.state == "taken", stored.reason
    assert stored.event.comment.body == SAID[language]


@pytest.mark.parametrize("closing", ["Best regards,", "Thanks,", "Saludos", "*Atentamente,*"])
def test_a_signature_after_a_closing_is_left_out(closing, take):
    signature = (
        f"{closing}\n\nRosa Example\n12 Home Street\nhttps://example.org\nSent from my phone"
    )
    said = "Thanks, it is still there."
    assert take(mails.gmail(mails.asked(), f"{said}\n\n{signature}")).event.comment.body == said


@pytest.mark.parametrize(
    "said",
    [
        "Thanks,\nThe hole is north",
        "Thank you\nBut it is still as deep as before.",
        "It is deeper.\nThanks",
        "It is deeper.\nRegards,\n" + "North " * 20,
    ],
)
def test_words_after_thanks_stay(said, take):
    assert take(mails.write(mails.asked(), said)).event.comment.body == said.strip()


def test_a_mail_says_whether_everyone_can_read_a_reply():
    for is_private in (False, True):
        asked = mails.asked(category=make.category(is_private=is_private))
        sending.send_delivery(asked.pk)
    public, private = (each for each in mail.outbox if "You can also reply" in each.body)
    assert "Everyone can read your reply." in public.body
    assert "Everyone can read your reply." in public.alternatives[0].content
    assert "Everyone can read your reply." not in private.body


def test_a_mail_has_a_reply_address_only_for_its_resident(settings):
    asked = mails.asked()
    sending.send_delivery(asked.pk)
    [sent] = [each for each in mail.outbox if "Answer the question" in each.body]
    assert sent.reply_to[0].endswith(f"@{mails.DOMAIN}")
    assert "You can also reply to this email." in sent.body
    make.handed_back(make.urgent(make.service_request(Status.ROUTED)))
    outbox.deliver_all_pending_events()
    staff = Delivery.objects.filter(kind__in=STAFF_KINDS).latest("pk")
    assert build_reply_address(staff) == ""
    settings.REPLY_DOMAIN = ""
    assert build_reply_address(asked) == ""


def test_another_mail_than_a_question_gets_a_comment(take):
    row = make.filed(contact=mails.ANA)
    stored = take(mails.gmail(mails.find_delivery(Delivery.Kind.RECEIPT), "It is deeper now."))
    assert (stored.event.verb, stored.event.comment.is_public) == (Verb.COMMENT, True)
    assert stored.event.service_request == row
    assert not Delivery.objects.filter(kind=Delivery.Kind.REPLY_RESULT).exists()


def test_what_the_resident_quotes_of_others_stays(take):
    said = "My neighbor wrote:\nThe hole is two feet deep."
    assert take(mails.write(mails.asked(), said)).event.comment.body == said


def test_an_answered_question_gets_a_comment(take):
    asked = mails.asked()
    take(mails.gmail(asked, "North."))
    assert take(mails.gmail(asked, "No, south.")).event.verb == Verb.COMMENT


def test_a_mail_that_arrives_twice_acts_once(take):
    raw = mails.gmail(mails.asked(), "North.")
    take(raw)
    assert receiving.receive_mail(raw) is None
    assert receiving.receive_mail(b"X-Trace: another way\r\n" + raw) is None
    assert IncomingMail.objects.count() == 1


def test_a_photo_comes_along_and_a_logo_does_not(take):
    pictures = [make.picture(size=(800, 600)), make.picture(size=(90, 90))]
    stored = take(mails.write(mails.asked(), "North.", pictures=pictures))
    assert [photo.width for photo in stored.event.photos.all()] == [800]
    assert not Photo.objects.unattached().exists()
    assert stored.notes == []
