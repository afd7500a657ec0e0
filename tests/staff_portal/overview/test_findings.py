"""Tests for the sentences above charts: which finding is stated for which numbers."""

import pytest

from staff_portal.overview import findings


@pytest.mark.parametrize(
    ("received", "cleared", "weeks", "sentence"),
    [
        (0, 0, 4, "No requests came in and none were finished"),
        (3, 0, 4, "0 cleared and 3 received in 4 weeks"),
        (0, 3, 1, "3 cleared and 0 received in 1 week"),
        (4, 3, 4, "3 cleared and 4 received in 4 weeks"),
        (5, 5, 4, "5 cleared and 5 received in 4 weeks"),
        (5, 4, 4, "Backlog grew: 5 received, 4 cleared"),
        (4, 5, 4, "5 cleared and 4 received in 4 weeks"),
    ],
)
def test_a_backlog_grew_if_enough_came_in_and_fewer_were_cleared(
    received, cleared, weeks, sentence
):
    assert findings.summarize_weekly_flow(received, cleared, weeks) == sentence


@pytest.mark.parametrize(
    ("received", "finished", "gone", "grew"),
    [(5, 4, 0, True), (5, 3, 1, True), (5, 4, 1, False), (5, 0, 5, False), (4, 0, 0, False)],
)
def test_what_left_the_departments_unfinished_is_not_in_their_backlog(
    received, finished, gone, grew
):
    sentence = findings.summarize_weekly_flow_of_departments(received, finished, gone, 2)
    assert sentence.startswith("Backlog grew" if grew else "2 weeks:")


@pytest.mark.parametrize(
    ("open_count", "late_count", "sentence"),
    [
        (0, 0, "Nothing is open"),
        (2, 0, "Nothing is late"),
        (2, 1, "1 request is late"),
        (2, 2, "2 requests are late"),
    ],
)
def test_open_requests_are_summarized_by_the_late_ones(open_count, late_count, sentence):
    assert findings.summarize_open_requests(open_count, late_count) == sentence


BUSY = "Omar has at least twice as many jobs as anyone else"


@pytest.mark.parametrize(
    ("holders", "unassigned", "sentence"),
    [
        ([], 0, "No one has open jobs"),
        ([], 1, "1 job is unassigned"),
        ([("Omar", 9), ("Wes", 1)], 2, "2 jobs are unassigned"),
        ([("Omar", 9)], 0, "Every job is assigned"),
        ([("Omar", 6), ("Wes", 3)], 0, BUSY),
        ([("Omar", 5), ("Wes", 3)], 0, "Every job is assigned"),
        ([("Omar", 5), ("Wes", 2)], 0, BUSY),
        ([("Omar", 4), ("Wes", 2)], 0, "Every job is assigned"),
    ],
)
def test_a_person_is_named_who_has_twice_as_many_jobs(holders, unassigned, sentence):
    assert findings.summarize_workload(holders, unassigned) == sentence
