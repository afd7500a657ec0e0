"""The check of a pack's rules against its other files, without a database.

Rules that `pack.load` refuses are refused here, too, with the same message.
"""

from collections import defaultdict
from pathlib import Path

from city.pack import PackContents, PackReport
from city.pack.sync import validate_row
from requests_app.models import Priority
from routing.models import RoutingRule
from routing.models.conditions import find_contradiction
from routing.rules.pack import (
    RULES,
    TABLES_BY_COLUMN,
    describe_contradiction,
    describe_unoffered_answer,
    list_conflicts,
    list_unknown_names,
    read_rules,
    to_model_fields,
)

_NARROWING_CONDITIONS = ["zone", "answer", "priority", "channel", "weekdays", "from_time"]


def check(folder: Path, report: PackReport, contents: PackContents) -> None:
    """Report every rule of the pack that names something unknown or never applies.

    If all files are valid, warn of categories and departments without work. Nothing happens for a
    pack without other rows. Called by `check_city` through CITY_CHECKERS.
    """
    if not contents.rows:
        return
    broken = report.broken_files
    rows = read_rules(report, folder)
    known, offers = _list_keys(contents, broken), _map_offers(contents)
    rules = []
    for row in rows:
        values = to_model_fields(row.values)
        reasons = [*list_unknown_names(row.values, known), *list_conflicts(values)]
        reasons += _list_answer_problems(values, offers) if not reasons else []
        if validate_row(report, RULES.file, row.line, values, model=RoutingRule, reasons=reasons):
            rules.append(values)
    if not (broken or len(rules) < len(rows)):
        _warn_of_unowned_categories(report, contents, rules)


def _list_keys(contents: PackContents, broken: set[str]) -> dict[str, set[tuple]]:
    """Return the keys of each file's rows by file, without files that have problems."""
    return {
        table.file: {table.row_key(row.values) for row in contents.rows[table.file]}
        for table in TABLES_BY_COLUMN.values()
        if table.file not in broken
    }


def _map_offers(contents: PackContents) -> dict:
    """Return {(question, choice): [(category, group, effect), …]} of the pack's choices."""
    groups = {
        row.values["service_code"]: row.values["group"] for row in contents.rows["categories.csv"]
    }
    found = defaultdict(list)
    for row in contents.rows["choices.csv"]:
        category = row.values["category"]
        key = row.values["question"], row.values["key"]
        found[key].append((category, groups.get(category), row.values["effect"]))
    return found


def _list_answer_problems(values: dict, offers: dict) -> list[str]:
    """Return why the rule's answer is not offered, or its conditions exclude each other; or []."""
    question, answer = values["question"], values["answer"]
    effects = {
        effect
        for category, group, effect in offers.get((question, answer), [])
        if values["category"] in {None, category} and values["group"] in {None, group}
    }
    if question and not effects:
        return [describe_unoffered_answer(question, answer)]
    priority = values["priority"] or Priority.URGENT
    contradiction = find_contradiction(values["channel"], priority, effects)
    return [describe_contradiction(contradiction)] if contradiction else []


def _warn_of_unowned_categories(
    report: PackReport, contents: PackContents, rules: list[dict]
) -> None:
    """Warn of categories without an owner, if there are several, and of idle departments.

    A category without an owner names no department, and no rule covers it (alone, in its group or
    with all) without other conditions. One such category is fine: a catch-all, whose requests the
    desk reads. An idle department is named by no category and by no rule.
    """
    always = [rule for rule in rules if not any(rule[name] for name in _NARROWING_CONDITIONS)]
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
