"""Rules about the code itself, each with its reason."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [
    "accounts",
    "city",
    "notifications",
    "open311",
    "requests_app",
    "routing",
    "santa311",
    "staff_portal",
]
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
STATE = {"status", "outcome"}
WORKFLOW = ROOT / "requests_app" / "workflow"


def breaking(rule) -> list[str]:
    """The source files of which `rule` is true."""
    return [str(path.relative_to(ROOT)) for path in SOURCES if rule(path)]


def sets_a_status(tree) -> bool:
    return any(_assigns(node) or _updates(node) for node in ast.walk(tree))


def _assigns(node):
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    is_assignment = isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
    flat = [leaf for target in targets if target for leaf in ast.walk(target)]
    return is_assignment and any(
        isinstance(leaf, ast.Attribute) and leaf.attr in STATE for leaf in flat
    )


def _updates(node):
    """`queryset.update(status=…)`, `setattr(row, "status", …)`, `bulk_update(…, ["status"])`."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "update" and any(keyword.arg in STATE for keyword in node.keywords):
        return True
    texts = [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)]
    return name in {"setattr", "bulk_update"} and bool(STATE & {t for t in texts if t})


def test_only_the_workflow_sets_a_status():
    """A status written in many places is a bug to come: elsewhere it was 8, and 43."""

    def sets_one_elsewhere(path):
        if WORKFLOW in path.parents:
            return False
        return sets_a_status(ast.parse(path.read_text(encoding="utf-8")))

    assert breaking(sets_one_elsewhere) == []


@pytest.mark.parametrize(
    "code",
    [
        "row.status = 'closed'",
        "row.status, row.x = 'closed', 1",
        "row.outcome: str = ''",
        "rows.update(status='closed')",
        "setattr(row, 'status', 'closed')",
        "rows.bulk_update(found, ['status'])",
    ],
)
def test_the_rule_finds_a_status_that_is_set(code):
    assert sets_a_status(ast.parse(code))


def test_files_stay_one_room():
    """A file that must be scrolled for a minute is two files."""

    def is_too_long(path):
        return path.read_text(encoding="utf-8").count("\n") > 330

    assert breaking(is_too_long) == []


# Where the first city may be named: in its pack, in what says what the product is, and as the one
# default that points to the pack.
NAMED_IN = (
    "city/packs/santa_monica/",
    "city/packs/README.md",
    "tests/",
    "README.md",
    "CHANGELOG.md",
    "docs/",
)
NOT_OURS = ("package-lock.json", ".lock", ".png", ".svg")


def test_no_citys_name_stands_outside_its_pack():
    """Another city brings a folder and edits nothing else: no code, page, style or story."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    looked_at = [
        name for name in listed if not name.startswith(NAMED_IN) and not name.endswith(NOT_OURS)
    ]
    naming = [
        name
        for name in looked_at
        if re.search(r"santa[\s_-]*monica", _without_pointer(name), re.IGNORECASE)
    ]
    assert naming == []


def _without_pointer(name):
    path = ROOT / name
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return re.sub(r"""["'/]santa_monica\b""", "", text)
