"""Test of a complete report by a browser that requests Spanish."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from lib import clock
from notifications import delivery
from requests_app.models import ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def es(page_at):
    return page_at(390, 844, has_touch=True, is_mobile=True, locale="es-MX",
                   timezone_id="America/Los_Angeles")  # fmt: skip


def report(page, look):
    """Report a problem, from the home page to the page of the new request.

    `look` is called with each page.
    """
    page.get_by_role("link", name="Reportar un problema").click()
    page.get_by_text("Calles y banquetas").click()
    page.get_by_text("Bache").last.click()
    look(page)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Dirección, esquina o lugar conocido").fill("Ocean Ave & Pico Blvd")
    page.get_by_role("button", name="Usar este lugar").click()
    expect(page.get_by_role("heading", name="Algunos detalles")).to_be_visible()
    page.get_by_text("Carril de bicicletas").click()
    page.get_by_text("Como una mano").click()
    page.get_by_label("¿Algo que la cuadrilla deba saber?").fill("Es muy hondo.")
    page.get_by_label(re.compile("^Correo electrónico")).fill("ana@example.org")
    look(page)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", name="¿Es correcto?")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Enviar a la ciudad").click()
    expect(page.get_by_role("heading", name="Enviado. Gracias.")).to_be_visible()
    page.get_by_role("link", name="Ver su solicitud").click()
    expect(page.get_by_role("heading", name="Bache")).to_be_visible()
    row = ServiceRequest.objects.get()
    assert row.language == "es"
    return row


def test_a_whole_report_in_spanish(es):
    def look(page):
        no_sideways_scroll(page)
        assert_accessible(page)

    es.goto("/")
    row = report(es, look)
    expect(es.locator(".track__s")).to_contain_text("Recibida")
    make.route(row)
    expect(es.locator(".track__s")).to_contain_text("Con Servicios de Calles")
    expect(es.locator("[data-announce]")).to_contain_text("El 311 la envió a")
    make.complete(row)
    expect(es.locator(".track__s")).to_contain_text("Trabajo terminado. Revíselo")
    look(es)
    es.get_by_role("link", name="Sí, quedó arreglado").last.click()
    es.get_by_text("Muy bien").click()
    es.get_by_role("button", name="Sí, quedó arreglado").click()
    expect(es.locator(".track__s")).to_contain_text("Usted confirmó que está arreglado")
    row.refresh_from_db()
    assert row.status == Status.CLOSED
    subjects = _mails()
    assert subjects[0].startswith("Recibimos su reporte: Bache")
    assert any(subject.startswith("¿Quedó arreglado?") for subject in subjects)


def _mails():
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(minutes=5)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    return [one.subject for one in mail.outbox if one.to == ["ana@example.org"]]
