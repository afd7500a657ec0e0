"""Tests for @-mentions in internal notes: matching, permissions and display."""

import re

import pytest
from django.core import mail

from accounts.models import User
from notifications import delivery, subscriber
from notifications.models import Delivery
from requests_app import mentions, timeline, workflow
from requests_app.errors import InvalidInput
from requests_app.permissions import Audience, is_staff_of
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db


def comment(row, words, *, is_public):
    seen = row.events.last().pk
    return workflow.comment(row, by=make.omar(), seen=seen, words=words, is_public=is_public)


def note(row, words):
    """Add an internal note by Omar, create the messages about it, and return its event."""
    event = comment(row, words, is_public=False)
    outbox.deliver_all_pending_events()
    return event


def list_told() -> list[str]:
    """Return the addresses to which a MENTION was sent, in the order of the messages."""
    rows = Delivery.objects.filter(kind="mention").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def send_mentions() -> list:
    mail.outbox.clear()
    for row in Delivery.objects.filter(kind="mention", state="due"):
        delivery.send_delivery(row.pk)
    return mail.outbox


@pytest.fixture
def row():
    wes = make.wes()
    wes.first_name, wes.last_name = "Wés", "Carter"
    wes.save()
    make.walt()
    return make.service_request(Status.ROUTED)


@pytest.mark.parametrize(
    "words",
    [
        "@wes please look",
        "Please look, @WES.",
        "(@wes.carter) or nobody",
        'ask @"Wes Carter" first',
        "ask @“wés carter”, then me",
        "@wes and @wes.carter, look",
        "mail ana@example.org, then ask @wes",
    ],
)
def test_a_person_is_named_by_username_or_full_name(row, words):
    note(row, words)
    assert list_told() == ["wes@example.org"]


@pytest.mark.parametrize(
    "words", ["ana@example.org", "meet @ 5 pm", "@5pm", "see https://example.org/@wes/", "wes"]
)
def test_an_at_sign_that_names_nobody_is_text(row, words):
    note(row, words)
    assert list_told() == []


@pytest.mark.parametrize(
    "words", ["@we", "@wes2", "@walt", "@ana", '@"Wes Carte"', "@wes.carter.jr"]
)
def test_a_name_of_nobody_who_reads_the_note_is_refused(row, words):
    with pytest.raises(InvalidInput, match="can see this request") as refused:
        note(row, f"Hello {words} look")
    assert refused.value.field == "words"


@pytest.mark.parametrize("words", ['@" "', '@"."', '@"..."'])
def test_a_name_without_letters_is_not_that_of_an_account_without_a_name(row, words):
    make.user("m17", make.streets(), first_name="", last_name="")
    with pytest.raises(InvalidInput, match="can see this request"):
        note(row, f"{words} look")


def test_two_people_of_one_name_are_told_apart_by_username(row):
    make.user("wcarter", make.streets(), first_name="Wes", last_name="Carter")
    with pytest.raises(InvalidInput, match="Choose one: @wcarter, @wes"):
        note(row, "@wes.carter look")
    note(row, "@wcarter look")
    assert list_told() == ["wcarter@example.org"]


def test_who_can_be_named_is_who_may_read_the_note(row):
    make.user("gone", make.streets(), is_active=False)
    make.user("retired", is_agent=True, is_active=False)
    for one in (row, make.filed(by=make.bob())):
        allowed = {each for each in User.objects.filter(is_active=True) if is_staff_of(each, one)}
        assert set(mentions.find_note_readers(one.department_id)) == allowed


def test_the_mail_has_the_note_and_leads_to_the_place_of_its_reader(row):
    make.user("otto", is_agent=True)
    note(row, "@wes @otto\n<b>fence</b> first")
    wes, otto = send_mentions()
    if wes.to != ["wes@example.org"]:
        wes, otto = otto, wes
    assert wes.subject == f"Omar mentioned you: Pothole, City Hall ({row.reference})"
    assert "Omar mentioned you in a note" in wes.body
    assert "<b>fence</b> first" in wes.body
    assert "&lt;b&gt;fence&lt;/b&gt; first" in wes.alternatives[0].content
    assert f"/staff/{row.reference}/" in wes.body
    assert f"/desk/{row.reference}/" in otto.body


