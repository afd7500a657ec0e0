"""Make the files of a release: `./run release FOLDER [--key KEY]`.

    docker-compose.yml   the images of other projects by the digests that the registry has now
    santa311.tar         the image, built from the base image of that digest (docker load)
    sbom.cdx.json        all Debian, Python and npm packages in the image, as CycloneDX
    SHA256SUMS           of these files, and SHA256SUMS.sig with a key of ssh-keygen

The image is built twice without a cache. Where the two differ in a file's content, owner or mode,
the differences are named and the program ends with 1. It needs docker with buildx and a clean tree.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

import sbom
import yaml
from cyclonedx.model.component import Component

ROOT = Path(__file__).resolve().parents[1]
SIGNATURE_NAMESPACE = "santa311"
# Files that every build writes anew and that nothing reads; they are not compared.
_VOLATILE = re.compile(r"(etc/(passwd|group|shadow|gshadow|subuid|subgid)-|var/(log|cache)/.+)")
_PYTHON_PACKAGE = re.compile(r"venv/lib/python[\d.]+/site-packages/[^/]+\.dist-info/METADATA")
_DEBIAN_PACKAGES = re.compile(r"var/lib/dpkg/status(\.d/[^/]+)?")


class ReleaseFailed(Exception):
    """A failed step; the message is for the person who makes the release."""


class File(NamedTuple):
    """The properties of a file by which two builds are compared; its time is not among them."""

    kind: bytes
    mode: int
    owner: tuple[int, int]
    content: str


def run(program: str, *arguments, folder: Path = ROOT) -> str:
    """Return what the program prints. Raise ReleaseFailed with its message if it fails."""
    path = shutil.which(program)
    if not path:
        raise ReleaseFailed(f"{program} is not installed.")
    done = subprocess.run(
        [path, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReleaseFailed(f"{program} {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def list_images(compose: str, dockerfile: str) -> list[str]:
    """Return the images that the compose file and the Dockerfile use and do not build, sorted."""
    services = yaml.safe_load(compose)["services"].values()
    images = {each["image"] for each in services if "build" not in each}
    return sorted(images | set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)))


def resolve_digest(image: str) -> str:
    """Return `sha256:…`, the digest that the registry has for the image's name now."""
    asked = ["buildx", "imagetools", "inspect", "--format", "{{json .Manifest}}", image]
    return json.loads(run("docker", *asked))["digest"]


def pin_images(text: str, digests: dict[str, str]) -> str:
    """Return the text of a compose file or Dockerfile with each image's digest behind its name."""
    for image, digest in digests.items():
        line = rf"^(\s*image: |FROM ){re.escape(image)}(?=\s|$)"
        text = re.sub(line, rf"\g<1>{image}@{digest}", text, flags=re.MULTILINE)
    return text


def build_image(dockerfile: str, values: dict[str, str], *options: str) -> None:
    """Build the image of the tree with further options of buildx."""
    with tempfile.NamedTemporaryFile("w", suffix=".Dockerfile") as file:
        file.write(dockerfile)
        file.flush()
        given = [f"--build-arg={name}={value}" for name, value in values.items()]
        run("docker", "buildx", "build", "--file", file.name, *given, *options, ROOT)


def read_files(path: Path) -> dict[str, File]:
    """Return the files of a tar file by name, without those that nothing reads."""
    found = {}
    with tarfile.open(path) as archive:
        for each in archive:
            name = each.name.removeprefix("./")
            if _VOLATILE.fullmatch(name):
                continue
            content = each.linkname
            if each.isreg():
                file = archive.extractfile(each)
                assert file
                content = hashlib.file_digest(file, "sha256").hexdigest()
            found[name] = File(each.type, each.mode, (each.uid, each.gid), content)
    return found


