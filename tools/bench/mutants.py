"""Test the tests: change rules of the code at random, and count the changes that tests notice.

    ./run mutants                       a sample of each area, into reports/mutants.csv
    ./run mutants --area deadlines --count 100 --seed 7

Cosmic Ray finds the places and makes the changes. Each change is tried in a copy of this folder
with the tests of its area. A change that no test notices has survived: either a test is missing,
or the changed code does the same, and reports/mutants.csv says why in `explanation`. The command
fails if less than MIN_KILLED of an area's changes are noticed, or a survivor has no explanation.
"""

import argparse
import ast
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

import cosmic_ray.plugins
import psycopg
from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome

from tools.embedded import Postgres

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "reports/mutants.csv"
MIN_KILLED = 0.9
WORKERS = 2
SLOWEST = 120  # seconds: a change that lets the tests run longer counts as noticed
# A removed decorator and a changed exception break a module as a whole, and prove nothing. Of the
# other operators, only a swap that a person could write by mistake is tried.
LEFT_OUT = ("core/RemoveDecorator", "core/ExceptionReplacer", "core/VariableInserter")
SWAPS = (
    ("Add", "Sub"), ("Mul", "Div"), ("FloorDiv", "Div"), ("BitAnd", "BitOr"), ("Eq", "NotEq"),
    ("Lt", "LtE"), ("Gt", "GtE"), ("Lt", "Gt"), ("LtE", "GtE"), ("Is", "IsNot"), ("In", "NotIn"),
)  # fmt: skip


