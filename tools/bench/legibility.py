"""Draw random functions for a reading test, and summarize the graded cards.

    python -m tools.bench.legibility draw city --count 60 --seed 1 > cards.csv
    python -m tools.bench.legibility summarize reports/legibility/before/*.csv
    python -m tools.bench.legibility words city lib

A card shows the class, decorators, signature and docstring of one function, and nothing else. The
reader fills in `guess` and `sure` (1 to 5) for all cards first, then opens the bodies and fills in
`grade` (right, partly or wrong), `docstring_clear` (yes or no; empty without a docstring) and
`cause`. reports/legibility/README.md describes the test.
"""

import argparse
import ast
import csv
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "accounts", "city", "lib", "notifications", "open311", "requests_app", "routing", "santa311",
    "staff_portal",
)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef
GRADES = ("right", "partly", "wrong")
FILLED_IN = ("guess", "sure", "grade", "docstring_clear", "cause")
# Words that do not name an act or a value if they are a whole name or begin a docstring.
PREPOSITIONS = {
    "about", "above", "across", "after", "against", "along", "among", "around", "as", "at",
    "before", "behind", "below", "beside", "between", "beyond", "by", "despite", "down",
    "during", "except", "for", "from", "in", "inside", "into", "like", "near", "of", "off",
    "on", "onto", "out", "outside", "over", "past", "per", "since", "than", "through", "till",
    "to", "toward", "under", "until", "up", "upon", "via", "with", "within", "without",
}  # fmt: skip
PRONOUNS = {
    "all", "another", "any", "anything", "both", "each", "either", "every", "everybody",
    "everything", "few", "he", "her", "him", "his", "it", "its", "many", "mine", "most", "much",
    "neither", "nobody", "none", "nothing", "one", "other", "others", "our", "ours", "own",
    "several", "she", "some", "somebody", "something", "such", "that", "their", "them", "these",
    "they", "this", "those", "us", "we", "you", "your",
}  # fmt: skip
QUESTION_WORDS = {
    "how", "what", "whatever", "when", "whenever", "where", "wherever", "which", "who", "whom",
    "whose", "why",
}  # fmt: skip
PARTICIPLES = {
    "answered", "asked", "bound", "built", "carried", "changed", "chosen", "done", "drawn",
    "filled", "folded", "found", "given", "gone", "held", "kept", "known", "laid", "led",
    "left", "lost", "made", "marked", "meant", "moved", "named", "needed", "noted", "offered",
    "opened", "picked", "put", "read", "said", "seen", "sent", "shown", "signed", "split",
    "spoken", "standing", "stood", "taken", "told", "turned", "typed", "waiting", "wanted",
    "worded", "written",
}  # fmt: skip


class Card(NamedTuple):
    """A function as a reader sees it; `path` and `line` locate its body."""

    number: int
    path: str
    line: int
    signature: str
    docstring: str


class Definition(NamedTuple):
    """A function with the names of the classes around it."""

    path: Path
    owners: tuple[str, ...]
    node: Function


