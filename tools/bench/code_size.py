"""How large the production Python is: tokens, files, lines and functions, by app and in total.

`python3 -m tools.bench.code_size` measures the folder it is in; `--commit NAME` an older state of
it. Migrations and tools are not measured. Tokens are those of `tokenize` without comments,
docstrings and what only places lines; a function is as long as its lines from `def` to its last.
"""

import argparse
import ast
import io
import subprocess
import tarfile
import tokenize
from collections import defaultdict
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts", "city", "lib", "notifications", "open311", "requests_app", "routing", "santa311",
    "staff_portal",
)  # fmt: skip
LEFT_OUT = ("/migrations/", "santa311/demo/", "santa311/embedded/", "santa311/stack/")
_PLACING = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
_HAVE_DOCSTRINGS = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """One file: its `tokens`, its `lines`, and the lines of each of its `functions`."""

    def __init__(self, text):
        nodes = list(ast.walk(ast.parse(text)))
        docstrings = {_start_of_docstring(node) for node in nodes}
        words = tokenize.generate_tokens(io.StringIO(text).readline)
        self.tokens = sum(
            word.type not in _PLACING and word.start not in docstrings for word in words
        )
        self.lines = text.count("\n")
        self.functions = [
            node.end_lineno - node.lineno + 1
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]


def _start_of_docstring(node):
    """(line, column); None for what has no docstring."""
    if isinstance(node, _HAVE_DOCSTRINGS) and ast.get_docstring(node, clean=False) is not None:
        return node.body[0].lineno, node.body[0].col_offset
    return None


def _is_measured(name):
    path = f"/{name}"
    return (
        name.endswith(".py")
        and name.split("/")[0] in APPS
        and not any(part in path for part in LEFT_OUT)
    )


def here():
    """(name, text) of every file of this folder that is measured."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if _is_measured(name):
            yield name, path.read_text()


def at(commit):
    """The same of a commit."""
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            if _is_measured(member.name):
                yield member.name, files.extractfile(member).read().decode()


def row(name, sources):
    functions = sorted(length for source in sources for length in source.functions)
    shares = quantiles(functions, n=10)
    tokens, lines = (sum(getattr(each, what) for each in sources) for what in ("tokens", "lines"))
    largest = max(source.lines for source in sources)
    return (
        f"{name:<15}{tokens:>9,}{len(sources):>7}{lines:>9,}{largest:>9}"
        f"{len(functions):>11,}{shares[4]:>8.0f}{shares[8]:>5.0f}{functions[-1]:>9}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", help="instead of what is here")
    options = parser.parse_args()
    apps = defaultdict(list)
    for name, text in at(options.commit) if options.commit else here():
        apps[name.split("/")[0]].append(Source(text))
    print("app               tokens  files    lines  largest  functions  median  p90  largest")
    for name, sources in sorted(apps.items()):
        print(row(name, sources))
    print(row("all", [source for sources in apps.values() for source in sources]))


if __name__ == "__main__":
    main()
