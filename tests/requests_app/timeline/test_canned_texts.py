"""Tests that an unedited canned text is shown in each reader's language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from city import canned_texts
from city.models import CannedText, ResolutionCode, Translation
from lib import clock
from requests_app import timeline, workflow
from requests_app.permissions import Audience
from tests import make

pytestmark = pytest.mark.django_db

PLAIN = "We have put up a cone until it is mended."
FULL = "{department} has {reference}. They will look at {place}."


@pytest.fixture
def texts():
    for code, body, words in [
        ("cone", PLAIN, "Pusimos un cono hasta que se arregle."),
        ("has", FULL, "{reference} está con {department}. Irán a ver {place}."),
    ]:
        CannedText.objects.create(code=code, title=code, body=body, use="reply")
        Translation.objects.create(language="es", source=body, words=words)


def quote(row, language):
    later = clock.now() + timedelta(minutes=1)  # a reply is public only after its undo period
    with translation.override(language), clock.freeze_time(later):
        return timeline.build_timeline(timeline.load_events(row), Audience.OTHERS)[0].quote


def reply(row, words, by=None):
    make.act(workflow.comment, row, by or make.omar(), words=words, is_public=True)


def offered(row, code):
    return next(one.text for one in canned_texts.list_offers("reply", row) if one.code == code)


@pytest.mark.parametrize("sent_in", ["en", "es"])
def test_each_reader_reads_it_in_their_language_whichever_it_was_sent_in(texts, sent_in):
    row = make.filed(language=sent_in, location_text="Main St & Pico Blvd")
    make.route(row)
    reply(row, offered(row, "cone"))
    assert quote(row, "en") == PLAIN
    assert quote(row, "es") == "Pusimos un cono hasta que se arregle."
    reply(row, offered(row, "has"))
    reads = {language: quote(row, language) for language in ("en", "es")}
    assert reads["en"].startswith("Street Services has " + row.reference)
    assert reads["es"].startswith(row.reference + " está con ")
    assert "Main St" in reads["es"]


DAY = "{department} is there on {day}."
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def day_text():
    CannedText.objects.create(code="day", title="day", body=DAY, use="reply")
    Translation.objects.create(language="es", source=DAY, words="{department} va {day}.")


def planned(language, day):
    row = make.filed(language=language)
    make.route(row)
    make.act(workflow.schedule, row, make.wes(), day=day)
    return row


@pytest.mark.parametrize("sent_in", ["en", "es"])
def test_a_day_in_it_is_read_in_the_language_of_the_reader(day_text, sent_in):
    with clock.freeze_time(MONDAY):
        row = planned(sent_in, date(2026, 11, 30))
        reply(row, offered(row, "day"))
        assert quote(row, "en") == "Street Services is there on Mon, Nov 30."
        assert quote(row, "es") == "Servicios de Calles va el lun 30 de nov."


def test_the_day_after_is_named_since_a_text_is_read_later_too(day_text):
    with clock.freeze_time(MONDAY):
        row = planned("es", date(2026, 11, 24))
        reply(row, offered(row, "day"))
    with clock.freeze_time(MONDAY + timedelta(days=400)):
        assert quote(row, "en") == "Street Services is there on Nov 24, 2026."
        assert quote(row, "es") == "Servicios de Calles va el 24 de nov de 2026."


@pytest.mark.parametrize("sent_in", ["en", "es"])
def test_a_day_still_to_be_told_is_read_in_the_language_of_the_reader(day_text, sent_in):
    row = make.filed(language=sent_in)
    row.due_at = None
    reply(row, offered(row, "day"))
    assert quote(row, "en") == "the city is there on a day that we'll tell you here."
    assert "tell you" not in quote(row, "es")


@pytest.mark.parametrize("day", ["Mon, Nov 31", "Tue, Nov 30", "Monday", "Mon, Nov 30 at 5 pm"])
def test_a_day_that_was_changed_by_hand_stays_as_it_was_written(day_text, day):
    with clock.freeze_time(MONDAY):
        row = planned("en", date(2026, 11, 30))
        reply(row, sent := offered(row, "day").replace("Mon, Nov 30", day))
        assert quote(row, "es") == sent


def test_what_was_changed_stays_as_it_was_written(texts):
    row = make.filed()
    reply(row, f"{PLAIN} Thank you!")
    assert quote(row, "es") == f"{PLAIN} Thank you!"


@pytest.mark.parametrize("words", ["{department} irá el {day}.", "Irán a ver {place} {"])
def test_a_translation_that_lost_a_gap_leaves_the_text_as_it_was_sent(texts, words):
    Translation.objects.filter(source=FULL).update(words=words)
    row = make.filed(language="en", location_text="Main St & Pico Blvd")
    make.route(row)
    reply(row, sent := offered(row, "has"))
    assert quote(row, "es") == sent


@pytest.mark.parametrize(
    ("words", "lost"),
    [("{department} irá el {day}.", "day"), ("{reference} {place}", "department")],
)
def test_a_translation_is_not_kept_without_the_gaps_of_its_text(texts, words, lost):
    row = Translation.objects.get(source=FULL)
    row.full_clean()
    row.words = words
    with pytest.raises(ValidationError, match=f"{{{lost}}}"):
        row.full_clean()


def test_the_same_words_of_a_resident_are_theirs(texts):
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words=PLAIN)
    assert quote(row, "es") == PLAIN


def test_the_resolution_is_read_in_the_language_of_the_reader():
    code = make.reason(ResolutionCode)
    Translation.objects.update_or_create(
        language="es", source=code.name, defaults={"words": "Arreglado y revisado"}
    )
    row = make.filed()
    make.route(row)
    make.complete(row, resolution=code)
    with translation.override("es"):
        assert (
            timeline.build_timeline(timeline.load_events(row), Audience.OTHERS)[0].reason
            == "Arreglado y revisado"
        )


def test_an_untranslated_text_with_the_emergency_number_stays_in_one_language():
    body = "Call {emergency} if it moves. We expect to finish on {day}."
    CannedText.objects.create(code="moves", title="moves", body=body, use="reply")
    row = make.filed(language="es")
    english = make.filed(by=make.bob(), language="en")
    row.due_at = english.due_at
    assert offered(row, "moves") == offered(english, "moves")


@pytest.mark.parametrize("sent_in", ["en", "es"])
def test_the_location_of_the_request_is_read_in_each_language(texts, sent_in):
    row = make.filed(language=sent_in)
    row.location_text, row.location_relation = "City Hall", "near"
    row.save()
    make.route(row)
    reply(row, offered(row, "has"))
    assert "at Near City Hall." in quote(row, "en")
    assert "ver Cerca de City Hall." in quote(row, "es")
