"""Tests for formats, methods and errors of all API addresses."""

import pytest
from django.test import Client
from django.test.utils import override_settings

from city.models import City
from lib import rate_limiter
from requests_app.errors import InvalidInput, ServerBusy
from tests import make
from tests.open311.door import get_api, list_problems, parse_xml
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


def stranger():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("v2/services.xml", "text/xml; charset=utf-8"),
        ("v2/services.json", "application/json; charset=utf-8"),
        ("discovery.xml", "text/xml"),
        ("discovery.json", "application/json"),
    ],
)
def test_the_suffix_says_the_format(path, kind):
    response = get_api(path)
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert int(response["Content-Length"]) == len(response.content)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "v2",
        "v2/",
        "v2/nothing.json",
        "v2/nothing.xml",
        "v2/services.yaml",
        "v2/services",
        "v2/services.json/",
        "v2/services/a/b.xml",
        "v2/services/%00.xml",
        "v2/services/%ff.xml",
        "v3/services.xml",
        "v2/services.json%0a",
    ],
)
def test_an_unknown_address_is_a_404_in_the_shape_of_errors(path):
    response = stranger().get(f"/open311/{path}")
    assert response.status_code == 404
    [(code, words)] = list_problems(response)
    assert code == "404"
    assert words
    is_xml = path.endswith(".xml")
    assert response["Content-Type"].startswith("text/xml" if is_xml else "application/json")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["v2/services.xml", "v2/services/pothole.json", "discovery.json"])
def test_other_methods_are_told_which_there_are(method, path):
    response = getattr(stranger(), method)(f"/open311/{path}")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert list_problems(response)[0][0] == "405"


def test_a_wrong_method_is_told_first_whatever_comes_with_it():
    for path in ("v2/services.json", "test/v2/servicerequestupdates.xml"):
        for query in ("?a=%ff", "?jurisdiction_id=dc.gov", ""):
            response = stranger().post(f"/open311/{path}{query}", "{}", "application/json")
            assert response.status_code == 405
            assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_look_at_the_head_alone_is_that_of_a_get():
    response = Client().head("/open311/v2/services.json")
    assert response.status_code == 200
    assert response.content == b""
    assert int(response["Content-Length"]) > 1000


@pytest.mark.parametrize("query", ["a=%ff", "q=%ed%a0%80", "a=b%00c", "a=%zz", "a=100%", "%c3=1"])
def test_a_query_that_is_no_text_is_refused(query):
    for kind in ("xml", "json"):
        response = stranger().get(f"/open311/v2/services.{kind}?{query}")
        assert response.status_code == 400
        assert list_problems(response)[0][0] == "400"


