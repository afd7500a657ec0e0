"""Tests for the benchmark of a city's day: sums of the table, and existing scenes."""

import pytest

from tools.bench.day import mix, report
from tools.bench.day.processors import Cost
from tools.bench.scale.scenes import SCENES


@pytest.mark.parametrize("part", mix.PARTS, ids=lambda part: part.name)
def test_every_part_of_a_day_is_a_scene(part):
    assert part.scene in SCENES
    assert part.rounds > 0


def test_the_table_adds_up_and_leaves_out_what_costs_nothing():
    parts = {
        "photos": Cost(1, 20, 2, 0),
        "task fold": Cost(0, 3, 1, 0),
        "maps": Cost(0.1, 0, 0.1, 0),
    }
    table = report.render_day("1m", parts, Cost(1, 1, 1, 1))
    assert "| photos | 23.0 | 1.0 | 20.0 | 2.0 | 0.0 |" in table
    assert "maps" not in table
    assert "| together | 27.2 | 1.1 | 23.0 | 3.1 | 0.0 |" in table
    assert "| of these, periodic tasks with nothing due | 4.0 | 0.0 | 3.0 | 1.0 | 0.0 |" in table
