"""Tests for the open data page."""

import pytest
from django.test import override_settings

from city import cache
from city.models import Category, City
from open311.bulk import publishing
from open311.bulk.columns import COLUMNS
from requests_app.browsing.states import STATES
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db


def page(client=None, status=200):
    response = (client or browser()).get("/open-data/")
    assert response.status_code == status
    return response.text


def test_the_page_explains_every_column_and_state_and_says_when_the_files_are_made():
    shown = page()
    for column in COLUMNS:
        assert f"<code>{column.name}</code>" in shown
    for name in STATES:
        assert f"<code>{name}</code>" in shown
    assert "every night at 3:30 am" in shown
    assert "requests.csv" not in shown.partition("pandas")[0]


def test_the_files_have_sizes_a_day_and_a_number():
    make.filed()
    edition = publishing.publish_edition()
    shown = page()
    assert "1 request, as of" in shown
    for name in ("csv", "geojson"):
        assert f'href="/open-data/requests.{name}"' in shown
        assert f'href="/open-data/requests.{name}.gz"' in shown
        assert f'href="/open-data/editions/{edition.day}/requests.{name}.gz"' in shown
    for path in ("/open-data/datapackage.json", "/data.json", "/open-data/SHA256SUMS"):
        assert f'href="{path}"' in shown
    assert f"{edition.files.get(format='csv').packed_bytes}\xa0bytes" in shown


def test_no_license_is_claimed_that_the_city_has_not_set():
    assert "hasn't set a license" in page().replace("&#x27;", "'")
    City.objects.update(
        data_license="CC0 1.0",
        data_license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    )
    cache.invalidate_cache()
    shown = page()
    assert 'rel="license">CC0 1.0</a>' in shown
    assert "set a license" not in shown


def test_kinds_that_are_private_are_not_offered_and_sensitive_ones_are_named():
    shown = page()
    secret = make.category(is_private=True)
    assert f'value="{secret.service_code}"' not in shown
    assert 'value="pothole"' in shown
    sensitive = Category.objects.filter(is_private=False, is_location_sensitive=True)
    assert sensitive.exists()
    for category in sensitive:
        assert category.name in shown.partition("The file has the block:")[2]


def test_every_foot_leads_there():
    assert 'href="/open-data/"' in browser().get("/").text


@override_settings(BASE_URL="https://311.example.org")
def test_the_lines_to_copy_have_the_citys_own_address():
    assert 'read_csv("https://311.example.org/open-data/requests.csv.gz"' in page()


def test_it_costs_few_queries(django_assert_max_num_queries):
    publishing.publish_edition()
    page()
    with django_assert_max_num_queries(6):
        page()