def test_a_script_of_another_site_may_read():
    for response in (
        get_api("v2/services.json"),
        get_api("v2/services/nothing.json"),
        get_api("nowhere"),
    ):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Link" in response["Access-Control-Expose-Headers"]
        assert "X-Total-Count" in response["Access-Control-Expose-Headers"]
        assert "Allow" in response["Access-Control-Expose-Headers"]
        assert "X-Warning" in response["Access-Control-Expose-Headers"]
    asked = Client().options("/open311/v2/services.json", headers={"Origin": "https://a.example"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in Client().post("/open311/v2/services.json")


def test_no_browser_is_known_and_no_cookie_set(django_assert_num_queries):
    """A member of staff without a second factor is not redirected, unlike on pages."""
    client = signed_in(make.omar())
    client.cookies["device"] = "ana"
    client.cookies["django_language"] = "es"
    get_api("v2/services.json")  # now the city's configuration is in memory
    with django_assert_num_queries(0):
        response = client.get("/open311/v2/services.json")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    assert response.content == get_api("v2/services.json").content


def test_nothing_is_asked_that_would_be_a_token_against_forgery():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/open311/v2/services.json").status_code == 405


def test_texts_are_in_the_language_that_was_asked_for():
    spanish = get_api("v2/services/nothing.json", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert spanish["Content-Language"] == "es"
    assert "Accept-Language" in spanish["Vary"]
    for other in ("ja", "", "x" * 400, "en;q=0"):
        answered = get_api("v2/services.json", headers={"Accept-Language": other})
        assert answered["Content-Language"] == "en"


def test_what_has_not_changed_is_not_sent_again():
    first = get_api("v2/services.json")
    assert first["Cache-Control"] == "public, max-age=300"
    again = get_api("v2/services.json", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Access-Control-Allow-Origin"] == "*"
    assert get_api("v2/services.xml")["ETag"] != first["ETag"]


def test_the_citys_own_jurisdiction_is_known_and_no_other():
    own = City.current().jurisdiction_id
    for given in (own, own.upper(), "", f" {own} "):
        assert get_api("v2/services.json", jurisdiction_id=given).status_code == 200
    refused = get_api("v2/services.xml", jurisdiction_id="<dc.gov>")
    assert refused.status_code == 404
    assert list_problems(refused) == [
        ("404", f"We don't serve the jurisdiction_id “<dc.gov>”. Ours is {own}.")
    ]


def raising(monkeypatch, error):
    """Return the response of a page whose view raises `error`."""

    def fail(*_args):
        raise error

    monkeypatch.setattr("open311.api.services.reportable_categories", fail)
    response = stranger().get("/open311/v2/services.xml")
    return response, list_problems(response)


def test_a_refused_verb_is_a_400_with_its_words(monkeypatch):
    response, said = raising(monkeypatch, InvalidInput("lat", "No such place."))
    assert response.status_code == 400
    assert said == [("400", "No such place.")]


def test_who_comes_too_often_is_told_when_to_come_again(monkeypatch):
    response, said = raising(monkeypatch, rate_limiter.RateLimitExceeded(17))
    assert response.status_code == 429
    assert response["Retry-After"] == "17"
    assert "17" in said[0][1]


def test_a_system_that_is_busy_says_so(monkeypatch):
    response, said = raising(monkeypatch, ServerBusy())
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert said[0][0] == "503"


def test_a_mistake_of_ours_is_no_page_and_tells_nothing_of_itself(monkeypatch):
    response, said = raising(monkeypatch, ZeroDivisionError("secret"))
    assert response.status_code == 500
    assert said[0][0] == "500"
    assert b"secret" not in response.content


def test_an_unknown_host_is_refused_in_the_shape_of_errors():
    response = stranger().get("/open311/v2/services.xml", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert list_problems(response)[0][0] == "400"
    # with this setting the Host header is checked first
    with override_settings(PHOTO_ORIGIN="https://photos.example"):
        response = stranger().get("/open311/v2/services.xml", headers={"Host": "evil.example"})
    assert list_problems(response)[0][0] == "400"


def test_while_the_city_only_reads_nothing_is_taken(monkeypatch):
    City.objects.update(read_only_since="2026-01-01T00:00Z")
    from city import cache

    cache.invalidate_cache()
    response = stranger().post("/open311/v2/services.xml")
    assert response.status_code == 503
    assert response["X-Read-Only"] == "1"
    assert int(response["Retry-After"]) > 0
    assert list_problems(response)[0][0] == "503"
    assert get_api("v2/services.json").status_code == 200


def test_a_database_that_is_away_is_a_503_in_the_shape_of_errors(server):
    server.kill()
    for kind in ("xml", "json"):
        response = stranger().get(f"/open311/v2/services.{kind}")
        assert response.status_code == 503
        assert 5 <= int(response["Retry-After"]) <= 10
        assert list_problems(response)[0][0] == "503"


def test_xml_and_json_refuse_with_the_same_words():
    xml, json = (get_api(f"v2/services/nothing.{kind}") for kind in ("xml", "json"))
    assert parse_xml(xml) == [{"code": "404", "description": json.json()[0]["description"]}]
    assert json.json()[0]["code"] == 404


@override_settings(RATE_LIMITS={"open311.address": "2/minute"})
def test_who_asks_too_often_hears_when_to_come_again():
    for _time in range(2):
        assert get_api("v2/services.json").status_code == 200
    response = get_api("v2/services.json")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert list_problems(response)


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain"])
def test_what_is_no_form_is_told_to_be_one(kind):
    body = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    response = stranger().post("/open311/v2/requests.json", body, content_type=kind)
    assert response.status_code == 400
    assert "multipart/form-data" in list_problems(response)[0][1]
