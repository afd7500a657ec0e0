"""The bench's table says what was too much, what failed, and how the cost grew."""

from tools.bench.scale import results


def row(app, db, statuses=None, **more):
    return {
        "scene": "home", "wanted": [6, 2], "app": app, "db": db, "queries": 5, "kb": 7.25,
        "p50": 12.4, "p95": 30.2, "statuses": statuses or {"200": 5}, "problem": "", **more,
    }  # fmt: skip


def cells(**found):
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
    bare = row(0.5, 0.0, scene="bare view", wanted=None)
    assert cells(small=[bare, row(2.0, 0.0, scene="poll, unchanged", wanted=None)])[1:3] == [
        "≤ 4 × bare, no SQL",
        "2.0 + 0.00, 5, 7.2, 12 / 30 ✓",
    ]
    slow = cells(small=[bare, row(2.1, 0.0, scene="poll, unchanged", wanted=None)])
    assert not slow[2].endswith("✓")


def test_what_is_no_success_stands_in_its_cell():
    assert cells(small=[row(5, 1, {"200": 2, "503": 3})])[2].endswith("✓ **503** ×3")
    failed = {"scene": "home", "wanted": None, "statuses": {}, "problem": "Unexpected: 500"}
    assert cells(small=[failed])[2] == "failed: Unexpected: 500"