class Area(NamedTuple):
    """Modules with rules, and the tests that have to notice a change of them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


AREAS = {
    "workflow": Area(
        ("requests_app/workflow", "requests_app/actions"),
        ("tests/requests_app/workflow", "tests/requests_app/replies"),
    ),
    "permissions": Area(
        ("requests_app/permissions.py",),
        ("tests/requests_app/test_permissions.py", "tests/requests_app/workflow"),
    ),
    "deadlines": Area(
        ("requests_app/deadlines", "requests_app/lateness.py"),
        ("tests/requests_app/deadlines", "tests/test_lateness.py"),
    ),
    "matching": Area(
        ("routing/rules/coverage.py", "routing/matching.py", "routing/models/rule.py"),
        ("tests/routing/test_matching.py", "tests/routing/rules"),
    ),
    "queue filters": Area(("routing/desk/queue",), ("tests/routing/desk/queue",)),
    "figures": Area(
        tuple(
            f"staff_portal/overview/{name}.py"
            for name in (
                "daily",
                "daily_facts",
                "daily_sums",
                "feedback",
                "figures",
                "findings",
                "jobs",
                "load",
                "period",
                "requests_behind",
            )
        ),
        ("tests/staff_portal/overview",),
    ),
}


class Mutant(NamedTuple):
    """One change: `before` and `after` are the line without its indentation."""

    area: str
    path: str
    function: str
    before: str
    after: str
    spec: MutationSpec

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.path, self.function, self.before, self.after


class Copy(NamedTuple):
    """A copy of the code, and the environment of its tests."""

    folder: Path
    environment: dict[str, str]


def find_modules(area: Area, root: Path) -> Iterator[Path]:
    """Yield the Python files of an area."""
    for name in area.modules:
        path = root / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def find_annotations(source: str) -> set[tuple[int, int]]:
    """Return the (line, column) of each node in a type annotation, which has no effect."""
    tree, found = ast.parse(source), set()
    for node in ast.walk(tree):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for part in filter(None, parts):
            found |= {
                (each.lineno, each.col_offset) for each in ast.walk(part) if hasattr(each, "lineno")
            }
            found |= {
                (line, column)
                for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)
                for column in range(part.col_offset, part.end_col_offset or 0)
            }
    return found


def is_plausible(operator_name: str) -> bool:
    """Return True for a change that could be a mistake of the person who wrote the line."""
    if operator_name.startswith(("core/ReplaceBinaryOperator_", "core/ReplaceComparisonOperator_")):
        swap = tuple(operator_name.split("_")[1:])
        return swap in SWAPS or swap[::-1] in SWAPS
    return not operator_name.startswith(LEFT_OUT)


def list_specs(path: Path) -> Iterator[MutationSpec]:
    """Yield the possible changes of a module, without those of type annotations."""
    module, annotations = get_ast_from_path(path), find_annotations(path.read_text())
    for name in cosmic_ray.plugins.operator_names():
        operator_class = cosmic_ray.plugins.get_operator(name)
        if not is_plausible(name) or operator_class.arguments():
            continue
        operator, occurrence = operator_class(), 0
        for node in ast_nodes(module):
            for start, end in operator.mutation_positions(node):
                if start not in annotations:
                    yield MutationSpec(path, name, occurrence, start, end)
                occurrence += 1


def draw_specs(area: Area, count: int, dice: random.Random, root: Path) -> list[MutationSpec]:
    """Return a sample of an area: random places, and at each place one random change."""
    places: dict[tuple[Path, tuple[int, int]], list[MutationSpec]] = {}
    for path in find_modules(area, root):
        for spec in list_specs(path):
            places.setdefault((path, spec.start_pos), []).append(spec)
    chosen = dice.sample(sorted(places), min(count, len(places)))
    return [dice.choice(places[place]) for place in chosen]


def describe(area: str, spec: MutationSpec, diff: str, root: Path) -> Mutant:
    """Return the changed line before and after, from the unified diff of the change."""
    lines = diff.splitlines()
    before = next((line[1:].strip() for line in lines[3:] if line.startswith("-")), "")
    after = next((line[1:].strip() for line in lines[3:] if line.startswith("+")), "")
    function = ""
    for node in ast.walk(ast.parse(spec.module_path.read_text())):
        is_around = isinstance(node, ast.FunctionDef | ast.ClassDef) and (
            node.lineno <= spec.start_pos[0] <= (node.end_lineno or node.lineno)
        )
        if is_around and isinstance(node, ast.FunctionDef):
            function = node.name
    path = str(spec.module_path.relative_to(root))
    return Mutant(area, path, function, before, after, spec)


def try_mutant(area: str, spec: MutationSpec, copy: Copy) -> tuple[Mutant, bool]:
    """Run the tests of an area on one change; return the change and whether they noticed it."""
    local = MutationSpec(
        copy.folder / spec.module_path.relative_to(ROOT), spec.operator_name, spec.occurrence,
        spec.start_pos, spec.end_pos,
    )  # fmt: skip
    result = mutate_and_test([local], _command(AREAS[area], copy), SLOWEST)
    if result.worker_outcome != WorkerOutcome.NORMAL:
        raise RuntimeError(f"{spec.module_path}: {result.output}")
    mutant = describe(area, local, result.diff or "", copy.folder)
    return mutant, result.test_outcome != TestOutcome.SURVIVED


def _command(area: Area, copy: Copy) -> str:
    given = " ".join(f"{name}={value}" for name, value in copy.environment.items())
    return (
        f"sh -c 'cd {copy.folder} && exec env {given} {sys.executable} -m pytest -x -q"
        f" -p no:cacheprovider -p no:xdist --no-header {' '.join(area.tests)}'"
    )


def check_tests(area: Area, copy: Copy) -> float:
    """Run the tests of an area unchanged; return the seconds, raise RuntimeError if one fails."""
    began = time.monotonic()
    done = subprocess.run(
        ["sh", "-c", _command(area, copy)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The tests fail without a change:\n{done.stdout[-3000:]}")
    return time.monotonic() - began


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
    environment = {
        "PYTEST_XDIST_TESTRUNUID": run,
        "TEST_DATABASE_URL": url,
        "PYTHONDONTWRITEBYTECODE": "1",
        "SANTA311_VENV": os.environ.get("SANTA311_VENV", str(ROOT / ".venv")),
    }
    return Copy(target, environment)


def try_all(chosen: list[tuple[str, MutationSpec]], copies: list[Copy]) -> Iterator[tuple]:
    """Yield each change and whether the tests noticed it, as they end."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def try_one(area: str, spec: MutationSpec) -> tuple[Mutant, bool]:
        copy = free.get()
        try:
            return try_mutant(area, spec, copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        yield from pool.map(lambda given: try_one(*given), chosen)


def read_explanations() -> dict[tuple[str, str, str, str], str]:
    """Return the explanations of known survivors, by the key of each."""
    if not RESULTS.exists():
        return {}
    rows = csv.DictReader(RESULTS.read_text().splitlines())
    return {
        (row["path"], row["function"], row["before"], row["after"]): row["explanation"]
        for row in rows
    }


def write_results(found: Iterable[tuple[Mutant, bool]]) -> None:
    """Write a row for each change of the sample, survivors with their explanations."""
    explanations = read_explanations()
    with RESULTS.open("w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "path", "function", "before", "after", "result", "explanation"])
        for mutant, is_killed in found:
            explanation = "" if is_killed else explanations.get(mutant.key, "")
            result = "noticed" if is_killed else "survived"
            writer.writerow([*mutant[:5], result, explanation])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--area", action="append", choices=AREAS, help="one area; default: all")
    parser.add_argument("--count", type=int, default=25, help="changes in each area")
    parser.add_argument("--seed", type=int, default=311)
    options = parser.parse_args()
    dice, names = random.Random(options.seed), options.area or list(AREAS)
    chosen = [
        (name, spec)
        for name in names
        for spec in draw_specs(AREAS[name], options.count, dice, ROOT)
    ]
    found = []
    with tempfile.TemporaryDirectory(prefix="santa311-mutants-") as folder:
        Path(folder).chmod(0o755)
        with Postgres(Path(folder, "postgres"), durable=False) as server:
            copies = [make_copy(Path(folder), number, server.url) for number in range(WORKERS)]
            for name in names:
                print(f"{name}: its tests take {check_tests(AREAS[name], copies[0]):.0f} s")
            for mutant, is_killed in try_all(chosen, copies):
                found.append((mutant, is_killed))
                if not is_killed:
                    print(f"survived: {mutant.path} {mutant.function}: {mutant.after}", flush=True)
    write_results(found)
    sys.exit(0 if print_table(found, names) else 1)


def print_table(found: list[tuple[Mutant, bool]], names: Iterable[str]) -> bool:
    """Print the share of noticed changes in each area; return True if all is as it must be."""
    is_good, explanations = True, read_explanations()
    for name in names:
        results = [(mutant, is_killed) for mutant, is_killed in found if mutant.area == name]
        killed = sum(is_killed for _mutant, is_killed in results)
        unexplained = sum(
            not is_killed and not explanations.get(mutant.key) for mutant, is_killed in results
        )
        print(f"{name:<14} {killed} of {len(results)} noticed, {unexplained} unexplained")
        is_good &= killed >= MIN_KILLED * len(results) and not unexplained
    return is_good


if __name__ == "__main__":
    main()
