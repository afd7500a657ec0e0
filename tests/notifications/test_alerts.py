"""Tests for the emails of alerts: single requests and digests, each once, no hidden requests."""

import email.policy
import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from lib import clock
from notifications import alert_digests, delivery
from notifications.models import Delivery
from requests_app.models import Alert, AlertLink
from requests_app.privacy import deletion
from requests_app.privacy.stored_data import find_by_email
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}


def alert(**given) -> Alert:
    columns = {"email": "bob@example.org", "language": "en", "frequency": "at_once"}
    return Alert.objects.create(**columns | {"confirmed_at": clock.now()} | given)


def daily(**given) -> Alert:
    now = clock.now()
    return alert(frequency="daily", digest_since=now, digest_due_at=now, **given)


def send_all(later=timedelta(minutes=2)) -> list:
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + later):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    return mail.outbox


def create_digests(after=timedelta(days=1)) -> int:
    with clock.freeze_time(clock.now() + after):
        alert_digests.create_due_digests()
    return Delivery.objects.filter(kind="alert_digest").count()


def test_a_new_request_is_told_with_links_to_it_and_to_end_the_alert():
    owner = alert()
    row = make.filed()
    [letter] = send_all()
    assert letter.subject.startswith("New request: ")
    assert letter.to == ["bob@example.org"]
    assert f"http://testserver/requests/{row.reference}/" in letter.body
    link = owner.links.get()
    stop = f"http://testserver/alerts/{link.token}/end/?lang=en"
    assert letter.message()["List-Unsubscribe"] == f"<{stop}>"
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        f"\r\nList-Unsubscribe: <{stop}>\r\n"
        in letter.message().as_bytes(policy=email.policy.SMTP.clone(max_line_length=998)).decode()
    )
    assert stop in letter.body
    assert stop in letter.alternatives[0].content
    assert row.description not in letter.body


def test_an_address_with_several_alerts_gets_one_mail_and_the_reporter_only_the_receipt():
    alert()
    alert(words="hole")
    alert(email="Ana@Example.org")
    make.filed(contact=ANA)
    send_all()
    assert sorted(each.to[0] for each in mail.outbox) == ["ana@example.org", "bob@example.org"]
    assert Delivery.objects.get(recipient="ana@example.org").kind == "receipt"


def test_finished_work_is_told_in_the_owners_language():
    alert(wants_new=False, wants_finished=True, language="es")
    row = make.filed()
    make.route(row)
    make.complete(row)
    send_all()
    [letter] = [each for each in mail.outbox if each.to == ["bob@example.org"]]
    assert "finished" not in letter.subject.lower()
    assert row.reference in letter.subject
    links = [word for word in letter.body.split() if word.startswith("http://testserver/")]
    assert links
    assert all("lang=es" in link for link in links)


@pytest.mark.parametrize("columns", [{"is_private": True}, {"is_hidden": True}])
def test_what_was_public_for_a_moment_is_not_sent(columns):
    alert()
    row = make.filed()
    outbox.deliver_all_pending_events()
    type(row).objects.filter(pk=row.pk).update(**columns)
    assert send_all() == []
    assert Delivery.objects.get().state == "dropped"


def test_an_ended_alert_sends_nothing_more():
    owner = alert()
    make.filed()
    outbox.deliver_all_pending_events()
    owner.delete()
    assert send_all() == []


def test_a_refused_address_pauses_all_its_alerts(monkeypatch):
    alert()
    alert(words="other")
    other = alert(email="eve@example.org", words="nothing")
    make.filed()
    outbox.deliver_all_pending_events()
    refusal = {"bob@example.org": (550, b"No such user")}

    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused(refusal)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    send_all()
    assert list(Alert.objects.standing()) == [other]


def test_a_digest_is_created_once_and_says_what_was_new():
    owner = daily()
    row = make.filed()
    assert create_digests() == 1
    assert create_digests() == 1
    owner.refresh_from_db()
    assert owner.digest_due_at > clock.now() + timedelta(hours=12)
    [letter] = send_all(later=timedelta(days=1, minutes=2))
    assert letter.subject.startswith("1 new request: All categories")
    assert row.reference in letter.body
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_two_digests_in_a_row_leave_no_gap_and_repeat_nothing():
    owner = daily()
    start = clock.now()
    made = []
    for hours in (1, 23, 25, 47):
        with clock.freeze_time(start + timedelta(hours=hours)):
            made.append(make.filed(by=make.device(f"d{hours}")).reference)
    for day in (1, 2):
        with clock.freeze_time(start + timedelta(days=day, hours=1)):
            Alert.objects.filter(pk=owner.pk).update(digest_due_at=clock.now())
            alert_digests.create_due_digests()
    with clock.freeze_time(start + timedelta(days=3)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    letters = [each.body for each in mail.outbox if each.subject.count("new request")]
    assert [sum(reference in body for body in letters) for reference in made] == [1, 1, 1, 1]


def test_a_digest_without_requests_is_not_sent():
    daily(words="nothing-like-this")
    make.filed()
    create_digests()
    assert send_all(later=timedelta(days=1, minutes=2)) == []
    assert Delivery.objects.get(kind="alert_digest").state == "dropped"


def test_a_long_digest_names_twenty_and_links_to_the_list():
    daily()
    for number in range(22):
        make.filed(by=make.device(f"d{number}"))
    create_digests()
    send_all(later=timedelta(days=1, minutes=2))
    letter = next(each for each in mail.outbox if "new request" in each.subject)
    assert letter.subject.startswith("22 new requests")
    assert "and 2 more\n\nhttp://testserver/requests/?show=all" in letter.body
    page = letter.alternatives[0].content
    assert ">and 2 more</a>" in page


def test_a_failed_transaction_creates_no_digest_and_keeps_the_time(monkeypatch):
    owner = daily()
    monkeypatch.setattr(
        "notifications.alert_digests.enqueue.enqueue_on_commit", lambda *a: 1 / 0, raising=True
    )
    with pytest.raises(ZeroDivisionError):
        create_digests()
    owner.refresh_from_db()
    assert owner.digest_due_at <= clock.now()
    assert not Delivery.objects.exists()


def test_an_address_sees_and_deletes_its_alerts_with_its_other_data():
    owner = alert(place="4th and Pico")
    AlertLink.create_link(alert=owner)
    make.filed()
    send_all()
    held = find_by_email("BOB@example.org")
    assert held.alerts == [owner]
    assert held.stored_address == "bob@example.org"
    deletion.delete_personal_data(held, by=make.bob())
    assert not Alert.objects.exists()
    assert not Delivery.objects.filter(recipient="bob@example.org").exists()
