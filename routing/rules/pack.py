"""The rules of a city's pack: `rules.csv`, read with the city's other tables.

Its columns: `order` (smaller first), `name`, then the conditions, each of which may be blank:
`category` (a service code), `group`, `zone` (slugs), `answer` (`question=choice`), `priority`,
`channel`, `weekdays` (`sat sun`, `mon-fri`), `from` and `to` (`22:00`, the city's clock); then
`department` (a slug), `mode` (`propose` or `route`; blank proposes) and `why`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any

from city import cache
from city.pack import PackReport, read_table
from city.pack.cells import parse_slug, parse_whole_number
from city.pack.export import active_rows_by_key
from city.pack.manual_changes import ManualEdits
from city.pack.sync import CHANGE_REASON, validate_row
from city.pack.tables import Pointer, Table, find_table
from lib.tabular import Column
from routing.models import DraftedRule, RoutingRule


def _parse_answer(cell: str) -> tuple[str, str]:
    """Return (question code, choice key) of “question=choice”; raise ValueError for other text."""
    question, equals, choice = cell.partition("=")
    if not equals:
        raise ValueError(f"“{cell}” must be a question and one of its choices, like danger=yes")
    return parse_slug(question.strip()), parse_slug(choice.strip())


WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _parse_weekdays(cell: str) -> list[int]:
    """Return weekday numbers, sorted (Monday is 0). `fri-mon` includes the weekend.

    Raise ValueError for a part that is no day or range of days.
    """
    found: set[int] = set()
    for part in cell.lower().replace(",", " ").split():
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (last if dash else first) not in WEEKDAYS:
            raise ValueError(f"“{part}” must be one of {' '.join(WEEKDAYS)}, or days like mon-fri")
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 + 1 if dash else 1
        found |= {(start + n) % 7 for n in range(length)}
    return sorted(found)


def _format_weekdays(days: list[int]) -> str:
    """Return weekday numbers as the cell of a file: “sat sun”."""
    return " ".join(WEEKDAYS[day] for day in days)


def _parse_time(cell: str) -> time:
    """Return the time of a cell such as 22:00; raise ValueError for other text."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", cell, re.ASCII):
        raise ValueError(f"“{cell}” must be a time like 06:30 or 22:00")
    return time.fromisoformat(cell)


RULES = Table(
    "rules.csv",
    DraftedRule,
    "rules",
    [
        Column("order", parse_whole_number, stored_as="position"),
        "name",
        "category",
        "group",
        "zone",
        Column("answer", _parse_answer, None, "=".join, stored_as="question_and_answer"),
        "priority",
        "channel",
        Column("weekdays", _parse_weekdays, [], _format_weekdays),
        Column("from", _parse_time, None, "{:%H:%M}".format, stored_as="from_time"),
        Column("to", _parse_time, None, "{:%H:%M}".format, stored_as="to_time"),
        "department",
        "mode",
        "why",
    ],
    ["name"],
    [
        Pointer("category", "categories.csv"),
        Pointer("group", "groups.csv"),
        Pointer("zone", "zones.geojson"),
        Pointer("department", "departments.csv"),
    ],
    is_ordered=False,
)
TABLES_BY_COLUMN = {pointer.column: find_table(pointer.file) for pointer in RULES.pointers}


def load(pack_dir: Path, report: PackReport) -> None:
    """Change the rules to those of the pack, and report changes and every problem.

    Rules with a problem are not saved; active rules that the file does not name are deactivated.
    Called by `load_city` through CITY_LOADERS.
    """
    cache.clear_process_cache()  # the tables of the city were just written
    rows = read_rules(report, pack_dir)
    known = {rule.name: rule for rule in RoutingRule.objects.all()}
    offered = {table.file: active_rows_by_key(table) for table in TABLES_BY_COLUMN.values()}
    kept = set()
    for row in rows:
        values = _build_values(row, offered, partial(report.add_problem, RULES.file, row.line))
        if values and validate_row(report, RULES.file, row.line, values, model=RoutingRule):
            _save_rule(report, known.get(values["name"]), values)
        kept.add(row.values["name"])
    for name, rule in known.items():
        if rule.is_active and name not in kept:
            _update_rule(report, rule, {"is_active": False}, "rules turned off")


