"""Tests for the shared parts of pages, which are rendered once per version of the city.

They must not contain data of another page.
"""

import re

import pytest

from city.models import Category, City
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db


def read(path, client=None, **headers):
    return (client or browser()).get(path, headers=headers).content.decode()


def test_a_change_of_the_city_shows_on_the_next_page():
    assert "Dial 3-1-1" in read("/")
    city = City.objects.get()
    city.phone = "5-5-5"
    city.save()
    assert "Dial 5-5-5" in read("/")
    city.phone = "3-1-1"
    city.save()
    assert "Dial 3-1-1" in read("/")


def test_a_category_has_its_new_name_on_the_home_page_and_in_the_form_and_the_list():
    row = make.filed()
    for path in ("/", "/requests/"):
        assert row.category.name in read(path)
    category = Category.objects.get(pk=row.category_id)
    category.name = "Hole & <b>"
    category.save()
    for path in ("/", "/requests/"):
        page = read(path)
        assert "Hole &amp; &lt;b&gt;" in page
    assert page.count("Hole &amp; &lt;b&gt;") >= 2  # in the form and in the list


def test_the_language_button_leads_back_to_the_page_it_is_on():
    for path in ("/requests/?show=all&amp;q=a", "/requests/mine/"):
        page = read(path.replace("&amp;", "&"))
        assert f'name="next" value="{path}"' in page
    assert 'value="/requests/?q=%3Cb%3E"' in read("/requests/?q=%3Cb%3E")


def test_each_browser_has_a_token_of_its_own_and_no_hole_is_left():
    tokens = {re.search(r'csrfmiddlewaretoken" value="(\w{64})"', read("/"))[1] for _ in "ab"}
    assert len(tokens) == 2
    row = make.filed()
    for path in ("/", "/requests/", "/requests/mine/", address(row), f"{address(row)}live/"):
        assert not re.search("hole-[0-9a-f]{32}", read(path, browser("ana")))


def test_a_page_is_rendered_in_the_language_of_its_reader():
    assert "Prefer to talk?" in read("/")
    spanish = read("/", **{"accept-language": "es"})
    assert "Prefer to talk?" not in spanish
    assert "Prefer to talk?" in read("/")
