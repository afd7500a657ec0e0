"""Tests for the product's built-in danger sentences: valid, and not hidden by an exception."""

import pytest
from django.conf import settings

from city.danger import sentences
from city.models import DangerKind
from city.pack.danger_change import list_everyday_texts
from city.pack.danger_check import EverydayTexts, find_objections

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ROWS = [
    sentences.load_sentences(kind, code)
    for kind in ("weapon", "explosion", "fire", "gas", "medical", "violence", "suicide", "wires",
                 "crash", "driver", "hot-car", "trapped", "falling", "person-in-danger")
    for code in LANGUAGES
]  # fmt: skip


def test_every_phrase_can_be_found_and_none_is_in_many_everyday_texts():
    found = find_objections(ROWS, EverydayTexts(list_everyday_texts(), []), "911")
    assert [f"{kind}: {text} {reasons}" for (kind, text), reasons in found.items()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_exception_for_all_kinds_can_be_read(code):
    row = sentences.load_sentences("any", code)
    assert row.exceptions
    assert not row.phrases
    assert find_objections([row], EverydayTexts([], []), "911") == {}


def test_every_kind_has_sentences_in_every_language_of_the_product():
    assert not [row.kind for row in ROWS if not row.phrases]
    assert {row.kind for row in ROWS} == set(DangerKind.objects.values_list("kind", flat=True))
