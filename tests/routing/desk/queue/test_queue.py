"""Tests for the queue with each filter of its URL, and for the counts of the filters."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Category, Department, Zone
from lib import clock
from requests_app import workflow
from requests_app.models import Contact, Priority, ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from routing.desk.queue import contents
from routing.desk.queue.filters import Filters
from tests import make

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}
EVERYTHING = (
    "tab=open&q=hall&status=filed&status=routed&due=later&due=-&age=day&priority=normal&"
    "department=-&department=street-services&zone={zone}&group={group}&category=pothole&"
    "channel=web&photo=no&mine=yes&flag=overdue&flag=repeated&flag=bounced"
)


@pytest.fixture
def omar(client):
    client.force_login(make.omar())
    return client


def load_queue(client, query="", **headers):
    return client.get(f"/desk/?{query}", headers=headers or None).context["page"]


def list_requests(client, query):
    return [line.service_request for line in load_queue(client, query).lines]


def read_facet_counts(found, name):
    """Return the non-zero counts of the facet `name` on the page `found`, by value."""
    facet = next(facet for facet in found.facets if facet.name == name)
    return {one.value: one.request_count for one in facet.options if one.request_count}


def find_other_category():
    return Category.objects.active().exclude(group=make.pothole().group).first()


def test_each_facet_finds_its_requests_and_says_how_many(omar):
    filed, routed = make.filed(), make.service_request(Status.ROUTED)
    other = make.filed(by=make.omar(), category=find_other_category())
    urgent = make.filed(by=make.bob(), photos=[make.photo(device=make.bob())])
    ServiceRequest.objects.filter(pk=urgent.pk).update(
        priority=Priority.URGENT,
        filed_at=clock.now() - timedelta(days=8),
        due_at=clock.now() - timedelta(days=1),
    )
    ServiceRequest.objects.filter(pk=other.pk).update(due_at=None, zone=None)
    zone = filed.zone.slug
    found = load_queue(omar, "tab=open")
    expected = {
        "status": {"filed": 3, "routed": 1},
        "priority": {"normal": 3, "urgent": 1},
        "department": {"-": 3, "street-services": 1},
        "zone": {zone: 3, "-": 1},
        "age": {"day": 3, "month": 1},
        "category": {"pothole": 3, other.category.service_code: 1},
        "photo": {"yes": 1, "no": 3},
        "flag": {"overdue": 1},
    }
    for name, counts in expected.items():
        assert read_facet_counts(found, name) == counts, name
        for value, count in counts.items():
            filters = Filters.from_query(f"tab=open&{name}={value}", make.omar())
            assert len(contents.Queue(filters).list_ids()) == count, (name, value)
    assert read_facet_counts(found, "due")["overdue"] == 1
    assert read_facet_counts(found, "due")["-"] == 1
    assert list_requests(omar, f"tab=open&group={other.category.group.slug}") == [other]
    assert set(list_requests(omar, "tab=open&status=routed&status=filed&due=overdue")) == {urgent}
    assert routed not in list_requests(omar, "tab=open&status=filed")


def test_a_facets_numbers_do_not_count_its_own_choice(omar):
    make.filed()
    make.service_request(Status.ROUTED)
    found = load_queue(omar, "tab=open&status=filed")
    assert found.total_count == 1
    assert read_facet_counts(found, "status") == {"filed": 1, "routed": 1}
    assert read_facet_counts(found, "department") == {"-": 1}
    none = load_queue(omar, "tab=open&status=filed&department=street-services")
    assert none.total_count == 0
    assert read_facet_counts(none, "status") == {"routed": 1}
    assert read_facet_counts(none, "department") == {"-": 1}
    assert read_facet_counts(none, "priority") == {}
    category = next(facet for facet in none.facets if facet.name == "category")
    assert ("pothole", 0) in [(one.value, one.request_count) for one in category.options]


def test_due_dates_fall_into_one_place_each(omar):
    noon = clock.localtime(clock.now()).replace(hour=12, minute=0)
    dates = {
        "overdue": noon - timedelta(minutes=1),
        "today": noon + timedelta(hours=2),
        "soon": noon + timedelta(days=2),
        "later": noon + timedelta(days=20),
        "-": None,
    }
    for name, due in dates.items():
        row = make.filed(by=make.device(name))
        ServiceRequest.objects.filter(pk=row.pk).update(due_at=due)
    make.service_request(Status.AWAITING_RESIDENT)
    with clock.freeze_time(noon):
        found = contents.Queue(Filters.from_query("tab=open", make.omar())).filter_counts
    assert found.by_facet["due"] == dict.fromkeys([*dates, "paused"], 1)


def test_mine_is_what_this_agent_did_last_or_wrote_on(omar):
    olga = make.user("olga", is_agent=True)
    mine, taken, noted, none = (make.filed(by=make.device(str(n))) for n in range(4))
    for row in (mine, taken):
        make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    make.act(workflow.prioritise, taken, olga, priority="normal")
    make.act(workflow.comment, noted, make.omar(), words="I call them on Monday.", is_public=False)
    make.act(workflow.prioritise, noted, olga, priority="urgent")
    make.act(workflow.comment, mine, make.device("0"), words="Thank you.")
    assert set(list_requests(omar, "mine=yes")) == {mine, noted}
    assert read_facet_counts(load_queue(omar), "mine") == {"yes": 2}
    omar.force_login(olga)
    assert set(list_requests(omar, "mine=yes")) == {taken, noted}
    assert none not in list_requests(omar, "mine=yes")


def test_what_was_undone_is_whose_it_was_before(omar):
    olga = make.user("olga", is_agent=True)
    hers, nobodys, still_mine = (make.filed(by=make.device(str(n))) for n in range(3))
    make.act(workflow.prioritise, hers, olga, priority="urgent")
    make.act(workflow.prioritise, still_mine, make.omar(), priority="urgent")
    for row in (hers, nobodys, still_mine):
        routed = make.act(workflow.route, row, make.omar(), to=make.streets())
        workflow.undo(row, event=routed, by=make.omar())
    assert set(list_requests(omar, "mine=yes")) == {still_mine}
    omar.force_login(olga)
    assert set(list_requests(omar, "mine=yes")) == {hers}


def test_flags_stand_on_the_lines_and_filter(omar):
    row = make.filed()
    Contact.objects.create(service_request=row, email="ana@example.org", bounced_at=clock.now())
    make.filed(by=make.bob())
    assert list_requests(omar, "flag=bounced") == [row]
    line = load_queue(omar, "flag=bounced").lines[0]
    assert [flag.code for flag in line.flags] == ["bounced"]
    assert "Email bounced" in omar.get("/desk/").text


def test_what_is_on_is_named_and_can_be_taken_away(omar):
    make.filed()
    found = load_queue(omar, "priority=normal&status=filed&q=hall")
    assert [one.name for one in found.active_filters] == ["Status: New", "Priority: Normal"]
    assert found.active_filters[0].url == "/desk/?tab=new&q=hall&priority=normal"
    assert found.unfiltered_url == "/desk/?tab=new"
    urgent = next(chip for chip in found.quick_filters if chip.name == "Urgent")
    assert urgent.url == "/desk/?tab=new&q=hall&status=filed&priority=urgent"


def test_a_value_that_is_gone_is_left_out_and_said(omar):
    make.filed()
    answer = omar.get("/desk/?zone=atlantis&zone=%00&flag=wet&status=closed&priority=normal")
    assert len(answer.context["page"].lines) == 1
    assert "Filter removed: wet, closed, atlantis no longer exists" in answer.text
    assert answer.context["page"].filters.query_string() == "tab=new&priority=normal"


def test_a_closed_zone_or_department_still_filters_its_requests(omar):
    row = make.service_request(Status.ROUTED)
    Zone.objects.filter(pk=row.zone_id).update(is_active=False)
    Department.objects.filter(pk=row.department_id).update(is_active=False)
    query = f"tab=open&zone={row.zone.slug}&department={row.department.slug}"
    assert list_requests(omar, query) == [row]


def test_the_search_keeps_the_filters_and_the_address_is_always_the_same(omar):
    make.filed()
    answer = omar.get("/desk/?priority=normal&zone=-&tab=open")
    for hidden in ['name="tab" value="open"', 'name="priority" value="normal"', 'value="-"']:
        assert f'<input type="hidden" {hidden}' in answer.text or hidden in answer.text
    assert (
        Filters.from_query("zone=-&priority=normal&tab=open").query_string()
        == "tab=open&priority=normal&zone=-"
    )


def test_any_number_of_filters_costs_the_same_few_queries(omar):
    made = [make.filed(by=make.device(f"d{number}")) for number in range(30)]
    outbox.deliver_all_pending_events()
    query = EVERYTHING.format(zone=made[0].zone.slug, group=made[0].category.group.slug)
    omar.get("/desk/?tab=open")  # load the cached lists of the city
    for address in [f"/desk/?{query}", f"/desk/{made[0].reference}/?{query}", "/desk/?tab=open"]:
        with CaptureQueriesContext(connection) as queries:
            assert omar.get(address).status_code == 200
        # a search also looks for names and for hits in other tabs
        most = 22 if "q=" in address else 20
        assert len(queries) <= most, [query["sql"][:90] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        omar.get(f"/desk/?{query}", headers=HTMX | {"HX-Target": "section#queue"})
    assert len(queries) <= 10


def test_the_numbers_come_with_the_poll_and_nothing_moves(omar):
    row = make.filed()
    address = load_queue(omar, "priority=normal").poll_url
    make.filed(by=make.bob())
    urgent = make.filed(by=make.device("zoe"))
    make.act(workflow.prioritise, urgent, make.omar(), priority="urgent")
    cache.clear()
    answer = omar.get(address, headers=HTMX)
    news = answer.context["page"]
    assert [line.service_request for line in news.lines] == [row]
    assert news.new_count == 1
    assert read_facet_counts(news, "priority") == {"normal": 2, "urgent": 1}
    assert 'hx-target="#q-facets"' in answer.text


def test_what_a_change_brings_into_the_filters_is_news_as_well(omar):
    first, second = make.filed(), make.filed(by=make.bob())
    make.act(workflow.prioritise, first, make.omar(), priority="urgent")
    address = load_queue(omar, "priority=urgent").poll_url
    make.act(workflow.prioritise, second, make.omar(), priority="urgent")
    cache.clear()
    assert omar.get(address, headers=HTMX).context["page"].new_count == 1


def test_a_cut_list_says_how_much_of_it_is_shown(omar, monkeypatch):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 2)
    monkeypatch.setattr("routing.desk.queue.page.LINES_PER_PAGE", 2)
    for number in range(5):
        make.filed(by=make.device(f"d{number}"))
    found = omar.get("/desk/?most=2")
    assert "2 of 5" in found.text
    assert found.context["page"].more_url == "/desk/?tab=new&most=4"


def test_the_address_of_the_page_follows_the_facets(omar):
    make.filed()
    queue_alone = HTMX | {"HX-Target": "section#queue"}
    answer = omar.get("/desk/?tab=new&priority=normal", headers=queue_alone)
    assert answer["HX-Push-Url"] == "/desk/?tab=new&priority=normal"


def test_the_next_request_comes_from_the_filtered_queue(omar):
    with clock.freeze_time(clock.now() - timedelta(hours=2)):
        plain = make.filed()
    first, second = make.filed(by=make.bob()), make.filed(by=make.device("zoe"))
    for row in (first, second):
        make.act(workflow.prioritise, row, make.omar(), priority="urgent")
    given = {"seen": make.last_event_id(first), "department": "street-services"}
    address = reverse("desk_routing", args=[first.reference])
    answer = omar.post(f"{address}?tab=new&priority=urgent&mine=yes", given)
    assert answer.url.startswith(f"/desk/{second.reference}/?tab=new&priority=urgent&mine=yes")
    assert plain.status == Status.FILED


@pytest.mark.parametrize(("tab", "count"), [("new", 1), ("late", 1), ("rerouted", 0)])
def test_newcomers_of_a_cut_list_are_those_that_came_since(omar, monkeypatch, tab, count):
    """Requests that were in the tab before, but not shown, are not counted as new."""
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 1)
    yesterday = clock.now() - timedelta(days=1)
    for number in range(2):
        row = make.filed(by=make.device(f"d{number}"))
        ServiceRequest.objects.filter(pk=row.pk).update(due_at=yesterday, times_routed=4)
    address = load_queue(omar, f"tab={tab}&most=1").poll_url
    late = make.filed(by=make.bob())
    ServiceRequest.objects.filter(pk=late.pk).update(due_at=clock.now(), times_routed=4)
    with clock.freeze_time(clock.now() + timedelta(seconds=2)):
        cache.clear()
        assert omar.get(address, headers=HTMX).context["page"].new_count == count
