"""Tests for the table of the fault experiments: a run replaces its own rows only."""

import csv

from tools.bench.faults import report
from tools.bench.faults.checks import Check
from tools.bench.faults.experiment import Experiment, Result


def result(number, verdict, *checks):
    one = Experiment(number, "a | b", "must", None, 5, "1 h")
    return Result(one, verdict, 20.0, 5.0, list(checks))


def test_a_run_renews_its_rows_and_leaves_the_others(tmp_path):
    path = tmp_path / "faults.csv"
    report.write(
        [result("F6", "fail", Check("p95", "98765 s", ok=False)), result("F1", "pass")], path
    )
    report.write([result("F6", "pass", Check("p95", "1 s", ok=True))], path)
    with path.open(newline="") as file:
        _head, *rows = csv.reader(file)
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("F1", "a | b", "pass"),
        ("F6", "a | b", "pass"),
    ]
    assert "98765 s" not in path.read_text()


def test_a_broken_invariant_is_in_the_row_and_a_whole_set_is_one_word():
    fine = Check("I1 lost", "0", ok=True)
    assert "I1–I6 hold" in report.format_row(result("F6", "pass", fine))
    broken = report.format_row(result("F6", "fail", fine, Check("I2 twice", "1", ok=False)))
    assert "I2 twice: 1" in broken
    assert "hold" not in broken
