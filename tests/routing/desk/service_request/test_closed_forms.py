"""Tests for the collapsed forms of the panel, rendered once and shared by all requests."""

import re

import pytest

from city.models import CannedText, DeclineReason
from requests_app import workflow
from requests_app.models import Priority
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar, post_action

__all__ = ["omar"]

pytestmark = pytest.mark.django_db

FORMS = ("declination", "routing", "priority", "comments", "hiding")


def get_panel(client, row, query="tab=new&q=%3Cb%3E"):
    return client.get(f"{desk_url(row)}{query}", headers=HTMX).text


def test_each_request_has_forms_of_its_own(omar):
    rows = [make.filed() for _ in range(2)]
    make.act(workflow.comment, rows[1], make.omar(), words="One more event.")
    for row in rows:
        page = get_panel(omar, row)
        for noun in FORMS:
            assert f'action="{desk_url(row, noun)}tab=new&amp;q=%3Cb%3E"' in page
        assert set(re.findall(r'name="seen" value="(\d+)"', page)) == {str(make.last_event_id(row))}
        assert not re.search("hole-[0-9a-f]{32}", page)


def test_what_was_typed_stands_in_the_form_of_that_request_alone(omar):
    row, other = make.filed(), make.filed()
    get_panel(omar, row)
    refused = post_action(omar, row, "declination", words="Not <ours>.").text
    assert "Not &lt;ours&gt;." in refused
    assert 'id="pop-declination" open' in " ".join(refused.split())
    assert "Not &lt;ours&gt;." not in get_panel(omar, other)


def test_a_list_of_the_city_and_the_request_itself_show_as_they_are_now(omar):
    row = make.filed()
    assert "Make it urgent" in get_panel(omar, row)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    assert "Not urgent after all" in get_panel(omar, row)
    reason = DeclineReason.objects.active().first()
    reason.name = "Something <else>"
    reason.save()
    assert "Something &lt;else&gt;" in get_panel(omar, row)
    make.route(row)
    page = get_panel(omar, row, "tab=open")
    here = row.department.slug
    chosen = page[page.index('id="route-to"') : page.index('id="route-words"')]
    assert f'value="{here}"' not in chosen
    assert 'name="reason"' in chosen  # because the request was routed before


def test_canned_texts_name_the_request_that_is_read(omar):
    CannedText.objects.create(
        code="about", use=CannedText.Use.REPLY, title="About", body="About {reference}."
    )
    for row in (make.filed(), make.filed()):
        assert f'data-text="About {row.reference}."' in get_panel(omar, row)


def test_one_nearby_says_how_it_stands_now(omar):
    row, other = make.filed(), make.filed()
    near = f'data-near="{other.reference}"'
    page = get_panel(omar, row)
    assert near in page
    make.route(other)
    later = get_panel(omar, row)
    assert later[later.index(near) :][:2000] != page[page.index(near) :][:2000]
    assert make.streets().name in later[later.index(near) :][:2000]
