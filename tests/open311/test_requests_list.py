"""Tests for filters, order and pages of the lists of requests."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client
from django.test.utils import override_settings

from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from tests import make
from tests.open311.door import convert_to_text, get_api, get_json, list_problems, parse_xml

pytestmark = pytest.mark.django_db
LIST = "v2/requests.json"
START = datetime(2026, 3, 2, 18, tzinfo=UTC)


def ids(**given):
    return [one["service_request_id"] for one in get_json(LIST, **given)]


def filed(days_ago=0, **given):
    with clock.freeze_time(clock.now() - timedelta(days=days_ago)):
        return make.filed(**given)


def written(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def moved(row, **columns):
    """Change columns of the row directly, as if time had passed."""
    ServiceRequest.objects.filter(pk=row.pk).update(**columns)


def test_the_latest_filed_come_first():
    old, new, middle = filed(3), filed(1), filed(2)
    assert ids() == [new.reference, middle.reference, old.reference]


def test_without_dates_it_is_the_last_ninety_days():
    row, _old = filed(89), filed(91)
    response = get_api(LIST)
    assert [one["service_request_id"] for one in response.json()] == [row.reference]


def test_named_ones_override_whatever_else_is_asked():
    one, two = filed(400), filed(1)
    named = f"{one.reference}, {two.reference.lower()},SM-XXXX-XXXX,nonsense"
    assert ids(
        service_request_id=named, status="closed", start_date="nonsense", service_code="zeppelin"
    ) == [two.reference, one.reference]
    assert ids(service_request_id="nonsense") == []


def test_an_empty_parameter_is_an_absent_one_and_an_unknown_one_is_ignored():
    row = filed()
    names = ("service_request_id", "service_code", "start_date", "end_date", "status", "bbox",
             "lat", "long", "radius", "q", "sort", "page", "page_size", "updated_after",
             "updated_before", "extensions", "jurisdiction_id")  # fmt: skip
    assert ids(**dict.fromkeys(names, ""), whatever="1") == [row.reference]


def test_codes_narrow_it_to_their_services():
    pothole = filed()
    tree_down = filed(category=make.category(service_code="tree-down"))
    filed(category=make.category(service_code="streetlight"))
    assert ids(service_code="pothole") == [pothole.reference]
    assert ids(service_code="tree-down, pothole") == [tree_down.reference, pothole.reference]


OPEN = [Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS,
        Status.AWAITING_RESIDENT, Status.ON_HOLD, Status.DISPUTED]  # fmt: skip


@pytest.mark.parametrize("status", Status)
def test_open_is_what_is_worked_on_and_closed_the_rest(status):
    row = make.service_request(status)
    said = "open" if status in OPEN else "closed"
    other = "closed" if said == "open" else "open"
    assert ids(status=said) == [row.reference]
    assert ids(status=other) == []
    assert ids(status="Open,CLOSED") == [row.reference]
    assert get_json(LIST)[0]["status"] == said


def test_a_span_includes_both_ends_and_is_ninety_days_before_an_end_alone_in_the_citys_zone():
    with clock.freeze_time(START):
        row = make.filed()
    for start, end in [
        (START, START),
        (START - timedelta(days=1), START + timedelta(days=1)),
    ]:
        assert ids(start_date=written(start), end_date=written(end)) == [row.reference]
    assert ids(start_date=written(START + timedelta(seconds=1)), end_date="2026-03-05") == []
    assert ids(start_date="2026-02-05", end_date=written(START - timedelta(seconds=1))) == []
    assert ids(end_date=written(START + timedelta(days=89))) == [row.reference]
    assert ids(end_date=written(START + timedelta(days=91))) == []
    assert ids(updated_after="2026-03-02 10:00:00", updated_before="2026-03-02T10:00") == [
        row.reference
    ]


def test_a_day_is_the_citys_whole_day():
    """18:00 UTC is 10 am in the city; 7:30 UTC is still the day before."""
    with clock.freeze_time(START):
        row = make.filed()
    with clock.freeze_time(datetime(2026, 3, 3, 7, 30, tzinfo=UTC)):
        late = make.filed()
    assert ids(start_date="2026-03-02", end_date="2026-03-02") == [late.reference, row.reference]
    assert ids(start_date="2026-03-03", end_date="2026-03-04") == []


def test_the_second_that_a_span_ends_with_is_part_of_it():
    with clock.freeze_time(START + timedelta(milliseconds=400)):
        row = make.filed()
    assert ids(start_date=written(START), end_date=written(START)) == [row.reference]
    assert ids(updated_after=written(START), updated_before=written(START)) == [row.reference]


@pytest.mark.parametrize("noun", ["requests", "servicerequestupdates"])
def test_a_span_of_more_than_ninety_days_is_refused_in_the_body(noun):
    path, until = f"v2/{noun}.xml", START + timedelta(days=90)
    assert get_api(path, start_date=written(START), end_date=written(until)).status_code == 200
    for end in (written(until + timedelta(seconds=1)), written(until + timedelta(days=60)), ""):
        response = get_api(path, start_date=written(START), end_date=end)
        assert response.status_code == 400
        [(_code, words)] = list_problems(response)
        assert "more than 90 days" in words
        assert "updated_after" in words


def test_a_change_brings_an_old_one_whenever_it_was_filed():
    """The oldest change comes first, so that a system can continue from the last one it has."""
    old, older, quiet = filed(400), filed(500), filed(450)
    now = clock.now()
    moved(old, changed_at=now - timedelta(hours=1))
    moved(older, changed_at=now - timedelta(hours=2))
    moved(quiet, changed_at=now - timedelta(days=300))
    after = written(now - timedelta(days=1))
    assert ids(updated_after=after) == [older.reference, old.reference]
    before = written(now - timedelta(minutes=90))
    assert ids(updated_after=after, updated_before=before) == [older.reference]
    assert ids(updated_after=after, sort="-updated_datetime") == [old.reference, older.reference]
    assert ids(updated_after=after, start_date=written(now - timedelta(days=460))) == [
        old.reference
    ]
    assert ids(updated_after=after, end_date=written(now - timedelta(days=460))) == [
        older.reference
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-02T18:00:00Z",
        "2026-03-02T18:00:00.000000Z",
        "2026-03-02 18:00:00",
        "2026-03-02T18:00:00+00:00",
        "2026-03-02T18:00:00.123456 00:00",  # a plus sign that was not percent-encoded
        "2026-03-02T10:00:00-08:00",
        "2026-03-02t10:00-0800",
        "2026-03-02",
    ],
)
def test_moments_are_read_as_other_systems_write_them(typed):
    with clock.freeze_time(START + timedelta(seconds=5)):
        row = make.filed()
    assert ids(updated_after=typed, updated_before="2026-04-01") == (
        [] if typed == "2026-03-02 18:00:00" else [row.reference]
    )


NEAR = ("34.011900", "-118.491700")


def test_a_box_and_a_circle_narrow_it_to_a_place():
    here = filed()
    away = filed(at=("34.030000", "-118.470000"))
    assert ids(bbox="-118.5,34.01,-118.49,34.02") == [here.reference]
    assert ids(bbox="-118.5,34.01,-118.46,34.04") == [away.reference, here.reference]
    assert ids(bbox="-118.49,34.02,-118.48,34.03") == []
    place = {"lat": NEAR[0], "long": NEAR[1]}
    assert ids(**place, radius="15") == [here.reference]
    assert ids(**place, radius="10") == []  # the request is 11 metres away
    assert ids(**place, radius="3500.5") == [away.reference, here.reference]
    assert ids(lat=NEAR[0], lng=NEAR[1], radius="15") == [here.reference]
    assert ids(lat="90", long="0", radius="100") == []


def test_words_are_found_as_the_public_list_finds_them():
    narwhal = filed(description="A narwhal in the fountain.", location_text="Ocean Avenue")
    other = filed(2, description="Another narwhal.")
    filed(description="Nothing of the kind.")
    filed(100, description="An old narwhal.")
    assert ids(q="Narwhals") == [narwhal.reference, other.reference]
    assert ids(q="narwhal fountain ave") == [narwhal.reference]
    assert ids(q="narwhal", service_code="streetlight") == []
    assert ids(q="narwhal", status="closed") == []
    assert ids(q=narwhal.reference[-4:]) == [narwhal.reference]
    assert ids(q="narwhal", sort="requested_datetime") == [other.reference, narwhal.reference]


def test_words_in_other_scripts_are_found_too():
    row = filed(description="噴水のイッカク")
    assert ids(q="イッカク") == [row.reference]
    assert ids(q="獅子") == []


@pytest.mark.parametrize("typed", ["路", " 路 ", "路、路", "路 \u200b水", "路 a", "٣", "ß", "한"])
def test_single_letters_of_another_script_are_refused_because_no_index_finds_them(typed):
    filed(description="路面に水")
    response = get_api(LIST, q=typed, updated_after="1970-01-01T00:00:00Z")
    assert response.status_code == 400
    assert "q is too short: “" in response.text
    assert "Search for two characters or more." in response.text


@pytest.mark.parametrize(
    "typed", ["路面", "路面に", "路面 hole", "路 hole", "hole 路", "x", "ẍ", "水水 x"]
)
def test_short_words_are_found_where_another_word_or_another_index_leads_there(typed):
    row = filed(description="路面に水水: a hole, x")
    filed(2, description="Nothing of the kind.")
    assert ids(q=typed) == [row.reference]


def test_accents_make_no_difference_to_how_a_word_is_found():
    row = filed(description="Un árbol caído y un ñu.")
    filed(2, description="Nothing of the kind.")
    for typed in ("árbol", "arbol", "ARBOL CAI\u0301DO", "ñu", "nu"):
        assert ids(q=typed) == [row.reference]


def test_it_is_sorted_as_asked():
    one, two = filed(2), filed(1)
    moved(one, changed_at=clock.now())
    assert ids(sort="requested_datetime") == [one.reference, two.reference]
    assert ids(sort="updated_datetime") == [two.reference, one.reference]
    assert ids(sort="-updated_datetime") == [one.reference, two.reference]


def links(response):
    """Return (page, page_size) of each link by relation; check that each link keeps the query."""
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', response.get("Link", ""))
    queries = {name: parse_qs(urlparse(url).query) for url, name in found}
    assert all(query.get("status") == ["open"] for query in queries.values())
    return {name: (int(q["page"][0]), int(q["page_size"][0])) for name, q in queries.items()}


def paged(**given):
    response = get_api(LIST, status="open", **given)
    return response, [one["service_request_id"] for one in response.json()]


def test_pages_begin_with_one_and_lead_to_each_other():
    rows = [filed(days).reference for days in range(5)]
    response, found = paged(page_size=2)
    assert found == rows[:2]
    assert response["X-Total-Count"] == "5"
    assert links(response) == {"first": (1, 2), "next": (2, 2), "last": (3, 2)}
    assert paged(page_size=2, page=0)[1] == rows[:2]
    response, found = paged(page_size=2, page=2)
    assert found == rows[2:4]
    assert links(response) == {"first": (1, 2), "prev": (1, 2), "next": (3, 2), "last": (3, 2)}
    response, found = paged(page_size=2, page=3)
    assert found == rows[4:]
    assert response["X-Total-Count"] == "5"
    assert links(response) == {"first": (1, 2), "prev": (2, 2), "last": (3, 2)}
    response, found = paged(page_size=2, page=9)
    assert found == []
    assert response["X-Total-Count"] == "5"
    assert links(response) == {"first": (1, 2), "prev": (3, 2), "last": (3, 2)}


def test_a_link_leads_to_the_next_page_itself():
    rows = [filed(days).reference for days in range(3)]
    url = urlparse(re.search(r'<([^>]+)>; rel="next"', get_api(LIST, page_size=2)["Link"])[1])
    found = Client().get(f"{url.path}?{url.query}").json()
    assert [one["service_request_id"] for one in found] == rows[2:]


def test_one_page_has_no_links_and_a_long_query_none_that_no_proxy_would_take():
    row, other = filed(), filed(1)
    assert "Link" not in get_api(LIST)
    many = ",".join([row.reference, other.reference, *(["SM-7K3Q-X9F2"] * 100)])
    response = get_api(LIST, service_request_id=many, page_size=1)
    assert response["X-Total-Count"] == "2"
    assert "Link" not in response


def test_who_reads_too_much_at_once_is_told_to_wait():
    with override_settings(RATE_LIMITS={"open311.address": "20/minute"}):
        assert get_api(LIST).status_code == 200  # the default page size counts as ten requests
        assert get_api(LIST, page_size=10).status_code == 200
        assert get_api(LIST, page_size=200, extensions="true").status_code == 429
        refused = get_api(LIST)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert list_problems(refused)[0][0] == "429"


def test_a_page_has_a_thousand_at_most_and_there_are_a_hundred():
    filed()
    response = get_api(LIST, page_size=10**17)
    assert response.status_code == 200
    refused = get_api(LIST, page=101, page_size=10)
    assert refused.status_code == 400
    assert "updated_after" in list_problems(refused)[0][1]
    assert get_api(LIST, page=100).status_code == 200


def test_above_a_hundred_thousand_the_total_is_a_marked_estimate(monkeypatch):
    for days in range(4):
        filed(days)
    assert "X-Total-Count-Is-Estimate" not in get_api(LIST, page_size=1)
    monkeypatch.setattr("open311.api.listing.MAX_ROWS_COUNTED", 3)
    response = get_api(LIST, page_size=1)
    assert response["X-Total-Count-Is-Estimate"] == "true"
    assert int(response["X-Total-Count"]) >= 4
    assert 'rel="last"' not in response["Link"]
    assert 'rel="next"' in response["Link"]


def test_of_words_that_too_many_say_the_latest_are_found(monkeypatch):
    monkeypatch.setattr("requests_app.browsing.search.MAX_MATCHES", 2)
    for days in range(4):
        filed(days, description="A narwhal.")
    response = get_api(LIST, q="narwhal")
    assert len(response.json()) == 2
    assert response["X-Total-Count-Is-Estimate"] == "true"


BAD = {
    "start_date": ("yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "0001-01-01", "9999-12-31",
                   "2026-01-01T25:00:00Z", "2026-01-0\u0661", "2026-01-01T00:00:00+99:00"),
    "end_date": ("soon",),
    "updated_after": ("0", "-1", "2026-W01-1"),
    "updated_before": ("never",),
    "status": ("pending", "open,shut"),
    "bbox": ("1,2,3", "a,b,c,d", "nan,0,1,1", "3,2,1,4", "-200,0,0,0", "1e400,0,1,1"),
    "radius": ("5",),
    "lat": ("34",),
    "q": ("!!!", "x" * 101),
    "sort": ("status", "random()"),
    "page": ("-1", "x", "1.5", "101", "9" * 30, "\u0661"),
    "page_size": ("0", "-5", "many", "1e3", "9" * 30),
    "extensions": ("maybe",),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in BAD.items() for v in values])
def test_what_makes_no_sense_is_a_400_that_names_it(name, value):
    for kind in ("json", "xml"):
        refused = get_api(f"v2/requests.{kind}", **{name: value})
        assert refused.status_code == 400
        [(code, words)] = list_problems(refused)
        assert code == "400"
        assert re.search(rf"\b{name}\b", words)


@pytest.mark.parametrize("radius", ["0", "-1", "far", "100001", "1e9", "nan"])
def test_a_radius_is_a_number_of_meters(radius):
    refused = get_api(LIST, lat="34", long="-118", radius=radius)
    assert refused.status_code == 400
    assert "radius" in list_problems(refused)[0][1]


def test_a_place_that_is_none_is_refused():
    for lat, long in (("91", "0"), ("0", "181"), ("x", "0"), ("34,01", "0")):
        assert get_api(LIST, lat=lat, long=long, radius="9").status_code == 400


def test_dates_the_wrong_way_round_are_refused():
    for first, last in (("start_date", "end_date"), ("updated_after", "updated_before")):
        refused = get_api(LIST, **{first: "2026-03-02", last: "2026-03-01"})
        assert list_problems(refused) == [("400", f"{first} is later than {last}.")]


def test_all_problems_are_told_at_once():
    refused = get_api(LIST, status="x", page="y", bbox="z", service_code="zeppelin")
    assert refused.status_code == 400
    assert len(list_problems(refused)) == 4


def test_an_unknown_service_is_a_404_that_names_it():
    refused = get_api(LIST, service_code="pothole,zeppelin")
    assert refused.status_code == 404
    assert "zeppelin" in list_problems(refused)[0][1]


def test_a_list_is_asked_for_anew_and_sent_only_if_it_changed():
    row = filed()
    first = get_api(LIST)
    assert first["Cache-Control"] == "public, no-cache"
    again = {"If-None-Match": first["ETag"]}
    assert get_api(LIST, headers=again).status_code == 304
    make.route(row)
    assert get_api(LIST, headers=again).status_code == 200


def a_city_of_requests():
    """Create closed requests of each outcome, open ones of each status, and an imported one."""
    for outcome in Outcome:
        if outcome != Outcome.IMPORTED:
            make.service_request(Status.CLOSED, outcome)
    make.imported(description="From long ago.")
    for status in OPEN:
        make.service_request(status)
    make.service_request(Status.COMPLETED)


def test_a_page_costs_four_statements(django_assert_max_num_queries):
    a_city_of_requests()
    every = ",".join(ids(extensions="true"))  # now the city's configuration is in memory
    with django_assert_max_num_queries(4):
        assert len(get_json(LIST, page_size=15)) == 15
    with django_assert_max_num_queries(4):
        get_json(LIST, service_request_id=every)
    get_json(LIST, q="pothole")  # now the time of the first change is cached
    with django_assert_max_num_queries(4):
        assert len(get_json(LIST, q="pothole", page_size=15)) == 15
    with django_assert_max_num_queries(8):
        get_json(LIST, extensions="true")


def test_both_formats_say_the_same():
    a_city_of_requests()
    for given in ({}, {"extensions": "true"}):
        said = get_json(LIST, **given)
        assert len(said) > 15
        assert parse_xml(get_api("v2/requests.xml", **given)) == convert_to_text(said)


def test_nothing_found_is_an_empty_list():
    assert get_json(LIST) == []
    assert get_api("v2/requests.xml").content.endswith(b"<service_requests></service_requests>")
    assert get_api(LIST)["X-Total-Count"] == "0"


def test_a_system_that_follows_the_changes_misses_none():
    """The system asks for changes since the last one it has, until nothing new comes."""
    rows = {filed(days).reference for days in range(6)}
    rows.add(make.imported().reference)
    known, after = set(), "2000-01-01"
    for _turn in range(9):
        page = get_json(LIST, updated_after=after, page_size=3)
        known |= {one["service_request_id"] for one in page}
        after = page[-1]["updated_datetime"]
    assert known == rows
