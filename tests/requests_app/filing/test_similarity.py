"""Tests for the similarity of nearby requests, a number from 0 to 1."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from requests_app.filing.similarity import DescriptionFeatures, compute_similarity

DAY = timedelta(days=1)
HOLE = DescriptionFeatures.from_text("A deep hole beside the drain")


@dataclass
class Answer:
    question_id: int
    values: list[str]


def similarity(other=HOLE, this=HOLE, *, metres=0, radius=60, is_open=True, age=timedelta()):
    return compute_similarity(this, other, metres=metres, radius=radius, is_open=is_open, age=age)


def test_the_same_words_at_the_same_place_just_now_are_as_like_as_can_be():
    assert similarity() == pytest.approx(1)


def test_each_part_counts_what_it_is_worth():
    elsewhere = DescriptionFeatures.from_text("")
    assert similarity(elsewhere) == pytest.approx(0.8)
    assert similarity(elsewhere, metres=30) == pytest.approx(0.575)
    assert similarity(elsewhere, is_open=False) == pytest.approx(0.6)
    assert similarity(elsewhere, age=45 * DAY) == pytest.approx(0.725)
    assert similarity(elsewhere, metres=60, is_open=False, age=90 * DAY) == 0


def test_what_lies_beyond_the_end_is_worth_no_less_than_nothing():
    nothing = similarity(
        DescriptionFeatures.from_text(""), metres=900, is_open=False, age=900 * DAY
    )
    assert nothing == 0
    assert (
        similarity(
            DescriptionFeatures.from_text(""), metres=5, radius=0, is_open=False, age=90 * DAY
        )
        == 0
    )


def test_a_clock_that_is_ahead_makes_nothing_likelier():
    assert similarity(age=-DAY) == similarity()


def test_shared_words_and_shared_answers_count_alike():
    wide = DescriptionFeatures.from_text(
        "A deep hole beside the drain", [Answer(1, ["wide"]), Answer(2, ["7"])]
    )
    same = DescriptionFeatures.from_text("The hole is DEEP", [Answer(1, ["wide"])])
    other = DescriptionFeatures.from_text("", [Answer(1, ["narrow"])])
    assert same.words == {"hole", "deep"}
    assert similarity(same, wide) == pytest.approx(0.8 + 0.2 * (2 / 4 + 1 / 2) / 2)
    assert similarity(other, wide) == pytest.approx(0.8)


def test_short_words_are_said_about_everything():
    assert DescriptionFeatures.from_text("it is by the sea").words == frozenset()
