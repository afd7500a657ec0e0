"""Tests that every dotted path and file path exists, in strings, commands and documents."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from santa311.celery import app as celery

ROOT = Path(settings.BASE_DIR)
TOP = "accounts|city|lib|notifications|requests_app|routing|santa311|staff_portal|tests|tools"
# The names of system checks, such as accounts.W001, are excluded.
DOTTED = re.compile(rf"(?:{TOP})(?:\.(?![EW]\d{{3}}\b)[A-Za-z_]\w*)+")
FILE = re.compile(rf"(?<![\w./-])(?:{TOP})(?:/[a-z0-9_]+)+\.py\b")
NOWHERE = ["requests_app.nowhere", "city.Nobody"]
LISTED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()
PYTHON = [name for name in LISTED if name.endswith(".py") and "/migrations/" not in name]
TEXTS = [
    name
    for name in LISTED
    if name in {"run", "pyproject.toml", "Dockerfile", "docker-compose.yml", "README.md"}
    or (name.startswith(("deploy/", "docs/")) and name.endswith((".md", ".sh", ".conf", ".ini")))
]
# Names that look like a dotted path: loggers, a signal, a file of a pack, checks and permissions.
NAMES = re.compile(
    r"santa311\.(access|tasks|tests)|routing\.memory|city\.toml|city\.[EW]\d+"
    r"|\w+\.(add|change|delete|view)_\w+"
)


def leads_somewhere(path) -> bool:
    """Return True if a dotted path names a module, its member, a model, a task or a known name."""
    if path in celery.tasks or NAMES.fullmatch(path):
        return True
    try:
        pkgutil.resolve_name(path)
    except (ImportError, AttributeError):
        return _is_model(path)
    return True


def _is_model(path):
    label, __, name = path.partition(".")
    try:
        apps.get_model(label, name)
    except (LookupError, ValueError):
        return False
    return True


def strings(name):
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str)}


def dotted_strings(name):
    """Return the strings of a Python file that consist only of a dotted path."""
    return {text for text in strings(name) if DOTTED.fullmatch(text)}


def imported(program):
    """Return the dotted paths that the source text `program` imports from this project."""
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return set()
    whole = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    parts = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
        for name in node.names
    }
    return {path for path in whole | parts if DOTTED.fullmatch(path)}


def asked_of_modules(tree):
    """Return (dotted path, attribute) of attributes read from names that `from … import` binds.

    Only imports from this project count. Names that the file also assigns are left out.
    """
    nodes = list(ast.walk(tree))
    modules = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and not node.level and re.match(TOP, node.module)
        for alias in node.names
    }
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    return {
        (modules[node.value.id], node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id in modules.keys() - own
    }


def is_there(path, attribute):
    """Return True if the module at `path` has the attribute.

    Return True also if there is no such module, because imports reveal that error.
    """
    module = sys.modules.get(path)
    if module is None and (ROOT / f"{path.replace('.', '/')}.py").exists():
        module = importlib.import_module(path)
    return module is None or hasattr(module, attribute)


def test_what_is_read_of_a_module_is_in_it():
    """This also covers code that no other test runs, such as the experiments in tools/bench."""
    asked = {
        (name, *each)
        for name in PYTHON
        if not name.startswith("tests/")
        for each in asked_of_modules(ast.parse((ROOT / name).read_text(encoding="utf-8")))
    }
    assert (
        "tools/bench/faults/ground.py",
        "tools.bench.faults.evidence",
        "rows_and_objects",
    ) in asked
    assert {each for each in asked if not is_there(*each[1:])} == set()
    assert not is_there("tools.bench.faults.evidence", "photos")


def test_every_dotted_path_in_a_string_resolves():
    celery.loader.import_default_modules()
    lost = {
        (name, path)
        for name in PYTHON
        for path in dotted_strings(name)
        if not leads_somewhere(path)
    }
    assert lost == {("tests/test_paths.py", path) for path in NOWHERE}


@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_that_leads_nowhere_is_found(path):
    assert not leads_somewhere(path)


def test_every_file_that_is_named_is_there():
    """This covers code, comments, commands and documents."""
    lost = {
        (name, path)
        for name in [*PYTHON, *TEXTS]
        for path in FILE.findall((ROOT / name).read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    }
    assert lost == set()


def test_every_import_of_a_program_in_a_string_resolves():
    """Such programs run in a shell of the stack, a separate process or another interpreter."""
    programs = [(name, text) for name in PYTHON for text in strings(name) if "import " in text]
    found = {(name, path) for name, text in programs for path in imported(text)}
    assert found
    assert {(name, path) for name, path in found if not leads_somewhere(path)} == set()
