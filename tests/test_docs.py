"""Tests for the documentation: links lead to a page and a heading, and settings are documented."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.santa311.observability.test_alerts import heading_anchor

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "reports").glob("*.*")]
)
_SPEC = importlib.util.spec_from_file_location(
    "generated_reference", ROOT / "docs" / "_ext" / "generated_reference.py"
)
generated_reference = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generated_reference)


def links_of(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))


def anchors_of(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {heading_anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    lost = []
    for link in links_of(document):
        if re.match(r"[a-z]+:", link):
            continue  # an external link
        path, _, place = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (place and place not in anchors_of(target)):
            lost.append(link)
    assert lost == []


def test_every_setting_that_the_code_reads_is_in_the_reference():
    """If a setting is missing, `./run docs` refuses to build the page of settings."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = {each.name for each in generated_reference.read_settings(example)}
    read = generated_reference.find_kinds()
    assert len(read) > 50
    assert sorted(read.keys() - explained) == []


def test_a_setting_has_the_comment_above_it_and_its_section():
    text = "# --- Mail ---\n# To whom.\n# A second line.\nEMAIL_URL=console:\n#DESK_EMAIL=\n"
    first, second = generated_reference.read_settings(text)
    assert first == ("Mail", "EMAIL_URL", "console:", "To whom. A second line.")
    assert second.explanation == first.explanation
