"""Tests for the language of pages (choice, else browser) and of emails (language of the report)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import formats, translation

from city import cache, canned_texts, emergency_number
from city.models import City, DeclineReason
from lib import clock
from notifications import delivery
from notifications.wording.links import build_path, build_private_url
from requests_app import workflow
from requests_app.models import AccessLink, ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import address, browser, signed_in, source

pytestmark = pytest.mark.django_db
NONCE = UUID("7c0f3f5e-3d5b-4b8e-9d5f-0a1b2c3d4e5f")


def speaks(response):
    """Return the value of the page's `lang` attribute."""
    page = source(response)
    return page.partition('<html lang="')[2].partition('"')[0]


def visit(client, language, path="/"):
    return client.get(path, headers={"accept-language": language})


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("fr;q=0.9, es;q=0.5", "es"),
        ("en-US,es;q=0.9", "en"),
        ("fr", "en"),
        ("", "en"),
        ("xx-yy-zz", "en"),
        ("../../etc/passwd", "en"),
        ("es;q=nonsense", "en"),
        ("es, " * 2500, "es"),
        ("\u00f1" * 10_000, "en"),
    ],
)
def test_a_page_follows_the_browser(asked, given):
    response = visit(browser(), asked)
    assert response.status_code == 200
    assert speaks(response) == response["Content-Language"] == given


def test_a_choice_outlives_the_browsers_wish_and_leads_back():
    client = browser()
    answer = client.post(reverse("set_language"), {"language": "es", "next": "/requests/?q=Pico"})
    assert answer.url == "/requests/?q=Pico"
    assert client.cookies["django_language"]["max-age"] > 60 * 60 * 24 * 300
    assert speaks(visit(client, "en")) == "es"
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert speaks(visit(client, "es")) == "en"


@pytest.mark.parametrize(
    "code", ["xx", "fr", "", "\0", "../es", "es\r\nSet-Cookie: a=b", "e" * 9999]
)
def test_a_language_that_does_not_exist_changes_nothing(code):
    client = browser()
    answer = client.post(reverse("set_language"), {"language": code, "next": "/"})
    assert answer.status_code in {204, 302}
    assert speaks(visit(client, "es")) == "es"
    client.cookies["django_language"] = "nonsense"
    assert speaks(visit(client, "es")) == "es"


def test_a_choice_never_leads_to_another_site():
    there = {"language": "es", "next": "https://elsewhere.example/"}
    assert browser().post(reverse("set_language"), there).url == "/"


def test_a_city_that_does_not_offer_a_language_is_not_read_in_it_and_its_links_name_none():
    City.objects.update(languages=["en"])
    cache.invalidate_cache()
    response = visit(browser(), "es")
    assert speaks(response) == "en"
    assert 'name="language"' not in response.text
    assert build_path("requests", q="Pico") == "/requests/?q=Pico"


def test_the_other_languages_are_offered_by_their_own_names():
    page = visit(browser(), "en").text
    assert 'value="es" lang="es"' in page
    assert "Español" in page
    assert 'value="en" lang="en"' in visit(browser(), "es").text


@pytest.mark.parametrize("path", ["/desk/", "/staff/", "/accounts/login/", "/admin/"])
def test_staff_work_in_the_citys_own_language(path):
    client = signed_in(make.user("ada", make.streets(), is_agent=True, is_staff=True,
                                 is_superuser=True))  # fmt: skip
    client.cookies["django_language"] = "es"
    response = client.get(path, headers={"accept-language": "es"}, follow=True)
    assert speaks(response).startswith("en")
    assert 'name="language" value' not in response.text
    assert speaks(visit(client, "es")) == "es"


def test_caches_keep_the_languages_apart():
    row = make.service_request(Status.ROUTED)
    for path in ("/", "/requests/", address(row), address(row, "live") + "?v=0", "/nowhere/",
                 reverse("describe") + "?lat=34.0118&lng=-118.4917"):  # fmt: skip
        varies = browser().get(path)["Vary"]
        assert {"Accept-Language", "Cookie"} <= set(varies.split(", ")), path


def test_the_map_has_an_address_of_its_own_in_each_language():
    named = {}
    for language in ("en", "es"):
        client = browser()
        page = visit(client, language, "/requests/").text
        named[language] = page.partition('data-layers="')[2].partition('"')[0]
        layers = visit(client, language, named[language])
        assert "immutable" in layers["Cache-Control"]
        names = [zone["name"] for zone in layers.json()["zones"]]
        assert ("Centro" in names) == (language == "es")
    assert named["en"] != named["es"]


def test_a_report_keeps_its_language_and_its_mails_speak_it():
    client = browser("ana")
    client.cookies["django_language"] = "es"
    report = Report(client=client)
    report.post_category()
    report.post_location()
    report.post_details(email="ana@example.org")
    report.post_review()
    row = ServiceRequest.objects.get()
    assert row.language == "es"
    make.route(row)
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(minutes=5)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    subjects = [one.subject for one in mail.outbox if one.to == ["ana@example.org"]]
    assert subjects == [
        f"Recibimos su reporte: Grafiti, City Hall ({row.reference})",
        f"Servicios de Calles tiene su solicitud, City Hall ({row.reference})",
    ]


