"""Which data `./run manage` works on."""

from pathlib import Path

import pytest

from tools.demo import launch, manage
from tools.demo.place import folder_of

PACK = "city/packs/spring_falls"


@pytest.mark.parametrize("given", [["--pack", PACK], ["--data-dir", "/tmp/own"], []])
def test_it_is_the_same_as_the_demos(given):
    options, rest = manage._options([*given, "load_city", "--dry-run"])
    demo = launch.parse(given)
    assert rest == ["load_city", "--dry-run"]
    assert Path(options.data_dir or folder_of(options.pack)) == Path(demo.data_dir)


def test_what_comes_after_the_command_is_for_the_command():
    options, rest = manage._options(["import_requests", "old.csv", "--pack", PACK])
    assert options.pack is None
    assert rest == ["import_requests", "old.csv", "--pack", PACK]
