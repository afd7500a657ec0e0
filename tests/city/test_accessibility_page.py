"""The page “Accessibility” names whom the city answers with: the coordinator, the relay service."""

import pytest
from django.urls import reverse

from city.models import City

pytestmark = pytest.mark.django_db
PAGE = reverse("accessibility")


def test_it_names_the_ada_coordinator_and_the_relay_service(client):
    page = " ".join(client.get(PAGE).text.split())
    assert "contact the ADA coordinator: 3-1-1, 311@santamonica.gov." in page
    assert "Dial 711 for the relay service and ask for 3-1-1." in page


def test_it_promises_neither_where_the_city_has_none(client):
    city = City.objects.get()
    city.ada_contact = city.relay_phone = ""
    city.save()
    page = client.get(PAGE).text
    assert "relay service" not in page
    assert "coordinator" not in page
