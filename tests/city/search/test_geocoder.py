"""Tests for the geocoder, with a real HTTP server that hangs, fails or sends wrong data."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.urls import reverse

from city import search
from city.search import geocoder

pytestmark = pytest.mark.django_db

CAFE = {"display_name": "Blue Cup, 12, Nowhere Lane, Santa Monica, California, United States",
        "lat": "34.0200", "lon": "-118.4900"}  # fmt: skip
PARIS = {"display_name": "Blue Cup, Paris, France", "lat": "48.85", "lon": "2.35"}


class Service(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked = []  # the parameters of each query
        self.answer = json.dumps([CAFE])
        self.status = 200
        self.seconds = 0
        self.drips = False
        self.goes_on = threading.Event()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        if self.server.seconds:
            self.server.goes_on.wait(self.server.seconds)
        body = self.server.answer.encode()
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(len(body) + 1000 * self.server.drips))
            self.end_headers()
            while self.server.drips and not self.server.goes_on.wait(0.05):
                self.wfile.write(b" ")
            self.wfile.write(body)
        except OSError:
            pass  # the client has disconnected

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings, monkeypatch):
    monkeypatch.setattr(
        geocoder, "TIMEOUT_SECONDS", 20
    )  # seconds; the machine may be busy with other tests
    server = Service()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.GEOCODER = "nominatim"
    settings.GEOCODER_OPTIONS = {
        "domain": f"127.0.0.1:{server.server_port}",
        "scheme": "http",
        "user_agent": "tests",
        "proxies": {},
    }
    yield server
    server.goes_on.set()
    server.shutdown()
    server.server_close()


def names(text):
    return [hit.name for hit in search.find_places_or_geocode(text)]


def test_without_a_service_the_city_answers_alone():
    assert not search.is_geocoder_configured()
    assert names("blue cup") == [hit.name for hit in search.find_places("blue cup")]


def test_the_service_is_asked_for_what_the_city_does_not_know(service):
    (hit,) = search.find_places_or_geocode("blue cup")
    assert hit.name == "Blue Cup, 12, Nowhere Lane"
    assert (hit.lat, hit.lng) == (34.02, -118.49)
    assert hit.zone_name


def test_a_house_number_that_the_service_answers_with_another_place_is_asked_about(service):
    (hit,) = search.find_places_or_geocode("771 Nowhere Lane, California")
    assert search.pick_unambiguous_hit("771 Nowhere Lane, California", [hit]) is None
    assert search.pick_unambiguous_hit("Blue Cup", [hit]) == hit


def test_the_service_receives_only_the_words_the_city_and_the_bounding_box(service):
    names("blue cup")
    (question,) = service.asked
    assert question["q"] == ["blue cup, Santa Monica"]
    assert question["bounded"] == ["1"]
    west, south, east, north = map(float, question["viewbox"][0].split(","))
    assert west < -118.49 < east
    assert south < 34.01 < north
    assert set(question) == {"q", "format", "limit", "viewbox", "bounded", "accept-language"}


def test_the_service_is_asked_neither_for_a_sure_hit_nor_while_somebody_types(service, client):
    assert names("city hall")[0] == "City Hall"
    assert names("wilshire & 14th") == ["Wilshire Blvd & 14th St"]
    search.find_places("blue cup")
    client.get(reverse("places"), {"q": "blue cup"})
    assert service.asked == []
    answer = client.get(reverse("places"), {"q": "blue cup", "further": "1"}).json()
    assert answer["places"][0]["name"] == "Blue Cup, 12, Nowhere Lane"


def test_results_outside_the_service_area_are_dropped(service):
    service.answer = json.dumps([PARIS, CAFE])
    assert names("blue cup") == ["Blue Cup, 12, Nowhere Lane"]


def test_results_are_cached_and_so_are_empty_ones(service):
    for _time in range(2):
        assert names("blue cup")
    service.answer = "[]"
    for _time in range(2):
        assert names("red cup") == []
    assert len(service.asked) == 2


def test_offline_hits_follow_those_of_the_service(service):
    assert names("librari")[0] == "Blue Cup, 12, Nowhere Lane"
    assert any("Library" in name for name in names("librari"))


WRONG = {
    "an error": (500, "oops"),
    "a refusal": (403, "who are you"),
    "no JSON": (200, "<html>"),
    "another shape": (200, '{"error": "no"}'),
    "a list of nonsense": (200, '[{"lat": "north"}]'),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_service_that_errs_leaves_the_offline_answer(service, wrong):
    service.status, service.answer = WRONG[wrong]
    assert names("librari") == [hit.name for hit in search.find_places("librari")]
    assert names("blue cup") == []


def test_a_service_that_hangs_leaves_the_offline_answer(service, monkeypatch):
    monkeypatch.setattr(geocoder, "TIMEOUT_SECONDS", 0.5)
    service.seconds = 30
    assert any("Library" in name for name in names("librari"))
    assert not geocoder.server.is_open


def test_a_service_that_is_not_there_leaves_the_offline_answer(service):
    service.shutdown()
    service.server_close()
    assert any("Library" in name for name in names("librari"))


def test_after_three_failures_in_a_row_the_service_is_paused_for_a_minute(service):
    service.status = 500
    for n in range(5):
        names(f"blue cup {n}")
    assert len(service.asked) == 3
    service.status = 200
    assert names("blue cup 7") == []
    geocoder.server.close()  # as after a minute
    assert names("blue cup 8")


def test_a_success_resets_the_count_of_failures(service):
    for n, status in enumerate([500, 500, 200, 500, 500, 200]):
        service.status = status
        names(f"blue cup {n}")
    assert len(service.asked) == 6


def test_one_page_does_not_wait_twice_for_the_same_words(service):
    service.status = 500
    names("blue cup")
    names("blue cup")
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [("nowhere", {}), ("nominatim", {}), ("nominatim", {"user_agent": "x", "town": "y"})],
)
def test_invalid_settings_are_reported_at_start(name, options):
    with override_settings(GEOCODER=name, GEOCODER_OPTIONS=options):
        assert [each.id for each in run_checks() if each.id == "city.E001"] == ["city.E001"]


def test_a_slowly_dripping_response_is_cut_off(service, monkeypatch):
    """Data keeps arriving, so no socket times out. The limit applies to the whole response."""
    monkeypatch.setattr(geocoder, "TIMEOUT_SECONDS", 0.5)
    service.drips = True
    assert any("Library" in name for name in names("librari"))
    (asked,) = geocoder._running_queries  # the query is still running in the background
    service.goes_on.set()
    assert asked.exception(timeout=20)


def test_a_fifth_concurrent_query_gets_the_offline_hits(service, monkeypatch):
    monkeypatch.setattr(geocoder, "_running_queries", {1, 2, 3, 4})
    assert names("blue cup") == []
    assert service.asked == []
    assert not geocoder.server.is_open


def test_invalid_settings_break_no_page(service, settings):
    settings.GEOCODER_OPTIONS = {"town": "y"}
    assert any("Library" in name for name in names("librari"))
