"""Tests for the JSON of the live map: clusters counted by the server, and single pins."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app import workflow
from requests_app.browsing import grid, search_words
from requests_app.models import ServiceRequest
from requests_app.rollups import folding
from requests_app.status import Outcome, Status
from tests import make
from tests.requests_app.browsing.conftest import CITY
from tests.visitors import browser

pytestmark = pytest.mark.django_db

BEACH = ("34.006500", "-118.491500")  # in a different zone from City Hall
MOST_BYTES = 40 * 1024
INDEXES_OF_WORDS = ["not_closed_ones_by_their_words", "closed_ones_by_their_words"]


def get_map(status=200, **query):
    response = browser().get("/requests/map/", query)
    assert response.status_code == status
    return response.json()


def test_requests_near_each_other_are_one_ring_that_opens_as_a_list():
    rows = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    answer = get_map(zoom=13)
    assert answer["pins"] == []
    assert [ring["n"] for ring in answer["rings"]] == [3]
    page = browser().get("/requests/", {"area": answer["rings"][0]["area"]}).context["page"]
    assert {row.service_request for row in page.rows} == set(rows)


def test_a_single_request_is_a_pin_with_its_name_and_how_it_stands():
    row = make.service_request(Status.IN_PROGRESS)
    [pin] = get_map()["pins"]
    assert pin == {
        "at": [34.0118, -118.4917],
        "kind": "working",
        "reference": row.reference,
        "name": row.category.name,
        "words": "Work underway",
        "supporters": "",
    }


@pytest.mark.parametrize(
    ("status", "outcome", "kind"),
    [
        (Status.FILED, None, "reported"),
        (Status.COMPLETED, None, "fixed"),
        (Status.CLOSED, Outcome.CONFIRMED, "fixed"),
        (Status.CLOSED, Outcome.DECLINED, "closed"),
    ],
)
def test_a_square_says_fixed_and_nothing_else_does(status, outcome, kind):
    make.service_request(status, outcome)
    assert [pin["kind"] for pin in get_map(show="all")["pins"]] == [kind]


def test_the_map_takes_the_lists_filters_but_goes_on_around_its_area():
    make.filed()
    make.filed(at=("34.020000", "-118.480000"), description="Loud.")
    assert len(get_map(q="loud", zoom=15)["pins"]) == 1
    assert len(get_map(area="-118.4918,34.0117,-118.4916,34.0119", zoom=15)["pins"]) == 2
    assert len(get_map(bbox="-118.4918,34.0117,-118.4916,34.0119", zoom=18)["pins"]) == 1


@pytest.mark.parametrize("query", [{}, {"zoom": 19}, {"q": "hole"}, {"from": "2020-01-01"}])
def test_private_and_hidden_requests_are_on_no_map(query):
    make.filed(category=make.category(is_private=True))
    hidden = make.filed()
    folding.fold_changes()
    make.act(workflow.hide, hidden, make.omar(), words="A plate can be read.")
    answer = get_map(show="all", **query)
    assert (answer["rings"], answer["pins"]) == ([], [])


@pytest.mark.parametrize(
    "query",
    [{}, {"zone": "downtown"}, {"category": "pothole"}, {"from": "2020-01-01"}, {"q": "hole"},
     {"state": "received"}],
)  # fmt: skip
def test_a_map_says_the_same_however_its_requests_are_counted(query):
    """Stored counts (folded or not) and counting single requests give the same totals."""
    rows = [make.filed(category=make.pothole(), description="A hole.") for _each in range(3)]
    folding.fold_changes()
    rows.append(make.filed(category=make.pothole(), description="A hole.", at=BEACH))
    zone = rows[0].zone.slug
    query = {name: zone if name == "zone" else value for name, value in query.items()}
    if "category" in query:
        query["category"] = make.pothole().service_code
    counted = {}
    for zoom in (11, 13, 15, 17, 18):
        answer = get_map(zoom=zoom, **query)
        counted[zoom] = sum(ring["n"] for ring in answer["rings"]) + len(answer["pins"])
    expected = sum(row.zone == rows[0].zone for row in rows) if "zone" in query else 4
    assert counted == dict.fromkeys(counted, expected)


@pytest.mark.parametrize(
    "query",
    [{"bbox": "x"}, {"bbox": "1,2,3"}, {"bbox": "nan,1,2,3"}, {"bbox": "9,9,1,1"}, {"zoom": "near"},
     {"zoom": "nan"}, {"bbox": "\0"}],
)  # fmt: skip
def test_an_area_or_a_zoom_that_is_none_is_refused_in_words(query):
    assert get_map(status=422, **query)["message"]


@pytest.mark.parametrize(
    "query", [{"zoom": "-5"}, {"zoom": "99"}, {"bbox": "-180,-90,180,90", "zoom": "20"},
              {"bbox": "-180,-90,180,90", "zoom": "0"}, {"bbox": "180,90,180,90"}]
)  # fmt: skip
def test_the_ends_of_the_world_break_nothing(query):
    make.filed()
    get_map(**query)


def test_a_map_of_thousands_is_small_at_every_zoom_and_counts_them_all(thousands):
    whole = ",".join(map(str, CITY))
    for zoom in range(8, 21):
        response = browser().get("/requests/map/", {"bbox": whole, "zoom": zoom})
        assert len(response.content) <= MOST_BYTES, zoom
        answer = json.loads(response.content)
        assert sum(ring["n"] for ring in answer["rings"]) + len(answer["pins"]) == 6000
    for zoom in (13, 15.25, 17, 19):  # a screen of 3840 × 2160 pixels
        wide, high = 3840 * 360 / 256 / 2**zoom, 2160 * 300 / 256 / 2**zoom
        bbox = f"{-118.48 - wide / 2},{34.02 - high / 2},{-118.48 + wide / 2},{34.02 + high / 2}"
        response = browser().get("/requests/map/", {"bbox": bbox, "zoom": zoom})
        assert len(response.content) <= MOST_BYTES, zoom


def test_a_map_of_too_many_says_that_it_shows_the_latest(thousands, monkeypatch):
    monkeypatch.setattr(grid, "MAX_REQUESTS_COUNTED", 100)
    whole = {"bbox": ",".join(map(str, CITY)), "category": make.pothole().service_code}
    # the counts for this zoom level are stored
    assert get_map(**whole, zoom=13)["is_capped"] is False
    answer = get_map(**whole, zoom=15)
    assert answer["is_capped"] is True
    assert 100 <= sum(ring["n"] for ring in answer["rings"]) + len(answer["pins"]) <= 101


def test_words_are_looked_up_in_an_index(thousands):
    with connection.cursor() as cursor:
        for each in INDEXES_OF_WORDS:
            cursor.execute("SELECT gin_clean_pending_list(%s)", [each])
        cursor.execute("ANALYZE requests_app_servicerequest")
    rows = search_words.narrow_to_words(ServiceRequest.objects.public(), "xylophone street")
    plan = rows.order_by().explain()
    assert [each for each in INDEXES_OF_WORDS if each not in plan] == []


def test_the_map_costs_at_most_twelve_queries(thousands):
    for status in (Status.ROUTED, Status.ON_HOLD):
        make.service_request(status, at=("34.0201", "-118.4805"))
    get_map()
    with CaptureQueriesContext(connection) as queries:
        get_map(show="all", q="hole", zoom=17)
    assert len(queries) <= 12
