"""Write a software bill of materials as CycloneDX JSON: `./run sbom [FILE]`.

It lists the packages of requirements/production.lock with their hashes and licenses, and the
vendored files of pages (static/vendor/VENDORED.md).
"""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)(.*?)(?=^[a-z]|\Z)", re.MULTILINE | re.DOTALL)
VENDORED = re.compile(
    r"^\| `[^`]+` \| ([^|,]+?)(?:,[^|]*)? \| ([\d.]+) \| ([^|]+?) \| `([0-9a-f]{64})` \|$",
    re.MULTILINE,
)
_license = LicenseFactory().make_from_string


def list_python_packages():
    for name, version, rest in PINNED.findall((ROOT / "requirements/production.lock").read_text()):
        hashes = sorted(set(re.findall(r"sha256:([0-9a-f]{64})", rest)))
        yield build_component(name, version, "pypi", hashes, find_license(name))


def list_vendored_packages():
    """Yield a component for each vendored package, with the hashes of its files."""
    found = {}
    for name, version, terms, digest in VENDORED.findall(
        (ROOT / "static" / "vendor" / "VENDORED.md").read_text()
    ):
        found.setdefault((name, version), (terms, []))[1].append(digest)
    for (name, version), (terms, digests) in found.items():
        yield build_component(name, version, "npm", digests, terms)


def build_component(name, version, kind, digests, terms):
    group, _slash, plain = name.rpartition("/")
    package = PackageURL(kind, group or None, plain, version)
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=package,
        bom_ref=str(package),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in digests],
        licenses=[_license(terms)] if terms else [],
    )


def find_license(name) -> str:
    """Return the license in the metadata of an installed package, "" if it is not installed."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return expression
    kinds = [c for c in told.get_all("Classifier", []) if c.startswith("License :: ")]
    return kinds[0].rpartition(" :: ")[2] if kinds else (told.get("License") or "").split("\n")[0]


def build_bill(parts=None) -> str:
    """Return the bill of these components; of the lock file and VENDORED.md for None."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bom = Bom()
    bom.metadata.component = whole = build_component(
        project["name"], project["version"], "generic", [], project["license"]
    )
    whole.type = ComponentType.APPLICATION
    if parts is None:
        parts = [*list_python_packages(), *list_vendored_packages()]
    for each in parts:
        bom.components.add(each)
    bom.register_dependency(whole, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(build_bill() + "\n")
