"""Tests for pages of residents without scripts, over HTTP: following links and submitting forms."""

import csv
import io
import re

import pytest

from requests_app.models import ServiceRequest
from tests import make
from tests.visitors import address, browser
from tests.without_scripts.page import Page

pytestmark = pytest.mark.django_db
NORTH = ("34.034000", "-118.494000")


@pytest.fixture
def visitor():
    return Page(browser())


def references(visitor):
    rows = [one["href"] for one in visitor.root.all("a") if "row" in one["class"].split()]
    return {href.split("/")[2] for href in rows}


def shown_buttons(visitor):
    return {one.name for one in visitor.root.all("button") if one.is_shown}


def call(visitor):
    """Return the link that calls the emergency number."""
    return next(one for one in visitor.root.all("a") if one["href"] == "tel:911")


def test_without_javascript_the_drawing_is_the_map_and_its_rings_are_links(visitor):
    hall = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    make.filed(at=NORTH)
    visitor.goto("/requests/")
    visitor.click("Map")
    visitor.click("3 requests here. Show them in the list.")
    assert references(visitor) == {row.reference for row in hall}
    visitor.click("Remove: This part of the map")
    visitor.fill("Search by location, word or request number", "zebra")
    visitor.enter("Search by location, word or request number")
    assert visitor.heading("Nothing found")


def test_no_mine_is_another_goes_on_without_a_script(visitor):
    make.filed()
    visitor.goto("/report/?category=pothole")
    visitor.press("Continue")
    visitor.fill("Address, corner or landmark", "34.0118, -118.4917")
    visitor.press("Use this spot")
    visitor.heading("Is it one of these?")
    visitor.press("No, mine is different")
    visitor.heading("A few details")
    visitor.click("Back")
    visitor.heading("Is it one of these?")


def test_a_location_is_chosen_on_the_drawing_and_from_a_list_without_scripts(visitor):
    visitor.goto("/report/?category=pothole")
    visitor.press("Continue")
    assert visitor.part("basemap").tag == "svg"
    visitor.fill("Address, corner or landmark", "pier")
    visitor.press("Search")
    visitor.press("Santa Monica Pier")
    assert visitor.path.endswith("/details/")


def test_a_request_offers_its_address_and_no_button_that_needs_scripts(visitor):
    row = make.filed()
    visitor.goto(address(row))
    assert visitor.field("Link to this request")["value"].endswith(address(row))
    assert not {"Share", "Copy"} & shown_buttons(visitor)


def test_some_days_are_downloaded_without_scripts(visitor):
    row = make.filed()
    visitor.goto("/")
    visitor.click("Open data")
    visitor.fill("Reported from", "2026-01-01")
    visitor.select("Kind of request", "Pothole")
    visitor.press("Download these as CSV")
    text = visitor.response.getvalue().decode("utf-8-sig")
    assert [line["service_request_id"] for line in csv.DictReader(io.StringIO(text))] == [
        row.reference
    ]
    name = "requests-2026-01-01-to-today.csv"
    assert f'filename="{name}"' in visitor.response["Content-Disposition"]


def test_a_report_that_names_a_danger_shows_the_number_without_scripts(visitor):
    visitor.goto("/report/")
    visitor.fill("Say it in your own words", "gas leak")
    visitor.enter("Say it in your own words")
    assert call(visitor)
    visitor.check("Graffiti")
    visitor.press("Continue")
    assert call(visitor)
    visitor.press("No one is in danger")
    visitor.fill("Address, corner or landmark", "santa monica pier")
    visitor.press("Use this spot")
    visitor.check("No")
    visitor.press("Continue")
    visitor.press("Send to the city")
    assert visitor.path.endswith("/sent/")
    assert ServiceRequest.objects.get().danger == "gas"


def test_a_whole_report_in_spanish_without_scripts(visitor):
    visitor.goto("/")
    visitor.press("Español")
    visitor.click("Reportar un problema")
    visitor.check("Bache")
    visitor.press("Continuar")
    visitor.fill("Dirección, esquina o lugar conocido", "Ocean Ave & Pico Blvd")
    visitor.press("Usar este lugar")
    visitor.heading("Algunos detalles")
    visitor.check("Carril de bicicletas")
    visitor.check("Como una mano")
    visitor.fill("¿Algo que la cuadrilla deba saber?", "Es muy hondo.")
    visitor.fill("Correo electrónico", "ana@example.org")
    visitor.press("Continuar")
    visitor.heading("¿Es correcto?")
    visitor.press("Enviar a la ciudad")
    visitor.heading("Enviado. Gracias.")
    visitor.click("Ver su solicitud")
    visitor.heading("Bache")
    assert ServiceRequest.objects.get().language == "es"
    assert next(visitor.root.all("html"))["lang"] == "es"
    assert re.search("Recibida", visitor.part("track__s").text)


def test_feed_explains_itself_before_it_opens(visitor):
    make.filed()
    visitor.goto("/requests/?q=hole")
    assert visitor.part("feed")["popovertarget"] == "about-feed"
    assert "A feed brings new and changed requests" in visitor.part("about-feed").text
    assert visitor.field("Address of the feed")["value"].endswith("/requests/feed/?q=hole")
