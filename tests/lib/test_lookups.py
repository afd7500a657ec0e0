"""Conditions on many values."""

import pytest
from django.db.models import F

from lib.postgresql.lookups import AnyOf, IsAmong
from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_one_of_thousands_is_found_wherever_it_stands():
    rows = [make.filed(by=make.device(f"d{n}")) for n in range(2)]
    many = [*range(100_000, 103_000), rows[1].pk]
    for condition in (IsAmong("pk", many), AnyOf(F("pk"), many)):
        assert ServiceRequest.objects.get(condition) == rows[1]
    assert not ServiceRequest.objects.filter(IsAmong("pk", []))
    assert not ServiceRequest.objects.filter(pk__any=[])
    assert ServiceRequest.objects.get(reference__any=[rows[0].reference]) == rows[0]
