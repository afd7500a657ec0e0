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

from city import cache
from city.pack import read_table
from city.pack.cells import parse_slug, parse_whole_number
from city.pack.export import active_rows_by_key
from city.pack.manual_changes import ManualEdits
from city.pack.sync import CHANGE_REASON, validate_row
from city.pack.tables import Pointer, Table, find_table
from lib.tabular import Column
from routing.models import DraftedRule, RoutingRule


def _answer(cell) -> tuple[str, str]:
    question, equals, choice = cell.partition("=")
    if not equals:
        raise ValueError(f"“{cell}” must be a question and one of its choices, like danger=yes")
    return parse_slug(question.strip()), parse_slug(choice.strip())


WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _weekdays(cell) -> list[int]:
    """Monday is 0. `fri-mon` goes over the weekend."""
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
    return " ".join(WEEKDAYS[day] for day in days)


def _time(cell) -> time:
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
        Column("answer", _answer, None, "=".join, stored_as="pair"),
        "priority",
        "channel",
        Column("weekdays", _weekdays, [], _format_weekdays),
        Column("from", _time, None, "{:%H:%M}".format, stored_as="from_time"),
        Column("to", _time, None, "{:%H:%M}".format, stored_as="to_time"),
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
NAMED = {pointer.column: find_table(pointer.file) for pointer in RULES.pointers}


def load(pack_dir, report) -> None:
    """Called by `load_city`: make the rules what the pack says, or report every problem."""
    cache.clear_process_cache()  # the tables of the city were just written
    rows = read(report, pack_dir)
    known = {rule.name: rule for rule in RoutingRule.objects.all()}
    offered = {table.file: active_rows_by_key(table) for table in NAMED.values()}
    kept = set()
    for row in rows:
        values = _values(row, offered, partial(report.add_problem, RULES.file, row.line))
        if values and validate_row(report, RULES.file, row.line, values, model=RoutingRule):
            _keep(report, known.get(values["name"]), values)
        kept.add(row.values["name"])
    for name, rule in known.items():
        if rule.is_active and name not in kept:
            _change(report, rule, {"is_active": False}, "rules turned off")


def read(report, pack_dir):
    """The rows of the file, which a pack may lack."""
    return read_table(report, pack_dir / RULES.file, RULES.schema(), optional=True)


def _values(row, offered, problem) -> dict[str, bool] | None:
    """The row as the model's fields, or None where it names what is not there."""
    values = as_fields(RULES.resolve_pointers(row.values, offered))
    reasons = [*list_unknown_names(row.values, offered), *all_disagreements(values)]
    for reason in reasons:
        problem(reason)
    return None if reasons else values | {"is_active": True}


def list_unknown_names(values: dict, known: Mapping[str, Collection[tuple]]) -> Iterator[str]:
    """Yield what a row names and what is not there; `known` are the keys of each file."""
    for pointer, name, hint in RULES.find_unknown_keys(values, known):
        yield f"{pointer.column}: there is no “{name}” in use{hint}"


def as_fields(cells) -> dict:
    """The cells of a row under the names of the model's fields; what they name is still a key."""
    values = dict(cells)
    question, answer = values["answer"] or ("", "")
    values |= {"position": values.pop("order"), "question": question, "answer": answer}
    values |= {"from_time": values.pop("from"), "to_time": values.pop("to")}
    values["weekdays"] = list(values["weekdays"])
    return values


def all_disagreements(values) -> Iterator[str]:
    """The same of a row whose names were found; a rule that could decide nothing is wrong too."""
    yield from disagreements(values)
    names = ["category", "group", "question", "answer", "priority", "channel"]
    rule = RoutingRule(**{name: values[name] for name in names})
    if rule.question and not rule.is_answer_offered:
        yield not_offered(rule.question, rule.answer)
    elif rule.contradiction:
        yield never(rule.contradiction)


def disagreements(values) -> Iterator[str]:
    """What is wrong with one row's values although each cell can be read."""
    if values["category"] and values["group"]:
        yield "group: a rule is about a category or a group, not both"
    given = [values["from_time"], values["to_time"]]
    if given.count(None) == 1:
        yield "to: the hours of a rule have a beginning and an end; one of them is missing"
    elif given[0] is not None and given[0] == given[1]:
        yield "to: it is the same as “from”; leave both blank for the whole day"


def not_offered(question, answer) -> str:
    return f"answer: no category it is about offers “{answer}” to a question “{question}”"


def never(contradiction) -> str:
    return f"the rule would never apply. {contradiction}"


def _keep(report, rule, values) -> None:
    if rule is None:
        _change(report, RoutingRule(), values, "rules added")
    elif any(getattr(rule, name) != value for name, value in values.items()):
        _change(report, rule, values, "rules changed")


def _change(report, rule, values, what) -> None:
    if rule.pk:
        changed = {name: new for name, new in values.items() if getattr(rule, name) != new}
        edits = ManualEdits(RoutingRule, report.last_load)
        report.manual_changes += edits.find_changed_fields("rules", rule, changed)
    rule.change(values, why=CHANGE_REASON)
    report.add_change(what, rule)
