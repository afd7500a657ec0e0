"""Tests that XML and JSON have the same content, in the structures of GeoReport."""

import json
from decimal import Decimal
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy

from open311.formats.document import Listing, Single, render_json, render_xml

SERVICES = Listing(
    "services", "service", [{"service_code": "001", "metadata": True, "group": None}]
)
DEFINITION = Single(
    "service_definition",
    {"service_code": "dog", "attributes": Listing("attributes", "attribute", [{"order": 1}])},
)


def test_a_list_in_xml_has_a_root_and_an_element_for_each_entry():
    assert render_xml(SERVICES).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<services><service><service_code>001</service_code><metadata>true</metadata>"
        "<group></group></service></services>"
    )


def test_a_list_in_json_is_a_bare_array_with_real_booleans_and_null():
    assert render_json(SERVICES) == b'[{"service_code":"001","metadata":true,"group":null}]'


def test_an_object_has_its_name_in_xml_and_none_in_json():
    assert render_xml(DEFINITION).endswith(
        b"<service_definition><service_code>dog</service_code>"
        b"<attributes><attribute><order>1</order></attribute></attributes></service_definition>"
    )
    assert render_json(DEFINITION) == b'{"service_code":"dog","attributes":[{"order":1}]}'


def test_an_empty_list_is_an_empty_element_and_an_empty_array():
    empty = Listing("service_requests", "request", [])
    assert render_xml(empty).endswith(b"<service_requests></service_requests>")
    assert render_json(empty) == b"[]"


def test_markup_in_a_text_stays_text():
    said = {"description": 'A <b>"hole"</b> & ]]> more'}
    document = Listing("service_requests", "request", [said])
    read = ElementTree.fromstring(render_xml(document))
    assert read.findtext("request/description") == said["description"]
    assert json.loads(render_json(document)) == [said]


def test_what_no_xml_may_hold_is_left_out_of_it():
    text = "a\x00b\x08c\x0b\ud800\uffff\x7f\td\ne\U0001f6a7"
    document = Single("discovery", {"contact": text})
    assert (
        ElementTree.fromstring(render_xml(document)).findtext("contact")
        == "abc\x7f\td\ne\U0001f6a7"
    )


def test_decimals_are_numbers_and_lazy_texts_are_texts():
    document = Single("one", {"lat": Decimal("34.0118"), "word": gettext_lazy("Open")})
    assert json.loads(render_json(document)) == {"lat": 34.0118, "word": "Open"}
    assert b"<lat>34.0118</lat><word>Open</word>" in render_xml(document)
