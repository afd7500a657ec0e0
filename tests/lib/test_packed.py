"""Whole numbers of many rows as one value, and conditions on many values."""

import pytest
from django.db.models import F, Q, Value

from lib.postgresql.lookups import AnyOf, IsAmong
from lib.postgresql.packed import Bits, Packed, Parts, numbers, plane
from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_numbers_of_many_rows_come_as_one_value():
    rows = [make.filed(by=make.device(f"d{n}")) for n in range(3)]
    ServiceRequest.objects.filter(pk=rows[1].pk).update(times_routed=200, is_hidden=True)
    word = Parts((F("times_routed"), 1), (Value(70_000), 3), (Bits([Q(is_hidden=True)]), 1))
    packed = ServiceRequest.objects.aggregate(ids=Packed("pk"), word=Packed(word))
    assert sorted(numbers(packed["ids"])) == [row.pk for row in rows]
    place = list(numbers(packed["ids"])).index(rows[1].pk)
    first, hidden = plane(packed["word"], 0), plane(packed["word"], 4)
    assert (first[place], hidden[place]) == (200, 1)
    assert sum(first) == 200
    assert sum(hidden) == 1
    assert [plane(packed["word"], byte)[0] for byte in (1, 2, 3)] == [0x70, 0x11, 0x01]
    assert not numbers(ServiceRequest.objects.none().aggregate(ids=Packed("pk"))["ids"])


def test_one_of_thousands_is_found_wherever_it_stands():
    rows = [make.filed(by=make.device(f"d{n}")) for n in range(2)]
    many = [*range(100_000, 103_000), rows[1].pk]
    for condition in (IsAmong("pk", many), AnyOf(F("pk"), many)):
        assert ServiceRequest.objects.get(condition) == rows[1]
    assert not ServiceRequest.objects.filter(IsAmong("pk", []))
    assert not ServiceRequest.objects.filter(pk__any=[])
    assert ServiceRequest.objects.get(reference__any=[rows[0].reference]) == rows[0]
