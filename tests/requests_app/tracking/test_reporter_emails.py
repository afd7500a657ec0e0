"""Tests for stopping the emails about a request, by the link in an email or on its page."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app import workflow
from requests_app.models import AccessLink, Contact
from requests_app.status import Status
from requests_app.workflow import outbox
from routing.desk.service_request.facts import list_contact_facts
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}
STOPPED = "You stopped the emails about this request."


@pytest.fixture
def row():
    return make.filed(contact=ANA)


def link_of(row) -> str:
    return f"{address(row)}mine/{AccessLink.create_link(service_request=row).token}/emails/"


def stop(row, client=None, **given):
    return (client or browser("ana")).post(f"{address(row)}emails/", {"want": "no"} | given)


def kinds_for_ana() -> list[str]:
    outbox.deliver_all_pending_events()
    return list(
        Delivery.objects.filter(recipient=ANA["email"])
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def send_to_ana() -> None:
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(minutes=2)):
        for letter in Delivery.objects.filter(recipient=ANA["email"], state=Delivery.State.DUE):
            delivery.send_delivery(letter.pk)


def test_each_email_has_a_link_that_stops_them_in_one_step(row):
    send_to_ana()
    [receipt] = mail.outbox
    headers = receipt.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    there = headers["List-Unsubscribe"].strip("<>")
    assert there in receipt.body
    assert there in receipt.alternatives[0].content
    path = there.removeprefix("http://testserver")
    strict = Client(enforce_csrf_checks=True)
    assert "Unsubscribe?" in strict.get(path, follow=True).content.decode()
    # a GET must not stop the emails, because mail programs open links
    assert Contact.objects.get().emails_stopped_at is None
    done = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert "We won't email you about your report again." in done.content.decode()
    assert done["Referrer-Policy"] == "strict-origin"
    make.route(row)
    assert kinds_for_ana() == ["receipt"]


def test_what_waits_to_be_sent_is_dropped(row):
    make.route(row)
    assert kinds_for_ana() == ["receipt", "routed"]
    stop(row)
    send_to_ana()
    states = Delivery.objects.filter(recipient=ANA["email"]).values_list("state", flat=True)
    assert (set(states), mail.outbox) == ({Delivery.State.DROPPED}, [])


def test_the_page_says_that_they_are_stopped_and_turns_them_on_again(row):
    ana = browser("ana")
    assert "Stop these emails" in ana.get(address(row)).content.decode()
    assert stop(row).url == f"{address(row)}#emails"
    stopped_at = Contact.objects.get().emails_stopped_at
    stop(row)
    assert Contact.objects.get().emails_stopped_at == stopped_at
    assert STOPPED in ana.get(address(row)).content.decode()
    stop(row, want="yes")
    make.route(row)
    assert kinds_for_ana()[-1] == "routed"


def test_the_page_of_the_link_turns_them_on_again(row):
    path = link_of(row)
    assert "Turn emails on again" in browser().post(path).content.decode()
    assert "You're unsubscribed" in browser().get(path).content.decode()
    assert "Emails are on again" in browser().post(path, {"want": "yes"}).content.decode()
    assert Contact.objects.get().emails_stopped_at is None


def test_only_the_reporter_may_and_a_link_only_for_its_request(row):
    other, omar = make.filed(contact=ANA), browser()
    omar.force_login(make.omar())
    assert stop(row, browser("bob")).status_code == 404
    assert stop(row, omar).status_code == 403
    assert browser("ana").get(f"{address(row)}emails/").status_code == 405
    wrong = link_of(row).replace(row.reference, other.reference)
    for path in (wrong, f"{address(row)}mine/{'0' * 64}/emails/", f"{address(row)}mine/٣/emails/"):
        assert browser().post(path).status_code == 404
        assert "We don't know this link" in browser().get(path).content.decode()
    assert not Contact.objects.exclude(emails_stopped_at=None).exists()


@pytest.mark.parametrize("columns", [{"email": "", "phone": "3105550100"}, {"bounced_at": clock}])
def test_without_an_address_that_works_the_page_offers_nothing(row, columns):
    given = columns | ({"bounced_at": clock.now()} if "bounced_at" in columns else {})
    Contact.objects.update(**given)
    assert 'id="emails"' not in browser("ana").get(address(row)).content.decode()
    assert 'id="emails"' not in browser("bob").get(address(row)).content.decode()


def test_links_that_somebody_asks_for_are_sent_anyway(row):
    stop(row)
    browser("ana").post("/requests/links/", {"email": ANA["email"]})
    delivery.send_delivery(Delivery.objects.get(event=None).pk)
    assert [message.to for message in mail.outbox] == [[ANA["email"]]]


def test_the_desk_sees_it_and_calls_instead():
    row = make.service_request(Status.IN_PROGRESS, contact=ANA | {"phone": "3105550100"})
    stop(row)
    row.refresh_from_db()
    email = list_contact_facts(row, row.contact)[-1]
    assert "(stopped emails about this request)" in str(email)
    omar = browser()
    omar.force_login(make.omar())
    page = omar.get(f"/desk/{row.reference}/?act=ask").content.decode()
    assert "The reporter stopped emails. Call 3105550100." in page
    assert workflow.department.can_reach_reporter(row)
