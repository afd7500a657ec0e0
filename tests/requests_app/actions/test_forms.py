"""Tests for the limits of the form fields that all actions share."""

import pytest

from requests_app.actions.forms import (
    MAX_ID,
    MAX_WORDS_LENGTH,
    ActionForm,
    UndoForm,
    WordsForm,
    rating_field,
)


@pytest.mark.parametrize(
    ("seen", "is_valid"),
    [(-1, False), (0, True), (MAX_ID, True), (MAX_ID + 1, False), ("", False), ("x", False)],
)
def test_the_last_seen_event_is_a_key(seen, is_valid):
    assert ActionForm({"seen": seen}).is_valid() is is_valid


@pytest.mark.parametrize(
    ("event", "is_valid"), [(0, False), (1, True), (MAX_ID, True), (MAX_ID + 1, False)]
)
def test_the_event_to_undo_is_a_key(event, is_valid):
    assert UndoForm({"event": event}).is_valid() is is_valid


@pytest.mark.parametrize(
    ("length", "is_valid"), [(0, False), (MAX_WORDS_LENGTH, True), (MAX_WORDS_LENGTH + 1, False)]
)
def test_words_are_there_and_of_limited_length(length, is_valid):
    assert WordsForm({"seen": 1, "words": "x" * length}).is_valid() is is_valid


def test_one_to_five_stars_can_be_given():
    field = rating_field()
    assert [value for value, _label in field.choices] == [1, 2, 3, 4, 5]
    assert (field.clean("5"), field.clean("")) == (5, None)
