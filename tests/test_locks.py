"""Tests that the lock files match pyproject.toml, and for the software bill of materials."""

import importlib.util
import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_vendored import ROWS

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "requirements/production.lock": PROJECT["project"]["dependencies"],
    "requirements/demo.lock": [*PROJECT["project"]["dependencies"], *GROUPS["demo"]],
    "requirements/dev.lock": [
        *PROJECT["project"]["dependencies"],
        *GROUPS["demo"],
        *(each for each in GROUPS["dev"] if isinstance(each, str)),
    ],
    "requirements/clients.lock": GROUPS["clients"],
    "requirements/traces.lock": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["traces"],
    ],
}
PLATFORMS = [("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")]


def import_ci_program(name):
    """Import a program of the folder .ci as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pins = import_ci_program("outdated").read_pins


@pytest.mark.parametrize("lock", ASKED)
def test_each_package_that_is_asked_for_is_pinned_in_a_version_that_will_do(lock):
    pinned = pins(ROOT / lock)
    for asked in map(Requirement, ASKED[lock]):
        version = pinned.get(canonicalize_name(asked.name))
        assert version, f"{asked} is not in {lock}: run ./run lock"
        assert asked.specifier.contains(version), f"{asked}, but {lock} has {version}"


def needed(asked):
    """Return the names of these packages and of all packages they need, on any platform.

    Packages that are not installed are included, but their own requirements are not.
    """
    found, todo = set(), [(each.name, frozenset(each.extras)) for each in map(Requirement, asked)]
    while todo:
        name, extras = todo.pop()
        name = canonicalize_name(name)
        if (name, extras) in found:
            continue
        found.add((name, extras))
        try:
            more = [Requirement(each) for each in requires(name) or []]
        except PackageNotFoundError:  # needed only on another platform
            continue
        todo += [(one.name, frozenset(one.extras)) for one in more if _is_wanted(one, extras)]
    return {name for name, _extras in found}


def _is_wanted(requirement, extras):
    return requirement.marker is None or any(
        requirement.marker.evaluate(
            {"extra": extra, "sys_platform": name, "platform_system": system,
             "os_name": "nt" if name == "win32" else "posix", "python_version": python,
             "python_full_version": f"{python}.0", "implementation_name": "cpython",
             "platform_python_implementation": implementation}
        )
        for extra in extras or {""}
        for name, system in PLATFORMS
        for python in ("3.12", "3.13", "3.14")
        for implementation in ("CPython", "PyPy")
    )  # fmt: skip


@pytest.mark.parametrize(
    "lock",
    ["requirements/production.lock", "requirements/demo.lock", "requirements/traces.lock"],
)
def test_nothing_is_installed_that_nothing_asks_for(lock):
    assert set(pins(ROOT / lock)) - needed(ASKED[lock]) == set()


@pytest.mark.parametrize("lock", ASKED)
def test_each_pin_has_its_hashes_and_names_no_server(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    for name, block in re.findall(r"^([a-z0-9-]+)==(.*?)(?=^[a-z]|\Z)", text, re.M | re.S):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), name


def test_the_environments_agree():
    production, demo, dev = (pins(ROOT / lock) for lock in list(ASKED)[:3])
    assert production.items() <= demo.items() <= dev.items()
    assert production.items() <= pins(ROOT / "requirements/traces.lock").items() <= dev.items()


def test_newer_versions_are_listed_with_what_they_replace(tmp_path):
    now, then = tmp_path / "now.lock", tmp_path / "then.lock"
    now.write_text("django==6.1.3 \\\n    --hash=sha256:00\nattrs==25.1\n")
    then.write_text("django==6.1.4 \\\n    --hash=sha256:11\nattrs==25.1\nnew==1\n")
    assert list(import_ci_program("outdated").list_upgrades(now, then)) == ["django: 6.1.3 → 6.1.4"]


def test_the_bill_of_materials_names_all_that_is_shipped():
    sbom = import_ci_program("sbom")
    bill = sbom.build_bill()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    shipped = {
        f"pkg:pypi/{name}@{version}"
        for name, version in pins(ROOT / "requirements/production.lock").items()
    }
    shipped |= {f"pkg:npm/{row[1].split(',')[0].replace('@', '%40')}@{row[2]}" for row in ROWS}
    assert set(re.findall(r'"purl": "(pkg:(?:pypi|npm)/[^"]+)"', bill)) == shipped
    lock = (ROOT / "requirements/production.lock").read_text()
    hashes = re.search(r"^django==.*?--hash=sha256:([0-9a-f]{64})", lock, re.M | re.S)[1]
    assert hashes in bill
