"""Tests for the whole stack, started once as plain processes: a report passes through each part."""

import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import requests
from psycopg.errors import UniqueViolation
from requests.adapters import HTTPAdapter

from tests import make
from tests.services import NOT_OURS
from tools.embedded import ServiceFailed
from tools.stack import Stack

PATIENCE = 60  # seconds; long, because other tests may use the CPU at the same time


def test_a_folder_whose_name_nginx_cannot_read_is_refused_before_anything_is_made(tmp_path):
    folder = tmp_path / "ana's data"
    with pytest.raises(ServiceFailed, match="cannot read such a name"):
        Stack(folder)
    assert not folder.exists()


@pytest.fixture(scope="module")
def stack(programs, folder):
    with pytest.MonkeyPatch.context() as patch:
        for name in [*NOT_OURS, "EMAIL_URL", "STATIC_FROM_SOURCE"]:
            patch.delenv(name, raising=False)
        with Stack(folder) as running:
            yield running


@pytest.fixture
def visitor(stack):
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def reference(stack):
    """File a public request with a photo through nginx, as a phone does.

    Return its reference and the device cookie.
    """
    with requests.Session() as phone:
        phone.trust_env = False
        token = phone.get(f"{stack.url}/report/token/", timeout=30).json()["token"]
        report = f"{stack.url}/report/{uuid.uuid4()}"
        phone.headers["X-CSRFToken"] = token
        photo = {"photos": ("photo.jpg", make.picture().read(), "image/jpeg")}
        kept = phone.post(f"{report}/photos/", files=photo, timeout=30)
        assert kept.status_code == 201, kept.text
        sent = phone.post(f"{report}/delivery/", data=REPORT, timeout=30)
        assert sent.status_code == 201, sent.text
        return sent.json()["reference"], phone.cookies["device"]


REPORT = {
    "category": "graffiti-public",
    "answer-hate": "no",
    "latitude": "34.011800",
    "longitude": "-118.491700",
    "text": "City Hall",
    "description": "On the back wall",
    "location_note": "",
    "name": "",
    "email": "",
    "phone": "",
}


def until(found, seconds=PATIENCE):
    """Call `found` until it returns a true value, and return that value."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return result


def request_with_log_line(stack, session, path, **how):
    """Return the response to a request, and its line in nginx's log."""
    number = uuid.uuid4().hex
    headers = {"X-Request-ID": number, **how.pop("headers", {})}
    answer = session.get(stack.url + path, headers=headers, timeout=30, **how)
    log = stack.folder / "nginx" / "access.log"
    line = until(lambda: next((x for x in log.read_text().splitlines() if number in x), None))
    return answer, json.loads(line)


def test_a_report_with_a_photo_goes_through_everything(stack, visitor, reference):
    page = f"{stack.url}/requests/{reference[0]}/"
    photo = until(lambda: re.search(r'src="([^"]*/photos/[^"]+)"', visitor.get(page).text))
    address = photo[1].replace("&amp;", "&")
    answer = visitor.get(address if "://" in address else stack.url + address, timeout=30)
    assert answer.status_code == 200
    assert answer.content[8:12] == b"WEBP"


def test_originals_are_nobodys_without_a_signature(stack, visitor, reference):
    bucket = "http://{}:{}/photos".format(*stack.addresses["s3"])
    assert visitor.get(bucket, timeout=30).status_code == 403
    assert visitor.get(f"{bucket}/originals/any.jpg", timeout=30).status_code == 403


def test_everybodys_poll_within_a_second_asks_the_application_once(stack, visitor, reference):
    path = f"/requests/{reference[0]}/live/"

    def second_comes_from_the_cache():
        first, second = (
            request_with_log_line(stack, visitor, path),
            request_with_log_line(stack, visitor, path),
        )
        if second[1]["cache"] != "HIT":
            return False  # generated again, so the time in it may differ
        assert first[0].text == second[0].text
        return second[1]["web"] == ""

    until(second_comes_from_the_cache)  # on a busy machine the cached response may expire first


def test_the_reporters_and_the_staffs_own_poll_is_never_kept(stack, visitor, reference):
    path = f"/requests/{reference[0]}/live/"
    https = ({"__Host-device": "anybody"}, {"a": "b", "__Host-sessionid": "anybody"})
    for cookie in ({"device": reference[1]}, {"sessionid": "anybody"}, *https):
        for _ in range(3):
            answer, noted = request_with_log_line(stack, visitor, path, cookies=cookie)
            assert answer.status_code == 200
            assert noted["cache"] == "BYPASS"
    mine, __ = request_with_log_line(stack, visitor, path, cookies={"device": reference[1]})
    assert mine.headers["Cache-Control"] == "private, no-store"


def test_a_request_has_one_name_from_nginx_on_and_nobody_else_makes_it_up(stack, visitor):
    given = uuid.uuid4().hex
    named = visitor.get(f"{stack.url}/", headers={"X-Request-ID": given}, timeout=30)
    assert named.headers["X-Request-ID"] == given
    made_up = visitor.get(f"{stack.url}/", headers={"X-Request-ID": "me\t2"}, timeout=30)
    assert re.fullmatch(r"[0-9a-f]{32}", made_up.headers["X-Request-ID"])


