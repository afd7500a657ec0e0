"""Tests for the poster page, and for reports that begin with the link on a poster."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from django.conf import settings
from PIL import Image

from city import geo
from city.models import AddressRange, City
from requests_app.filing.place import find_hit_by_text
from requests_app.models import Draft
from requests_app.posters.qr_code import draw_qr_code
from tests import make
from tests.city.test_geo import beside_the_line
from tests.visitors import browser

pytestmark = pytest.mark.django_db

CITY_HALL = {"latitude": "34.011800", "longitude": "-118.491700"}


def get(**query):
    return browser("bob").get("/poster/", query)


def read_link(page) -> str:
    """Return the URL in the QR code of the poster."""
    text = page.content.decode()
    size = int(re.search(r'class="qr-code"\s+viewBox="0 0 (\d+)', text)[1])
    picture = Image.new("L", (size, size), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", text):
        picture.putpixel((int(x), int(y)), 0)
    [code] = zxingcpp.read_barcodes(picture.resize((4 * size, 4 * size), Image.Resampling.NEAREST))
    return code.text


def read_address(page) -> str:
    """Return the address printed on the poster."""
    return re.search(r'class="poster__url">([^<]+)<', page.content.decode())[1]


def start(query: str):
    """Follow the link of a poster to the first step; return the client and the response."""
    client = browser("carol")
    return client, client.get(f"/report/{query}", follow=True)


def test_without_input_the_poster_is_about_any_problem_anywhere():
    page = get()
    assert read_link(page) == settings.BASE_URL + "/report/"
    text = page.content.decode()
    assert "See a problem here?" in text
    assert '<section lang="es">' in text


def test_a_category_is_asked_for_in_each_language():
    text = get(category="pothole").content.decode()
    assert "Pothole?" in text
    assert "¿Bache?" in text


@pytest.mark.parametrize("metres", [3, 20])
def test_a_location_just_outside_the_line_is_on_the_poster_where_its_report_is(metres):
    latitude, longitude = beside_the_line(metres)
    query = parse_qs(urlsplit(read_link(get(latitude=latitude, longitude=longitude))).query)
    assert query["at"] == ["{:f},{:f}".format(*geo.snap_to_service_area(latitude, longitude))]


def test_locations_are_searched_no_more_often_than_elsewhere(settings):
    settings.RATE_LIMITS = {"search.address": "1/minute"}
    assert get(text="City Hall").status_code == 200
    assert get(text="City Hall").status_code == 429


def test_the_link_has_the_category_and_the_point():
    page = get(category="pothole", **CITY_HALL)
    parts = urlsplit(read_link(page))
    assert parse_qs(parts.query) == {"category": ["pothole"], "at": ["34.011800,-118.491700"]}
    assert read_address(page) == f"{parts.netloc}/report/"


def test_a_location_of_a_link_is_in_the_field_and_can_be_sent_without_its_point():
    page = get(**CITY_HALL).content.decode()
    named = re.search(r'id="id_text"[^>]+value="([^"]+)"', page)[1]
    assert named == "City Hall"
    assert f"{named}</p>" in page
    assert "at=34.01" in read_link(get(text=named))


def test_a_typed_location_is_found_and_named_on_the_poster():
    text = get(text="City Hall", paper="a4").content.decode()
    assert "City Hall" in text
    assert "poster--a4" in text
    assert "css/poster-a4.css" in text


def read_place(page) -> str:
    text = page.content.decode().partition('class="poster__place"')[2].partition("</p>")[0]
    return html.unescape(text.rpartition(">")[2])


@pytest.mark.parametrize("text", ["The mayor is a thief", "Santa Monica Pier", "city hall", ""])
def test_a_link_does_not_choose_the_words_of_a_poster(text):
    assert read_place(get(text=text, **CITY_HALL)) == "City Hall"


def test_a_typed_address_stays_on_the_poster_after_its_pin_is_set():
    make.no_addresses()
    line = [[34.0200, -118.4900], [34.0220, -118.4900]]
    row = AddressRange(
        street="Miller Street", line=line, left_from=101, left_to=199, right_from=100, right_to=198
    )
    row.set_fingerprint()
    row.save()
    typed = find_hit_by_text("149 miller street")
    point = {"latitude": typed.lat, "longitude": typed.lng}
    assert read_place(get(text="149 miller street", **point)) == "149 Miller St"
    assert read_place(get(**point)) == "In front of 149 Miller St"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"text": "qwertzuiop"}, "We can&#x27;t find this location"),
        ({"text": "Los Angeles"}, "Los Angeles"),
        ({"latitude": "34.05", "longitude": "-118.24"}, "This location is outside"),
        ({"latitude": "north", "longitude": "1"}, "isn&#x27;t a coordinate"),
        ({"category": "no-such"}, "no longer one of the choices"),
        ({"paper": "a0"}, "a0"),
    ],
)
def test_bad_input_is_answered_with_the_form_and_without_a_poster(query, message):
    page = get(**query)
    assert page.status_code == 422
    assert message in page.content.decode()
    assert "poster__url" not in page.content.decode()


def test_a_city_with_one_language_prints_one(db):
    City.objects.update(languages=["en"])
    assert '<section lang="es">' not in get().content.decode()


def test_the_link_begins_a_report_with_category_and_location():
    client, step = start("?category=pothole&at=34.011800,-118.491700")
    text = step.content.decode()
    assert re.search(r'value="pothole"\s+checked', text)
    assert "You can change it in the next step" in text
    draft_id = step.request["PATH_INFO"].split("/")[2]
    posted = {"category": "pothole", "at": "34.011800,-118.491700"}
    after = client.post(f"/report/{draft_id}/what/", posted)
    assert after.url == f"/report/{draft_id}/where/"
    draft = Draft.objects.get()
    assert (str(draft.latitude), str(draft.longitude)) == ("34.011800", "-118.491700")
    assert draft.location_text
    assert "data-placed" in client.get(after.url).content.decode()


def test_a_location_that_was_chosen_since_stays():
    client, step = start("?at=34.011800,-118.491700")
    url = f"/report/{step.request['PATH_INFO'].split('/')[2]}/what/"
    client.post(url, {"category": "pothole", "at": "34.011800,-118.491700"})
    Draft.objects.update(latitude="34.020000", longitude="-118.490000")
    client.post(url, {"category": "pothole", "at": "34.011800,-118.491700"})
    assert str(Draft.objects.get().latitude) == "34.020000"


@pytest.mark.parametrize(
    "at",
    ["34.05,-118.24", "0,0", "nan,nan", "1e400,1", "34", ",", "x" * 5000, "34.0,-118.4,5", "%00"],
)
def test_a_bad_point_begins_a_plain_report_with_a_message(at):
    client, step = start(f"?at={at}")
    text = step.content.decode()
    assert step.status_code == 200
    assert "We can&#x27;t use the location in this link" in text
    assert 'name="at"' not in text
    url = step.request["PATH_INFO"]
    assert client.post(url, {"category": "pothole", "at": at}).status_code == 302
    assert Draft.objects.get().latitude is None


def test_an_unknown_category_begins_a_plain_report_with_a_message():
    _client, step = start("?category=no-such")
    assert "You can&#x27;t report this here anymore" in step.content.decode()


def test_a_request_leads_to_a_poster_for_its_place():
    row = make.filed(category=make.pothole())
    page = browser("bob").get(f"/requests/{row.reference}/").content.decode()
    link = re.search(r'href="(/poster/[^"]+)"', page)[1].replace("&amp;", "&")
    assert "at=34.011800,-118.491700" in read_link(browser("bob").get(link))


@pytest.mark.parametrize("columns", [{"is_location_sensitive": True}, {"takes_new": False}])
def test_a_request_without_an_exact_public_place_leads_to_no_poster(columns):
    row = make.filed(category=make.pothole())
    kind = make.pothole()
    for name, value in columns.items():
        setattr(kind, name, value)
    kind.save()
    page = browser("bob").get(f"/requests/{row.reference}/").content.decode()
    assert "Share this request" in page
    assert "/poster/?" not in page


def test_a_qr_code_has_a_quiet_zone_of_four_modules():
    drawing = draw_qr_code("https://311.example.org/report/")
    places = [tuple(map(int, one)) for one in re.findall(r"M(\d+) (\d+)", drawing.path)]
    assert min(min(place) for place in places) == 4
    assert max(max(place) for place in places) == drawing.size - 5
