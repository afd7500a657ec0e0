"""Tests for the saved views shown to an agent: which ones, their counts, and the active one."""

import pytest

from requests_app import workflow
from requests_app.models import Priority
from requests_app.status import Status
from routing.desk.queue.filters import Filters
from routing.desk.saved_views.page import SavedViewsPage
from routing.models import SavedView
from tests import make

pytestmark = pytest.mark.django_db


def olga():
    return make.user("olga", is_agent=True)


def create_view(name, query, by=None, *, is_shared=False) -> SavedView:
    return SavedView.objects.create(
        user=by or make.omar(), name=name, query=query, is_shared=is_shared
    )


def load_page(query="", agent=None) -> SavedViewsPage:
    agent = agent or make.omar()
    return SavedViewsPage(Filters.from_query(query, agent), agent)


def list_names(views) -> list[str]:
    return [view.saved.name for view in views]


def test_a_view_counts_what_it_finds_for_the_agent_who_looks():
    mine, hers = make.filed(), make.filed(by=make.bob())
    for row, agent in ((mine, make.omar()), (hers, olga()), (make.filed(), olga())):
        make.act(workflow.prioritise, row, agent, priority=Priority.URGENT)
    create_view("My own", "tab=open&mine=yes", is_shared=True)
    assert [view.request_count for view in load_page().own_views] == [1]
    assert [view.request_count for view in load_page(agent=olga()).shared_views] == [2]


def test_each_view_counts_its_own_tab_words_and_filters():
    make.filed(description="A narwhal.")
    make.service_request(Status.ROUTED, description="A narwhal, too.")
    make.service_request(Status.DISPUTED)
    for number, query in enumerate([
        "tab=new", "tab=open", "tab=open&q=narwhal", "tab=new&q=narwhal", "tab=disputed",
        "tab=open&status=routed&status=disputed", "tab=open&q=narwhal&status=routed",
    ]):  # fmt: skip
        create_view(f"View {number}", query)
    assert [view.request_count for view in load_page("tab=waiting").own_views] == [
        1,
        3,
        2,
        1,
        1,
        2,
        1,
    ]


def test_views_stand_by_name_and_only_agents_share_theirs():
    gone = make.user("gone", is_agent=True, is_active=False)
    create_view("zebra", "tab=new"), create_view("Apple", "tab=open")
    create_view("Shared", "tab=new", olga(), is_shared=True)
    create_view("Private", "tab=new", olga())
    create_view("Of who left", "tab=new", gone, is_shared=True)
    create_view("Of a crew", "tab=new", make.wes(), is_shared=True)
    assert list_names(load_page().own_views) == ["Apple", "zebra"]
    assert list_names(load_page().shared_views) == ["Shared"]
    assert list_names(load_page(agent=olga()).own_views) == ["Private", "Shared"]
    assert list_names(load_page(agent=olga()).shared_views) == []


def test_a_view_is_on_while_the_address_asks_for_the_same():
    create_view("Urgent", "tab=open&priority=urgent")
    create_view("Also urgent", "tab=open&priority=urgent", olga(), is_shared=True)

    def current(query):
        page = load_page(query)
        return list_names(view for view in [*page.own_views, *page.shared_views] if view.is_current)

    assert current("priority=urgent&tab=open&most=120") == ["Urgent", "Also urgent"]
    assert current("tab=open&priority=urgent&q=hall") == []
    assert current("tab=new&priority=urgent") == []


def test_filters_can_be_saved_unless_an_own_view_has_them():
    create_view("Urgent", "tab=open&priority=urgent")
    create_view("Normal", "tab=open&priority=normal", olga(), is_shared=True)
    assert not load_page("tab=open&priority=urgent").can_save
    assert load_page("tab=open&priority=normal").can_save
    assert load_page("tab=open&q=hall").can_save
    assert not load_page("tab=open").can_save
