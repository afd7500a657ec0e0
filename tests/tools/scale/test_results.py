"""Tests for the table of the bench: exceeded limits, failures and growth of the cost."""

import json

from tools.bench.scale import results


def row(app, db, statuses=None, **more):
    return {
        "scene": "home", "wanted": [6, 2], "app": app, "db": db, "queries": 5, "kb": 7.25,
        "p50": 12.4, "p95": 30.2, "statuses": statuses or {"200": 5}, "problem": "", **more,
    }  # fmt: skip


def bare(app):
    """Return the result of the bare view, to which other scenes are compared."""
    return row(app, 0.0, scene="bare view", wanted=None)


def cells(**found):
    """Return the cells of the table's last row."""
    return [cell.strip() for cell in results.table(found).splitlines()[-1].split("|")[1:-1]]


def test_a_scene_within_what_we_want_is_ticked():
    name, must, first, second, growth = cells(small=[row(5, 1.5)], large=[row(5.5, 2.5)])
    assert (name, must) == ("home", "≤ 6 + 2")
    assert first == "5.0 + 1.5, 5, 7.2, 12 / 30 ✓"
    assert second == "5.5 + 2.5, 5, 7.2, 12 / 30"
    assert growth == "1.2"


def test_growth_is_marked_beyond_a_third_and_three_milliseconds():
    assert cells(small=[row(1, 1)], large=[row(2, 2.9)])[-1] == "2.5"
    assert cells(small=[row(1, 1)], large=[row(2, 3.1)])[-1] == "2.5 ✗"
    assert cells(small=[row(50, 50)], large=[row(65, 65)])[-1] == "1.3"


def test_an_unchanged_poll_is_measured_by_a_bare_view():
    assert cells(small=[bare(0.5), row(2.0, 0.0, scene="poll, unchanged", wanted=None)])[1:3] == [
        "≤ 4 × bare, no SQL",
        "2.0 + 0.00, 5, 7.2, 12 / 30 ✓",
    ]
    slow = cells(small=[bare(0.5), row(2.1, 0.0, scene="poll, unchanged", wanted=None)])
    assert not slow[2].endswith("✓")


def test_limits_are_in_proportion_to_the_bare_view_of_the_same_run():
    assert cells(small=[bare(0.52), row(11.9, 3.9)])[2].endswith("✓")
    assert not cells(small=[bare(0.26), row(11.9, 3.9)])[2].endswith("✓")


def test_the_database_may_take_more_at_five_million_alone():
    last = [row(5, 1), row(5, 3.2)]
    assert [cell[-1] for cell in cells(**{"1m": last, "5m": last})[2:4]] == ["0", "✓"]


def test_a_single_visitor_who_waits_long_is_marked_whatever_the_cpu():
    assert cells(small=[row(5, 1.5, p95=151)])[2] == "5.0 + 1.5, 5, 7.2, 12 / 151 ✗ ✓"
    assert "✗" not in cells(small=[row(5, 1.5, p95=299, scene="words, many")])[2]


def test_memory_stands_in_megabytes():
    memory = {
        "scene": "memory", "wanted": None, "wanted_mb": 350, "mb": 312.4, "mb_at_first": 150.2,
        "statuses": {"200": 2000}, "problem": "",
    }  # fmt: skip
    assert cells(small=[memory])[1:3] == ["≤ 350 MB", "312 MB, 150 at first ✓"]
    assert cells(small=[memory | {"mb": 351}])[2] == "351 MB, 150 at first"


def test_what_is_no_success_stands_in_its_cell():
    assert cells(small=[row(5, 1, {"200": 2, "503": 3})])[2].endswith("✓ **503** ×3")
    failed = {"scene": "home", "wanted": None, "statuses": {}, "problem": "Unexpected: 500"}
    assert cells(small=[failed])[2] == "failed: Unexpected: 500"


def test_kept_runs_stand_beside_each_other_by_size(tmp_path):
    for name, cost in {"before": 5, "after": 4}.items():
        found = {"50k": [row(cost, 1)], "1m": [row(cost + 1, 1)]}
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    head, _line, home = results.compare(
        [tmp_path / "before.json", tmp_path / "after.json"]
    ).splitlines()
    assert [part.split(":")[0].strip() for part in head.split("|")[3:7]] == [
        "before 50k", "after 50k", "before 1m", "after 1m",
    ]  # fmt: skip
    assert [part.strip()[:3] for part in home.split("|")[3:7]] == ["5.0", "4.0", "6.0", "5.0"]