def find_definitions(package: str, root: Path = ROOT) -> Iterator[Definition]:
    """Yield all functions and methods of a package, without migrations and dunder methods."""
    for path in sorted((root / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _find_in(path, ast.parse(path.read_text()), ())


def _find_in(path: Path, node: ast.AST, owners: tuple[str, ...]) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _find_in(path, child, (*owners, child.name))
        elif isinstance(child, Function) and not child.name.startswith("__"):
            yield Definition(path, owners, child)


def draw_cards(package: str, count: int, seed: int, root: Path = ROOT) -> list[Card]:
    """Return `count` random functions of a package, or all if there are fewer."""
    definitions = list(find_definitions(package, root))
    chosen = random.Random(seed).sample(definitions, min(count, len(definitions)))
    return [
        Card(
            number,
            str(each.path.relative_to(root)),
            each.node.lineno,
            format_signature(each),
            ast.get_docstring(each.node) or "",
        )
        for number, each in enumerate(chosen, 1)
    ]


def format_signature(definition: Definition) -> str:
    """Return decorators, the class and the signature as source code, without the body."""
    node = definition.node
    decorators = [f"@{ast.unparse(each)}" for each in node.decorator_list]
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    prefix = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    owner = "".join(f"class {name}: " for name in definition.owners)
    head = f"{owner}{prefix} {node.name}({ast.unparse(node.args)}){returns}"
    return "\n".join([*decorators, head])


def is_vague_name(name: str) -> bool:
    """Return True if a name is or begins as a bare preposition, participle or pronoun.

    Names that begin with a question word count too, for example `what_is_far`. A name that begins
    with a preposition counts, except the usual `as_`, `from_`, `to_`, `with_` and `for_`.
    """
    words = name.strip("_").split("_")
    usual = {"as", "from", "to", "with", "for", "in", "on", "by"}
    if words[0] in QUESTION_WORDS:
        return True
    if len(words) > 1 and words[0] in usual:
        return False
    return words[0] in PREPOSITIONS | PRONOUNS or (len(words) == 1 and words[0] in PARTICIPLES)


def has_vague_beginning(docstring: str) -> bool:
    """Return True if a docstring begins with a pronoun, preposition or question word."""
    first = docstring.split(maxsplit=1)[0].strip(".,:;'’").lower()
    return first in PREPOSITIONS | PRONOUNS | QUESTION_WORDS


class Words(NamedTuple):
    """Counts over all functions of a package."""

    functions: int
    vague_names: int
    docstrings: int
    vague_docstrings: int
    annotated: int


def count_words(package: str, root: Path = ROOT) -> Words:
    """Count the functions, vague names, docstrings and return annotations of a package."""
    nodes = [each.node for each in find_definitions(package, root)]
    docstrings = [text for node in nodes if (text := ast.get_docstring(node))]
    return Words(
        len(nodes),
        sum(is_vague_name(node.name) for node in nodes),
        len(docstrings),
        sum(map(has_vague_beginning, docstrings)),
        sum(node.returns is not None for node in nodes),
    )


def summarize(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return the shares of right guesses, sure readers and clear docstrings, as percentages."""
    cards = [row for row in rows if row["grade"]]
    wrong = [row for row in cards if row["grade"] not in GRADES]
    if wrong:
        raise ValueError(f"Grades are {', '.join(GRADES)}, not {wrong[0]['grade']!r}.")
    documented = [row for row in cards if row["docstring_clear"]]
    bare = [row for row in cards if not row["docstring"]]
    return {
        "functions": str(len(cards)),
        "right": _share(row["grade"] == "right" for row in cards),
        "right without docstring": _share(row["grade"] == "right" for row in bare),
        "sure": _share(row["sure"] in ("4", "5") for row in cards),
        "docstrings clear": _share(row["docstring_clear"] == "yes" for row in documented),
    }


def _share(facts: Iterable[bool]) -> str:
    counted = Counter(facts)
    return f"{100 * counted[True] / counted.total():.0f} %" if counted else "–"


def _read_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines(keepends=True)))


def _write_cards(cards: Iterable[Card]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*Card._fields, *FILLED_IN])
    writer.writerows([*card, *[""] * len(FILLED_IN)] for card in cards)


def _print_table(rows: Iterable[tuple[str, Iterable[object]]], headings: Iterable[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["", *headings])
    writer.writerows([name, *values] for name, values in rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["draw", "summarize", "words"])
    parser.add_argument("what", nargs="*", help="a package for draw, packages, or graded files")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    options = parser.parse_args()
    if options.command == "draw":
        _write_cards(draw_cards(options.what[0], options.count, options.seed, options.root))
    elif options.command == "words":
        counts = {name: count_words(name, options.root) for name in options.what or PACKAGES}
        counts["all"] = Words(*map(sum, zip(*counts.values(), strict=True)))
        _print_table(counts.items(), Words._fields)
    else:
        files = {Path(name).stem: _read_rows(Path(name)) for name in options.what}
        files["all"] = [row for rows in list(files.values()) for row in rows]
        shares = {name: summarize(rows) for name, rows in files.items()}
        _print_table([(name, row.values()) for name, row in shares.items()], shares["all"])


if __name__ == "__main__":
    main()
