"""Tests for the lookup `any`."""

import pytest
from django.db.models import F

from lib.postgresql.lookups import AnyOf
from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_one_of_thousands_is_found_wherever_it_stands():
    rows = [make.filed(by=make.device(f"d{n}")) for n in range(2)]
    many = [*range(100_000, 103_000), rows[1].pk]
    assert ServiceRequest.objects.get(AnyOf(F("pk"), many)) == rows[1]
    assert ServiceRequest.objects.get(pk__any=many) == rows[1]
    assert not ServiceRequest.objects.filter(pk__any=[])
    assert ServiceRequest.objects.get(reference__any=[rows[0].reference]) == rows[0]