def test_a_link_in_a_mail_opens_in_the_language_of_the_mail():
    row = make.service_request(Status.COMPLETED, language="es")
    link = AccessLink.get_or_create_for_nonce(NONCE, service_request=row)
    with translation.override("es"):
        url = build_private_url(link, to="dispute")
    assert url.endswith("/?to=dispute&lang=es")
    for chosen in (None, "en"):
        client = browser("bob" if chosen else "carol")
        if chosen:
            client.cookies["django_language"] = chosen
        opened = visit(client, "en", url.removeprefix(settings.BASE_URL))
        assert opened["Cache-Control"] == "private, no-store"
        assert opened.url.endswith("/?to=dispute")
        assert speaks(visit(client, "en", opened.url)) == "es"
        after = client.post(opened.url, headers={"accept-language": "en"})
        assert speaks(visit(client, "en", after.url)) == "es"
    with translation.override("en"):
        url = build_private_url(link)
    client = browser("eve")
    opened = visit(client, "es", url.removeprefix(settings.BASE_URL))
    assert speaks(visit(client, "es", opened.url)) == "en"


@pytest.mark.parametrize("path", ["/?lang=fr", "/?lang=", "/embed/?lang=es", "/desk/?lang=es"])
def test_only_an_offered_language_in_a_link_of_a_resident_is_kept(path):
    client = browser()
    visit(client, "en", path)
    assert "django_language" not in client.cookies


def test_the_language_of_a_link_leads_to_no_other_site():
    answer = browser().get("/", {"lang": "es"}, PATH_INFO="//evil.example/")
    assert answer.url == "/%2Fevil.example/"


def test_a_form_that_is_sent_with_a_language_is_taken_as_it_is():
    assert browser().post("/alerts/new/?lang=es", {}).status_code == 422


def test_what_somebody_wrote_says_in_which_language():
    row = make.filed(language="en", description="A hole.")
    assert 'lang="en">“A hole.”' in source(visit(browser(), "es", address(row)))


def test_times_and_days_are_said_as_spanish_says_them():
    moment = make.A_QUIET_MONDAY
    with clock.freeze_time(moment + timedelta(hours=4)), translation.override("es"):
        assert clock.format_relative_datetime(moment) == "hoy, 10:00 a.\u00a0m."
        assert (
            clock.format_relative_datetime(moment + timedelta(hours=-20)) == "ayer, 2:00 p.\u00a0m."
        )
        assert (
            clock.format_relative_datetime(moment - timedelta(days=3))
            == "el viernes, 10:00 a.\u00a0m."
        )
        assert clock.format_relative_date(moment.date() + timedelta(days=1)) == "mañana"
        assert clock.format_relative_date(moment.date() + timedelta(days=10)) == "el jue 12 de mar"
        assert clock.format_relative_date(moment.date().replace(year=2024)) == "el 2 de mar de 2024"
        assert clock.format_duration(timedelta(days=2, hours=4)) == "2 días 4 h"


def test_spanish_numbers_and_times_are_written_as_in_the_united_states():
    with translation.override("es"):
        assert formats.number_format(4.5, 1) == "4.5"
        assert formats.number_format(12345, 0, force_grouping=True) == "12,345"
        late = make.A_QUIET_MONDAY.replace(
            hour=23, minute=47, tzinfo=clock.localtime(clock.now()).tzinfo
        )
        assert clock.format_time(late) == "11:47 p.\u00a0m."


@pytest.mark.parametrize(
    ("language", "hours"),
    [
        ("en", ["12 am", "7 am", "12 pm"]),
        ("es", ["12 a.\u00a0m.", "7 a.\u00a0m.", "12 p.\u00a0m."]),
        ("ar", ["0:00", "7:00", "12:00"]),
    ],
)
def test_a_full_hour_has_no_minutes(language, hours):
    with translation.override(language):
        assert [clock.format_hour(hour) for hour in (0, 7, 12)] == hours


def test_an_agent_is_offered_texts_in_the_language_of_the_request():
    row = make.service_request(Status.ROUTED, language="es")
    offered = {one.code: one for one in canned_texts.list_offers("reply", row)}
    text = offered["reply-with-department"]
    assert text.title == "Who has it"
    assert text.text.startswith("Servicios de Calles tiene su solicitud.")
    row.language = "fr"  # no canned text has a translation into French
    offered = {one.code: one for one in canned_texts.list_offers("reply", row)}
    assert offered["reply-with-department"].text.startswith("Street Services has your request.")


def test_a_reason_of_the_city_is_read_in_each_readers_language():
    row = make.filed(language="es")
    reason = DeclineReason.objects.get(code="private-property")
    words = emergency_number.fill_placeholder(reason.words)  # as the desk shows them
    make.act(workflow.decline, row, make.omar(), reason=reason, words=words)
    assert "Está en propiedad privada" in visit(browser("ana"), "es", address(row)).text
    assert "This is on private property" in visit(browser(), "en", address(row)).text
