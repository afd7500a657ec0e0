"""Tests that every use of undocumented parts of libraries is listed in library_internals.csv."""

import ast
import csv
import importlib
import inspect
import re
import textwrap
from pathlib import Path

import pytest

from tests.test_house_rules import ROOT, SOURCES

TABLE = ROOT / "docs" / "explanation" / "library_internals.csv"
OURS = sorted({path.relative_to(ROOT).parts[0] for path in SOURCES})
PRODUCT = [path for path in SOURCES if path.relative_to(ROOT).parts[0] != "tools"]
# Names with an underscore that are documented by Django, Python (named tuples) or
# django-simple-history.
DOCUMENTED = {
    "_asdict",
    "_base_manager",
    "_change_reason",
    "_default_manager",
    "_fields",
    "_make",
    "_meta",
    "_open",
    "_replace",
    "_save",
    "_state",
}
ABSTRACT = {"_abc_impl", "_is_protocol"}  # Python adds them to abstract classes and protocols


def is_private(name: str) -> bool:
    is_underscored = name.startswith("_") and not name.startswith("__") and not name.endswith("_")
    return is_underscored and name not in DOCUMENTED


def read(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def names_defined_in(tree: ast.Module) -> set[str]:
    """Return the names of functions, classes, variables and attributes that a module defines."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and is_of_itself(node):
            names.add(node.attr)
    return names


def is_of_itself(node: ast.Attribute) -> bool:
    """Return True if the node assigns an attribute of `self` or `cls`."""
    is_assigned = isinstance(node.ctx, ast.Store)
    return is_assigned and isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}


def imports_of(tree: ast.Module) -> list[tuple[str, str, str]]:
    """Return (module, name, name in this file) of each import. For `import x`, module is ""."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [
                ("", each.name, (each.asname or each.name).split(".")[0]) for each in node.names
            ]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [(node.module, each.name, each.asname or each.name) for each in node.names]
    return found


def is_ours(module: str, name: str) -> bool:
    return (module or name).split(".")[0] in OURS


def private_names_used(tree: ast.Module) -> set[str]:
    """Return the private names that a module uses or imports but does not define."""
    defined = names_defined_in(tree)
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in defined
    }
    imported = imports_of(tree)
    return used | {name for at, name, _ in imported if is_private(name) and not is_ours(at, name)}


def replaced_names(tree: ast.Module) -> set[str]:
    """Return the names of attributes that the code assigns on libraries, and assigned dunders."""
    libraries = {alias for module, name, alias in imports_of(tree) if not is_ours(module, name)}
    found = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
            continue
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        is_of_library = isinstance(root, ast.Name) and root.id in libraries
        if is_of_library or node.attr.startswith("__"):
            found.add(node.attr)
    return found


def overridden_private_names(module) -> set[str]:
    """Return the private names of library classes that classes of `module` override."""
    classes = [
        each
        for each in vars(module).values()
        if inspect.isclass(each) and each.__module__ == module.__name__
    ]
    return {
        name
        for each in classes
        for name in vars(each).keys() | assigned_names(each)
        if is_private(name) and name not in ABSTRACT
        for base in each.__mro__[1:]
        if base.__module__.split(".")[0] not in OURS and has_name(base, name)
    }


def assigned_names(kind: type) -> set[str]:
    """Return the attributes that the methods of a class assign to `self`."""
    tree = ast.parse(source_of(kind))
    stores = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in stores if is_of_itself(node)}


def has_name(kind: type, name: str) -> bool:
    """Return True if a class has this attribute or assigns it to `self` in a method."""
    return name in vars(kind) or re.search(rf"\bself\.{name}\b", source_of(kind)) is not None


def source_of(kind: type) -> str:
    """Return the source of a class, or "" if it has none in Python."""
    try:
        return textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return ""


def listed() -> set[tuple[str, str]]:
    """Return the (file, name) of each row of library_internals.csv."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["name"]) for row in csv.DictReader(file)}


def test_undocumented_parts_of_libraries_are_used_where_the_decision_says():
    trees = {path: read(path) for path in PRODUCT}
    found = set()
    for path, tree in trees.items():
        place = path.relative_to(ROOT)
        names = private_names_used(tree) | replaced_names(tree)
        if any(isinstance(node, ast.ClassDef) for node in tree.body):
            dotted = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
            names |= overridden_private_names(importlib.import_module(dotted))
        found |= {(str(place), name) for name in names}
    assert found == listed()


@pytest.mark.parametrize(
    "code",
    [
        "from psycopg.errors import _WaitTimeout",
        "rows._raw_delete(rows.db)",
        "self._cached_user",
        "super()._commit()",
    ],
)
def test_a_private_name_of_a_library_is_found(code):
    assert private_names_used(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    ["self._own = self._own", "row._meta", "from lib.cache import _with_fallback", "__name__"],
)
def test_own_and_documented_names_are_not_counted(code):
    assert not private_names_used(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["from kombu import redis\nredis.Channel.QoS = 1", "call.__code__ = other"]
)
def test_a_replaced_attribute_of_a_library_is_found(code):
    assert replaced_names(ast.parse(code))


def test_an_overridden_private_method_of_a_library_is_found():
    from lib.postgresql import base

    assert overridden_private_names(base) == {"_commit", "_cursor"}
