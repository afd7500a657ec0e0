"""Tests for the public list: filters, pages, and invalid queries."""

import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from city.models import Category, CategoryGroup, Zone
from lib import clock
from requests_app import workflow
from requests_app.browsing import counts
from requests_app.status import Outcome, Status
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db

BEACH = ("34.006500", "-118.491500")  # in a different zone from City Hall


def get_list(query=None, name=None, status=200):
    response = browser(name).get("/requests/", query or {})
    assert response.status_code == status
    return response


def list_references(query=None):
    """Return the references of the requests on the first page."""
    return [row.service_request.reference for row in get_list(query).context["page"].rows]


def page_text(query=None):
    """Return the HTML of the page without its line breaks."""
    return " ".join(get_list(query).content.decode().split())


def read_option_counts(response) -> dict[str, str]:
    """Return the counts shown in the filter form, by option (status, category, group and area)."""
    found = re.findall(
        r'<button\s+class="chip"\s+name="show"\s+value="(\w+)"[^>]*>[^<]*<b>\s*([^<]*?)\s*</b>'
        r'|<option value="([^"]+)"[^>]*>[^<]*?\((\d+)\)\s*</option>',
        response.content.decode(),
    )
    return {show or option: number or n for show, number, option, n in found}


def get_other_category(of):
    return Category.objects.active().filter(is_private=False).exclude(group=of.category.group)[0]


def test_the_list_is_narrowed_by_status_kind_area_day_and_words():
    hole = make.filed(description="Deep as a bucket.")
    with clock.freeze_time(clock.now() - timedelta(days=40)):
        other = make.filed(
            category=get_other_category(hole), description="Loud.", location_text="Pier"
        )
    done = make.service_request(Status.CLOSED, Outcome.CONFIRMED, description="Wide.")
    declined = make.service_request(Status.CLOSED, Outcome.DECLINED, description="Grey.")
    lately = clock.localtime(clock.now() - timedelta(days=20)).date().isoformat()
    year, month, day = lately.split("-")
    as_typed = f"{month}/{day}/{year}"
    queries = [
        ({}, {hole, other}),
        ({"show": "fixed"}, {done}),
        ({"show": "closed"}, {declined}),
        ({"show": "all"}, {hole, other, done, declined}),
        ({"state": "received"}, {hole, other}),
        ({"state": "planned"}, set()),
        ({"state": "declined"}, {declined}),
        ({"category": hole.category.service_code}, {hole}),
        ({"category": f"group:{other.category.group.slug}"}, {other}),
        ({"group": other.category.group.slug}, {other}),
        ({"zone": hole.zone.slug}, {hole, other}),
        ({"from": lately}, {hole}),
        ({"to": lately}, {other}),
        ({"to": as_typed}, {other}),
        ({"from": "2100-01-01", "to": lately}, {hole}),
        ({"q": "BUCKET"}, {hole}),
        ({"q": "pier"}, {other}),
        ({"q": "no such words"}, set()),
    ]
    for query, expected in queries:
        assert set(list_references(query)) == {row.reference for row in expected}, query


def test_words_are_found_in_any_order_by_their_beginning_and_without_accents():
    tree = make.filed(description="El árbol CAÍDO tapa la calle.", location_text="14th St & Pico")
    for typed in ("arbol", "ÁRBOLES", "caido árb", "14th street", "pico 14th", tree.reference[3:7]):
        assert list_references({"q": typed}) == [tree.reference], typed
    make.filed(location_text="Main Street", description="A hole.", category=make.pothole())
    assert list_references({"q": "tree main"}) == []  # “street” does not begin with “tree”


def test_words_find_a_category_by_its_name_its_group_and_its_words_in_both_languages():
    hole = make.filed(description="", location_text="")
    make.filed(description="", location_text="", category=get_other_category(hole))
    for typed in ("Pothole", "bache", "BACHES", hole.category.group.name):
        assert list_references({"q": typed}) == [hole.reference], typed


