"""Tests that the version is the same everywhere."""

import re
import tomllib
from pathlib import Path

import pytest
from django.urls import reverse

from lib.version import VERSION
from tests import make
from tests.visitors import browser, signed_in

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_that_of_the_package_and_of_the_newest_changes():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)[1] == VERSION


@pytest.mark.django_db
def test_the_administration_and_the_figures_tell_it():
    assert f"Santa311, release {VERSION}" in signed_in(make.ada()).get(reverse("admin:index")).text
    figures = browser().get("/metrics").content.decode()
    assert re.search(rf'^santa311_build_info{{.*version="{VERSION}".*}} 1\.0$', figures, re.M)
