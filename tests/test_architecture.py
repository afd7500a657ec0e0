"""Tests that the import contracts hold, and that a violation is detected."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [
    "accounts", "city", "lib", "notifications", "open311", "requests_app", "routing", "santa311",
    "staff_portal", "tools",
]  # fmt: skip


def lint_imports(folder):
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    """Return a folder with a copy of the Python code, which a test may change."""
    for name in ROOMS:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=lambda folder, names: [
                name for name in names
                if not name.endswith(".py") and not (Path(folder) / name).is_dir()
            ],
        )  # fmt: skip
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_room_knows_only_the_rooms_below_it():
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("city/calendar.py", "import requests_app.status"),
        ("notifications/__init__.py", "import staff_portal"),
        ("requests_app/status.py", "import requests_app.workflow.outbox"),
        ("requests_app/workflow/verbs.py", "import requests_app.tasks"),
        ("requests_app/filing/forms.py", "import requests_app.filing.steps.review"),
        ("requests_app/photos/sandbox/clean_copies.py", "import requests_app.models"),
        ("requests_app/browsing/views.py", "import requests_app.replies.views"),
        ("routing/desk/queue/page.py", "import routing.desk.views"),
        ("staff_portal/inbox/views.py", "import staff_portal.job.views"),
        ("city/search/places.py", "import city.pack.load"),
        ("notifications/models.py", "import notifications.delivery"),
        ("lib/clock.py", "import city.calendar"),
        ("santa311/settings.py", "import tools.embedded"),
    ],
)
def test_one_forbidden_import_is_found(copy, room, forbidden):
    path = copy / room
    path.write_text(f"{path.read_text()}\n{forbidden}\n")
    answer = lint_imports(copy)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "BROKEN" in answer.stdout
    assert forbidden.split()[1] in answer.stdout


def test_a_room_without_a_layer_is_found(copy):
    (copy / "requests_app" / "unplaced").with_suffix(".py").touch()
    answer = lint_imports(copy)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "unplaced" in answer.stdout
