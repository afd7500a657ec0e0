"""Runs the JavaScript tests in tests/js with Node.js, each file as one test."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

STANDS_IN = "browser.js"  # substitutes for browser APIs; contains no tests
TESTS = [p for p in sorted((Path(__file__).parent / "js").glob("*.js")) if p.name != STANDS_IN]


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.stem)
def test_a_script_does_what_its_tests_say(test: Path) -> None:
    node = shutil.which("node")
    if node is None:
        reason = "NO NODE: install it (apt-get install nodejs), at least version 20"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    run = subprocess.run([node, "--test", test], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
