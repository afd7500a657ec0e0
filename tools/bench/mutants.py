"""Mutation testing: change rules of the code at random, and count the changes that tests detect.

    ./run mutants                       a sample of each area, into reports/mutants.csv
    ./run mutants --area deadlines --count 100 --seed 7
    ./run mutants --again               the changes that survived the last time

mutmut finds the possible changes. Each change of the sample is tried in a copy of this folder with
the tests of its area. A change that no test detects has survived, and reports/mutants.csv says why
in `explanation`. If the changed code does the same, the explanation begins with NO_DIFFERENCE, and
the change does not count. The command fails if tests detect less than MIN_KILLED of an area's
changes, or a survivor has no explanation.
"""

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

import libcst
import psycopg
from mutmut.mutation.file_mutation import Mutation, create_mutations

from tools.embedded import Postgres

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "reports/mutants.csv"
MIN_KILLED = 0.9
NO_DIFFERENCE = "No difference:"
NOTICED, SURVIVED, TIMED_OUT = "noticed", "survived", "timed out"
WORKERS = 2
SLOWEST = 600  # seconds; a change that makes the tests run longer counts as detected
# mutmut also replaces arguments and values by None and changes strings. Those changes break a whole
# module or change texts, so only changes of these nodes are tried.
RULES = (
    libcst.BinaryOperation, libcst.BooleanOperation, libcst.ComparisonTarget, libcst.IfExp,
    libcst.Integer, libcst.Float, libcst.Name, libcst.UnaryOperation, libcst.Break, libcst.Continue,
    libcst.In, libcst.NotIn, libcst.Is, libcst.IsNot,
)  # fmt: skip


class Area(NamedTuple):
    """Modules with rules, and the tests that must detect a change of them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


AREAS = {
    "workflow": Area(
        ("requests_app/workflow", "requests_app/actions"),
        (
            "tests/requests_app/workflow", "tests/requests_app/replies",
            "tests/requests_app/actions", "tests/requests_app/test_moved_dates.py",
        ),
    ),
    "permissions": Area(
        ("requests_app/permissions.py",),
        (
            "tests/requests_app/test_permissions.py", "tests/requests_app/test_visibility.py",
            "tests/requests_app/workflow/test_verbs.py",
        ),
    ),
    "deadlines": Area(
        ("requests_app/deadlines", "requests_app/lateness.py"),
        ("tests/requests_app/deadlines", "tests/test_lateness.py"),
    ),
    "matching": Area(
        ("routing/rules/coverage.py", "routing/matching.py", "routing/models/rule.py"),
        ("tests/routing/test_matching.py", "tests/routing/rules"),
    ),
    "queue filters": Area(
        ("routing/desk/queue",), ("tests/routing/desk/queue", "tests/routing/desk/bulk")
    ),
    "figures": Area(
        tuple(
            f"staff_portal/overview/{name}.py"
            for name in (
                "daily", "daily_facts", "daily_sums", "feedback", "figures", "findings", "jobs",
                "load", "period", "requests_behind",
            )
        ),
        ("tests/staff_portal/overview",),
    ),
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the line before and after it, without indentation, and the whole new module."""

    area: str
    path: str
    function: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.path, self.function, self.before, self.after


class Copy(NamedTuple):
    """A copy of the code, and the environment of its tests."""

    folder: Path
    environment: dict[str, str]


def find_modules(area: Area) -> Iterator[Path]:
    """Yield the Python files of an area."""
    for name in area.modules:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def draw_mutants(name: str, count: int, dice: random.Random) -> list[Mutant]:
    """Return `count` random changes of an area's rules, or all if there are fewer."""
    possible = list(list_changes(find_modules(AREAS[name])))
    chosen = dice.sample(possible, min(count, len(possible)))
    return [make_mutant(name, *each) for each in chosen]


def find_survivors(name: str) -> list[Mutant]:
    """Return the changes of an area that survived the last time, except those without a difference.

    Changes of lines that no longer exist are omitted.
    """
    keys = {
        key: reason
        for key, reason in read_explanations(name).items()
        if not reason.startswith(NO_DIFFERENCE)
    }
    paths = sorted({ROOT / path for path, *_line in keys})
    found = (make_mutant(name, *each) for each in list_changes(paths))
    return list({each.key: each for each in found if each.key in keys}.values())


def list_changes(paths: Iterable[Path]) -> Iterator[tuple[Path, libcst.Module, Mutation]]:
    """Yield the possible changes of rules, each with its file and module."""
    for path in paths:
        module, mutations, *_ignored = create_mutations(str(path), path.read_text())
        yield from ((path, module, each) for each in mutations if _is_rule(each))


def _is_rule(mutation: Mutation) -> bool:
    return isinstance(mutation.original_node, RULES)


def make_mutant(area: str, path: Path, module: libcst.Module, mutation: Mutation) -> Mutant:
    """Apply one change to a module."""
    changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, libcst.Module)
    pairs = zip(module.code.splitlines(), changed.code.splitlines(), strict=False)
    before, after = next((old, new) for old, new in pairs if old != new)
    function = mutation.contained_by_top_level_function
    name = function.name.value if isinstance(function, libcst.FunctionDef) else ""
    where = str(path.relative_to(ROOT))
    return Mutant(area, where, name, before.strip(), after.strip(), changed.code)