def test_a_kind_of_street_is_a_whole_word_or_what_a_category_is_called():
    corner = make.filed(location_text="Main St & Pico", description="A broken bench.")
    hole = make.pothole()
    hole.keywords = "hole in the street, driveway"
    hole.save()
    make.filed(location_text="Main Library", description="By the driveway.", category=hole)
    assert list_references({"q": "main street"}) == [corner.reference]
    assert list_references({"q": "main drive"}) == []
    hole.name = "Streetlight out"
    hole.save()
    assert len(list_references({"q": "library street"})) == 1


def test_the_name_of_a_street_says_where_and_no_category():
    hole = make.pothole()
    hole.keywords = "water tower"
    hole.save()
    leak = make.filed(location_text="2 Ocean Ave", description="It leaks.", category=hole)
    bench = make.filed(location_text="4 Tower St", description="A broken bench.")
    assert list_references({"q": "tower street"}) == [bench.reference]
    assert list_references({"q": "leaks tower"}) == [leak.reference]


def test_a_misspelled_word_is_asked_about():
    hole = make.filed(category=make.pothole())
    page = get_list({"q": "pothoel", "show": "all"})
    assert "Check the spelling" in page.text
    [name, query] = page.context["suggested_categories"][0]
    assert (name, query) == ("Pothole", "?show=all&category=pothole")
    assert f'href="{escape(query)}"' in page.text
    assert get_list({"q": "pothole"}).context["suggested_categories"] == []
    assert list_references({"category": "pothole"}) == [hole.reference]
    assert "Check the spelling" not in get_list({"show": "closed"}).text


def test_an_empty_list_leads_to_what_another_status_has():
    make.filed(description="A broken bench.")
    page = get_list({"q": "bench", "show": "closed"})
    assert "1 request with another status matches." in page.text
    assert (
        'href="?show=all&amp;q=bench"' in page.text or 'href="?q=bench&amp;show=all"' in page.text
    )
    assert "with another status" not in get_list({"q": "bench"}).text
    assert "with another status" not in get_list({"q": "xyzzyplugh"}).text


def test_a_notice_above_the_list_keeps_its_items_in_a_list():
    page = get_list({"q": "x" * 200})
    assert "We searched for the first 100 characters only." in page.text
    assert '<ul class="notice notice--warn">' in page.text


def test_private_and_hidden_requests_count_nowhere():
    shown = make.filed()
    make.filed(category=make.category(is_private=True))
    hidden = make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="A plate can be read.")
    response = get_list({"show": "all"})
    context = response.context
    assert [row.service_request for row in context["page"].rows] == [shown]
    numbers = read_option_counts(response)
    assert {show: numbers.pop(show) for show in ("open", "fixed", "closed", "all")} == {
        "open": "1",
        "fixed": "0",
        "closed": "0",
        "all": "1",
    }
    assert {name: n for name, n in numbers.items() if n != "0"} == {
        shown.category.service_code: "1",
        f"group:{shown.category.group.slug}": "1",
        shown.zone.slug: "1",
    }
    [pin] = context["static_map"].pins
    assert pin.url == address(shown)
    assert not context["static_map"].clusters
    assert list_references({"q": hidden.reference[3:]}) == []


def test_a_number_of_a_choice_says_what_choosing_it_gives():
    hole = make.filed()
    other = make.filed(category=get_other_category(hole))
    numbers = read_option_counts(get_list({"category": hole.category.service_code}))
    assert numbers[hole.category.service_code] == numbers[other.category.service_code] == "1"
    assert numbers[f"group:{other.category.group.slug}"] == "1"
    assert numbers[hole.zone.slug] == "1"


