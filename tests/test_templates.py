"""Rules about the templates themselves."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path for folder in ("templates", "city/templates") for path in (ROOT / folder).rglob("*.html")
)


def by_name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=by_name)
def test_what_a_person_typed_comes_back_without_spaces_before_it(path):
    """What is indented in a text area is part of the text."""
    assert not re.search(r"<textarea[^<]*>\n?[ \t]+\S", path.read_text(encoding="utf-8"))
