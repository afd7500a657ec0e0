"""What residents do without scripts, over HTTP: links are followed and forms are sent."""

import csv
import io
import re

import pytest

from requests_app.models import ServiceRequest
from tests import make
from tests.visitors import browser
from tests.without_scripts.page import Page

pytestmark = pytest.mark.django_db
NORTH = ("34.034000", "-118.494000")


@pytest.fixture
def page():
    return Page(browser())


def references(page):
    rows = [one["href"] for one in page.root.all("a") if "row" in one["class"].split()]
    return {href.split("/")[2] for href in rows}


def call(page):
    """The link that calls the emergency number."""
    return next(one for one in page.root.all("a") if one["href"] == "tel:911")


def test_without_javascript_the_drawing_is_the_map_and_its_rings_are_links(page):
    hall = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    make.filed(at=NORTH)
    page.goto("/requests/")
    page.click("Map")
    page.click("3 requests here. Show them in the list.")
    assert references(page) == {row.reference for row in hall}
    page.click("Remove: This part of the map")
    page.fill("Search by location, word or request number", "zebra")
    page.enter("Search by location, word or request number")
    assert page.heading("Nothing found")


def test_no_mine_is_another_goes_on_without_a_script(page):
    make.filed()
    page.goto("/report/?category=pothole")
    page.press("Continue")
    page.fill("Address, corner or landmark", "34.0118, -118.4917")
    page.press("Use this spot")
    page.heading("Is it one of these?")
    page.press("No, mine is different")
    page.heading("A few details")
    page.click("Back")
    page.heading("Is it one of these?")


def test_some_days_are_downloaded_without_scripts(page):
    row = make.filed()
    page.goto("/")
    page.click("Open data")
    page.fill("Reported from", "2026-01-01")
    page.select("Kind of request", "Pothole")
    page.press("Download these as CSV")
    text = page.response.getvalue().decode("utf-8-sig")
    assert [line["service_request_id"] for line in csv.DictReader(io.StringIO(text))] == [
        row.reference
    ]
    name = "requests-2026-01-01-to-today.csv"
    assert f'filename="{name}"' in page.response["Content-Disposition"]


def test_a_report_that_names_a_danger_shows_the_number_without_scripts(page):
    page.goto("/report/")
    page.fill("Say it in your own words", "gas leak")
    page.enter("Say it in your own words")
    assert call(page)
    page.check("Graffiti")
    page.press("Continue")
    assert call(page)
    page.press("No one is in danger")
    page.fill("Address, corner or landmark", "santa monica pier")
    page.press("Use this spot")
    page.check("No")
    page.press("Continue")
    page.press("Send to the city")
    assert page.path.endswith("/sent/")
    assert ServiceRequest.objects.get().danger == "gas"


def test_a_whole_report_in_spanish_without_scripts(page):
    page.goto("/")
    page.press("Español")
    page.click("Reportar un problema")
    page.check("Bache")
    page.press("Continuar")
    page.fill("Dirección, esquina o lugar conocido", "Ocean Ave & Pico Blvd")
    page.press("Usar este lugar")
    page.heading("Algunos detalles")
    page.check("Carril de bicicletas")
    page.check("Como una mano")
    page.fill("¿Algo que la cuadrilla deba saber?", "Es muy hondo.")
    page.fill("Correo electrónico", "ana@example.org")
    page.press("Continuar")
    page.heading("¿Es correcto?")
    page.press("Enviar a la ciudad")
    page.heading("Enviado. Gracias.")
    page.click("Ver su solicitud")
    page.heading("Bache")
    assert ServiceRequest.objects.get().language == "es"
    assert next(page.root.all("html"))["lang"] == "es"
    assert re.search("Recibida", page.part("track__s").text)


def test_feed_explains_itself_before_it_opens(page):
    make.filed()
    page.goto("/requests/?q=hole")
    assert page.part("feed").tag == "details"
    assert "A feed brings new and changed requests" in page.part("feed").text
    assert page.field("Address of the feed")["value"].endswith("/requests/feed/?q=hole")
