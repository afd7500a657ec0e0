"""The rules of a pack that is only looked at: no database, so everything is held against its files.

What `load` refuses is refused here too, in the same words.
"""

from collections import defaultdict

from city.pack import PackContents, PackReport
from city.pack.sync import validate_row
from requests_app.models import Priority
from routing.models import RoutingRule
from routing.models.conditions import contradiction_of
from routing.rules.pack import (
    NAMED,
    RULES,
    as_fields,
    disagreements,
    list_unknown_names,
    never,
    not_offered,
    read,
)

_CONDITIONS = ["zone", "answer", "priority", "channel", "weekdays", "from_time"]


def check(folder, report: PackReport, contents: PackContents) -> None:
    """Called by `check_city`: report every rule that names what is not there or never applies."""
    if not contents.rows:
        return
    broken = report.broken_files
    rows = read(report, folder)
    known, offers = _list_keys(contents, broken), _offers(contents)
    rules = []
    for row in rows:
        values = as_fields(row.values)
        reasons = [*list_unknown_names(row.values, known), *disagreements(values)]
        reasons += _about_the_answer(values, offers) if not reasons else []
        if validate_row(report, RULES.file, row.line, values, model=RoutingRule, reasons=reasons):
            rules.append(values)
    if not (broken or len(rules) < len(rows)):
        _warn_of_the_unowned(report, contents, rules)


def _list_keys(contents: PackContents, broken: set[str]) -> dict[str, set[tuple]]:
    """Return the keys of each file; one with problems of its own is not asked."""
    return {
        table.file: {table.row_key(row.values) for row in contents.rows[table.file]}
        for table in NAMED.values()
        if table.file not in broken
    }


def _offers(contents) -> dict:
    """(question, choice) to the (category, group, effect) that offer it."""
    groups = {
        row.values["service_code"]: row.values["group"] for row in contents.rows["categories.csv"]
    }
    found = defaultdict(list)
    for row in contents.rows["choices.csv"]:
        category = row.values["category"]
        key = row.values["question"], row.values["key"]
        found[key].append((category, groups.get(category), row.values["effect"]))
    return found


def _about_the_answer(values, offers) -> list[str]:
    question, answer = values["question"], values["answer"]
    effects = {
        effect
        for category, group, effect in offers.get((question, answer), [])
        if values["category"] in {None, category} and values["group"] in {None, group}
    }
    if question and not effects:
        return [not_offered(question, answer)]
    priority = values["priority"] or Priority.URGENT
    contradiction = contradiction_of(values["channel"], priority, effects)
    return [never(contradiction)] if contradiction else []


def _warn_of_the_unowned(report, contents, rules) -> None:
    """Categories without a department that no rule always sends anywhere.

    One of them is as it should be: what fits nowhere is read at the desk.
    """
    always = [rule for rule in rules if not any(rule[name] for name in _CONDITIONS)]
    covered = {rule["category"] or rule["group"] for rule in always}
    unowned = [
        row
        for row in contents.rows["categories.csv"]
        if not row.values["department"]
        and not {row.values["service_code"], row.values["group"], None} & covered
    ]
    for row in unowned if len(unowned) > 1 else []:
        report.add_warning(
            "categories.csv",
            row.line,
            f"nobody owns “{row.values['name']}”: it has no department and no rule sends it to "
            "one, so the desk reads each by hand",
        )
    working = {row.values["department"] for row in contents.rows["categories.csv"]}
    working |= {rule["department"] for rule in rules}
    for row in contents.rows["departments.csv"]:
        if row.values["slug"] not in working:
            name = row.values["name"]
            report.add_warning("departments.csv", row.line, f"nothing ever goes to “{name}”")
