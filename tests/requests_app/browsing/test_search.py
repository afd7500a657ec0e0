"""Tests for the text search of the public list, which goes from the newest month to the oldest."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app.browsing import counts, search, search_words
from requests_app.browsing.filters import Filters
from requests_app.browsing.states import SHOWS, STATES, list_status_pairs
from requests_app.models import ServiceRequest
from requests_app.models.search import month_number
from requests_app.status import Outcome, Status
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_two_years():
    """Return references of nine requests with the word, one every 80 days, latest first.

    For each of them, a request without the word was filed at the same time.
    """
    rows = []
    for n in range(9):
        with clock.freeze_time(clock.now() - timedelta(days=80 * n)):
            rows.append(make.filed(description="A narwhal.", location_text=f"Corner {n}"))
            make.filed(description="A whale.", location_text=f"Corner {n}")
    return [row.reference for row in rows]


def list_all_pages(query):
    """Return the references of each page forward, and of each page back to the first."""
    client, onward, back = browser(), [], []
    page = client.get(f"/requests/{query}").context["page"]
    while True:
        onward.append([row.service_request.reference for row in page.rows])
        if not page.older:
            break
        page = client.get(f"/requests/{page.older}").context["page"]
    while page.newer:
        page = client.get(f"/requests/{page.newer}").context["page"]
        back.append([row.service_request.reference for row in page.rows])
    return onward, back


@pytest.mark.parametrize("most", [2_000, 3])
def test_all_pages_of_a_search_are_in_the_order_of_the_list_both_ways(
    of_two_years, monkeypatch, most
):
    """The order is the same if all matches fit in MAX_MATCHES, and if they do not."""
    monkeypatch.setattr(search, "MAX_MATCHES", most)
    monkeypatch.setattr("requests_app.browsing.page.ROWS_PER_PAGE", 2)
    onward, back = list_all_pages("?q=narwhals")
    assert [*chain(*onward)] == of_two_years
    assert back == onward[-2::-1]


def test_numbers_are_those_of_each_show_also_where_too_much_says_it(monkeypatch):
    monkeypatch.setattr(search, "MAX_MATCHES", 3)
    monkeypatch.setattr(counts, "MAX_COUNT", 2)
    make.service_request(Status.CLOSED, Outcome.DECLINED, description="A narwhal.")
    for n in range(4):
        make.filed(description="A narwhal.", location_text=f"Corner {n}")
    numbers = counts.count_per_show(Filters.from_query({"q": "narwhal"}))
    assert numbers["closed"] == counts.CappedCount(1)
    assert numbers["open"] == numbers["shown"] == counts.CappedCount(2, is_more=True)
    assert numbers["fixed"] == counts.CappedCount(0)


def test_words_are_narrowed_by_everything_else(of_two_years):
    row = ServiceRequest.objects.get(reference=of_two_years[0])
    day = clock.localtime(clock.now() - timedelta(days=100)).date().isoformat()
    lat, lng = row.coordinates
    area = f"{lng - 0.001},{lat - 0.001},{lng + 0.001},{lat + 0.001}"
    queries = {
        f"?q=narwhal&zone={row.zone.slug}": of_two_years,
        f"?q=narwhal&category={row.category.service_code}": of_two_years,
        "?q=narwhal&show=fixed": [],
        "?q=narwhal&state=received": of_two_years,
        f"?q=narwhal&from={day}": of_two_years[:2],
        f"?q=narwhal&to={day}": of_two_years[2:],
        f"?q=narwhal&area={area}": of_two_years,
        "?q=narwhal whale": [],
        "?q=narwhal&sort=newest": of_two_years,
    }
    for query, expected in queries.items():
        assert [*chain(*list_all_pages(query)[0])] == expected, query


def test_one_search_serves_the_list_its_numbers_its_choices_and_its_map(of_two_years):
    browser().get("/requests/?show=all&q=narwhal")
    with CaptureQueriesContext(connection) as queries:
        browser().get("/requests/?show=all&q=narwhal")
    searches = [each for each in queries if "to_tsvector" in each["sql"]]
    assert len(searches) == 1


def test_a_search_is_answered_by_its_index():
    row = make.filed(description="A narwhal.")
    ServiceRequest.objects.bulk_create(
        ServiceRequest(reference=f"SM-{n}", category=row.category, status=Status.FILED,
                       description=f"A hole of {n} inches.") for n in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('public_ones_by_month_and_word')")
        cursor.execute("ANALYZE requests_app_servicerequest")
    filters = Filters.from_query({"q": "narwhal"})
    with CaptureQueriesContext(connection) as queries:
        assert len(filters.search_result.matches) == 1
    [query] = [each["sql"] for each in queries if "to_tsvector" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Bitmap Index Scan on public_ones_by_month_and_word" in plan


def test_a_condition_on_the_status_is_the_same_in_words_of_the_index():
    for status in Status:
        if status != Status.CLOSED:
            make.service_request(status)
    for outcome in set(Outcome) - {Outcome.IMPORTED}:
        make.service_request(Status.CLOSED, outcome)
    make.imported()
    for one in (*SHOWS.values(), *STATES.values()):
        rows = ServiceRequest.objects.filter(one.condition)
        assert set(rows.values_list("status", "outcome")) <= set(
            list_status_pairs(one.condition)
        ), one.name
    pairs = [
        pair
        for name in ("open", "fixed", "closed")
        for pair in list_status_pairs(SHOWS[name].condition)
    ]
    assert sorted(pairs) == sorted(list_status_pairs(SHOWS["all"].condition))


def test_months_follow_one_another():
    """Month numbers have no gap, also across the end of a year."""
    middle = datetime(2025, 11, 15, tzinfo=UTC)
    days = [middle + timedelta(days=30.4 * n) for n in range(25)]
    assert [month_number(day) - month_number(middle) for day in days] == list(range(25))


def test_three_letters_of_another_script_are_looked_up_in_an_index():
    row = make.filed(description="路面に水たまり")
    for n in range(5):
        make.filed(description="A whale.", location_text=f"Corner {n}")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    assert list(_search("水たまり")) == [row]
    # The trigram index has to be scanned as a whole for a word of two characters.
    assert _cost_in_index("水たまり") < _cost_in_index("水た") / 2


def _search(words: str) -> QuerySet:
    return search_words.narrow_to_words(ServiceRequest.objects.order_by(), words)


def _cost_in_index(words: str) -> float:
    plan = _search(words).explain()
    return float(re.search(r"closed_ones_by_their_words +\(cost=0.00\.\.([0-9.]+) ", plan)[1])


def test_an_accent_leads_to_the_index_of_words():
    assert Filters.from_query({"q": "árbol caído"}).is_word_search
    assert not Filters.from_query({"q": "水たまり"}).is_word_search
