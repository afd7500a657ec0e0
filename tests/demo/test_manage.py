"""Tests that `./run manage` uses the pack and data folder of the demo."""

from pathlib import Path

import pytest

from tools.demo import launch, manage
from tools.demo.place import CALLED_FROM, find_folder, return_to_caller

PACK = "city/packs/spring_falls"


@pytest.mark.parametrize("given", [["--pack", PACK], ["--data-dir", "/tmp/own"], []])
def test_it_is_the_same_as_the_demos(given):
    options, rest = manage._options([*given, "load_city", "--dry-run"])
    demo = launch.parse(given)
    assert rest == ["load_city", "--dry-run"]
    assert Path(options.data_dir or find_folder(options.pack)) == Path(demo.data_dir)


def test_what_comes_after_the_command_is_for_the_command():
    options, rest = manage._options(["import_requests", "old.csv", "--pack", PACK])
    assert options.pack is None
    assert rest == ["import_requests", "old.csv", "--pack", PACK]


def test_files_of_a_command_lie_where_it_was_called(tmp_path, monkeypatch):
    (tmp_path / "blocks.csv").write_text("street\n", encoding="utf-8")
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setenv(CALLED_FROM, str(tmp_path))
    return_to_caller()
    assert Path("blocks.csv").exists()
