"""Tests for the public list as an Atom feed."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from lib import clock
from requests_app.models import ServiceRequest
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def get_feed(query=None, **headers):
    return browser().get("/requests/feed/", query or {}, headers=headers)


def parse_feed(query=None):
    response = get_feed(query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def find_texts(root, path):
    return [node.text for node in root.findall("/".join(ATOM + part for part in path.split("/")))]


def test_a_feed_says_what_the_list_says_and_when_it_was_news():
    hole = make.filed(description="As <wide> as a bucket & deep.")
    make.filed(location_text="Pier", description="Loud.")
    root = parse_feed({"q": "bucket"})
    assert find_texts(root, "entry/id") == [f"http://testserver/requests/{hole.reference}/"]
    assert find_texts(root, "entry/title") == ["Pothole, City Hall: Received"]
    assert "As &lt;wide&gt; as a bucket &amp; deep." in find_texts(root, "entry/summary")[0]
    assert find_texts(root, "entry/updated") == [hole.changed_at.isoformat()]
    assert find_texts(root, "updated") == [hole.changed_at.isoformat()]
    assert find_texts(root, "id") == ["http://testserver/requests/feed/?q=bucket"]
    assert find_texts(root, "title")[0].startswith("Open requests: “bucket”")
    assert root.find(f"{ATOM}entry/{{http://www.georss.org/georss}}point").text.startswith(
        "34.0118"
    )


def test_the_list_links_to_its_own_feed():
    page = browser().get("/requests/", {"q": "bucket", "show": "fixed"}).content.decode()
    address = "/requests/feed/?q=bucket&amp;show=fixed"
    assert page.count(f'href="{address}"') == 1  # in the <link> element that feed readers look for
    assert page.count(f'href="http://testserver{address}"') == 1
    assert f'value="http://testserver{address}"' in page


def test_a_feed_of_nothing_is_a_feed_that_stays_as_it_is():
    first = get_feed({"q": "zebra"})
    assert find_texts(ElementTree.fromstring(first.content), "updated") == [
        "1970-01-01T00:00:00+00:00"
    ]
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        assert get_feed({"q": "zebra"}, if_none_match=first["ETag"]).status_code == 304


def test_a_reader_that_has_the_news_gets_nothing_twice():
    row = make.filed()
    tag = get_feed()["ETag"]
    assert get_feed(if_none_match=tag).status_code == 304
    make.route(row)
    assert get_feed(if_none_match=tag).status_code == 200


def test_an_unknown_filter_or_language_is_not_asked():
    make.filed()
    assert len(find_texts(parse_feed({"zone": "xyz", "language": "tlh"}), "entry/id")) == 1


def test_imported_words_that_no_xml_can_hold_break_nothing():
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(
        description="A\x0bb\x1fc", location_text="x\x02"
    )
    assert find_texts(parse_feed(), "entry/title") == ["Pothole, x: Received"]


def test_a_script_of_another_site_may_read_it():
    first = browser().get("/requests/feed/")
    assert first["Access-Control-Allow-Origin"] == "*"
    again = browser().get("/requests/feed/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
