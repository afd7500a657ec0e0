"""Tests that only the recipient of an email can reply to it, while the address is still theirs."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from lib import clock
from notifications.incoming import applying, receiving, retention
from notifications.models import Delivery, IncomingMail
from notifications.reply_address import build_reply_address, find_delivery_ids
from notifications.wording.reply_results import compose_reply_result
from requests_app import workflow
from requests_app.models import (
    AccessLink,
    Comment,
    Contact,
    Device,
    Follower,
    FollowerAddress,
    FollowerLink,
)
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import erasure
from tests import make
from tests.notifications.incoming import mails

pytestmark = pytest.mark.django_db

BOB = "bob@example.org"


def followed(device=None) -> Delivery:
    """Return the message to Bob, who follows a request by email, that the request was routed."""
    row = make.filed(contact=mails.ANA)
    follower = Follower.objects.create(service_request=row, device=device)
    FollowerAddress.objects.create(
        follower=follower, service_request=row, email=BOB, language="es", confirmed_at=clock.now()
    )
    make.route(row)
    return mails.find_delivery(Delivery.Kind.ROUTED, BOB)


def test_the_signature_survives_another_case_and_an_older_secret(settings):
    asked = mails.asked()
    address = build_reply_address(asked)
    settings.LINK_SECRET, settings.LINK_SECRET_FALLBACKS = "new", [settings.LINK_SECRET]
    assert find_delivery_ids([address.upper(), "x@y", ""]) == {asked.pk}
    settings.LINK_SECRET_FALLBACKS = []
    assert find_delivery_ids([address]) == set()


def test_a_follower_by_email_comments(take):
    stored = take(mails.gmail(followed(), "También en mi calle.", "es", sender=BOB))
    assert (stored.state, stored.event.verb) == ("taken", Verb.COMMENT)
    follower = Follower.objects.get()
    assert follower.device == stored.event.device
    assert follower.device.is_for_mail
    assert take(mails.write(stored.delivery, "Y más.", sender=BOB)).event.device == follower.device


def test_a_follower_comments_as_the_own_browser(take):
    assert (
        take(mails.write(followed(make.bob()), "Here too.", sender=BOB)).event.device == make.bob()
    )


def test_a_follower_of_a_request_that_is_hidden_now_is_refused(take):
    told = followed()
    make.act(workflow.hide, told.event.service_request, make.omar(), words="It names someone.")
    assert take(mails.write(told, "Here too.", sender=BOB)).reason == "gone"


def test_a_reporter_without_a_browser_answers(take):
    asked = mails.asked()
    row = asked.event.service_request
    row.reporter_sessions.all().delete()
    stored = take(mails.write(asked, "North."))
    assert stored.event.verb == Verb.ANSWER
    assert Device.objects.get(reporter_sessions__service_request=row).is_for_mail


def test_the_reporter_of_a_duplicate_comments_on_the_original(take):
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE, contact=mails.ANA)
    make.route(row.duplicate_of)
    told = mails.find_delivery(Delivery.Kind.ROUTED)
    stored = take(mails.write(told, "Mine is deeper."))
    assert stored.event.service_request == row.duplicate_of


@pytest.mark.parametrize("gone", ["link", "contact", "expired", "address"])
def test_a_link_that_is_gone_takes_no_reply(gone, take):
    asked = mails.asked()
    row = asked.event.service_request
    if gone == "link":
        AccessLink.objects.all().delete()
    elif gone == "contact":
        Contact.objects.all().delete()
    elif gone == "address":
        Contact.objects.get().delete()
        Contact.objects.create(service_request=row, email="new@example.org")
    else:
        long_ago = clock.now() - timedelta(days=91)
        row.__class__.objects.update(
            status="closed", status_before_question="", closed_at=long_ago, outcome="withdrawn"
        )
    stored = take(mails.write(asked, "North."))
    assert (stored.state, stored.reason) == ("refused", "gone")


def test_who_had_their_data_deleted_is_another_person(take):
    asked = mails.asked()
    raw = mails.write(asked, "North.")
    workflow.forget(asked.event.service_request, by=make.ana())
    assert take(raw).reason == "other_sender"


def test_an_address_of_staff_speaks_as_the_resident(take):
    make.user("ana", is_agent=True)
    event = take(mails.write(mails.asked(), "North.")).event
    assert (event.actor, event.device) == (None, make.ana())


def test_a_mail_to_two_reply_addresses_is_refused(take):
    first, second = mails.asked(), mails.asked()
    both = f"{build_reply_address(first)}, {build_reply_address(second)}"
    assert take(mails.write(first, "North.", to=both)).reason == "several_addresses"


def test_the_address_of_a_deleted_message_is_none(take):
    asked = mails.asked()
    raw = mails.write(asked, "North.")
    Delivery.objects.filter(pk=asked.pk).delete()
    assert take(raw).reason == "no_address"


def test_a_mail_that_is_sent_again_never_acts_twice(take):
    """A signed email that is sent again passes DMARC again, until its signature expires."""
    raw = mails.write(mails.asked(), "North.")
    assert take(raw).state == "taken"
    for days in (28, 31, 400):
        with clock.freeze_time(clock.now() + timedelta(days=days)):
            retention.delete_expired_mails()
            if again := receiving.receive_mail(raw):
                applying.apply_mail(again.pk)
                again.refresh_from_db()
                assert (again.state, again.reason) == ("refused", "too_old")
            assert (again is None) is (days < 30)
    assert Comment.objects.filter(body="North.").count() == 1


@pytest.mark.parametrize("days", [30, -2])
def test_a_mail_with_a_date_weeks_away_is_refused_and_its_sender_told(take, days):
    date = format_datetime(clock.now() - timedelta(days=days))
    assert take(mails.write(mails.asked(), "North.", Date=date)).reason == "too_old"
    answer = Delivery.objects.get(kind=Delivery.Kind.REPLY_RESULT)
    assert "check the date of your device" in compose_reply_result(answer).paragraphs[0]


@pytest.mark.parametrize("date", [b"", b"yesterday", b"Mon, 2 Mar 99999 10:00:00 +0000", b"\xff"])
def test_a_mail_without_one_date_is_refused(take, date):
    raw = mails.write(mails.asked(), "North.", Date="")
    field = b"Date: " + date + b"\r\n" if date else b""
    assert take(field + raw).reason == "too_old"
    twice = mails.write(mails.asked(), "North.")
    assert take(b"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n" + twice).reason == "too_old"


def test_received_lines_above_the_results_are_counted(take, settings):
    asked = mails.asked()
    raw = b"Received: from mx by imap\r\n" + mails.write(asked, "North.")
    assert take(raw).reason == "not_authenticated"
    settings.MAIL_AUTHSERV_DEPTH = 1
    assert take(b"Received: from mx by imap\r\n" + mails.write(asked, "North.")).state == "taken"


def test_a_follower_who_opens_the_link_takes_the_place_of_the_mail(take):
    take(mails.write(followed(), "Here too.", sender=BOB))
    follower = Follower.objects.get()
    workflow.follow_by_link(follower, by=make.bob())
    assert Follower.objects.get().device == make.bob()


def test_a_follower_who_denies_finished_work_gets_a_link_for_it(take):
    row = followed().event.service_request
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    told = mails.find_delivery(Delivery.Kind.DONE, BOB)
    take(mails.write(told, "No.", sender=BOB))
    answer = Delivery.objects.get(kind=Delivery.Kind.REPLY_RESULT)
    labels = [button.label for button in compose_reply_result(answer).buttons]
    assert labels == ["See the request", "It's not fixed"]
    FollowerLink.objects.all().delete()
    assert compose_reply_result(answer).buttons == []


def test_a_reporter_of_a_duplicate_is_led_to_the_original(take):
    row = make.service_request(Status.CLOSED, Outcome.DUPLICATE, contact=mails.ANA)
    make.route(row.duplicate_of)
    take(mails.write(mails.find_delivery(Delivery.Kind.ROUTED), "> quoted"))
    answer = Delivery.objects.get(kind=Delivery.Kind.REPLY_RESULT)
    assert compose_reply_result(answer).buttons[0].url.endswith("?to=original&lang=en")


def test_unsubscribing_ends_following_by_mail(take):
    take(mails.write(followed(), "Here too.", sender=BOB))
    workflow.stop_mails(Follower.objects.get())
    assert not Follower.objects.exists()


def test_deleting_an_address_deletes_the_follower_and_the_mails(take):
    take(mails.write(followed(), "Here too.", sender=BOB))
    erasure.erase_follower_address(BOB)
    assert not Follower.objects.exists()
    assert not IncomingMail.objects.exists()


def test_the_content_is_deleted_after_a_week_and_the_rest_after_a_month(take):
    take(mails.write(mails.asked(), "North."))
    for days, count, has_raw in [(6, 1, True), (8, 1, False), (31, 0, False)]:
        with clock.freeze_time(clock.now() + timedelta(days=days)):
            retention.delete_expired_mails()
        assert IncomingMail.objects.count() == count
        assert IncomingMail.objects.filter(raw__isnull=False).exists() == has_raw