def test_nginx_writes_down_no_address_and_no_secret_of_a_link(stack, visitor, reference):
    secret = "a-secret-of-a-letter"
    __, noted = request_with_log_line(
        stack, visitor, f"/requests/{reference[0]}/mine/{secret}/?q=whose"
    )
    assert noted["room"] == "/requests"
    assert not {"127.0.0.1", secret, "whose"} & set(map(str, noted.values()))
    large = b"x" * 300_000  # more than nginx buffers in memory, which makes it log a warning
    visitor.post(f"{stack.url}/requests/{reference[0]}/mine/{secret}/", data=large, timeout=30)
    assert_it_said_nothing_of_a_request(stack, secret)


def assert_it_said_nothing_of_a_request(stack, secret):
    """Check that nginx's log names no client and no request, and has not the secret."""
    said = stack.log("nginx").read_text()
    assert [word for word in ("client:", "request:", secret) if word in said] == []


def test_the_database_writes_down_no_value_of_a_row_that_it_refuses(stack):
    twice = "CREATE TEMP TABLE t (a text UNIQUE); INSERT INTO t VALUES ('{0}'), ('{0}')"
    with psycopg.connect(stack.leader_url) as leader, pytest.raises(UniqueViolation):
        leader.execute(twice.format("quirina@example.org"))
    said = stack.log(stack.cluster.leader.name).read_text()
    assert "duplicate key" in said
    assert "quirina" not in said


def test_files_whose_name_carries_their_hash_are_kept_for_good(stack, visitor):
    page = visitor.get(f"{stack.url}/", timeout=30).text
    css = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    for takes, packed in {"gzip, br": "br", "gzip": "gzip", "gzip, br;q=0": "gzip"}.items():
        answer = visitor.get(stack.url + css, headers={"Accept-Encoding": takes}, timeout=30)
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == packed
        assert answer.headers["Content-Type"] == "text/css"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    plain = visitor.get(f"{stack.url}/static/css/base.css", timeout=30)
    assert plain.headers["Cache-Control"] == "public, max-age=60"


def test_what_is_not_for_the_world_is_closed(stack, visitor):
    assert visitor.request("TRACE", stack.url, timeout=30).status_code == 405
    assert visitor.request("DELETE", stack.url, timeout=30).status_code == 405
    visitor.mount("http://", _From("127.0.0.2"))
    assert visitor.get(f"{stack.url}/metrics", timeout=30).status_code == 403
    for page in ("503", "503-sent", "413", "429", "429-sent"):
        assert visitor.get(f"{stack.url}/static/unavailable/{page}.html").status_code == 404


class _From(HTTPAdapter):
    """An adapter whose connections come from a given address."""

    def __init__(self, address):
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **more):
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **more)


def test_a_visitors_own_word_about_his_address_is_not_passed_on(stack):
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in _filled(stack)
    assert "proxy_add_x_forwarded_for" not in _filled(stack)


def _filled(stack):
    """Return the text of the generated nginx.conf."""
    return (stack.folder / "nginx" / "nginx.conf").read_text()


def test_one_web_process_less_is_nobodys_trouble_and_none_is_said_in_two_languages(stack, visitor):
    stack.services["web1"].kill()
    for _ in range(4):
        assert visitor.get(f"{stack.url}/healthz/live", timeout=30).status_code == 200
    stack.services["web2"].kill()
    answer = visitor.post(f"{stack.url}/report/{uuid.uuid4()}/check/", timeout=30)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "your answers are still here" in answer.text
    assert "sus respuestas siguen aquí" in answer.text
    looked = visitor.get(stack.url, timeout=30)
    assert looked.status_code == 503
    assert "One moment, please" in looked.text
    assert "Un momento, por favor" in looked.text
    secret = "a-secret-of-another-letter"
    assert visitor.get(f"{stack.url}/requests/x/mine/{secret}/", timeout=30).status_code == 503
    assert_it_said_nothing_of_a_request(stack, secret)
    for name in ("web1", "web2"):
        stack.services[name].start()
    until(lambda: visitor.get(f"{stack.url}/healthz/ready", timeout=30).status_code == 200)


def test_nginx_ends_waiting_forms_within_ten_seconds_and_photos_later(stack, visitor):
    def send(size):
        began = time.monotonic()
        where = f"{stack.url}/staff/SM-24-0000/completion/"
        answer = visitor.post(where, data=b"x" * size, timeout=60)
        return answer, time.monotonic() - began

    for name in ("web1", "web2"):
        stack.services[name].pause()
    with ThreadPoolExecutor(2) as two:
        form, photos = two.submit(send, 1_000), two.submit(send, 200_000)
        try:
            answer, seconds = form.result(timeout=60)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert "your answers are still here" in answer.text
            assert seconds < 10
            time.sleep(1)
            assert not photos.done()
        finally:
            for name in ("web1", "web2"):
                stack.services[name].resume()
        assert photos.result(timeout=60)[0].status_code == 404  # the application's response


def test_a_body_beyond_all_photos_is_refused_before_it_is_read(stack, visitor):
    headers = {"Content-Length": str(201 * 1024 * 1024), "Content-Type": "text/plain"}
    request = requests.Request("POST", f"{stack.url}/report/shared/", headers=headers).prepare()
    request.headers["Content-Length"] = headers["Content-Length"]
    answer = visitor.send(request, timeout=30)
    assert answer.status_code == 413
    assert "demasiado grandes" in answer.text
