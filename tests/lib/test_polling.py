"""Tests that polls are answered from the cache if possible, otherwise from the database."""

import pytest
from django.http import HttpResponse

from lib import polling


def answer_poll(shown, **given):
    """Answer a poll of a page at version 2. Return the status and the names of called functions."""
    asked = []

    def current():
        asked.append("current")
        return "2"

    def news():
        asked.append("news")
        return HttpResponse("news")

    given = {"load_version": current} | given
    answer = polling.answer_poll(
        polling.Poll(name="page", shown_version=shown, render_news=news, **given)
    )
    return answer.status_code, asked


def test_what_the_cache_knows_needs_no_database():
    polling.announce_version("page", "2")
    assert answer_poll("2") == (204, [])


@pytest.mark.parametrize(
    ("shown", "given", "answer"),
    [
        ("2", {}, (204, ["current"])),
        ("1", {}, (200, ["current", "news"])),
        ("", {}, (200, ["current", "news"])),
        ("2", {"load_version": None}, (200, ["news"])),
    ],
)
def test_an_empty_cache_asks_the_database(shown, given, answer):
    assert answer_poll(shown, **given) == answer


def test_what_must_hold_besides_is_asked_only_of_a_page_that_is_current():
    polling.announce_version("page", "2")
    assert answer_poll("2", is_also_current=lambda: False) == (204, ["current"])
    assert answer_poll("1", is_also_current=pytest.fail) == (200, ["current", "news"])


def test_an_older_version_in_the_cache_may_be_no_news():
    polling.announce_version("page", 5)
    given = {"load_version": None, "is_current": lambda known, shown: known <= shown}
    assert answer_poll(7, **given) == (204, [])
    assert answer_poll(4, **given) == (200, ["news"])


def test_a_poll_may_have_something_else_to_say():
    polling.announce_version("page", "2")
    status, _asked = answer_poll("2", render_no_news=lambda: HttpResponse("who is here"))
    assert status == 200
    assert polling.no_content_response("private").headers["Cache-Control"] == "private"
