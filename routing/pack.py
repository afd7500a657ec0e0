"""The rules of a city's pack: `rules.csv`, read with the city's other tables.

Its columns: `order` (smaller first), `name`, then the conditions, each of which may be blank:
`category` (a service code), `group`, `zone` (slugs), `answer` (`question=choice`), `priority`,
`channel`; then `department` (a slug), `mode` (`propose` or `route`; blank proposes) and `why`.
"""

from functools import partial

from city.models import Category, CategoryGroup, Choice, Department, Zone
from city.pack import Column, read_table
from city.pack.cells import one_of, slug, whole
from city.pack.sync import REASON, is_valid
from requests_app.models import Channel, Priority
from routing.models import RoutingRule

FILE = "rules.csv"


def _answer(cell) -> tuple[str, str]:
    question, equals, choice = cell.partition("=")
    if not equals:
        raise ValueError(f"“{cell}” must be a question and one of its choices, like danger=yes")
    return slug(question.strip()), slug(choice.strip())


_COLUMNS = [
    Column("order", whole),
    Column("name"),
    Column("category", slug, ""),
    Column("group", slug, ""),
    Column("zone", slug, ""),
    Column("answer", _answer, None),
    Column("priority", one_of(*Priority.values), ""),
    Column("channel", one_of(*Channel.values), ""),
    Column("department", slug),
    Column("mode", one_of(*RoutingRule.Mode.values), RoutingRule.Mode.PROPOSE),
    Column("why", default=""),
]

_NAMED = [
    ("category", Category, "service_code"),
    ("group", CategoryGroup, "slug"),
    ("zone", Zone, "slug"),
    ("department", Department, "slug"),
]


def load(pack_dir, report):
    """Called by `load_city`: make the rules what the pack says, or report every problem."""
    rows = read_table(report, pack_dir / FILE, _COLUMNS, key=["name"], optional=True)
    known = {rule.name: rule for rule in RoutingRule.objects.with_names()}
    named = {column: _by_key(model, key) for column, model, key in _NAMED}
    kept = set()
    for row in rows:
        values = _values(row, named, partial(report.problem, FILE, row.line))
        if values and is_valid(report, FILE, row.line, values, model=RoutingRule):
            _keep(report, known.get(values["name"]), values)
        kept.add(row.values["name"])
    _switch_off(report, [rule for name, rule in known.items() if name not in kept])


def _by_key(model, key):
    return {getattr(row, key): row for row in model.objects.filter(is_active=True)}


def _values(row, named, problem):
    """The row as the model's fields, or None where it names what is not there."""
    values = dict(row.values)
    question, answer = values["answer"] or ("", "")
    values |= {"position": values.pop("order"), "question": question, "answer": answer}
    is_good = True
    for column, found in named.items():
        key = values[column]
        values[column] = found.get(key)
        if key and values[column] is None:
            problem(f"{column}: there is no “{key}” in use")
            is_good = False
    if values["category"] and values["group"]:
        problem("group: a rule is about a category or a group, not both")
        is_good = False
    if question and not _offers(question, answer):
        problem(f"answer: no category offers “{answer}” to a question “{question}”")
        is_good = False
    return values | {"is_active": True} if is_good else None


def _offers(question, answer):
    return Choice.objects.active().filter(question__code=question, key=answer).exists()


def _keep(report, rule, values):
    if rule is None:
        rule, what = RoutingRule(**values), "rules added"
    else:
        changed = [name for name, value in values.items() if getattr(rule, name) != value]
        for name in changed:
            setattr(rule, name, values[name])
        what = "rules changed"
        if not changed:
            return
    _save(rule)
    report.changed(what, rule)


def _switch_off(report, rules):
    for rule in rules:
        if rule.is_active:
            rule.is_active = False
            _save(rule)
            report.changed("rules switched off", rule)


def _save(rule):
    rule._change_reason = REASON
    rule.save()