def test_beyond_a_cap_nothing_is_counted_and_the_page_says_so(monkeypatch):
    monkeypatch.setattr(counts, "MAX_COUNT", 2)
    monkeypatch.setattr(counts, "MAX_FACET_ROWS", 2)
    for n in range(3):
        make.filed(location_text=f"Corner {n}")
    response = get_list()
    page = response.content.decode()
    assert "More than 2 requests" in page
    assert "over 2" in page
    assert read_option_counts(response).keys() == {"open", "fixed", "closed", "all"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"zone": "xyz"}, "We don&#x27;t know the area “xyz”."),
        ({"category": "<b>"}, "We don&#x27;t know the category “&lt;b&gt;”."),
        ({"category": "group:xyz"}, "We don&#x27;t know the category “xyz”."),
        ({"group": "{x}"}, "We don&#x27;t know the category “{x}”."),
        ({"show": "resolved"}, "We don&#x27;t know the status “resolved”."),
        ({"state": "resolved"}, "We don&#x27;t know the status “resolved”."),
        ({"from": "yesterday"}, "read the date “yesterday”."),
        ({"to": "2026-02-30"}, "read the date “2026-02-30”."),
        ({"from": "0001-01-01"}, "read the date “0001-01-01”."),
        ({"area": "1,2,3"}, "We can&#x27;t find “1,2,3” on the map."),
        ({"area": "nan,inf,1,2"}, "We can&#x27;t find “nan,inf,1,2” on the map."),
        ({"area": "5,5,1,1"}, "We can&#x27;t find “5,5,1,1” on the map."),
        ({"q": "hole " * 30}, "We searched for the first 100 characters only."),
        ({"q": "%_\\"}, "“%_\\” has no words we can search for."),
        ({"q": "路"}, "“路” is too short. Search for two characters or more."),
        ({"q": "路 a"}, "“路 a” is too short. Search for two characters or more."),
    ],
)
def test_what_we_do_not_know_counts_as_not_asked_and_is_said(query, said):
    row = make.filed()
    response = get_list(query)
    assert said in response.content.decode()
    assert [one.service_request for one in response.context["page"].rows] == [row]


@pytest.mark.parametrize("value", ["\0", "\ud800", "9" * 999, "' OR 1=1 --", "\\m(", "٣", "🦝"])
def test_nonsense_in_a_filter_breaks_nothing(value):
    for name in ("q", "show", "state", "category", "group", "zone", "from", "area", "view"):
        get_list({name: value.encode("utf-8", "surrogatepass")})


def test_a_finer_status_of_another_third_gives_way_to_the_third():
    done = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    assert list_references({"show": "fixed", "state": "planned"}) == [done.reference]


def test_each_filter_has_a_chip_that_takes_it_away():
    zone, group = Zone.objects.active()[0], CategoryGroup.objects.with_offered_categories()[0]
    query = {"q": "bucket", "show": "fixed", "group": group.slug, "zone": zone.slug}
    response = get_list({**query, "from": "2026-03-02"})
    chips = {str(chip.words): chip.query for chip in response.context["chips"]}
    assert zone.slug not in chips[zone.name]
    assert group.slug in chips[zone.name]
    assert "show=fixed" in chips["“bucket”"]
    assert "bucket" not in chips["“bucket”"]
    assert len(chips) == 4
    assert "Clear all" in response.content.decode()


def test_an_area_of_the_map_is_a_filter_of_the_list():
    hall = make.filed()
    make.filed(at=BEACH)
    lat, lng = hall.coordinates
    assert list_references(
        {"area": f"{lng - 0.001},{lat - 0.001},{lng + 0.001},{lat + 0.001}"}
    ) == [hall.reference]


@pytest.fixture
def many():
    return [make.filed(location_text=f"Corner {n}").reference for n in range(45)]


def follow_link(client, query):
    response = client.get(f"/requests/{query}")
    assert response.status_code == 200
    page = response.context["page"]
    return [row.service_request.reference for row in page.rows], page


def test_the_list_is_paged_both_ways_and_misses_none(many):
    client = browser()
    first, page = follow_link(client, "")
    assert page.newer == ""
    second, page = follow_link(client, page.older)
    third, last = follow_link(client, page.older)
    assert first + second + third == many[::-1]
    assert last.older == ""
    assert follow_link(client, last.newer)[0] == second
    assert follow_link(client, page.newer)[0] == first


