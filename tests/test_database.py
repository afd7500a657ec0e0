"""Tests that a test does not affect the next one: rows, cached values, open connections."""

import socket
import threading

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection, transaction

from city import cache
from city.models import AddressRange, Category
from city.search import blocks
from requests_app.models import Event, ServiceRequest
from tests import database, make
from tests.city_memory import kept
from tests.live import Server


@pytest.mark.django_db(transaction=True)
def test_rows_are_put_back_whatever_was_written():
    names = set(Category.objects.values_list("pk", "name"))
    make.filed()
    Category.objects.update(name="Pothole")
    Category.objects.last().delete()
    database.put_back()
    assert set(Category.objects.values_list("pk", "name")) == names
    assert not ServiceRequest.objects.exists()
    assert not Event.objects.exists()  # events are append-only for the application
    Category.objects.update(name="Hole")
    database.put_back()
    assert set(Category.objects.values_list("pk", "name")) == names


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_still_open_fails_its_test(monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    is_open, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            make.device("carl")
            is_open.set()
            assert may_end.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_open.wait(20)
    with pytest.raises(AssertionError, match="idle in transaction"):
        database.put_back()
    may_end.set()
    thread.join()


@pytest.mark.django_db
def test_the_city_is_remembered_from_test_to_test_until_its_rows_change():
    before = blocks.load_blocks()
    assert before is kept.built[blocks.load_blocks.__wrapped__]
    AddressRange.objects.update(street="Broadway")
    cache.clear_process_cache()
    assert {block.street for block in blocks.load_blocks()} == {"Broadway"}


def test_the_server_is_at_rest_when_what_it_was_asked_is_answered():
    may_answer, is_at_rest = threading.Event(), threading.Event()

    def answer(environ, start_response):
        assert may_answer.wait(20)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    with Server(("localhost", 0), WSGIRequestHandler) as server:
        server.set_app(answer)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        with socket.create_connection(server.server_address) as page:
            page.sendall(b"GET / HTTP/1.1\r\n\r\n")
        waiting = threading.Thread(target=lambda: (server.wait_until_all_left(), is_at_rest.set()))
        waiting.start()
        assert not is_at_rest.wait(0.2)
        may_answer.set()
        assert is_at_rest.wait(20)
        waiting.join()
        server.shutdown()
        serving.join()
