"""Tests that rows of the city's configuration come from the process cache."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import Category, City, Department
from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_a_category_costs_no_query_once_it_is_known():
    row = ServiceRequest.objects.get(pk=make.filed().pk)
    assert row.category.group.name
    again = ServiceRequest.objects.get(pk=row.pk)
    with CaptureQueriesContext(connection) as asked:
        assert again.category is row.category
        assert again.department is None
    assert not asked.captured_queries


def test_a_change_is_seen_at_once():
    row = ServiceRequest.objects.get(pk=make.filed().pk)
    category = Category.objects.get(pk=row.category_id)
    category.name = "Hole in the street"
    category.save()
    assert ServiceRequest.objects.get(pk=row.pk).category.name == "Hole in the street"


def test_a_row_that_another_process_made_a_moment_ago_is_found():
    row = make.filed()
    assert row.category.group
    new = Department(slug="harbor", name="Harbor")
    Department.objects.bulk_create([new])
    row.department_id = new.pk
    assert row.department == new


def test_nothing_is_cached_without_a_city():
    row = ServiceRequest.objects.get(pk=make.filed().pk)
    City.objects.all().delete()
    Category.objects.update(name="Hole in the street")
    assert row.category.name == "Hole in the street"