def test_a_page_stays_where_it_is_while_news_come(many):
    client = browser()
    _first, page = follow_link(client, "")
    second, _page = follow_link(client, page.older)
    make.filed(location_text="New")
    assert follow_link(client, page.older)[0] == second


def test_a_cursor_that_was_tampered_with_is_a_kind_400_with_the_way_back(many):
    client = browser()
    zone = Zone.objects.active()[0].slug
    [cursor] = parse_qs(client.get("/requests/").context["page"].older[1:])["cursor"]
    wrong = [
        {"cursor": "x"},
        {"cursor": cursor[:-1]},
        {"cursor": cursor.replace("o.", "n.", 1)},
        {"cursor": f"o.{'9' * 17}.{'9' * 18}"},
        {"cursor": "\0"},
        {"cursor": "9" * 5000},
        {"cursor": cursor, "zone": zone},
    ]
    for query in wrong:
        page = get_list(query, status=400).content.decode()
        assert "To the list" in page
    assert f"/requests/?zone={zone}" in page


def test_an_old_address_with_a_page_of_the_former_list_opens_the_first_page():
    row = make.filed()
    assert list_references({"before": "0-0"}) == [row.reference]


def test_a_reference_in_the_search_leads_to_its_page():
    row = make.filed()
    response = browser().get("/requests/", {"q": row.reference.lower()})
    assert response["Location"] == address(row)


def test_the_form_shows_what_was_chosen_and_typed_and_counted_now_and_nothing_of_another_page():
    """The structure of the form is rendered once and reused."""
    hole = make.filed()
    code, zone = hole.category.service_code, hole.zone.slug
    asked = {"category": code, "zone": zone, "q": '"hole', "from": "2026-01-02"}
    chosen = page_text(asked)
    for said in (code, zone):
        assert f'value="{said}" selected' in chosen
    assert 'value="&quot;hole"' in chosen
    assert 'value="2026-01-02"' in chosen
    plain = page_text()
    assert " selected" not in plain
    assert 'value="2026-01-02"' not in plain
    assert f"{hole.category.name} (1)" in plain
    make.filed()
    cache.clear()
    assert f"{hole.category.name} (2)" in page_text()


def test_a_row_says_anew_what_has_changed():
    """The rendered row is reused until something in it changes."""
    row = make.filed()
    assert "today" in get_list().content.decode()
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        assert "yesterday" in get_list().content.decode()
    make.route(row)
    assert make.streets().name in get_list().content.decode()


def test_enter_in_the_search_field_keeps_what_is_shown():
    """The Enter key presses the first button of the form, which repeats the current choice."""
    page = get_list({"show": "fixed"}).content.decode()
    first = page[page.index('name="q"') :]
    assert first.index('name="show" value="fixed" tabindex') < first.index('value="open"')


def test_the_map_is_one_link_away_without_javascript_and_keeps_what_was_asked():
    response = get_list({"q": "bucket"})
    assert response.context["map_query"] == "?q=bucket&view=map"
    assert "browse--map" in get_list({"view": "map"}).content.decode()


def test_without_javascript_the_drawings_rings_open_their_requests_in_the_list():
    hall = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    beach = make.filed(at=BEACH)
    drawing = get_list().context["static_map"]
    [pin], [ring] = drawing.pins, drawing.clusters
    assert (pin.url, ring.n) == (address(beach), 3)
    found, _page = follow_link(browser(), ring.query)
    assert set(found) == {row.reference for row in hall}


def test_the_list_costs_at_most_twelve_queries_whatever_it_is_asked():
    for status in (Status.ROUTED, Status.IN_PROGRESS, Status.COMPLETED, Status.ON_HOLD):
        make.service_request(status)
    row = make.filed(at=BEACH)
    asked = {"q": "hole", "state": "received", "category": row.category.service_code}
    for query in ({}, {"show": "all"}, {**asked, "zone": row.zone.slug, "area": "-119,34,-118,35"}):
        get_list(query)
        with CaptureQueriesContext(connection) as queries:
            get_list(query, name="ana")
        assert len(queries) <= 12, query
