"""Tests that the page “Accessibility” names the ADA coordinator and the relay service."""

import pytest
from django.urls import reverse

from city.models import City

pytestmark = pytest.mark.django_db
PAGE = reverse("accessibility")


def test_page_names_the_ada_coordinator_and_the_relay_service(client):
    page = " ".join(client.get(PAGE).text.split())
    dial = '<span class="unbroken">3-1-1</span>'
    assert f"contact the ADA coordinator: {dial}, 311@santamonica.gov." in page
    assert f"Dial 711 for the relay service and ask for {dial}." in page


def test_texts_of_the_city_are_escaped(client):
    city = City.objects.get()
    city.ada_contact = "<b>Ana & Bob</b>, 310-555-0142"
    city.save()
    page = client.get(PAGE).text
    assert '&lt;b&gt;Ana &amp; Bob&lt;/b&gt;, <span class="unbroken">310-555-0142</span>' in page


def test_page_omits_the_coordinator_and_relay_service_that_the_city_lacks(client):
    city = City.objects.get()
    city.ada_contact = city.relay_phone = ""
    city.save()
    page = client.get(PAGE).text
    assert "relay service" not in page
    assert "coordinator" not in page
