"""What a connection is asked for often is planned once, whatever the values are."""

import pytest
from django.db import connection

from city.models import Category
from lib.postgresql.plans import planned_each_time

pytestmark = pytest.mark.django_db


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_what_is_asked_for_a_sixth_time_is_prepared():
    asked = Category.objects.filter(keywords__contains="as nobody else asks")
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for _time in range(5):
        asked.exists()
    assert prepared() == []
    for other in ["pothole", "graffiti"]:
        Category.objects.filter(keywords__contains=other).exists()
    [statement] = prepared()
    assert "keywords" in statement
    assert "$1" in statement


def test_what_depends_on_its_values_is_planned_each_time():
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with planned_each_time(connection):
        for _time in range(8):
            Category.objects.filter(keywords__contains="as nobody else asks").exists()
    assert prepared() == []
