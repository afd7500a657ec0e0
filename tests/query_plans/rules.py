"""What a plan may not do in a city of 200 thousand requests, of which 20 thousand are open.

Tables with LARGE rows or more grow as the city does: requests, events, contacts, photos, comments
and what else comes with each of them. Of every statement of a page, by what it really did:

- No sequential scan of such a table, unless it has no condition and a LIMIT ends it.
- Nothing written to disk for a sort, a hash or anything else.
- Of each such table it reads at most TIMES as many rows as it shows. Read is what the scans
  returned and what their filters and rechecks threw away, in all loops; of a bitmap, what one of
  its indexes found where that is more. Shown is what the statement returned, or LEAST where that is
  less. It is never more than OPEN.
- A statement that counts shows fewer rows than it must look at. Where a LIMIT below the count ends
  it, what came through the LIMIT is shown. Else it may read what is open, OPEN rows, by an index
  that holds no more than that, or by a condition of an index on the status; or TOTALS rows of a
  table of totals, which are counts themselves.
- So may a list that looks for its rows in such an index alone, without the rows themselves.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

COUNT = 200_000  # requests
OPEN = 20_000
TOTALS = 10_000
LARGE = 10_000
TIMES, LEAST = 15, 25  # 10 is what we want; with the day it varies by a half
_COUNTING = {"Aggregate", "Group", "Unique", "WindowAgg", "SetOp"}
_LETTERS = 400  # of a statement in a message


class Scan(NamedTuple):
    """A node that reads a table.

    `rows` are those of all its loops. `is_of_open` is true for an index of open requests,
    `is_index_alone` if the table itself is not read.
    """

    node: str
    table: str
    rows: float
    is_of_open: bool
    is_index_alone: bool


class Breach(NamedTuple):
    """A rule that a plan breaks.

    `words` are the node, its rows and the statement. `rows` are the rows of a table of which a
    statement read too many, else 0.
    """

    rule: str
    words: str
    rows: int


def breaches(found, sizes) -> Iterator[Breach]:
    """Yield each breach of a rule by the plan `found`.

    `found` is a document of auto_explain; `sizes` are the rows of tables and indexes by name.
    """
    top = found["Plan"]
    if "Actual Rows" not in top:
        return  # a page asked for the plan itself: nothing was read
    statement = _short(found["Query Text"])
    for rule, look in RULES.items():
        for problem, rows in look(top, sizes):
            yield Breach(rule, f"{problem}\n    {statement}", rows)


def _whole(node, sizes, is_ended=False):
    """`is_ended`: by a LIMIT right above."""
    is_read = node["Node Type"] == "Seq Scan" and _is_large(node, sizes) and node["Actual Loops"]
    if is_read and ("Filter" in node or not is_ended):
        yield f"Seq Scan of {node['Relation Name']}: {_rows(node):,.0f} rows read", 0
    for child in node.get("Plans", ()):
        yield from _whole(child, sizes, node["Node Type"] == "Limit")


def _spilled(top, _sizes):
    for node in _nodes(top):
        written = node.get("Temp Written Blocks", 0)
        if written and not any(below.get("Temp Written Blocks") for below in _below(node)):
            yield f"{node['Node Type']} wrote {written:,} blocks to disk", 0


def _read_too_much(top, sizes):
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
    """Return the number of rows that the statement returned, or that its LIMIT counted."""
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
    """Without the columns of a long outer SELECT, which say little and are many."""
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
