"""Tests for saved views: an agent's filters, saved under a name, with their current count."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Zone
from requests_app.status import Status
from routing.models import SavedView
from tests import make

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "div#q-views-list"}


def save_view(client, name, query="tab=open&priority=normal", **headers):
    return client.post(f"/desk/views/?{query}", {"name": name}, headers=headers or None)


def list_views(client, query=""):
    return client.get(f"/desk/views/?{query}").context["page"].own_views


def test_the_filters_that_are_on_are_saved_under_a_name(omar):
    make.filed()
    answer = save_view(omar, "  Normal   ones ", "tab=open&most=120&priority=normal&zone=atlantis")
    assert answer.url == "/desk/views/?tab=open&most=120&priority=normal"
    view = list_views(omar)[0]
    assert (view.saved.name, view.request_count) == ("Normal ones", 1)
    assert view.url == "/desk/?tab=open&priority=normal"
    make.filed(by=make.bob())
    assert list_views(omar)[0].request_count == 2
    assert list_views(omar, "tab=open&priority=normal")[0].is_current


def test_a_name_is_given_once_and_what_was_typed_stays(omar):
    save_view(omar, "Mine")
    for name, words in [("mine", "name already"), (" ", "a name"), ("x" * 41, "40 characters")]:
        answer = save_view(omar, name)
        assert (answer.status_code, words in answer.text) == (422, True), name
    assert 'value="mine"' in save_view(omar, "mine").text
    assert save_view(omar, "a\0b").status_code == 422
    assert SavedView.objects.count() == 1
    omar.force_login(make.user("olga", is_agent=True))
    assert save_view(omar, "Mine").status_code == 302


def test_a_view_is_renamed_and_deleted_by_its_own_agent(omar):
    save_view(omar, "One")
    save_view(omar, "Two")
    view = SavedView.objects.get(name="One")
    name, gone = (reverse(f"desk_view_{noun}", args=[view.pk]) for noun in ("name", "deletion"))
    taken = omar.post(name, {"name": "TWO"})
    assert taken.status_code == 422
    assert 'value="TWO"' in taken.text
    assert omar.post(name, {"name": "Uno"}).status_code == 302
    assert omar.post(name, {"name": "UNO"}).status_code == 302
    omar.force_login(make.user("olga", is_agent=True))
    assert omar.post(name, {"name": "Hers"}).status_code == 404
    omar.post(gone)
    view.refresh_from_db()
    assert view.name == "UNO"
    omar.force_login(make.omar())
    for _again in range(2):
        assert omar.post(gone).status_code == 302
    assert [view.saved.name for view in list_views(omar)] == ["Two"]
    assert omar.post(f"/desk/views/{10**30}/name/", {"name": "x"}).status_code == 404


def test_a_view_keeps_working_when_a_value_of_it_is_gone(omar):
    row = make.filed()
    zone = Zone.objects.exclude(pk=row.zone_id).first()
    save_view(omar, "Both", f"tab=open&zone={zone.slug}&zone={row.zone.slug}")
    zone.slug = "under-another-name"
    zone.save()
    view = list_views(omar)[0]
    assert view.request_count == 1
    assert view.url == f"/desk/?tab=open&zone={row.zone.slug}"


def test_twenty_views_are_counted_at_once_and_are_enough(omar):
    make.filed()
    for number in range(SavedView.MAX_PER_AGENT):
        save_view(
            omar, f"View {number}", f"tab=open&q=hall&mine=yes&flag=overdue&age=day&photo={'no'}"
        )
    assert "Delete one first" in save_view(omar, "One more").text
    with CaptureQueriesContext(connection) as queries:
        answer = omar.get("/desk/views/", headers=HTMX)
    assert answer.text.count('class="option"') == SavedView.MAX_PER_AGENT
    assert "<html" not in answer.text
    assert len(queries) <= 5


def test_the_menu_answers_in_place(omar):
    answer = save_view(omar, "Urgent", "priority=urgent", **HTMX)
    assert (answer.status_code, "Urgent" in answer.text) == (200, True)
    assert "<html" not in answer.text
    assert save_view(omar, "", "priority=urgent", **HTMX).status_code == 422
    assert "No view is saved yet" in omar.get("/desk/views/").text or list_views(omar)


def test_a_view_of_a_caller_counts_what_is_closed_as_well(omar):
    contact = {"name": "Ana", "phone": "310 555 0142", "email": ""}
    make.service_request(Status.CLOSED, contact=contact)
    make.filed(contact=contact)
    save_view(omar, "Ana", "q=310+555+0142")
    save_view(omar, "Nothing", "q=nowhere")
    assert [view.request_count for view in list_views(omar)] == [2, 0]
