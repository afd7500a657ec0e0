"""Tests for browser notifications, from the event to the decrypted message."""

import json
import socket
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from lib import clock
from notifications import delivery as sending
from notifications import subscriber
from notifications.channels import web_push as channel
from notifications.models import Delivery
from requests_app import workflow
from requests_app.models import Priority, PushEndpoint
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.notifications.push_service import push_service
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db
assert push_service

SETTLED = timedelta(minutes=2)  # long enough that an action can no longer be undone


def send_all(later=SETTLED) -> None:
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + later):
        for delivery_id in sending.list_due_ids():
            sending.send_delivery(delivery_id)


def pushes(**columns) -> dict[str, str]:
    """Return the state of notifications by kind, filtered by `columns`."""
    found = Delivery.objects.filter(channel="web_push", **columns)
    return dict(found.values_list("kind", "state"))


def test_the_reporter_reads_who_has_it_now(push_service):
    row = make.filed()
    own = push_service.subscribe(browser("ana"))
    make.route(row)
    send_all()
    message = push_service.read(own)
    assert message["notice"] == {
        "kind": "routed",
        "reference": row.reference,
        "title": "Street Services has it now",
        "body": f"Request {row.reference}",
        "lang": "en",
        "url": f"/requests/{row.reference}/?lang=en",
        "stop": f"/notifications/{own.endpoint.token}/end/",
        "stop_label": "Turn off notifications",
        "ends_alert": False,
    }
    own.endpoint.refresh_from_db()
    assert own.endpoint.used_at
    assert Delivery.objects.get(endpoint=own.endpoint).state == "sent"
    assert mail.outbox == []


def test_headers_are_those_of_the_standards(push_service, settings):
    row = make.filed()
    own = push_service.subscribe(browser("ana"))
    make.route(row)
    send_all()
    message = push_service.read(own)
    headers = message["headers"]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert int(headers["TTL"]) > 3600
    assert headers["Urgency"] == "normal"
    assert len(headers["Topic"]) == 32
    assert message["sender"] == settings.VAPID_PUBLIC_KEY
    claims = message["claims"]
    assert claims["aud"] == own.endpoint.url.rpartition("/")[0]
    assert claims["sub"] == "mailto:webmaster@example.org"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600


def test_a_newer_message_about_the_request_replaces_the_older_one_of_this_browser(push_service):
    row, other = make.filed(), make.filed()
    push_service.subscribe(browser("ana"))
    for each in (row, other):
        make.route(each)
    make.act(workflow.schedule, row, make.wes(), day=clock.today() + timedelta(days=3))
    send_all()
    topics = [headers["Topic"] for _method, _path, headers, _body in push_service.calls]
    assert len(topics) == 3
    assert len(set(topics)) == 2


def test_a_follower_reads_the_followers_words_in_the_language_of_the_page(push_service):
    row = make.filed()
    workflow.follow(row, by=make.bob())
    client = browser("bob")
    client.cookies["django_language"] = "es"
    own = push_service.subscribe(client)
    make.route(row)
    make.complete(row)
    send_all()
    told = {each["kind"]: each for each in (push_service.read(own, n)["notice"] for n in (0, 1))}
    notice = told["done"]
    assert notice["title"] == "El trabajo terminó"
    assert notice["lang"] == "es"
    assert notice["stop_label"] == "Desactivar notificaciones"


def test_no_message_has_personal_details(push_service):
    words = {"description": "My name is Zelda Quick.", "location_text": "12 Hidden Court"}
    contact = {"name": "Zelda Quick", "email": "zelda@example.org", "phone": "310 555 0100"}
    row = make.filed(contact=contact, **words)
    own = push_service.subscribe(browser("ana"))
    crew = push_service.subscribe(signed_in(make.wes()), "crew")
    make.route(row)
    make.act(workflow.ask, row, make.omar(), question="Is it at 12 Hidden Court, Zelda?")
    send_all()
    texts = [push_service.read({own.endpoint.url: own}.get(push_service.url(path[1:]), crew), n)
             for n, (_method, path, _headers, _body) in enumerate(push_service.calls)]  # fmt: skip
    assert len(texts) == 3
    said = json.dumps([each["notice"] for each in texts])
    for private in ("Zelda", "Hidden", "310", "zelda@"):
        assert private not in said


def test_a_crew_is_told_at_once_and_a_resident_when_it_cannot_be_undone(push_service):
    row = make.filed()
    push_service.subscribe(browser("ana"))
    crew = push_service.subscribe(signed_in(make.wes()), "crew")
    make.route(row)
    send_all(timedelta())
    assert pushes() == {"new": "sent", "routed": "due"}
    notice = push_service.read(crew)["notice"]
    assert notice["url"] == f"/staff/{row.reference}/"
    assert notice["title"] == "A new request for you"


