"""Tests for open requests after a change of the city's configuration."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from city import cache, search
from city.models import Category, Department, Zone
from city.pack import load_pack
from requests_app import workflow
from requests_app.errors import InvalidInput
from requests_app.filing.forms import reportable_categories
from requests_app.models import ServiceRequest
from requests_app.status import Status
from routing import triage
from tests import make
from tests.city.pack.test_load_city import pack, say

pytestmark = pytest.mark.django_db

__all__ = ["pack"]
TOWN_HALL = (Decimal("47.000000"), Decimal("7.996000"))


def swap_ids(pack, one, other):
    """Exchange the areas of two zones in the pack."""
    path = pack / "zones.geojson"
    drawn = json.loads(path.read_text(encoding="utf-8"))
    features = {each["properties"]["id"]: each for each in drawn["features"]}
    for name in ("id", "name"):
        features[one]["properties"][name], features[other]["properties"][name] = (
            features[other]["properties"][name],
            features[one]["properties"][name],
        )
    path.write_text(json.dumps(drawn), encoding="utf-8")


def test_open_requests_get_their_area_anew_when_a_border_moves(pack):
    load_pack(pack)
    town, hill = Zone.objects.get(slug="old-town"), Zone.objects.get(slug="mill-hill")
    rows = [make.filed(at=TOWN_HALL) for _ in range(2)]
    done = make.filed(at=TOWN_HALL)
    make.act(workflow.withdraw, done, make.ana())
    assert {row.zone for row in rows} == {town}
    swap_ids(pack, "old-town", "mill-hill")
    told = say(pack)
    assert told[-1] == f"open requests whose area changed: 2 (2 to {hill.name})"
    assert {ServiceRequest.objects.get(pk=row.pk).zone for row in rows} == {hill}
    done.refresh_from_db()
    assert done.zone == town


def test_a_category_closed_for_new_reports_lets_open_ones_be_finished(client):
    category = make.pothole()
    row = make.service_request(Status.IN_PROGRESS, category=category)
    client.force_login(make.ada())
    refused = client.post(
        reverse("admin:city_category_changelist"),
        {"action": "deactivate", "_selected_action": [category.pk]},
        follow=True,
    )
    assert "clear “takes new requests” instead" in refused.content.decode()
    category.takes_new = False
    category.save()
    assert category.service_code not in reportable_categories()
    assert category not in search.find_categories("pothole")
    assert category not in Category.objects.popular()
    with pytest.raises(InvalidInput, match="can no longer be reported"):
        make.filed(category=category)
    make.complete(row)
    assert ServiceRequest.objects.get(pk=row.pk).status == Status.COMPLETED


def test_a_department_closed_for_new_requests_finishes_its_open_ones():
    streets = make.streets()
    row = make.service_request(Status.IN_PROGRESS)
    fresh = make.filed()
    assert fresh.category.department == streets
    Department.objects.filter(pk=streets.pk).update(takes_new=False)
    cache.invalidate_cache()
    fresh = ServiceRequest.objects.get(pk=fresh.pk)
    decision = triage.decide_by_current_rules(fresh)
    assert decision.department is None
    assert decision.stopped.id == streets.pk
    with pytest.raises(InvalidInput, match="no longer takes requests"):
        make.route(fresh, to=make.streets())
    make.complete(row)
    row = ServiceRequest.objects.get(pk=row.pk)
    assert (row.status, row.department) == (Status.COMPLETED, streets)