def read_rules(report: PackReport, pack_dir: Path):
    """Return the rows of rules.csv, each with `line` and `values`; none without such a file.

    Problems are reported.
    """
    return read_table(report, pack_dir / RULES.file, RULES.schema(), optional=True)


def _build_values(row, offered, problem) -> dict[str, Any] | None:
    """Return the row as model fields of an active rule, with rows for names.

    `offered` are the active rows by key, of each file. None if the row is invalid; `problem` is
    called with each reason.
    """
    values = to_model_fields(RULES.resolve_pointers(row.values, offered))
    reasons = [*list_unknown_names(row.values, offered), *list_problems(values)]
    for reason in reasons:
        problem(reason)
    return None if reasons else values | {"is_active": True}


def list_unknown_names(values: dict, known: Mapping[str, Collection[tuple]]) -> Iterator[str]:
    """Yield a message for each name in the row that is not in `known`, the keys of each file.

    Files that are missing in `known` are not checked.
    """
    for pointer, name, hint in RULES.find_unknown_keys(values, known):
        yield f"{pointer.column}: there is no “{name}” in use{hint}"


def to_model_fields(cells: Mapping[str, Any]) -> dict:
    """Return the cells of a row by model field; references are still keys.

    `order`, `from` and `to` become `position`, `from_time` and `to_time`. `answer`, a pair
    (question, choice) or None, becomes `question` and `answer`, both "" for None. `weekdays`
    becomes a list. The cells are not changed.
    """
    values = dict(cells)
    question, answer = values["answer"] or ("", "")
    values |= {"position": values.pop("order"), "question": question, "answer": answer}
    values |= {"from_time": values.pop("from"), "to_time": values.pop("to")}
    values["weekdays"] = list(values["weekdays"])
    return values


def list_problems(values: dict[str, Any]) -> Iterator[str]:
    """Yield a message for each problem of a row whose names are resolved to rows.

    Problems are the conflicts, an answer that no category offers, and conditions that exclude each
    other.
    """
    yield from list_conflicts(values)
    names = ["category", "group", "question", "answer", "priority", "channel"]
    rule = RoutingRule(**{name: values[name] for name in names})
    if rule.question and not rule.is_answer_offered:
        yield describe_unoffered_answer(rule.question, rule.answer)
    elif rule.contradiction:
        yield describe_contradiction(rule.contradiction)


def list_conflicts(values: dict[str, Any]) -> Iterator[str]:
    """Yield a message for each conflict between the cells of a row.

    Conflicts are a category together with a group, one hour without the other, and equal hours.
    """
    if values["category"] and values["group"]:
        yield "group: a rule is about a category or a group, not both"
    given = [values["from_time"], values["to_time"]]
    if given.count(None) == 1:
        yield "to: the hours of a rule have a beginning and an end; one of them is missing"
    elif given[0] is not None and given[0] == given[1]:
        yield "to: it is the same as “from”; leave both blank for the whole day"


def describe_unoffered_answer(question: str, answer: str) -> str:
    """Return the message that no category the rule is about offers the answer."""
    return f"answer: no category it is about offers “{answer}” to a question “{question}”"


def describe_contradiction(contradiction: str) -> str:
    """Return the message that the rule never applies, with the reason."""
    return f"the rule would never apply. {contradiction}"


def _save_rule(report: PackReport, rule: RoutingRule | None, values: dict[str, Any]) -> None:
    """Save a new rule, or an existing one that differs from `values`, and report the change."""
    if rule is None:
        _update_rule(report, RoutingRule(), values, "rules added")
    elif any(getattr(rule, name) != value for name, value in values.items()):
        _update_rule(report, rule, values, "rules changed")


def _update_rule(report: PackReport, rule: RoutingRule, values: dict[str, Any], what: str) -> None:
    """Save `values` in the rule, and report the change as `what`.

    Fields of an existing rule that somebody changed by hand since the last load are reported, too.
    """
    if rule.pk:
        changed = {name: new for name, new in values.items() if getattr(rule, name) != new}
        edits = ManualEdits(RoutingRule, report.last_load)
        report.manual_changes += edits.find_changed_fields("rules", rule, changed)
    rule.update_with_history(values, why=CHANGE_REASON)
    report.add_change(what, rule)