def run_tests(area: Area, copy: Copy) -> str:
    """Run the tests of an area in a copy until the first failure.

    Return SURVIVED if all pass, NOTICED if one fails, TIMED_OUT after SLOWEST.
    """
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *area.tests]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=copy.folder, env=copy.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SLOWEST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return TIMED_OUT
    return NOTICED if done.returncode else SURVIVED


def try_mutant(mutant: Mutant, copy: Copy) -> str:
    """Return what the tests of the area do with this change, as `run_tests` does."""
    path = copy.folder / mutant.path
    original = path.read_text()
    path.write_text(mutant.source)
    try:
        return run_tests(AREAS[mutant.area], copy)
    finally:
        path.write_text(original)


def make_copy(folder: Path, number: int, url: str) -> Copy:
    """Copy the files of this checkout, and prepare a database that the tests of the copy reuse."""
    target = folder / f"copy-{number}"
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    run = f"mutants{number}"
    with psycopg.connect(url, autocommit=True) as connection:
        # While a database of this name exists, tests/database.py keeps the loaded one.
        connection.execute(f'CREATE DATABASE "test_loaded_{run}_keep"')
    environment = os.environ | {
        "PYTEST_XDIST_TESTRUNUID": run,
        "TEST_DATABASE_URL": url,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return Copy(target, environment)


def try_all(mutants: list[Mutant], copies: list[Copy]) -> Iterator[tuple[Mutant, str]]:
    """Yield each change and its result."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for each in copies:
        free.put(each)

    def try_one(mutant: Mutant) -> tuple[Mutant, str]:
        copy = free.get()
        try:
            return mutant, try_mutant(mutant, copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        yield from pool.map(try_one, mutants)


def get_key(row: dict[str, str]) -> tuple[str, str, str, str]:
    """Return the key of the change that a row of the results is about."""
    return row["path"], row["function"], row["before"], row["after"]


def read_rows() -> list[dict[str, str]]:
    """Return the rows of the last results, [] without any."""
    return list(csv.DictReader(RESULTS.read_text().splitlines())) if RESULTS.exists() else []


def read_explanations(area: str = "") -> dict[tuple[str, str, str, str], str]:
    """Return the explanations of known survivors of one area or all, by the key of each."""
    return {
        get_key(row): row["explanation"]
        for row in read_rows()
        if row["result"] == SURVIVED and area in {"", row["area"]}
    }


def write_results(found: list[tuple[Mutant, str]], name: str, *, keeps_rest: bool) -> None:
    """Write a row for each change of an area, and keep the rows of the other areas.

    With `keeps_rest` the other changes of the area stay as well.
    """
    explanations = read_explanations()
    tried = {mutant.key for mutant, _result in found}
    rows = [
        list(row.values())
        for row in read_rows()
        if row["area"] != name or (keeps_rest and get_key(row) not in tried)
    ]
    for mutant, result in found:
        explanation = explanations.get(mutant.key, "") if result == SURVIVED else ""
        rows.append([*mutant[:5], result, explanation])
    places = {area: number for number, area in enumerate(AREAS)}
    rows.sort(key=lambda row: places[row[0]])
    with RESULTS.open("w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "path", "function", "before", "after", "result", "explanation"])
        writer.writerows(rows)


def print_area(name: str) -> bool:
    """Print the share of noticed changes in an area; return True if all is as it must be."""
    rows = [row for row in read_rows() if row["area"] == name]
    survivors = [row for row in rows if row["result"] == SURVIVED]
    equal = sum(row["explanation"].startswith(NO_DIFFERENCE) for row in survivors)
    different, noticed = len(rows) - equal, len(rows) - len(survivors)
    print(f"{name:<14} {noticed} of {different} noticed, {equal} without a difference", flush=True)
    unexplained = [row for row in survivors if not row["explanation"]]
    for row in unexplained:
        print(f"   no test, no explanation: {row['path']} {row['function']}: {row['after']}")
    return noticed >= MIN_KILLED * different and not unexplained


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--area", action="append", choices=AREAS, help="one area; default: all")
    parser.add_argument("--count", type=int, default=25, help="changes in each area")
    parser.add_argument("--seed", type=int, default=311)
    parser.add_argument("--again", action="store_true", help="only the survivors of the last time")
    options = parser.parse_args()
    dice, names = random.Random(options.seed), options.area or list(AREAS)
    mutants = {
        name: find_survivors(name) if options.again else draw_mutants(name, options.count, dice)
        for name in names
    }
    is_good = True
    with tempfile.TemporaryDirectory(prefix="santa311-mutants-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
        with Postgres(Path(folder, "postgres"), durable=False) as server:
            copies = [make_copy(Path(folder), number, server.url) for number in range(WORKERS)]
            for name in names:
                began = time.monotonic()
                if run_tests(AREAS[name], copies[0]) != SURVIVED:
                    sys.exit(f"The tests of {name} fail without a change.")
                print(f"{name}: its tests take {time.monotonic() - began:.0f} s", flush=True)
                found = list(try_all(mutants[name], copies))
                # A run that is stopped keeps its finished areas.
                write_results(found, name, keeps_rest=options.again)
                is_good &= print_area(name)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