def test_nobody_is_told_of_their_own_note_or_twice(row):
    event = note(row, "@omar: I looked")
    assert list_told() == []
    event = note(row, "@wes look")
    subscriber.on_event(event)
    assert list_told() == ["wes@example.org"]


def test_a_public_comment_names_nobody(row):
    comment(row, "Thanks, @wes", is_public=True)
    outbox.deliver_all_pending_events()
    assert list_told() == []


@pytest.mark.parametrize("change", ["moved", "inactive"])
def test_who_may_no_longer_read_the_note_gets_no_mail(row, change):
    note(row, "@wes look")
    if change == "moved":
        make.wes().memberships.all().delete()
    else:
        User.objects.filter(username="wes").update(is_active=False)
    assert send_mentions() == []
    assert Delivery.objects.get(kind="mention").state == "dropped"


def test_a_username_with_other_characters_is_suggested_in_quotes(row):
    make.user("w@example.org", make.streets(), first_name="Will", email="w@example.net")
    handles = {each["name"]: each["handle"] for each in mentions.list_suggestions(
        row.department_id, make.omar())}  # fmt: skip
    assert handles == {"Wés Carter": "@wes", "Will": '@"w@example.org"'}
    note(row, 'Ask @"w@example.org"')
    assert list_told() == ["w@example.net"]


def test_the_timeline_shows_people_by_name(row, django_assert_num_queries):
    make.user("wcarter", make.water(), first_name="Wes", last_name="Carter")
    note(row, "plain <i>words</i>")
    with django_assert_num_queries(0):
        mentions.split_notes(["plain", "words"])
    (line, *_) = timeline.build_timeline(timeline.load_events(row), Audience.STAFF)
    assert [tuple(part) for part in line.parts] == [("plain <i>words</i>", "")]
    event = note(row, "ask @omar, then @wes")
    event.words.body += " or @wes.carter, not @nobody"
    event.words.save()
    (line, *_) = timeline.build_timeline(timeline.load_events(row), Audience.STAFF)
    assert [tuple(part) for part in line.parts] == [
        ("ask ", ""), ("", "Omar"), (", then ", ""), ("", "Wés Carter"), (" or ", ""),
        ("", "wes.carter"), (", not @nobody", ""),
    ]  # fmt: skip


def test_pages_show_a_person_highlighted_and_keep_a_refused_note(client, row):
    note(row, "ask @wes <i>now</i>\nplease")
    client.force_login(make.omar())
    address = f"/desk/{row.reference}/"
    shown = '<b class="mention" >@Wés Carter</b> &lt;i&gt;now&lt;/i&gt;<br>please'
    assert f"“ask {shown}”" in " ".join(client.get(address).text.split())
    seen = row.events.last().pk
    answer = client.post(f"{address}notes/", {"words": "ask @nobody <now>", "seen": seen})
    assert answer.status_code == 422
    assert "No one called @nobody can see this request." in answer.text
    assert "ask @nobody &lt;now&gt;</textarea>" in answer.text
    field = re.search(r'<textarea[^>]+id="note"[^>]+>', answer.text)[0]
    assert "autofocus" in field
    assert 'aria-describedby="note-problem note-hint"' in field
    client.force_login(make.wes())
    assert f"ask {shown}" in " ".join(client.get(f"/staff/{row.reference}/").text.split())
    given = {"words": "ask @nobody <now>", "seen": seen, "audience": "staff"}
    answer = client.post(f"/staff/{row.reference}/comments/", given)
    assert answer.status_code == 422
    assert "No one called @nobody can see this request." in answer.text
    assert "ask @nobody &lt;now&gt;</textarea>" in answer.text


def test_the_people_are_offered_to_who_writes(client, row):
    client.force_login(make.omar())
    assert client.get(f"/desk/{row.reference}/people/").json() == {
        "people": [{"handle": "@wes", "name": "Wés Carter"}]
    }
    client.force_login(make.wes())
    assert client.get(f"/staff/{row.reference}/people/").json() == {
        "people": [{"handle": "@omar", "name": "Omar"}]
    }
    client.force_login(make.walt())
    assert client.get(f"/staff/{row.reference}/people/").status_code == 404
