"""A link from one page of the documentation to another leads to a page, and to a heading of it."""

import re
from pathlib import Path

import pytest

from tests.santa311.observability.test_alerts import anchor

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "reports").rglob("*.md")]
)


def links_of(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))


def anchors_of(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    lost = []
    for link in links_of(document):
        if re.match(r"[a-z]+:", link):
            continue  # the world's
        path, _, place = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (place and place not in anchors_of(target)):
            lost.append(link)
    assert lost == []
