"""Rules for query plans in a city of 200,000 requests, of which 20,000 are open.

Tables with LARGE rows or more grow with the city: requests, events, contacts, photos, comments and
related tables. For each statement of a page, the rules check the plan with the actual row counts:

- No sequential scan of a large table, unless it has no condition and a LIMIT ends it.
- No temporary files for a sort, a hash or anything else.
- A statement reads at most TIMES as many rows of a large table as it shows. Rows read are those
  that scans returned and those removed by filters and rechecks, in all loops; for a bitmap scan,
  the rows that one of its indexes found, if these are more. Rows shown are those that the
  statement returned, but at least LEAST. The limit is never above OPEN.
- A statement that counts shows fewer rows than it must read. If a LIMIT below the aggregate ends
  it, the rows that passed the LIMIT are the rows shown. Otherwise it may read OPEN rows by an index
  with at most OPEN entries, or by an index condition on the status. It may read TOTALS rows of a
  table of totals, whose rows are counts.
- A list that uses an index-only scan of such an index may also read OPEN rows.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

COUNT = 200_000  # number of requests
OPEN = 20_000
TOTALS = 10_000
LARGE = 10_000
TIMES, LEAST = 15, 25  # The aim is 10, but the number of rows varies by a half from day to day.
_COUNTING = {"Aggregate", "Group", "Unique", "WindowAgg", "SetOp"}
_LETTERS = 400  # length of a statement in a message


class Scan(NamedTuple):
    """A plan node that reads a large table.

    `rows` is the sum over all loops. `is_of_open` is True for an index that holds open requests
    only. `is_index_alone` is True for an index-only scan.
    """

    node: str
    table: str
    rows: float
    is_of_open: bool
    is_index_alone: bool


class Breach(NamedTuple):
    """A violation of a rule by a plan.

    `words` has the node, its rows and the statement. `rows` is the number of rows if the statement
    read too many rows of a table, else 0.
    """

    rule: str
    words: str
    rows: int


def breaches(found, sizes) -> Iterator[Breach]:
    """Yield each violation of a rule by the plan `found`.

    `found` is a document of auto_explain. `sizes` maps names of tables and indexes to their number
    of rows.
    """
    top = found["Plan"]
    if "Actual Rows" not in top:
        return  # an EXPLAIN without ANALYZE, which a page itself executed
    statement = _short(found["Query Text"])
    for rule, look in RULES.items():
        for problem, rows in look(top, sizes):
            yield Breach(rule, f"{problem}\n    {statement}", rows)


def _whole(node, sizes, is_ended=False):
    """Yield each sequential scan of a large table that is not ended by a LIMIT.

    `is_ended` is True if the parent node is a LIMIT.
    """
    is_read = node["Node Type"] == "Seq Scan" and _is_large(node, sizes) and node["Actual Loops"]
    if is_read and ("Filter" in node or not is_ended):
        yield f"Seq Scan of {node['Relation Name']}: {_rows(node):,.0f} rows read", 0
    for child in node.get("Plans", ()):
        yield from _whole(child, sizes, node["Node Type"] == "Limit")


def _spilled(top, _sizes):
    """Yield each node that wrote temporary files, but not its parents, which count them too."""
    for node in _nodes(top):
        written = node.get("Temp Written Blocks", 0)
        if written and not any(below.get("Temp Written Blocks") for below in _below(node)):
            yield f"{node['Node Type']} wrote {written:,} blocks to disk", 0


def _read_too_much(top, sizes):
    """Yield each table of which the statement read more rows than it may."""
    by_table = defaultdict(list)
    counts = any(node["Node Type"] in _COUNTING for node in _nodes(top))
    for scan in _scans(top, sizes):
        is_of_open = scan.is_of_open and (counts or scan.is_index_alone)
        by_table[scan.table, is_of_open].append(scan)
    shown = _shown(top)
    for (table, is_of_open), scans in by_table.items():
        allowed = OPEN if is_of_open else min(TIMES * max(LEAST, shown), OPEN)
        if counts and table.endswith("total"):
            allowed = TOTALS
        read = sum(scan.rows for scan in scans)
        if read > allowed:
            most = max(scans, key=lambda scan: scan.rows)
            words = f"{most.node} of {table}: {most.rows:,.0f} rows read, {shown:,.0f} shown,"
            yield f"{words} {allowed:,.0f} allowed", round(read)


def _scans(top, sizes):
    for node in _nodes(top):
        if _is_large(node, sizes):
            bitmap = [each for each in _nodes(node) if each["Node Type"] == "Bitmap Index Scan"]
            rows = max(map(_rows, [node, *bitmap]))
            by = bitmap or [node]
            is_of_open = all(_is_of_open(each, sizes) for each in by)
            name = " ".join([node["Node Type"], *(each.get("Index Name", "") for each in by)])
            is_alone = node["Node Type"] == "Index Only Scan"
            yield Scan(name.strip(), node["Relation Name"], rows, is_of_open, is_alone)


def _is_of_open(node, sizes):
    holds = sizes.get(node.get("Index Name"))
    return holds is not None and (holds <= OPEN or "status" in node.get("Index Cond", ""))


def _shown(top):
    """Return the rows returned or, if larger, the rows that passed a LIMIT below an aggregate."""
    limited = [
        _returned(node)
        for counting in _nodes(top)
        if counting["Node Type"] in _COUNTING
        for node in _below(counting)
        if node["Node Type"] == "Limit"
    ]
    return max([_returned(top), *limited])


def _returned(node):
    return node["Actual Rows"] * node["Actual Loops"]


def _rows(node):
    """Return the rows that a node read in all loops, including those that it removed."""
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    each = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
    return each * node["Actual Loops"]


def _is_large(node, sizes):
    return sizes.get(node.get("Relation Name"), 0) >= LARGE


def _nodes(node):
    yield node
    yield from _below(node)


def _below(node):
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _short(statement):
    """Return the statement on one line, without a long list of columns and cut to _LETTERS."""
    text = re.sub(r"\s+", " ", statement).replace('"', "").strip()
    depth = 0
    for found in re.finditer(r"[()]| FROM ", text):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == " FROM " and not depth:
            columns = text[: found.start()]
            text = text if len(columns) < _LETTERS // 4 else f"SELECT …{text[found.start() :]}"
            break
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]} …"


RULES = {"whole tables": _whole, "disk": _spilled, "rows read": _read_too_much}
