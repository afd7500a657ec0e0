"""Tests for .ci/release.py: pinned images, reproducible builds, bill of materials, signature."""

import io
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.test_deploy import program
from tests.test_locks import import_ci_program

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STATUS = """Package: libc6
Status: install ok installed
Version: 2.41-12

Package: gone
Status: deinstall ok config-files
Version: 1
"""
METADATA = "Metadata-Version: 2.4\nName: Django_Htmx\nVersion: 1.29.0\n\nA text.\nName: other\n"


@pytest.fixture
def release(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / ".ci")
    return import_ci_program("release")


def write_image(path, files, mode=0o644):
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(content), mode, path.stat().st_ino
            archive.addfile(info, io.BytesIO(content.encode()))
    return path


def test_each_image_of_others_is_pinned_by_its_digest(release):
    images = release.list_images(COMPOSE, DOCKERFILE)
    assert "python:3.13-slim-trixie" in images
    digests = {image: f"sha256:{number:064x}" for number, image in enumerate(images)}
    services = yaml.safe_load(release.pin_images(COMPOSE, digests))["services"]
    for service in services.values():
        assert "build" in service or re.search(
            r":v?[\d.]+\S*@sha256:[0-9a-f]{64}$", service["image"]
        )
    lines = re.findall(r"^FROM .+$", release.pin_images(DOCKERFILE, digests), re.MULTILINE)
    assert len(lines) == 2
    assert all("@sha256:" in line for line in lines)
    assert lines[0].endswith(" AS packages")


def test_two_builds_are_compared_by_content_and_rights_and_not_by_time(release, tmp_path):
    files = {"app/manage.py": "a", "var/log/apt.log": "monday", "etc/passwd": "x"}
    one = release.read_files(write_image(tmp_path / "one", files))
    same = release.read_files(write_image(tmp_path / "two", files | {"var/log/apt.log": "tuesday"}))
    assert release.list_differences(one, same) == []
    other = files | {"app/manage.py": "b", "app/new": ""}
    changed = release.read_files(write_image(tmp_path / "three", other))
    assert release.list_differences(one, changed) == ["app/manage.py", "app/new"]
    open_to_all = release.read_files(write_image(tmp_path / "four", files, mode=0o666))
    assert release.list_differences(one, open_to_all) == ["app/manage.py", "etc/passwd"]


def test_the_bill_names_what_is_installed_in_the_image(release, tmp_path):
    path = "./venv/lib/python3.13/site-packages/django_htmx-1.29.0.dist-info/METADATA"
    image = write_image(tmp_path / "image", {"./var/lib/dpkg/status": STATUS, path: METADATA})
    bill = json.loads(release.sbom.build_bill(list(release.list_packages(image))))
    assert {each["purl"] for each in bill["components"]} == {
        "pkg:deb/debian/libc6@2.41-12", "pkg:pypi/django-htmx@1.29.0",
    }  # fmt: skip


@pytest.mark.stack
def test_the_files_are_signed_as_the_page_checks_them(release, tmp_path):
    key = tmp_path / "key"
    generate = [program("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", key]
    subprocess.run(generate, check=True)
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "image.tar").write_text("an image")
    release.sign(release.write_sums(folder), key)
    public = key.with_suffix(".pub").read_text()
    (folder / "signers").write_text(f"release@example.org {public}")
    page = (ROOT / "docs" / "howto" / "install.md").read_text()
    (command,) = re.findall(r"^ssh-keygen -Y verify .+$", page, re.MULTILINE)

    def is_genuine():
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False)
        return done.returncode == 0

    assert is_genuine()
    (folder / "image.tar").write_text("another image")
    assert not is_genuine()


def test_a_program_that_is_missing_or_fails_is_named(release):
    with pytest.raises(release.ReleaseFailed, match="no-such-program is not installed"):
        release.run("no-such-program")
    with pytest.raises(release.ReleaseFailed, match="git no-such-command: "):
        release.run("git", "no-such-command")