def list_differences(one: dict[str, File], other: dict[str, File]) -> list[str]:
    """Return the names of files that only one has or that differ, sorted."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def list_packages(path: Path) -> Iterator[Component]:
    """Yield a component for each Debian and Python package in the tar file of an image."""
    with tarfile.open(path) as archive:
        for each in archive:
            name = each.name.removeprefix("./")
            is_python = _PYTHON_PACKAGE.fullmatch(name)
            if not each.isreg() or not (is_python or _DEBIAN_PACKAGES.fullmatch(name)):
                continue
            file = archive.extractfile(each)
            assert file
            text = file.read().decode()
            for part in [text] if is_python else text.split("\n\n"):
                yield from _describe_package(part, bool(is_python))


def _describe_package(text: str, is_python: bool) -> Iterator[Component]:
    """Yield the component of a paragraph of dpkg's status or of a METADATA file."""
    told = HeaderParser().parsestr(text.strip())
    name, version = told["Name" if is_python else "Package"], told["Version"]
    if not name or not version:
        return
    if is_python:
        kind, name = "pypi", re.sub(r"[-_.]+", "-", name).lower()
        yield sbom.build_component(name, version, kind, [], sbom.find_license(name))
    elif "installed" in told.get("Status", "installed").split():
        yield sbom.build_component(f"debian/{name}", version, "deb", [], "")


def write_sums(folder: Path) -> Path:
    """Write SHA256SUMS of all other files of the folder, as sha256sum reads it; return its path."""
    path = folder / "SHA256SUMS"
    lines = []
    for each in sorted(folder.iterdir()):
        if not each.name.startswith("SHA256SUMS"):
            with each.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {each.name}\n")
    path.write_text("".join(lines))
    return path


def sign(path: Path, key: Path) -> None:
    """Write `path`.sig with a private key of ssh-keygen, which may ask for its passphrase."""
    path.with_name(f"{path.name}.sig").unlink(missing_ok=True)
    run("ssh-keygen", "-Y", "sign", "-f", key, "-n", SIGNATURE_NAMESPACE, path)


def make_release(folder: Path, key: Path | None) -> list[str]:
    """Write the files of the release to the folder; return the differences of the two builds."""
    if run("git", "status", "--porcelain"):
        raise ReleaseFailed("Commit first: a release is made of a clean tree.")
    version = re.search(r'VERSION = "(.+)"', (ROOT / "lib" / "version.py").read_text())[1]
    revision, created = run("git", "log", "-1", "--format=%H %cI").split()
    folder.mkdir(parents=True)
    compose, dockerfile = (
        (ROOT / name).read_text() for name in ("docker-compose.yml", "Dockerfile")
    )
    digests = {image: resolve_digest(image) for image in list_images(compose, dockerfile)}
    (folder / "docker-compose.yml").write_text(pin_images(compose, digests))
    pinned = pin_images(dockerfile, digests)
    values = {"VERSION": version, "REVISION": revision, "CREATED": created}
    with tempfile.TemporaryDirectory() as scratch:
        one, other = Path(scratch, "one.tar"), Path(scratch, "other.tar")
        for path in (one, other):
            build_image(pinned, values, "--no-cache", f"--output=type=tar,dest={path}")
        tag = f"santa311:{version}"
        build_image(pinned, values, "--load", f"--tag={tag}")  # the second, from the cache
        run("docker", "save", f"--output={folder}/santa311.tar", tag)
        differences = list_differences(read_files(one), read_files(other))
        parts = [*list_packages(one), *sbom.list_vendored_packages()]
    (folder / "sbom.cdx.json").write_text(sbom.build_bill(parts) + "\n")
    sums = write_sums(folder)
    if key:
        sign(sums, key)
    return differences


def main() -> None:
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("./run release", description=__doc__, formatter_class=how)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--key", type=Path, help="a private key of ssh-keygen")
    given = parser.parse_args()
    try:
        differences = make_release(given.folder.resolve(), given.key)
    except (ReleaseFailed, FileExistsError) as failed:
        sys.exit(str(failed))
    if differences:
        sys.exit("The two builds differ:\n" + "\n".join(differences))
    print(f"Both builds are the same. The release is in {given.folder}.")


if __name__ == "__main__":
    main()
