"""Tests for traces: from a request to its SQL and tasks, without personal data."""

import base64
import json
import subprocess
import sys

import pytest
import redis
from celery import current_app
from celery.app.trace import trace_task
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from lib import tracing
from requests_app.models import PendingEvent
from tests import make
from tests.open311.webhooks.receiver import Receiver, send_all_deliveries
from tests.worker import PATIENCE

QUEUE = settings.CELERY_TASK_DEFAULT_QUEUE
WORDS = {"words": "Quirina saw a zebra", "name": "Quirina"}


@pytest.fixture
def exporter():
    """Collect all spans in memory; return the exporter."""
    found = InMemorySpanExporter()
    tracing.start_tracing_to(SimpleSpanProcessor(found), percent=100)
    yield found
    tracing.stop_tracing()


@pytest.fixture
def queue():
    client = redis.Redis.from_url(settings.QUEUE_URL)
    client.delete(QUEUE)
    yield client
    client.delete(QUEUE)


def comment(row) -> None:
    """Post a comment of the reporter."""
    client = Client(HTTP_USER_AGENT="A phone of Quirina", REMOTE_ADDR="203.0.113.77")
    client.cookies["device"] = "ana"
    path = f"/requests/{row.reference}/comments/?about=zebra"
    assert client.post(path, {**WORDS, "seen": make.last_event_id(row)}).status_code == 302


def run_next_task(queue) -> str:
    """Run the oldest task of the queue as a worker does, and return its name."""
    message = json.loads(queue.rpop(QUEUE))
    args, kwargs, _more = json.loads(base64.b64decode(message["body"]))
    headers = message["headers"]
    current_app.loader.import_default_modules()
    task = current_app.tasks[headers["task"]]
    trace_task(task, headers["id"], args, kwargs, request=headers, app=current_app)
    return task.name


def find_span(exporter, name):
    (found,) = [span for span in exporter.get_finished_spans() if span.name == name]
    return found


def names_within(exporter, span) -> set[str]:
    """Return the names of the direct children of a span."""
    spans = exporter.get_finished_spans()
    return {
        each.name for each in spans if each.parent and each.parent.span_id == span.context.span_id
    }


@pytest.mark.django_db(transaction=True)
def test_a_request_is_followed_to_its_sql_and_its_task(exporter, queue):
    row = make.filed()
    queue.delete(QUEUE)
    comment(row)
    request = find_span(exporter, "POST comments")
    steps = names_within(exporter, request)
    assert {"SELECT", "INSERT", "UPDATE", "commits", "broker"} <= steps
    assert any(step.startswith("cache ") for step in steps)
    sent = [each for each in exporter.get_finished_spans() if each.name == "broker"]
    assert run_next_task(queue) == "requests_app.deliver"
    task = find_span(exporter, "task requests_app.deliver")
    assert task.context.trace_id == request.context.trace_id
    assert task.parent.span_id in {each.context.span_id for each in sent}
    assert "SELECT" in names_within(exporter, task)
    assert task.attributes["request.id"] == request.attributes["request.id"]


@pytest.mark.django_db(transaction=True)
def test_a_trace_names_nobody(exporter, queue):
    row = make.filed()
    comment(row)
    run_next_task(queue)
    text = "\n".join(span.to_json() for span in exporter.get_finished_spans())
    assert '"db.query.text": "INSERT INTO' in text
    assert "http.route" in text
    for mark in ("uirina", "zebra", row.reference, "203.0.113.77", "127.0.0.1", "phone of"):
        assert mark not in text, mark


@pytest.mark.django_db
def test_an_error_is_named_by_its_kind_alone(exporter):
    with tracing.trace_task(None) as describe:
        with pytest.raises(ValueError, match="Quirina"), tracing.trace_step("a step"):
            raise ValueError("Quirina")
        describe("a task", {}, None)
    step = find_span(exporter, "a step")
    assert step.attributes["error.type"] == "ValueError"
    assert not step.status.is_ok
    assert "Quirina" not in "".join(span.to_json() for span in exporter.get_finished_spans())


@pytest.mark.parametrize(("status", "is_ok"), [(200, True), (422, True), (503, False)])
def test_an_answer_of_a_broken_part_is_an_error(exporter, status, is_ok):
    with tracing.trace_request() as describe:
        describe("GET home", {"http.response.status_code": status}, None)
    assert find_span(exporter, "GET home").status.is_ok is is_ok


@pytest.mark.django_db
def test_a_visitor_cannot_choose_a_trace(exporter, client):
    number = "0af7651916cd43dd8448eb211c80319c"
    client.get("/privacy/", headers={"traceparent": f"00-{number}-b7ad6b7169203331-01"})
    span = find_span(exporter, "GET privacy")
    assert f"{span.context.trace_id:032x}" != number
    assert span.parent is None


@pytest.mark.django_db
def test_health_checks_and_what_is_outside_of_requests_are_not_traced(exporter, client):
    make.filed()
    client.get("/healthz/live")
    client.get("/metrics")
    assert exporter.get_finished_spans() == ()


@pytest.mark.django_db
def test_a_webhook_hands_the_trace_on(exporter, serve, settings):
    receiver = Receiver(serve, settings)
    receiver.webhook()
    make.filed()
    with tracing.trace_task(None) as describe:
        send_all_deliveries()
        describe("a task", {}, None)
    ((_method, _path, headers, _body),) = receiver.server.calls
    sent = find_span(exporter, "outbound POST")
    trace = f"00-{sent.context.trace_id:032x}-{sent.context.span_id:016x}-0"
    assert headers["traceparent"].startswith(trace)


@pytest.mark.django_db
def test_a_webhook_without_traces_has_no_such_header(serve, settings):
    receiver = Receiver(serve, settings)
    receiver.webhook()
    make.filed()
    send_all_deliveries()
    ((_method, _path, headers, _body),) = receiver.server.calls
    assert "traceparent" not in headers


@pytest.mark.django_db
def test_a_request_that_is_not_chosen_costs_no_steps(client):
    found = InMemorySpanExporter()
    tracing.start_tracing_to(SimpleSpanProcessor(found), percent=0)
    try:
        client.get("/privacy/")
        assert found.get_finished_spans() == ()
        assert tracing.build_trace_headers() == {}
    finally:
        tracing.stop_tracing()


def test_nothing_is_loaded_while_it_is_off():
    code = "import django, sys; django.setup();"
    # The redis package imports the API and the metrics of OpenTelemetry where they are installed.
    code += "print({'opentelemetry.sdk.trace', 'opentelemetry.exporter'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_packages_that_are_missing_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/traces\.lock"):
        tracing.start_tracing("http://127.0.0.1:1/v1/traces", 10)


@pytest.fixture
def collector(serve, monkeypatch):
    """Start a server that accepts OTLP over HTTP; set the environment to export traces to it."""
    server = serve(lambda handler: handler.send())
    monkeypatch.setenv("TRACES_URL", f"{server.url}/v1/traces")
    monkeypatch.setenv("TRACES_PERCENT", "100")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    return server


def names_sent(collector) -> set[str]:
    return {
        span.name
        for _method, _path, _headers, body in list(collector.calls)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


@pytest.mark.stack
@pytest.mark.parametrize("worker", ["prefork"], indirect=True)
def test_a_worker_sends_its_traces_to_a_collector(collector, worker):
    make.filed()
    worker.wait_until(lambda: not PendingEvent.objects.exists(), PATIENCE)
    worker.wait_until(lambda: "task requests_app.deliver" in names_sent(collector), PATIENCE)
