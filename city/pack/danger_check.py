"""Warnings about a table of danger: phrases that miss, and phrases that match too often.

Phrases are tried on ordinary texts: sentences of the product, and the city's words for everyday
reports.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from city.danger import matcher, ordinary
from city.danger.cells import split_phrases
from city.danger.groups import GROUPS
from city.danger.letters import FILLERS
from city.danger.phrases import GROUP_SIGN, JOIN_SIGN, STAR
from city.danger.sentences import compile_table
from city.danger.text_parser import fold_text, parse_words
from city.emergency_number import fill_placeholder
from city.pack.contents import PackContents
from city.pack.file_reader import PackRow
from city.pack.report import Problem
from city.pack.tables import CATEGORIES, CHOICES, DANGER, QUESTIONS
from city.pack.tables import GROUPS as CATEGORY_GROUPS
from city.pack.translations import TRANSLATIONS

# The tables with everyday texts.
EVERYDAY_TABLES = [CATEGORY_GROUPS, CATEGORIES, QUESTIONS, CHOICES, TRANSLATIONS]
_MAX_SHARE_OF_ORDINARY_TEXTS = 0.01  # that a phrase may match
_EVERYDAY_COLUMNS = {
    CATEGORY_GROUPS.file: ["name"],
    CATEGORIES.file: ["name", "hint"],
    QUESTIONS.file: ["label"],
    CHOICES.file: ["label", "hint"],
}


class EverydayTexts(NamedTuple):
    """Everyday texts without danger.

    A phrase may match few of `texts` and none of `names`, the names of categories and groups.
    """

    texts: Sequence[str]
    names: Sequence[str]


def find_danger_warnings(folder: Path, pack: PackContents) -> Iterator[Problem]:
    """Yield the warnings about the pack's table of danger; a single one if it has no rows."""
    rows = pack.rows[DANGER.file]
    if not rows:
        reason = "there is none: whoever writes “my house is on fire” is offered a form, no number"
        yield Problem(DANGER.file, 1, reason)
        return
    phone = pack.city.get("emergency_phone", "")
    table = [build_danger_row(row.values) for row in rows]
    reasons = find_objections(table, collect_everyday_texts(pack.rows), phone)
    for (line, _values), row in zip(rows, table, strict=True):
        for text in [*row.phrases, *row.exceptions]:
            for reason in reasons.pop((row.kind, text), ()):
                yield Problem(DANGER.file, line, f"“{text}” {reason}")
    yield from _find_missing_languages(pack, rows)


def find_objections(
    rows: Sequence[matcher.DangerRow], everyday: EverydayTexts, phone: str
) -> dict[tuple[str, str], list[str]]:
    """Return the reasons against phrases and exceptions of a table, by (kind, text).

    A text without a reason has no entry.

    `phone` is the emergency number, which replaces the placeholder in phrases.
    """
    table = compile_table(tuple(rows), phone)
    examples: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for text in everyday.texts:
        for found in table.find_all(text):
            examples[found].append(text)
    named_like = {found: name for name in everyday.names for found in table.find_all(name)}
    reasons: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        for phrase in row.phrases:
            named = row.kind, phrase
            named_in_table = row.kind, fill_placeholder(phrase, phone)
            reasons[named] = [
                *_find_syntax_problems(phrase),
                *_find_match_problems(
                    named_in_table, table, examples[named_in_table], len(everyday.texts)
                ),
            ]
            if named_in_table in named_like and not reasons[named]:
                name = named_like[named_in_table]
                reasons[named].append(f"is what people report every day: it is in “{name}”")
        for exception in row.exceptions:
            reasons[row.kind, exception] += _find_syntax_problems(exception)
    return {named: texts for named, texts in reasons.items() if texts}


def collect_everyday_texts(rows: Mapping[str, Sequence[PackRow]]) -> EverydayTexts:
    """Return EverydayTexts: sentences and words of everyday reports, without emergencies.

    `texts` has ordinary.SENTENCES and the city's names, hints, labels and keywords, without
    questions that can say to call 911. `names` has those of groups and categories, in every
    language. `rows` are those of the pack's files, or of the database in the same form.
    """
    return EverydayTexts([*ordinary.SENTENCES, *_find_everyday_words(rows)], _list_names(rows))


