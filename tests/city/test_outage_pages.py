"""Tests for the static error pages of nginx, in the city's languages and with its name."""

import pytest
from django.core.management import CommandError, call_command

from city import outage_pages
from city.models import City
from tests.visitors import source

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path, settings):
    """Return a function that writes the pages and returns their content by name."""
    settings.STATIC_ROOT = tmp_path

    def write():
        call_command("write_outage_pages")
        return {page.stem: page.read_text() for page in (tmp_path / "unavailable").iterdir()}

    return write


def test_every_page_that_nginx_names_is_written(written, settings):
    template = (settings.BASE_DIR / "deploy/nginx/nginx.conf.template").read_text()
    pages = written()
    assert pages.keys() == outage_pages.PAGES.keys()
    for name in pages:
        assert f"{name}.html" in template


def test_a_page_speaks_all_languages_and_says_whom_to_call(written):
    page = source(written()["503-sent"])
    assert "We couldn&#x27;t save this, but your answers are still here" in page
    assert '<div class="state state--second" lang="es" dir="ltr">' in page
    assert "No pudimos guardarlo, pero sus respuestas siguen aquí" in page
    assert page.count("3-1-1") == 2
    assert "Try again" not in page  # a link would not help on this page


def test_a_page_of_a_city_with_one_language_has_only_that_language(written):
    city = City.objects.get()
    city.languages, city.phone = ["en"], ""
    city.save()
    page = written()["503"]
    assert "Try again" in page
    assert "Intentar" not in page
    assert "Dial" not in page


def test_writing_outage_pages_without_a_city_fails_with_a_hint(written):
    City.objects.all().delete()
    with pytest.raises(CommandError, match="load_city"):
        written()
