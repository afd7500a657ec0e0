"""Tests for the pages to see, download and delete one's personal data."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core import mail

from city.models import Category
from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app import workflow
from requests_app.following import followers
from requests_app.models import (
    Contact,
    DataLink,
    Draft,
    Event,
    FollowerAddress,
    Photo,
    ReporterSession,
)
from requests_app.photos import uploading
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana Lopez", "email": "ana@example.org", "phone": "310 555 0142"}


def ask(address="ana@example.org", client=None):
    return (client or browser("ana")).post("/your-data/", {"email": address})


def send_mails():
    mail.outbox.clear()
    for letter in Delivery.objects.filter(event=None, state=Delivery.State.DUE):
        delivery.send_delivery(letter.pk)
    return mail.outbox


def mailed_link():
    ask()
    [letter] = send_mails()
    return re.search(r"http://testserver(/your-data/[0-9a-f]{64}/)", letter.body)[1]


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_answer_is_the_same_whether_we_know_the_address_or_not():
    make.filed(contact=ANA)
    known, unknown = ask(), ask("nobody@example.org", browser("bob"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    letters = send_mails()
    assert [letter.to for letter in letters] == [["ana@example.org"]]
    assert timedelta(days=1) == DataLink.LIFETIME
    assert "It works for 1 day." in letters[0].body
    assert "It works for 1 day." in page(browser().get(known.url))


def test_a_mail_of_the_same_try_holds_the_same_link():
    make.filed(contact=ANA)
    first = mailed_link()
    again = {"state": Delivery.State.DUE, "due_at": clock.now()}
    Delivery.objects.filter(event=None).update(**again)
    assert first in send_mails()[0].body
    assert DataLink.objects.count() == 1


def test_a_fourth_mail_within_the_hour_is_refused_in_plain_words():
    for _time in range(3):
        assert ask().status_code == 302
    fourth = ask()
    assert fourth.status_code == 429
    assert "3 times in the last hour" in page(fourth)
    assert 'value="ana@example.org"' in page(fourth)


@pytest.mark.parametrize(
    "typed", ["", "ana", "a@b", "a b@example.org", "ana@example.org\0", "x" * 300]
)
def test_what_is_no_address_comes_back_as_it_was_typed(typed):
    response = ask(typed)
    assert response.status_code == 422
    assert "One thing needs another look" in page(response)


def test_the_link_shows_everything_that_came_with_the_address():
    row = make.service_request(Status.DISPUTED, contact=ANA, location_note="By the gate")
    shown = page(browser().get(mailed_link()))
    for words in [row.reference, "Ana Lopez", "310 555 0142", "By the gate", "It is still there."]:
        assert words in shown
    other = make.filed(by=make.bob(), contact={**ANA, "email": "bob@example.org"})
    assert other.reference not in shown


def test_looking_changes_nothing_however_often_a_scanner_does_it():
    make.filed(contact=ANA)
    link = mailed_link()
    events = Event.objects.count()
    for address in [link, link + "file/", link + "deletion/", link]:
        response = browser().get(address)
        assert response.status_code == 200
        assert b"".join(response)
    assert Contact.objects.exists()
    assert Event.objects.count() == events


def test_a_wrong_an_old_and_a_used_link_are_the_same_404():
    make.filed(contact=ANA)
    link = mailed_link()
    assert browser().get("/your-data/" + "0" * 64 + "/").status_code == 404
    with clock.freeze_time(clock.now() + timedelta(hours=24, minutes=1)):
        assert browser().get(link).status_code == 404
        assert browser().post(link + "deletion/").status_code == 404
    assert browser().post(link + "deletion/").status_code == 302
    for address in [link, link + "file/", link + "deletion/"]:
        assert browser().get(address).status_code == 404


def test_deleting_takes_the_person_and_leaves_the_report():
    row = make.service_request(Status.ROUTED, contact=ANA)
    outbox.deliver_all_pending_events()
    bob = make.filed(by=make.bob(), contact={**ANA, "email": "bob@example.org"})
    link = mailed_link()
    response = browser("new phone").post(link + "deletion/", {"open_ones": "go_on"})
    assert response.url == "/your-data/deleted/"
    assert "The link in the email no longer works" in page(browser().get(response.url))
    row.refresh_from_db()
    assert row.status == Status.ROUTED
    assert row.description == "A hole as wide as a bucket."
    assert not ReporterSession.objects.filter(service_request=row).exists()
    assert list(Contact.objects.values_list("service_request", flat=True)) == [bob.pk]
    assert not Delivery.objects.filter(recipient="ana@example.org").exists()
    assert row.events.last().verb == Verb.FORGET
    assert browser("ana").get(f"/requests/{row.reference}/").status_code == 200


def test_open_reports_are_taken_back_where_that_is_wanted_and_possible():
    mine = make.service_request(Status.ROUTED, contact=ANA)
    begun = make.service_request(Status.IN_PROGRESS, contact=ANA)
    shared = make.service_request(Status.ROUTED, contact=ANA)
    workflow.follow(shared, by=make.bob())
    browser("ana").post(mailed_link() + "deletion/", {"open_ones": "withdraw"})
    for row in (mine, begun, shared):
        row.refresh_from_db()
    assert mine.outcome == Outcome.WITHDRAWN
    assert begun.status == Status.IN_PROGRESS
    assert shared.status == Status.ROUTED
    assert not Contact.objects.exists()


def test_the_file_has_all_of_it_for_people_and_for_machines():
    photo = make.photo(device=make.ana())
    row = make.filed(contact=ANA, photos=[photo])
    uploading.make_sizes(photo.pk)
    make.act(workflow.comment, row, make.ana(), words="Still there on Monday.")
    response = browser().get(mailed_link() + "file/")
    assert "attachment" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    [told] = json.loads(archive.read("your-data.json"))["requests"]
    assert told["reference"] == row.reference
    assert told["contact"] == ANA
    assert [words["words"] for words in told["words"]] == ["Still there on Monday."]
    assert [archive.read(name)[:4] for name in told["photos"]] == [b"RIFF"]
    assert "Still there on Monday." in archive.read("your-data.html").decode()


def test_a_photo_that_is_gone_from_the_storage_costs_nobody_their_file():
    make.filed(contact=ANA, photos=[make.photo(device=make.ana())])
    response = browser().get(mailed_link() + "file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert json.loads(archive.read("your-data.json"))["requests"][0]["photos"] == []


def test_what_staff_wrote_is_not_the_persons_and_not_in_their_file():
    row = make.service_request(Status.ROUTED, contact=ANA)
    make.act(workflow.comment, row, make.wes(), words="Reporter sounds upset.", is_public=False)
    assert "sounds upset" not in page(browser().get(mailed_link()))


def test_who_only_follows_by_mail_sees_and_deletes_that_too():
    row = make.filed(by=make.bob())
    followers.request_confirmation(row, "Ana@example.org", by=make.ana())
    Delivery.objects.all().delete()
    link = mailed_link()
    assert row.reference in page(browser().get(link))
    browser().post(link + "deletion/")
    assert not FollowerAddress.objects.exists()
    assert not row.followers.exists()
    assert not Delivery.objects.filter(recipient="ana@example.org").exists()


# Data of this device


def test_a_device_shows_what_it_reported_without_any_mail():
    row = make.filed()
    assert row.reference in page(browser("ana").get("/your-data/device/"))
    assert row.reference not in page(browser("bob").get("/your-data/device/"))
    assert browser().get("/your-data/device/").status_code == 200


def test_a_device_that_others_use_too_forgets_and_the_report_keeps_its_reporter():
    row = make.filed(contact=ANA)
    other = make.filed(by=make.bob())
    workflow.follow(other, by=make.ana())
    Report("ana").post_category()
    client = browser("ana")
    client.post("/your-data/device/deletion/", {"what": "here"})
    assert client.cookies["device"].value != "ana"
    assert Contact.objects.filter(service_request=row).exists()
    assert not ReporterSession.objects.filter(service_request=row).exists()
    assert not other.followers.exists()
    assert not Draft.objects.exists()
    assert row.reference not in page(client.get("/requests/mine/"))
    assert row.reference not in page(browser("ana").get("/requests/mine/"))


def test_everything_goes_from_a_device_with_one_choice():
    row = make.filed(contact=ANA)
    browser("ana").post("/your-data/device/deletion/", {"what": "everything"})
    assert not Contact.objects.exists()
    assert row.events.last().verb == Verb.FORGET


def test_each_choice_of_a_device_says_below_itself_what_it_does():
    make.filed(contact=ANA)
    shown = page(browser("ana").get("/your-data/device/deletion/"))
    here, everything = shown.split('id="what-everything"')
    assert "The city keeps the reports you sent" in here
    assert "use the private link in your email" in here
    for words in ["your name, email address", "1 report is still open", "You can't undo this."]:
        assert words not in here
        assert words in everything
    assert "no email address" not in shown


def test_who_gave_no_email_is_not_sent_to_one():
    make.filed(contact={"phone": "310 555 0142"})
    shown = page(browser("ana").get("/your-data/device/deletion/"))
    assert "1 report has no email address. Only a private link that you saved" in shown
    assert "in your email" not in shown


def test_who_sent_nothing_has_nothing_to_choose():
    Report("ana").post_category()
    client = browser("ana")
    shown = page(client.get("/your-data/device/deletion/"))
    assert "We delete reports that you started" in shown
    assert "radio" not in shown
    assert "0 reports" not in shown
    client.post("/your-data/device/deletion/", {"what": "here"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("here", "The city keeps any reports you sent."),
        ("everything", "Your private links no longer work"),
    ],
)
def test_the_result_is_that_of_the_choice(what, words):
    make.filed(contact=ANA)
    client = browser("ana")
    result = client.post("/your-data/device/deletion/", {"what": what}, follow=True)
    assert words in page(result)
    assert "link in the email" not in page(result)


@pytest.mark.parametrize("count", [0, 1])
def test_only_what_there_is_is_counted(count):
    workflow.follow(make.filed(by=make.bob()), by=make.ana())
    for _time in range(count):
        make.filed()
    shown = page(browser("ana").get("/your-data/"))
    assert "1 request is followed from here." in shown
    assert ("1 report was sent or opened here." in shown) == bool(count)
    assert "0 reports" not in shown


def test_a_device_says_which_of_the_two_it_means():
    make.filed(contact=ANA)
    response = browser("ana").post("/your-data/device/deletion/")
    assert response.status_code == 422
    assert "Choose what to delete." in page(response)
    assert Contact.objects.exists()


def test_a_device_with_nothing_has_nothing_to_delete():
    assert browser().get("/your-data/device/deletion/").url == "/your-data/"
    assert browser().post("/your-data/device/deletion/", {"what": "here"}).url == "/your-data/"


def test_staff_do_not_delete_in_a_residents_place():
    make.filed(contact=ANA)
    link = mailed_link()
    staff = signed_in(make.omar())
    assert staff.post(link + "deletion/").status_code == 403
    assert staff.post("/your-data/", {"email": "ana@example.org"}).status_code == 403
    assert Contact.objects.exists()


def test_the_page_about_privacy_says_this_citys_figures():
    shown = page(browser().get("/privacy/"))
    assert "We'll email you a link that works for 1 day." in shown
    assert "180 days after the report is closed" in shown
    assert "90 days after the report is closed" in shown
    assert "Person who may need help" in shown


def test_the_page_about_privacy_says_what_pages_show_and_other_systems_read():
    Category.objects.filter(service_code="pothole").update(is_location_sensitive=True)
    shown = page(browser().get("/privacy/"))
    assert "get only the block" in shown
    sensitive = shown.partition("get only the block")[2].partition("Only the city sees this")[0]
    assert "Pothole" in sensitive
    assert "Person who may need help" not in sensitive


@pytest.mark.parametrize("address", ["/privacy/", "/your-data/"])
def test_pages_say_for_how_long_backups_keep_what_was_deleted(address, settings):
    settings.BACKUP_DAYS = 45
    shown = page(browser().get(address))
    assert "45 days" in shown
    assert "backups" in shown


def test_who_deletes_their_data_reads_what_becomes_of_photos_and_backups(settings):
    settings.BACKUP_DAYS = 45
    make.filed(contact=ANA)
    shown = page(browser().get(mailed_link() + "deletion/"))
    assert "your original photos, and the location and time your camera saved in them" in shown
    assert "a smaller copy of their photos" in shown
    assert "copies in our backups, for up to 45 days" in shown


def test_who_looks_at_their_data_reads_where_and_when_their_photos_were_taken():
    photo = make.photo(device=make.ana())
    row = make.filed(contact=ANA, photos=[photo])
    link = mailed_link()
    words = "We also keep the location and time your camera saved in them."
    assert words not in page(browser().get(link))
    Photo.objects.filter(pk=photo.pk).update(latitude="34.01", longitude="-118.49")
    assert words in page(browser().get(link))
    response = browser().get(link + "file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    [told] = json.loads(archive.read("your-data.json"))["requests"]
    assert told["reference"] == row.reference
    [camera] = told["camera_data"]
    assert (camera["latitude"], camera["longitude"]) == (34.01, -118.49)
