"""Tests for the preload links of scripts that a browser discovers late."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from lib import scripts

NAMES = [str(path.relative_to(Path(settings.BASE_DIR) / "static"))
         for path in sorted((Path(settings.BASE_DIR) / "static" / "js").rglob("*.js"))]  # fmt: skip
IMPORT = re.compile(r"""\bfrom "(\.[^"]+)"|^import "(\.[^"]+)\"""", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_script_imports_is_known(name):
    path = Path(settings.BASE_DIR) / "static" / name
    found = ["".join(each) for each in IMPORT.findall(path.read_text())]
    wanted = [(path.parent / each).resolve() for each in found]
    known = [
        (Path(settings.BASE_DIR) / "static" / each).resolve() for each in scripts.list_imports(name)
    ]
    assert known == wanted


def test_only_what_stands_behind_two_others_is_named_beside_a_script():
    page = Template('{% script_module "js/map/picker.js" %}').render(Context())
    assert re.findall(r"(?:href|src)=\"/static/([^\"]+)\"", page) == [
        "vendor/leaflet/leaflet.js",
        "js/map/names.js",
        "js/lib/api.js",
        "js/lib/locale.js",
        "js/map/picker.js",
    ]
    assert Template('{% script_module "js/map/basemap.js" %}').render(Context()).count("<link") == 0


def test_every_page_names_its_scripts_so():
    """All pages use the template tag for module scripts, with one exception.

    The exception needs a data attribute, and imports no script that has imports.
    """
    texts = [path.read_text() for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")]
    written = [each for text in texts for each in re.findall(r'<script type="module"[^>]*>', text)]
    assert len(written) == 1
    assert "data-worker" in written[0]
    assert scripts.list_late_imports("js/filing/page.js") == []
