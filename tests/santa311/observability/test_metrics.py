"""Tests for the metrics: their values, their cost, and who may read them."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from lib import clock, enqueue
from lib.breaker import DEFAULT_FAILURES, CircuitBreaker, Unavailable, breakers_by_name
from notifications.models import Delivery
from open311.models import Webhook
from requests_app import workflow
from requests_app.models import PendingEvent, Photo, ServiceRequest
from requests_app.status import Status
from requests_app.workflow import erasure, outbox
from santa311.observability import metrics
from tests import make
from tests.plans import plan_as_if_large
from tests.visitors import browser

pytestmark = pytest.mark.django_db

MAIN = settings.CELERY_TASK_DEFAULT_QUEUE


@pytest.fixture(autouse=True)
def nothing_was_read():
    """Clear the cached gauges before and after the test."""
    metrics.clear_cached_gauges()
    yield
    metrics.clear_cached_gauges()


@pytest.fixture
def queues():
    """Return a client of the broker. The queues are emptied before and after the test."""
    client = redis.Redis.from_url(settings.QUEUE_URL)
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    client.delete(*names)
    yield client
    client.delete(*names)


def scrape_metrics(client=None) -> dict:
    """Return the metrics by name and label values: {("santa311_photos", "waiting"): 1.0}."""
    metrics.clear_cached_gauges()
    text = (client or browser()).get("/metrics").content.decode()
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_answers_are_counted_by_page_method_and_status(client):
    before = scrape_metrics()
    row = make.filed()
    client.get(f"/requests/{row.reference}/")
    client.get(f"/requests/{row.reference}/")
    client.post("/requests/x/")
    client.generic("BREW", "/")
    after = scrape_metrics()
    name = "santa311_http_requests_total"

    def more(*labels):
        return after[name, *labels] - before.get((name, *labels), 0)

    assert more("GET", "200", "service_request") == 2
    assert more("POST", "404", "unknown") == 1
    assert more("other", "405", "home") == 1
    assert after["santa311_http_request_seconds_count", "service_request"] >= 2
    assert after["santa311_http_request_seconds_bucket", "+Inf", "service_request"] >= 2


def test_what_is_open_late_and_disputed():
    make.filed()
    make.service_request(Status.ROUTED)
    make.service_request(Status.CLOSED)
    late, paused = make.service_request(Status.DISPUTED), make.service_request(Status.ON_HOLD)
    past = clock.now() - timedelta(days=1)
    ServiceRequest.objects.filter(pk__in=[late.pk, paused.pk]).update(due_at=past)
    found = scrape_metrics()
    assert found["santa311_requests_open", "filed"] == 1
    assert found["santa311_requests_open", "routed"] == 1
    assert found["santa311_requests_open", "disputed"] == 1
    assert found["santa311_requests_open", "scheduled"] == 0
    assert ("santa311_requests_open", "closed") not in found
    assert found["santa311_requests_held",] == 0
    assert found["santa311_maintenance",] == 0
    assert found["santa311_requests_late",] == 1


def test_what_nobody_has_dealt_with():
    assert scrape_metrics()["santa311_outbox_oldest_seconds",] == 0
    with clock.freeze_time(clock.now() - timedelta(minutes=7)):
        make.filed()
    found = scrape_metrics()
    assert found["santa311_outbox_events",] == PendingEvent.objects.count() == 2
    assert found["santa311_outbox_oldest_seconds",] >= 420


def test_webhooks_by_how_they_go():
    def webhook(**columns):
        made = Webhook(name="A neighbor", url="https://example.org/", **columns)
        made.make_secret()
        made.save()

    webhook()
    webhook(failing_since=clock.now())
    webhook(is_active=False, off_because="failed")
    webhook(is_active=False, off_because="by_hand")
    found = scrape_metrics()
    assert [found["santa311_webhooks", state] for state in ("on", "failing", "off")] == [1, 1, 1]


def test_photos_and_mails_that_wait_or_failed():
    make.filed(contact={"name": "Ana", "email": "ana@example.org", "phone": ""})
    outbox.deliver_all_pending_events()
    Delivery.objects.update(due_at=clock.now() - timedelta(seconds=90))
    with clock.freeze_time(clock.now() - timedelta(minutes=3)):
        make.photo(device=make.ana())
    Photo.objects.filter(pk=make.photo(color="red", device=make.ana()).pk).update(
        state=Photo.State.UNREADABLE
    )
    found = scrape_metrics()
    assert found["santa311_mails", "due"] == 1
    assert found["santa311_mails", "bounced"] == 0
    assert found["santa311_mails_oldest_overdue_seconds",] >= 90
    assert found["santa311_photos", "waiting"] == 1
    assert found["santa311_photos", "unreadable"] == 1
    assert found["santa311_photos_oldest_waiting_seconds",] >= 180


def test_a_browser_that_unsubscribed_is_no_mail_that_bounced():
    Delivery.objects.create(
        event=make.filed().events.earliest("pk"), kind=Delivery.Kind.ROUTED, recipient="push-1",
        language="en", channel=Delivery.Channel.WEB_PUSH, state=Delivery.State.BOUNCED,
    )  # fmt: skip
    assert scrape_metrics()["santa311_mails", "bounced"] == 0


def test_a_forgotten_persons_photo_is_none_that_could_not_be_read():
    row = make.service_request(Status.CLOSED, category=make.category(is_private=True))
    photo = make.photo(device=make.ana())
    Photo.objects.filter(pk=photo.pk).update(service_request=row)
    erasure.erase_private_words([row.pk], clock.now())
    photo.refresh_from_db()
    assert photo.state == Photo.State.UNREADABLE
    assert scrape_metrics()["santa311_photos", "unreadable"] == 0


def test_mails_that_the_server_does_not_take_are_never_overdue_and_yet_seen():
    with clock.freeze_time(clock.now() - timedelta(hours=1)):
        for name in ("ana", "ben"):
            contact = {"name": "", "email": f"{name}@example.org", "phone": ""}
            make.filed(contact=contact)
        outbox.deliver_all_pending_events()
    assert scrape_metrics()["santa311_mails_put_off_addresses",] == 0
    ahead = clock.now() + timedelta(minutes=30)
    first, second = Delivery.objects.all()
    Delivery.objects.filter(pk=first.pk).update(attempts=5, due_at=ahead)
    Delivery.objects.filter(pk=second.pk).update(answer="the mail server is away", due_at=ahead)
    found = scrape_metrics()
    assert found["santa311_mails_oldest_overdue_seconds",] == 0
    assert found["santa311_mails_oldest_put_off_seconds",] >= 3600
    assert found["santa311_mails_put_off_addresses",] == 2
    Delivery.objects.update(state=Delivery.State.SENT)
    assert scrape_metrics()["santa311_mails_oldest_put_off_seconds",] == 0


def test_queues_are_as_long_and_as_old_as_they_are(queues):
    assert scrape_metrics()["santa311_queue_oldest_seconds", MAIN] == 0
    enqueue.enqueue_task("requests_app.retry_events")
    enqueue.enqueue_task("requests_app.deliver", 1)
    enqueue.enqueue_task("notifications.send", 1)
    found = scrape_metrics()
    assert found["santa311_queue_tasks", MAIN] == 2
    assert found["santa311_queue_tasks", f"{MAIN}.messages"] == 1
    assert found["santa311_queue_tasks", f"{MAIN}.photos"] == 0
    assert 0 < found["santa311_queue_oldest_seconds", MAIN] < 600


def test_a_broker_and_a_database_that_are_away_are_said_and_break_nothing(monkeypatch):
    assert (scrape_metrics()["santa311_broker_up",], scrape_metrics()["santa311_database_up",]) == (
        1,
        1,
    )
    monkeypatch.setattr("santa311.observability.broker._client", _nowhere)
    monkeypatch.setattr("santa311.observability.metrics.MAX_STATEMENT_MS", "'no number'")
    found = scrape_metrics()
    assert (found["santa311_broker_up",], found["santa311_database_up",]) == (0, 0)
    assert ("santa311_queue_tasks", MAIN) not in found


def _nowhere():
    """Return a client for a Redis server that does not exist."""
    return redis.Redis(port=1, retry=None)


def test_a_breaker_that_opens_is_counted():
    breaker = CircuitBreaker("a test", is_failure=lambda error: True)
    try:
        name = ("santa311_breaker_opened_total", "a test")
        assert scrape_metrics(browser()) is not None
        assert scrape_metrics()[name] == 0
        for _ in range(DEFAULT_FAILURES):
            with pytest.raises(Unavailable), breaker.guard():
                raise OSError
        browser().get("/healthz/live")
        assert scrape_metrics()[name] == 1
        breaker.close()
    finally:
        del breakers_by_name["a test"]


def test_a_scrape_costs_little_and_the_next_ones_nothing(client):
    metrics.clear_cached_gauges()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/metrics")
    of_tables = [query for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(of_tables) <= 17
    with CaptureQueriesContext(connection) as asked:
        client.get("/metrics")
    assert len(asked) == 0


def test_the_indexes_are_those_that_the_figures_need():
    """Planned as if the tables were large: PostgreSQL scans a small table sequentially."""
    plan_as_if_large()
    with connection.cursor() as cursor:
        for table, where, index in [
            ("requests_app_photo", "state <> 'ready'", "photos_that_are_not_ready"),
            (
                "notifications_delivery",
                "state IN ('due', 'bounced', 'failed')",
                "messages_that_did_not_arrive",
            ),
        ]:
            cursor.execute(f"EXPLAIN SELECT count(*) FROM {table} WHERE {where}")
            assert index in str(cursor.fetchall())


@pytest.mark.parametrize(
    "how",
    [
        {"REMOTE_ADDR": "203.0.113.77"},
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_without_a_token_only_this_machine_may_look_and_no_proxy_on_it(client, how):
    assert client.get("/metrics", **how).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_with_a_token_only_who_brings_it_may_look(client, settings):
    settings.METRICS_TOKEN = "let me see"
    far = {"REMOTE_ADDR": "203.0.113.77"}
    for given in ("", "Bearer", "Bearer let me", "Basic let me see", "Bearer let me seé"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404
    right = {"Authorization": "Bearer let me see"}
    assert client.get("/metrics", headers=right, **far).status_code == 200


def test_prometheus_asks_by_address_and_without_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/metrics", headers={"host": "172.18.0.7:8000"}).status_code == 200
    assert client.post("/metrics").status_code == 405


def test_prometheus_asks_by_address_where_photos_have_a_host_of_their_own(settings):
    settings.PHOTO_ORIGIN = "https://photos.example.org"
    client = Client()  # create the middleware again, with this setting
    assert client.get("/metrics", headers={"host": "172.18.0.7:8000"}).status_code == 200


def test_an_update_is_counted_by_the_seconds_until_an_open_page_is_told():
    with clock.freeze_time(clock.now() - timedelta(minutes=1)):
        row = make.filed()
        seen = make.last_event_id(row)
    with clock.freeze_time(clock.now() - timedelta(seconds=7)):
        make.act(workflow.route, row, make.omar(), to=make.streets())

    def counted(told, version="1"):
        before = scrape_metrics()
        headers = {"Live-Page": told} if told else {}
        answer = browser().get(f"/requests/{row.reference}/live/?v={version}", headers=headers)
        assert answer.status_code in {200, 204}
        after = scrape_metrics()
        names = [("santa311_live_update_seconds_bucket", bound) for bound in ("5.0", "10.0")]
        return [after[name] - before[name] for name in names]

    assert counted(f"{seen};3") == [0, 1]
    row.refresh_from_db()
    for told in (
        "",
        f"{seen};6",
        f"{make.last_event_id(row)};3",
        "3",
        "-1;3",
        f"{seen};3.5",
        "²;3",
    ):
        assert counted(told) == [0, 0], told


def test_figures_name_nobody():
    row = make.filed(contact={"name": "Quirina", "email": "quirina@example.org", "phone": ""})
    make.act(workflow.comment, row, make.ana(), words="A zebra")
    text = browser().get("/metrics").content.decode()
    assert [mark for mark in ("uirina", "zebra", row.reference) if mark in text] == []