def _find_everyday_words(rows: Mapping[str, Sequence[PackRow]]) -> Iterator[str]:
    """Yield names, hints, labels and keywords, except of questions about emergencies."""
    asking = {
        (row.values["category"], row.values["question"])
        for row in rows[CHOICES.file]
        if row.values["stop_kind"] == "call_911"
    }
    for file, names in _EVERYDAY_COLUMNS.items():
        for _line, values in rows[file]:
            question = values.get("question") or values.get("code")
            if (values.get("category"), question) not in asking:
                yield from (values[name] for name in names if values[name])
    for _line, values in rows[CATEGORIES.file]:
        yield from split_phrases(values["keywords"])


def _list_names(rows: Mapping[str, Sequence[PackRow]]) -> list[str]:
    """Return the names of groups and categories, in every language."""
    named = [*rows[CATEGORY_GROUPS.file], *rows[CATEGORIES.file]]
    names = dict.fromkeys(row.values["name"] for row in named)
    translated = [row.values for row in rows[TRANSLATIONS.file]]
    return [*names, *(each["words"] for each in translated if each["source"] in names)]


def build_danger_row(values: Mapping[str, Any]) -> matcher.DangerRow:
    """Return the DangerRow of `kind`, `phrases` and `exceptions`, the last two as tuples."""
    cells = (tuple(split_phrases(values[name])) for name in ("phrases", "exceptions"))
    return matcher.DangerRow(values["kind"], *cells)


def _find_syntax_problems(phrase: str) -> Iterator[str]:
    """Yield a reason for each unknown group (`@…`) and each joined word that is no filler."""
    for word in (word for token in phrase.split() for word in token.split("/")):
        *fillers, last = word.split(JOIN_SIGN)
        if last.startswith(GROUP_SIGN) and fold_text(last) not in GROUPS:
            known = ", ".join(name for name in sorted(GROUPS) if name.startswith(GROUP_SIGN))
            yield f"names a group that there is not: “{last}”; there are: {known}"
        for filler in filter(None, fillers):
            if fold_text(filler) not in FILLERS:
                yield f"joins “{filler}” with a +, which is for small words such as in, my, the"


def _find_match_problems(
    named: tuple[str, str], table: matcher.DangerTable, examples: list[str], count: int
) -> Iterator[str]:
    """Yield a reason if the phrase matches nothing, or too many of the `count` ordinary texts."""
    _kind, phrase = named
    if not parse_words(phrase):
        yield "has no word to be found by"
    elif not any(named in table.find_all(text) for text in _list_spoken_forms(phrase)):
        yield "is never found: an exception covers all of it"
    elif len(examples) > _MAX_SHARE_OF_ORDINARY_TEXTS * count:
        share = f"{len(examples)} of {count} ordinary texts"
        yield f"is too general: it is found in {share}, such as “{examples[0]}”"


def _list_spoken_forms(phrase: str) -> Iterator[str]:
    """Yield texts that say the phrase, each with another of its alternative words.

    One text with all alternatives would exceed the gaps allowed.
    """
    tokens = [token.split("/") for token in phrase.split() if token != STAR]
    for n in range(max(map(len, tokens), default=0)):
        yield " ".join(_format_word(words[min(n, len(words) - 1)]) for words in tokens)


def _format_word(word: str) -> str:
    """Return a word of a phrase as somebody would write it."""
    *fillers, last = word.split(JOIN_SIGN)
    name = fold_text(last)
    is_group = name.startswith(GROUP_SIGN) and name in GROUPS
    return " ".join([*fillers, min(GROUPS[name]) if is_group else last])


def _find_missing_languages(pack: PackContents, rows: list[PackRow]) -> Iterator[Problem]:
    """Yield a warning for each kind that lacks a language offered to residents."""
    offered = pack.city.get("languages", [])
    known = {(row.values["kind"], row.values["language"]) for row in rows}
    first: dict[str, int] = {}
    for line, values in rows:
        first.setdefault(values["kind"], line)
    for kind, line in first.items():
        missing = [code for code in offered if (kind, code) not in known]
        if missing:
            yield Problem(DANGER.file, line, f"“{kind}” has no row in: {', '.join(missing)}")
