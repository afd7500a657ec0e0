"""Tests that the source code follows the rules of this project."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [
    "accounts",
    "city",
    "lib",
    "notifications",
    "open311",
    "requests_app",
    "routing",
    "santa311",
    "staff_portal",
    "tools/demo",
    "tools/embedded",
    "tools/stack",
]
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
STATE = {"status", "outcome"}
WORKFLOW = ROOT / "requests_app" / "workflow"


def breaking(rule) -> list[str]:
    """Return the paths of the source files for which `rule` returns True."""
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
    """Return True if a call sets the status or outcome.

    Such calls are `update(status=…)`, `setattr(row, "status", …)` and `bulk_update(…, ["status"])`.
    """
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "update" and any(keyword.arg in STATE for keyword in node.keywords):
        return True
    texts = [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)]
    return name in {"setattr", "bulk_update"} and bool(STATE & {t for t in texts if t})


def test_only_the_workflow_sets_a_status():
    """Only the workflow sets a status, so that each change is checked and recorded."""

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


# Substring searches in the admin, from whose results an admin chooses. They identify nobody.
SEARCHED_BY_PARTS = {"requests_app/models/contact.py": "contacts_by_parts_of_them"}
ACCOUNT_NAMES = {"email", "recipient", "username", "address"}


def compares_addresses_without_case(tree) -> bool:
    return any(_is_caseless_lookup(node) or _is_caseless_function(node) for node in ast.walk(tree))


def _is_caseless_lookup(node) -> bool:
    """Return True for `filter(contact__email__iexact=…)` and for the string "email__iexact"."""
    names = [node.arg] if isinstance(node, ast.keyword) else []
    names += [node.value] if isinstance(node, ast.Constant) else []
    for name in filter(lambda each: isinstance(each, str), names):
        field, _, lookup = name.rpartition("__")
        if lookup in {"iexact", "istartswith"} and field.split("__")[-1] in ACCOUNT_NAMES:
            return True
    return False


def _is_caseless_function(node) -> bool:
    """Return True for `Upper("email")`, `Lower(F("contact__email"))` and `Upper(variable)`."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    if getattr(node.func, "attr", getattr(node.func, "id", "")) not in {"Upper", "Lower"}:
        return False
    texts = [leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant)]
    return not texts or any(str(text).split("__")[-1] in ACCOUNT_NAMES for text in texts)


def sets_an_address_alone(node) -> bool:
    """Return True for `update(email=…)` without `email_normalized`."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "update":
        return False
    given = {keyword.arg for keyword in node.keywords}
    return "email" in given and "email_normalized" not in given


def test_addresses_and_account_names_are_compared_by_equality():
    """Ignoring case is unsafe: the database maps the Turkish dotless i to I, so it equals i."""

    def compares_without_case(path):
        if str(path.relative_to(ROOT)) in SEARCHED_BY_PARTS:
            return False
        return compares_addresses_without_case(ast.parse(path.read_text(encoding="utf-8")))

    assert breaking(compares_without_case) == []


def test_an_address_is_updated_with_its_normalized_form():
    def updates_alone(path):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        return any(sets_an_address_alone(node) for node in ast.walk(tree))

    assert breaking(updates_alone) == []


@pytest.mark.parametrize(
    "code",
    [
        "rows.filter(contact__email__iexact=address)",
        "Q(username__iexact=login)",
        "rows.filter(**{'email__iexact': address})",
        "models.Index(Upper('email'), name='x')",
        "functions.Lower(F('contact__email'))",
        "Upper(each)",
    ],
)
def test_the_rule_finds_a_comparison_without_case(code):
    assert compares_addresses_without_case(ast.parse(code))


def test_files_stay_one_room():
    """A source file has at most 330 lines. A longer file should be split."""

    def is_too_long(path):
        is_table = path.match("requests_app/workflow/verbs.py")  # one row for each verb
        return not is_table and path.read_text(encoding="utf-8").count("\n") > 330

    assert breaking(is_too_long) == []


# Files that may name the first city: its pack, tests and documentation. Paths to the pack are
# ignored elsewhere.
NAMED_IN = (
    "city/packs/santa_monica/",
    "city/packs/README.md",
    "tests/",
    "README.md",
    "CHANGELOG.md",
    "docs/",
    "reports/",
)
NOT_OURS = ("package-lock.json", ".lock", ".png", ".svg")


def test_no_citys_name_stands_outside_its_pack():
    """A new city only adds a pack. It must not have to edit code, templates, styles or the demo."""
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


def test_a_hidden_part_of_a_buttons_text_is_in_one_element_with_the_rest():
    """A button is a flex container, so a hidden element next to its text would add a gap."""
    button = re.compile(r"<(a|button)\b[^<>]*\busa-button\b[^<>]*>(.*?)</\1>", re.S)
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in button.finditer(path.read_text())
        if "visually-hidden" in match[2]
        and "<span>" not in match[2].partition('class="visually-hidden"')[0]
    ]
    assert found == []
