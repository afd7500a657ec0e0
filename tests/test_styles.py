"""Tests for rules about the style sheets. `./run css --check` checks their formatting."""

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
    """Style sheets of the admin may be used by Python code instead of a template."""
    templates = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    asked = {name for text in templates for name in re.findall(r"'(css/[\w/-]+[.]css)'", text)}
    assert [name for name in asked if not finders.find(name)] == []
    assert {name for name in SHEETS if not name.startswith("css/admin/")} <= asked


@pytest.mark.parametrize("name", FOR_RESIDENTS)
def test_a_sheet_for_residents_opens_a_layer_and_a_width_once(name):
    """Stylelint finds duplicate selectors only within one block."""
    blocks = OPENING.findall(SHEETS[name])
    assert blocks
    assert sorted(set(blocks)) == sorted(blocks)


def test_every_page_has_dark_mode():
    """Emails and files have a color-scheme tag instead of a linked style sheet."""
    templates = ROOT / "templates"
    linking = ("components/color_scheme.html", "errors/bare_styles.html")
    without = [
        str(path.relative_to(templates))
        for path in templates.rglob("*.html")
        if "<html" in (text := path.read_text(encoding="utf-8"))
        and not any(each in text for each in linking)
        and '<meta name="color-scheme" content="light dark">' not in text
    ]
    assert without == []


def test_every_page_has_rules_for_text_of_twice_the_size():
    pages = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    shown = [text for text in pages if "'css/components.css'" in text]
    assert shown
    assert all("'css/zoomed-text.css'" in text for text in shown)


def test_dark_mode_gives_values_to_tokens_that_exist():
    tokens, dark = (
        set(re.findall(r"^ +(--[\w-]+):", SHEETS[f"css/{name}.css"], re.MULTILINE))
        for name in ("tokens", "dark")
    )
    assert dark
    assert dark <= tokens


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"css/uswds.css"}))
def test_a_sheet_takes_only_tokens_that_exist(name):
    """Tokens may also be defined in the sheet itself, or by Django's admin."""
    given = set(re.findall(r"(--[\w-]+):", SHEETS["css/tokens.css"] + SHEETS[name]))
    taken = set(re.findall(r"var\((--[\w-]+)\)", SHEETS[name]))
    if name.startswith("css/admin/"):
        taken &= {each for each in taken if re.match("--(space|text|radius|ink|warn|deep)-", each)}
    assert taken - given == set()
