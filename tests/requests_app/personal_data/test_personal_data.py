"""Tests for the precision and recall of the search for personal data."""

import csv
from itertools import pairwise

import pytest

from requests_app import personal_data
from requests_app.personal_data import Kind
from tests.requests_app.personal_data.phrases import REPORTER, SENTENCES
from tests.shared import shared


def find_marked(text, **given):
    return [f"{span.kind}:{span.text}" for span in personal_data.find_spans(text, **given)]


def test_nine_of_ten_are_seen_and_hardly_any_for_nothing():
    """Precision and recall count single findings; a wrong span counts against both."""
    right = wrong = missed = 0
    for text, wanted in SENTENCES:
        seen = find_marked(text, reporter=REPORTER)
        right += len(set(seen) & set(wanted))
        wrong += len(set(seen) - set(wanted))
        missed += len(set(wanted) - set(seen))
    assert len(SENTENCES) >= 80
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.9


def test_real_reports_are_hardly_ever_pointed_at():
    with open(shared("text/dev.csv"), encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    pointed = [text for text in texts if personal_data.find_spans(text)]
    assert len(texts) > 600
    assert len(pointed) / len(texts) <= 0.01


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call 310-555-0142 or ana@example.org.", "Call […] or […]."),
        ("310-555-0142  310-555-0143 at night", "[…] at night"),
        ("First line\nplate 7ABC123\nlast", "First line\nplate […]\nlast"),
        ("Nothing here", "Nothing here"),
    ],
)
def test_what_is_taken_out_leaves_a_mark_and_the_rest(text, left):
    assert personal_data.redact_spans(text, personal_data.find_spans(text)) == left


def test_what_was_taken_out_is_not_found_again_and_the_pieces_are_the_text():
    for text, _wanted in SENTENCES:
        left = personal_data.redact_spans(text, personal_data.find_spans(text, reporter=REPORTER))
        assert personal_data.find_spans(left, reporter=REPORTER) == [], text
    for text, _wanted in SENTENCES:
        pieces = personal_data.split_text(text, personal_data.find_spans(text, reporter=REPORTER))
        assert "".join(piece for piece, _kind in pieces) == text


def test_a_number_is_read_as_the_citys_country_writes_it():
    assert find_marked("Ruf 044 668 18 00 an", region="CH") == ["phone:044 668 18 00"]
    assert find_marked("Ruf 044 668 18 00 an", region="US") == []


def test_a_given_name_too_short_to_tell_is_left_alone():
    assert find_marked("All of it is Al fresco", reporter="Al Green") == []
    assert find_marked("Seen by al green himself", reporter="Al Green") == []


def test_findings_never_overlap():
    spans = personal_data.find_spans(
        "Mr. ana@example.org 4111 1111 1111 1111 tel 310-555-0142", reporter="Ana"
    )
    assert {span.kind for span in spans} == {Kind.EMAIL, Kind.CARD, Kind.PHONE}
    assert all(one.end <= two.start for one, two in pairwise(spans))


@pytest.mark.parametrize(
    "text", ["", "A" * 4000, "1-" * 2000, "a@" * 2000, "plate " * 600, "٣١٠" * 90]
)
def test_odd_words_are_read_to_the_end(text):
    assert isinstance(personal_data.find_spans(text), list)
