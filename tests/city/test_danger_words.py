"""Danger in the words of people: the phrases of danger_words.csv, read by both matchers."""

import csv
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from city import danger

pytestmark = pytest.mark.django_db

with Path(__file__).with_name("danger_words.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
MODULE = Path(__file__).parents[2] / "static/js/danger/words.js"
BAD = [
    "\0",
    "g\0as l\0eak",
    "\ud800 gas leak",
    "gas " * 1250,
    "a" * 5000,
    "\u0301" * 5000,
    "gа\u200bs lеаk",  # noqa: RUF001 - Cyrillic letters
    "Ｉ ｓｍｅｌｌ ｇａｓ",  # noqa: RUF001 - wide letters
    "".join(random.Random(7).choices("abcdefghij é.,\n\0", k=5000)),
]


def kinds(texts):
    return [[found.kind for found in danger.table().each(text)] for text in texts]


def kinds_in_a_browser(texts):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node to run the page's script")
    program = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ finder }} from {json.dumps(MODULE.as_uri())};
        const {{ table, texts }} = JSON.parse(readFileSync(0));
        const find = finder(table);
        console.log(JSON.stringify(texts.map((text) => find(text))));
    """
    run = subprocess.run(
        [node, "--input-type=module", "-e", program],
        input=json.dumps({"table": danger.table().as_json, "texts": texts}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_there_are_enough_phrases_and_half_of_them_only_sound_like_danger():
    near = sum(row["is_danger"] == "no" for row in ROWS)
    assert len(ROWS) >= 150
    assert 0.4 < near / len(ROWS) < 0.6
    assert {row["language"] for row in ROWS} == {"en", "es"}
    assert len({row["phrase"] for row in ROWS}) == len(ROWS)


def test_danger_is_found_and_what_only_sounds_like_it_is_not():
    found = [danger.find(row["phrase"]) for row in ROWS]
    told = [row["is_danger"] == "yes" for row in ROWS]
    missed = [
        r["phrase"]
        for r, f, is_danger in zip(ROWS, found, told, strict=True)
        if is_danger and not f
    ]
    alarms = [
        r["phrase"]
        for r, f, is_danger in zip(ROWS, found, told, strict=True)
        if f and not is_danger
    ]
    assert len(missed) <= 0.03 * sum(told), missed
    assert len(alarms) <= 0.03 * (len(told) - sum(told)), alarms


def test_the_browser_s_module_finds_the_same():
    texts = [row["phrase"] for row in ROWS]
    assert kinds_in_a_browser(texts) == kinds(texts)


def test_both_read_whatever_is_typed_or_pasted():
    texts = [text for text in BAD if "\ud800" not in text]  # no JSON carries half a character
    assert kinds_in_a_browser(texts) == kinds(texts)
    assert kinds(BAD)[1:3] == [["gas"], ["gas"]]
    assert kinds(BAD)[6:8] == [["gas"], ["gas"]]


def test_a_danger_at_the_end_of_a_long_text_is_found():
    assert danger.find(f"{'the bench is broken ' * 245} I smell gas").kind == "gas"


def test_a_kind_that_was_dismissed_does_not_hide_another():
    text = "I smell gas and a man has a gun"
    assert danger.find(text).kind == "weapon"
    assert [found.kind for found in danger.table().each(text, besides=["weapon"])] == ["gas"]
    assert not [*danger.table().each(text, besides=["weapon", "gas"])]
