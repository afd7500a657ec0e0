"""What a pack's table of danger misses, and what it would find too often."""

from collections import defaultdict

from city.danger import matcher, ordinary
from city.danger.cells import split
from city.danger.reading import words_of
from city.pack.contents import Contents
from city.pack.tables import CATEGORIES, CHOICES, DANGER, GROUPS, QUESTIONS

_MOST = 0.01  # the share of ordinary texts in which a phrase may be found
_EVERYDAY = {
    GROUPS.file: ["name"],
    CATEGORIES.file: ["name", "hint"],
    QUESTIONS.file: ["label"],
    CHOICES.file: ["label", "hint"],
}


def warnings(folder, pack: Contents):
    """(file, line, reason) of each."""
    rows = pack.rows[DANGER.file]
    if not rows:
        reason = "there is none: whoever writes “my house is on fire” is offered a form, no number"
        yield DANGER.file, 1, reason
        return
    texts = [*ordinary.SENTENCES, *_everyday(pack)]
    table = matcher.Table(map(_row, rows), ordinary.WORDS)
    examples = defaultdict(list)
    for text in texts:
        for found in table.all_in(text):
            examples[found].append(text)
    for line, values in rows:
        for phrase in split(values["phrases"]):
            named = values["kind"], phrase
            if reason := _objection(named, table, examples[named], len(texts)):
                yield DANGER.file, line, f"“{phrase}” {reason}"
    yield from _languages(pack, rows)


def _everyday(pack):
    """The pack's own words for what is reported every day, but not what it says of emergencies."""
    asking = {
        (row.values["category"], row.values["question"])
        for row in pack.rows[CHOICES.file]
        if row.values["stop_kind"] == "call_911"
    }
    for file, names in _EVERYDAY.items():
        for _line, values in pack.rows[file]:
            question = values.get("question") or values.get("code")
            if (values.get("category"), question) not in asking:
                yield from (values[name] for name in names if values[name])
    for _line, values in pack.rows[CATEGORIES.file]:
        yield from split(values["keywords"])


def _row(row):
    values = row.values
    return matcher.Row(values["kind"], split(values["phrases"]), split(values["exceptions"]))


def _objection(named, table, examples, count):
    _kind, phrase = named
    if not words_of(phrase):
        return "has no word to be found by"
    if not any(named in table.all_in(text) for text in (phrase, _shortest(phrase))):
        return "is never found: an exception covers all of it"
    if len(examples) > _MOST * count:
        share = f"{len(examples)} of {count} ordinary texts"
        return f"is too general: it is found in {share}, such as “{examples[0]}”"
    return None


def _shortest(phrase):
    """The phrase with the first of the words between which it chooses: many stand too far apart."""
    return " ".join(token.split("/")[0] for token in phrase.split())


def _languages(pack, rows):
    """Kinds that have no row in a language that residents are offered."""
    offered = pack.city.get("languages", [])
    known = {(row.values["kind"], row.values["language"]) for row in rows}
    first = {}
    for line, values in rows:
        first.setdefault(values["kind"], line)
    for kind, line in first.items():
        missing = [code for code in offered if (kind, code) not in known]
        if missing:
            yield DANGER.file, line, f"“{kind}” has no row in: {', '.join(missing)}"