def test_what_was_undone_is_not_told_to_residents_and_the_crew_reads_that_it_is_gone(push_service):
    row = make.filed()
    push_service.subscribe(browser("ana"))
    push_service.subscribe(signed_in(make.wes()), "crew")
    make.route(row)
    send_all(timedelta())
    workflow.undo(row, event=row.events.get(verb="route"), by=make.omar())
    send_all()
    assert pushes() == {"new": "sent", "routed": "dropped", "moved": "sent"}


def test_a_crew_hears_that_a_request_is_urgent_disputed_or_no_longer_theirs(push_service):
    row = make.filed()
    push_service.subscribe(signed_in(make.wes()), "crew")
    push_service.subscribe(signed_in(make.walt()), "water")
    make.route(row)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    make.moved_on(row, make.water())
    send_all()
    streets, water = (Delivery.objects.filter(endpoint__user__username=name)
                      for name in ("wes", "walt"))  # fmt: skip
    assert [each.kind for each in streets.order_by("pk")] == ["new", "urgent", "moved"]
    assert [each.kind for each in water] == ["new"]
    # For Street Services, "new" and "urgent" are no longer true when they are sent.
    assert sorted(pushes().values()) == ["dropped", "sent", "sent"]
    disputed = make.service_request(Status.COMPLETED)
    make.act(workflow.dispute, disputed, make.ana(), words="Still there.")
    send_all()
    assert streets.get(kind="disputed").state == "sent"


def test_who_acts_is_not_told_of_it(push_service):
    row = make.filed()
    push_service.subscribe(signed_in(make.wes()))
    make.route(row)
    make.handed_back(row)
    send_all()
    assert "moved" not in pushes()


def test_agents_are_told_of_a_possible_emergency_alone(push_service):
    agent = push_service.subscribe(signed_in(make.omar()))
    make.filed()
    send_all()
    assert pushes() == {}
    row = make.filed(description="A live wire is down and sparking. Someone is hurt.")
    send_all(timedelta())
    message = push_service.read(agent)
    assert row.danger
    assert message["notice"]["kind"] == "emergency"
    assert message["notice"]["url"] == f"/desk/{row.reference}/"
    assert message["headers"]["Urgency"] == "high"


@pytest.mark.parametrize(
    "change",
    [
        lambda row, bob: workflow.unfollow(row, by=make.bob()),
        lambda row, bob: make.act(workflow.hide, row, make.omar(), words="It is abuse."),
        lambda row, bob: bob.endpoint.delete(),
        lambda row, bob: PushEndpoint.objects.update(device=None, user=make.walt()),
        lambda row, bob: PushEndpoint.objects.update(device=make.device("carl")),
    ],
    ids=["unfollowed", "hidden", "turned off", "another person's", "another device's"],
)
def test_a_follower_who_may_not_read_it_any_more_gets_nothing(push_service, change):
    row = make.filed()
    workflow.follow(row, by=make.bob())
    bob = push_service.subscribe(browser("bob"))
    make.route(row)
    outbox.deliver_all_pending_events()
    change(row, bob)
    send_all()
    assert push_service.calls == []
    assert pushes(kind="routed") == {"routed": "dropped"}


@pytest.mark.parametrize("columns", [{"is_active": False}, {"memberships": None}], ids=repr)
def test_who_left_the_department_gets_nothing(push_service, columns):
    row = make.filed()
    wes = make.wes()
    push_service.subscribe(signed_in(wes))
    make.route(row)
    outbox.deliver_all_pending_events()
    if "is_active" in columns:
        type(wes).objects.filter(pk=wes.pk).update(is_active=False)
    else:
        wes.memberships.all().delete()
    send_all()
    assert push_service.calls == []
    assert pushes() == {"new": "dropped"}


def test_a_private_request_is_told_to_its_reporter_alone(push_service):
    row = make.filed(category=make.category(is_private=True))
    push_service.subscribe(browser("ana"))
    push_service.subscribe(browser("bob"), "bob")
    make.act(workflow.route, row, make.omar(), to=make.streets(), words="")
    send_all()
    assert pushes() == {"routed": "sent"}


def test_a_repeated_event_makes_no_second_message(push_service):
    row = make.filed()
    push_service.subscribe(browser("ana"))
    make.route(row)
    outbox.deliver_all_pending_events()
    subscriber.on_event(row.events.get(verb="route"))
    send_all()
    assert len(push_service.calls) == 1


