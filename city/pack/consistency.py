"""Rules for a row of valid cells; the database has the same constraints.

Each function yields the reasons why a row contradicts itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from city.danger.cells import split_phrases
from city.danger.text_parser import parse_words
from city.models import Choice, Question
from city.pack.file_reader import PackRow

_WITH_CHOICES = {Question.Datatype.SINGLE, Question.Datatype.MULTIPLE}


def no_contradictions(values: dict[str, Any]) -> Iterable[str]:
    """Return no reasons, for a table without rules of its own."""
    return ()


def find_category_contradictions(values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason if the target for urgent requests is longer than the usual one."""
    if (values["urgent_target_days"] or 0) > values["target_days"]:
        yield "urgent_target_days: urgent work can't be due later than other work"


def find_canned_text_contradictions(values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason if a row has both a category and a group."""
    if values["category"] and values["group"]:
        yield "category and group: name one of them, or neither"


def find_danger_contradictions(values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason if only some second_* columns are filled, or if no phrase has a word."""
    second = [values[name] for name in ("second_label", "second_phone", "second_phone_tel")]
    if any(second) and not all(second):
        yield "second_label, second_phone and second_phone_tel belong together"
    if not any(parse_words(phrase) for phrase in split_phrases(values["phrases"])):
        yield "phrases: none of them has a word to be found by"


def find_choice_contradictions(values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason for each contradiction between a choice's effect and its cells of a stop.

    A stop needs kind and text, and one for another agency needs the agency. Another choice must
    have none of the three.
    """
    is_stop = values["effect"] == Choice.Effect.STOP
    if is_stop and not (values["stop_kind"] and values["stop_text"]):
        yield "effect: a stop needs a stop_kind and a stop_text that says what to do instead"
    if not is_stop and (values["stop_kind"] or values["stop_text"] or values["agency"]):
        yield "stop_kind, stop_text and agency belong to choices whose effect is stop"
    if values["stop_kind"] == Choice.Stop.OTHER_AGENCY and not values["agency"]:
        yield "agency: a stop for another agency names it"


def find_question_contradictions(
    questions: Iterable[PackRow], choices: Iterable[PackRow]
) -> Iterator[tuple[int, str]]:
    """Yield (line, reason) for each question that does not fit its choices.

    A list needs choices, another datatype must have none, and a required question needs a choice
    that does not stop the report.
    """
    offered = defaultdict(list)
    for row in choices:
        offered[row.values["category"], row.values["question"]].append(row.values)
    for line, question in questions:
        found = offered[question["category"], question["code"]]
        if question["datatype"] in _WITH_CHOICES and not found:
            yield line, f"“{question['code']}” has no choices in choices.csv"
        if question["datatype"] not in _WITH_CHOICES and found:
            yield line, f"“{question['code']}” has choices but is a {question['datatype']}"
        if question["is_required"] and found and all(c["effect"] == "stop" for c in found):
            yield line, f"“{question['code']}” can't be answered: every choice stops the report"
