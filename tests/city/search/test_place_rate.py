"""Tests the share of addresses, as people type them, for which the first hit is correct."""

import pytest

from tests.place_queries import is_right, queries

pytestmark = pytest.mark.django_db


def test_97_of_100_addresses_as_people_type_them_give_the_right_house_first():
    asked = queries(count=100, seed=7)
    missed = [query.text for query in asked if not is_right(query)]
    assert len(asked) == 100
    assert len(missed) <= 3, missed