def test_nothing_is_told_while_push_is_off(push_service, settings):
    row = make.filed()
    push_service.subscribe(browser("ana"))
    make.route(row)
    outbox.deliver_all_pending_events()
    settings.VAPID_PUBLIC_KEY = ""
    make.act(workflow.schedule, row, make.wes(), day=clock.today() + timedelta(days=3))
    send_all()
    assert push_service.calls == []
    assert pushes() == {"routed": "dropped"}


def route_and_send(push_service) -> Delivery:
    row = make.filed()
    push_service.subscribe(browser("ana"))
    make.route(row)
    send_all()
    return Delivery.objects.get(kind="routed", channel="web_push")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(push_service, status):
    push_service.status = status
    told = route_and_send(push_service)
    assert told.state == "bounced"
    assert told.endpoint is None
    assert not PushEndpoint.objects.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 413, 418])
def test_a_refused_message_says_why_and_the_browser_is_kept(push_service, status):
    push_service.status = status
    told = route_and_send(push_service)
    assert told.state == "bounced"
    assert told.answer.startswith(f"{status} the push service ")
    assert PushEndpoint.objects.exists()


@pytest.mark.parametrize(("status", "minutes"), [(429, 20), (500, 20), (503, 180)])
def test_a_service_that_is_busy_is_asked_again_when_it_says(push_service, status, minutes):
    push_service.status = status
    push_service.headers = {"Retry_After": str(minutes * 60)}
    told = route_and_send(push_service)
    assert told.state == "due"
    wait = told.due_at - clock.now() - SETTLED
    assert timedelta(minutes=minutes - 1) < wait <= timedelta(minutes=minutes)
    push_service.status = 201
    send_all(timedelta(minutes=minutes + 10))
    told.refresh_from_db()
    assert told.state == "sent"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 02 Mar 2026 18:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 17:10:00 GMT", 0),
        ("Mon, 02 Mar 2026 18:10:00", 600),
        ("Fri, 02 Mar 2096 18:10:00 GMT", 24 * 3600),
        ("9" * 400, 24 * 3600),
        ("-5", None),
        ("", None),
        ("١٢٠", None),
        ("soon", None),
        ("Mon, 99 Mar 2026 18:10:00 GMT", None),
        ("Mon, 02 Mar 99999 18:10:00 GMT", None),
        ("Mon, 02 Mar 2026 18:10:00 +9999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    with clock.freeze_time(make.A_QUIET_MONDAY):
        wait = channel.parse_retry_after(text)
    assert (wait and wait.total_seconds()) == seconds or (wait == timedelta() and seconds == 0)


def test_a_service_that_hangs_is_left_alone_after_two_tries(push_service, monkeypatch):
    monkeypatch.setattr(channel, "MAX_SECONDS", 0.2)
    push_service.hangs = True
    row = make.filed()
    for name in ("ana", "second", "third"):
        client = browser(name)
        push_service.subscribe(client, name)
        workflow.follow(row, by=make.device(name))
    make.route(row)
    send_all()
    assert len(push_service.calls) == 2
    found = Delivery.objects.filter(channel="web_push").order_by("attempts")
    assert [(each.state, each.attempts) for each in found] == [("due", 0), ("due", 1), ("due", 1)]
    assert sorted(each.answer.partition(" ")[2] for each in found) == [
        "is left alone for a while", "too_slow", "too_slow"]  # fmt: skip


def test_addresses_without_a_server_do_not_hold_up_their_service(
    push_service, settings, monkeypatch
):
    def find_nothing(*args, **options):
        raise OSError

    settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, "push.example.org"]
    row = make.filed()
    for name in ("ana", "second", "third"):
        push_service.subscribe(browser(name), name)
        workflow.follow(row, by=make.device(name))
    PushEndpoint.objects.update(url="https://nobody.push.example.org/x")
    make.route(row)
    monkeypatch.setattr(socket, "getaddrinfo", find_nothing)
    send_all()
    found = Delivery.objects.filter(channel="web_push").values_list("state", "answer")
    assert list(found) == [("due", "push.example.org: unknown_host")] * 3
    assert channel.get_breaker("push.example.org").is_closed


def test_an_address_whose_service_is_not_called_any_more_gets_nothing(push_service, settings):
    row = make.filed()
    push_service.subscribe(browser("ana"))
    make.route(row)
    settings.PUSH_SERVICES = ["push.services.mozilla.com"]
    send_all()
    assert push_service.calls == []
    assert pushes() == {"routed": "dropped"}


def test_stop_ends_it_without_a_session(push_service):
    own = push_service.subscribe(browser("ana"))
    stranger = Client(enforce_csrf_checks=True)
    stop = f"/notifications/{own.endpoint.token}/end/"
    assert stranger.post(stop).status_code == 204
    assert not PushEndpoint.objects.exists()
    assert stranger.post(stop).status_code == 404
