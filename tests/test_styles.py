"""Rules about the style sheets; `./run css --check` sees to their form."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
SHEETS = {
    str(path.relative_to(ROOT / "static")): path.read_text(encoding="utf-8")
    for path in (ROOT / "static" / "css").rglob("*.css")
}
FOR_RESIDENTS = sorted(name for name, text in SHEETS.items() if "@layer resident {" in text)
OPENING = re.compile(r"^ *(@(?:layer|media|container)[^{;]*){", re.MULTILINE)


def test_templates_ask_for_every_sheet_and_for_none_that_is_gone():
    """Those of the admin are also asked for by Python."""
    templates = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    asked = {name for text in templates for name in re.findall(r"'(css/[\w/-]+[.]css)'", text)}
    assert [name for name in asked if not finders.find(name)] == []
    assert {name for name in SHEETS if not name.startswith("css/admin/")} <= asked


@pytest.mark.parametrize("name", FOR_RESIDENTS)
def test_a_sheet_for_residents_opens_a_layer_and_a_width_once(name):
    """Within one block stylelint finds a selector that stands twice."""
    blocks = OPENING.findall(SHEETS[name])
    assert blocks
    assert sorted(set(blocks)) == sorted(blocks)
