"""A query whose SQL is built once finds what its values ask for, each time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Value

from city.models import Category
from lib import clock
from lib.postgresql.any_of import IsAnyOf
from lib.postgresql.built_once import A_MOMENT, BuiltOnce
from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db


def of_code(code, ids):
    rows = Category.objects.select_related("group").filter(IsAnyOf("pk", ids), service_code=code)
    return rows.annotate(asked=Value(code))


def test_each_time_with_its_own_values():
    query = BuiltOnce(of_code, code="the sample of a code", ids=[-1])
    categories = list(Category.objects.all()[:3])
    ids = [each.pk for each in categories]
    for each in categories:
        [found] = query.with_values(code=each.service_code, ids=ids)
        assert (found, found.asked, found.group) == (each, each.service_code, each.group)
    assert not query.with_values(code=categories[0].service_code, ids=[])


def test_its_sql_is_built_once(django_assert_num_queries):
    built = []

    def build(code, ids):
        built.append(code)
        return of_code(code, ids)

    query = BuiltOnce(build, code="the sample of a code", ids=[-1])
    with django_assert_num_queries(2):
        list(query.with_values(code="a", ids=[1]))
        list(query.with_values(code="b", ids=[1, 2]))
    assert len(built) == 1


def test_a_sample_that_is_no_parameter_is_noticed():
    query = BuiltOnce(lambda code, ids: Category.objects.filter(service_code=code),
                      code="the sample of a code", ids=[-1])  # fmt: skip
    with pytest.raises(AssertionError, match="ids"):
        query.with_values(code="a", ids=[1])


def test_a_moment_stands_for_those_before_and_after_it():
    def lately(now, ids):
        since = now - timedelta(hours=1)
        return ServiceRequest.objects.filter(IsAnyOf("pk", ids), filed_at__gte=since).values("pk")

    query, now, row = BuiltOnce(lately, now=A_MOMENT, ids=[-1]), clock.now(), make.filed()
    assert list(query.with_values(now=now, ids=[row.pk])) == [{"pk": row.pk}]
    assert not query.with_values(now=now + timedelta(hours=2), ids=[row.pk])


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    query = BuiltOnce(of_code, code="the sample of a code", ids=[-1])

    def ask():
        try:
            return list(query.with_values(code="pothole", ids=[-2]))
        finally:
            connection.close()

    assert ask() == []
    with ThreadPoolExecutor(1) as another:
        assert another.submit(ask).result() == []
