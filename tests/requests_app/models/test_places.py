"""Tests for locations, which are stored as data and shown in each reader's language."""

from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from city import search
from requests_app import workflow
from requests_app.models import Draft, ServiceRequest
from tests import make
from tests.requests_app.filing.report import Report

pytestmark = pytest.mark.django_db
NEAR = "34.016000", "-118.505000"  # on the beach, which has no address, only named places nearby
AT = tuple(map(Decimal, NEAR))


def describe_in(language, point=NEAR):
    with override(language):
        return search.describe_point(*map(float, point))


def reader(language):
    client = Client()
    client.cookies["django_language"] = language
    return client


def test_what_was_filed_in_spanish_is_read_in_each_readers_language():
    assert describe_in("es").startswith("Cerca de ")
    report = Report().walk_to("where")
    report.client.cookies["django_language"] = "es"
    report.post_location(latitude=NEAR[0], longitude=NEAR[1], text=describe_in("es"))
    with override("en"):
        assert Draft.objects.get().location_phrase == describe_in("en")
    report.post_details()
    report.post_review()
    row = ServiceRequest.objects.get()
    assert (row.location_relation, row.location_text) == ("near", describe_in("en")[len("Near ") :])
    omar = reader("en")
    omar.force_login(make.omar())
    desk = unescape(omar.get(reverse("desk_request", args=[row.reference])).text)
    assert describe_in("en") in desk
    assert "Cerca de" not in desk
    for language in ("en", "es"):
        assert describe_in(language) in unescape(reader(language).get(reverse("requests")).text)


def test_what_a_person_typed_stays_as_typed():
    typed = "Near the lifeguard tower with the flag"
    row = make.filed(at=AT, location_text=typed)
    assert (row.location_text, row.location_relation) == (typed, "")
    assert row.location_phrase == typed


def test_a_corrected_pin_has_words_of_its_own_and_undo_brings_back_the_old_ones():
    row = make.filed(at=AT, location_text=describe_in("es"))
    omar = make.omar()
    event = workflow.move_pin(
        row,
        latitude=AT[0],
        longitude=AT[1],
        location_text="Tower 12",
        by=omar,
        seen=make.last_event_id(row),
    )
    row.refresh_from_db()
    assert row.location_phrase == "Tower 12"
    workflow.undo(row, event=event, by=omar)
    row = ServiceRequest.objects.get(pk=row.pk)
    assert row.location_phrase == describe_in("en")
