"""Tests that each invariant of the fault experiments detects the damage that it looks for."""

import pytest

from requests_app.workflow.verbs import VERBS
from tools.bench.faults import invariants
from tools.bench.faults.invariants import Mail, Row, Step
from tools.bench.faults.ledger import Report

TABLE = {
    str(verb): ({str(one) for one in each.sources}, each.target and str(each.target))
    for verb, each in VERBS.items()
}
ANA = "ana@quillfeather.example"


def report(*references, key="key-1"):
    return Report(key, ANA, "words", set(references))


def row(reference="SM-1", *, key="key-1", status="filed", pk=1, email=ANA):
    return Row(pk, reference, status, key, email)


def test_what_was_acknowledged_and_is_there_once_is_fine():
    assert invariants.nothing_acknowledged_is_lost([report("SM-1")], [row()]).ok
    assert invariants.nothing_acknowledged_is_lost([report()], []).ok  # no report was acknowledged


@pytest.mark.parametrize(
    "rows", [[], [row("SM-2")], [row(), row()], [row(key="another")]],
    ids=["lost", "another reference", "twice", "under another key"],
)  # fmt: skip
def test_a_lost_report_is_found(rows):
    found = invariants.nothing_acknowledged_is_lost([report("SM-1")], rows)
    assert not found.ok
    assert "SM-1" in found.measured


def test_one_key_with_two_requests_is_found():
    assert invariants.one_request_for_each_key([report("SM-1")], [row()]).ok
    told_two = [report("SM-1", "SM-2")]
    assert not invariants.one_request_for_each_key(told_two, [row()]).ok
    twice = [row(), row("SM-2")]
    assert not invariants.one_request_for_each_key([report("SM-1")], twice).ok
    under_another_key = [row(), row("SM-2", key="key-2")]
    assert not invariants.one_request_for_each_key([report("SM-1")], under_another_key).ok


def delivered(**changes):
    """Return the names of the failed checks; `changes` replace parts of a faultless result."""
    given = {
        "pending": [],
        "owed": [(1, ANA)],
        "mails": [Mail(1, ANA, "sent", False)],
        "received": {(ANA, "<1@city>"): 1},
    }
    checks = invariants.every_event_was_delivered(**given | changes)
    return [check.name for check in checks if not check.ok]


def test_every_way_in_which_a_message_can_get_lost_is_found():
    assert delivered() == []
    assert delivered(pending=["notifications of event 1"]) == ["I3 debts of the outbox"]
    never = delivered(mails=[], received={})
    assert never == ["I3 messages never written down"]
    assert delivered(received={}) == ["I3 mails marked sent that never came"]
    late = [Mail(1, ANA, "sent", False), Mail(2, ANA, "due", True)]
    assert delivered(mails=late) == ["I3 mails due and not sent"]
    twice = {(ANA, "<1@city>"): 2}
    assert delivered(received=twice) == ["I3 mails that came twice (allowed 0)"]
    assert delivered(received=twice, allowed_twice=1) == []


FILED = Step(1, "file", "", "filed", 1.0)
ROUTED = Step(1, "route", "filed", "routed", 2.0)


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("routed", [FILED]),
        ("routed", [ROUTED]),
        ("routed", []),
        ("completed", [FILED, Step(1, "complete", "filed", "completed", 2.0)]),
        ("routed", [FILED, Step(1, "route", "filed", "completed", 2.0)]),
        ("in_progress", [FILED, Step(1, "start", "routed", "in_progress", 2.0)]),
        ("routed", [FILED, ROUTED._replace(at=0.5)]),
    ],
    ids=[
        "a step is missing at the end", "no beginning", "no log", "from where it may not",
        "to where it does not lead", "a step is missing in between", "before what it follows",
    ],
)  # fmt: skip
def test_a_broken_log_is_found(status, steps):
    assert not invariants.the_log_is_legal([row(status=status)], steps, TABLE).ok


def test_a_whole_log_is_fine():
    assert invariants.the_log_is_legal([row(status="routed")], [FILED, ROUTED], TABLE).ok


def test_a_name_in_a_log_is_found():
    lines = {"web1.log": ["GET /", "mail to r1@quillfeather.example failed"]}
    assert not invariants.nobody_is_in_the_logs(lines, ["quillfeather"]).ok
    assert invariants.nobody_is_in_the_logs(lines, ["marzipan"]).ok
