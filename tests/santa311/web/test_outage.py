"""Tests for pages, polls and scripts while the database is unavailable, and after it is back."""

import os
import re
import signal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import InternalError, OperationalError, connections
from django.test import Client

from lib.postgresql import base
from lib.postgresql.timeouts import limit_query_time
from santa311.web.outage import is_outage
from tests.away import signal_all_processes

OURS = {"Sec-Fetch-Site": "same-origin"}
WHAT = "/report/00000000-0000-4000-8000-000000000007/what/"
FIELD = '<textarea name="{}" hidden>\n{}</textarea>'


def query_database(sql="SELECT 1"):
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def visitor():
    return Client(raise_request_exception=False)


def test_pages_polls_and_scripts_get_a_503_with_a_time_to_come_back(server):
    server.kill()
    response = visitor().get("/requests/")
    assert response.status_code == 503
    assert 5 <= int(response["Retry-After"]) <= 10
    assert "no-store" in response["Cache-Control"]
    assert "One moment, please" in response.text
    response = visitor().get("/requests/SM-7K3Q-X9F2/live/", headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert response.content == b""
    assert response["Retry-After"]
    client = visitor()
    client.get("/report/token/")
    path = WHAT.replace("what", "delivery")
    response = client.post(path, headers={"Accept": "application/json"})
    assert response.status_code == 503
    assert response.json()["problems"]


def test_what_was_typed_comes_back_to_be_sent_again_but_no_password_and_no_foreign_form(server):
    server.kill()
    given = {"category": "graffiti-public", "description": "By <the> door\nand the wall"}
    page = visitor().post(WHAT, given, headers=OURS).text
    assert FIELD.format("category", "graffiti-public") in page
    assert FIELD.format("description", "By &lt;the&gt; door\nand the wall") in page
    assert f'action="{WHAT}"' in page
    assert len(re.findall("csrfmiddlewaretoken", page)) == 1
    given = {"login": "omar", "password": "secret words"}
    assert b"secret" not in visitor().post("/accounts/login/", given, headers=OURS).content
    stranger = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert b"secret" not in stranger.post(WHAT, {"description": "a secret"}).content


def test_a_server_that_says_nothing_is_not_waited_for(server):
    assert query_database() == 1
    signal_all_processes(server, signal.SIGSTOP)
    try:
        with pytest.raises(OperationalError), limit_query_time(1):
            query_database()
        response = visitor().get("/requests/")
        assert response.status_code == 503
    finally:
        signal_all_processes(server, signal.SIGCONT)


def test_a_statement_that_hangs_ends_and_its_connection_is_not_used_again(server):
    assert query_database() == 1
    backend = query_database("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(OperationalError, match="did not answer in time"), limit_query_time(1):
            query_database()
    finally:
        os.kill(backend, signal.SIGCONT)
    connections["default"].close()
    assert query_database("SELECT pg_backend_pid()") != backend


def test_it_goes_on_by_itself_once_the_server_is_back(server):
    assert query_database() == 1
    signal_all_processes(server, signal.SIGKILL)
    server.kill()
    connections["default"].close()
    for _try in range(4):
        with pytest.raises(OperationalError):
            query_database()
    server.start()
    base.database_breaker.close()  # as after the time for which the circuit breaker stays open
    assert query_database() == 1


def test_a_server_that_turned_read_only_is_an_outage_too(server):
    connections["default"].ensure_connection()
    query_database("SELECT set_config('default_transaction_read_only', 'on', false)")
    with pytest.raises(InternalError) as caught:
        query_database("CREATE TABLE shells (name text)")
    assert is_outage(caught.value)


class FullDisk(FileUploadHandler):
    """An upload handler that fails because the disk is full."""

    def receive_data_chunk(self, raw_data, start):
        with Path("/dev/full").open("wb", buffering=0) as disk:
            disk.write(raw_data)

    def file_complete(self, file_size):
        return None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
@pytest.mark.django_db
# The body is read by the CSRF middleware, or else by the view.
@pytest.mark.parametrize("checks_forgery", [True, False])
def test_no_room_for_a_photo_while_it_arrives_is_a_503(settings, checks_forgery):
    settings.FILE_UPLOAD_HANDLERS = ["tests.santa311.web.test_outage.FullDisk"]
    client = Client(raise_request_exception=False, enforce_csrf_checks=checks_forgery)
    client.get("/report/token/")
    photo = {"photos": SimpleUploadedFile("drain.jpg", b"x" * 5000)}
    response = client.post(WHAT.replace("what", "photos"), photo, headers=OURS)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "go back and try again" in response.text
