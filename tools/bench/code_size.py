"""Measure the size of the production Python code: tokens, files, lines and functions, by app.

`python3 -m tools.bench.code_size` measures the current checkout, and `--commit NAME` another
commit. Migrations and tools are excluded. Tokens are those of `tokenize` without comments,
docstrings and layout. The length of a function is the number of lines from `def` to its last line.
"""

import argparse
import ast
import io
import subprocess
import tarfile
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts", "city", "lib", "notifications", "open311", "requests_app", "routing", "santa311",
    "staff_portal",
)  # fmt: skip
# In older commits, the tools are in the last three folders.
LEFT_OUT = ("/migrations/", "santa311/demo/", "santa311/embedded/", "santa311/stack/")
_PLACING = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """The `tokens` and `lines` of one file, and the line counts of its `functions`."""

    def __init__(self, text: str) -> None:
        nodes = list(ast.walk(ast.parse(text)))
        docstrings = {
            (node.body[0].lineno, node.body[0].col_offset)
            for node in nodes
            if isinstance(node, ast.Module | ast.ClassDef | _FUNCTIONS)
            and ast.get_docstring(node, clean=False) is not None
        }
        words = tokenize.generate_tokens(io.StringIO(text).readline)
        self.tokens = sum(
            word.type not in _PLACING and word.start not in docstrings for word in words
        )
        self.lines = text.count("\n")
        self.functions = [
            (node.end_lineno or node.lineno) - node.lineno + 1
            for node in nodes
            if isinstance(node, _FUNCTIONS)
        ]


def read_sources(commit: str | None) -> Iterator[tuple[str, str]]:
    """Yield (app, text) of every measured file of a commit, or of this folder."""
    if commit is None:
        for path in sorted(ROOT.rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if _is_measured(name):
                yield name.split("/")[0], path.read_text()
        return
    command = ["git", "archive", commit]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in filter(lambda each: _is_measured(each.name), files):
            yield (
                member.name.split("/")[0],
                (files.extractfile(member) or io.BytesIO()).read().decode(),
            )


def _is_measured(name: str) -> bool:
    is_of_an_app = name.endswith(".py") and name.split("/")[0] in APPS
    return is_of_an_app and not any(part in f"/{name}" for part in LEFT_OUT)


def format_row(name: str, sources: list[Source]) -> str:
    functions = sorted(length for source in sources for length in source.functions)
    shares = quantiles(functions, n=10)
    tokens, lines = (sum(getattr(each, what) for each in sources) for what in ("tokens", "lines"))
    largest = max(source.lines for source in sources)
    return (
        f"{name:<15}{tokens:>9,}{len(sources):>7}{lines:>9,}{largest:>9}"
        f"{len(functions):>11,}{shares[4]:>8.0f}{shares[8]:>5.0f}{functions[-1]:>9}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", help="instead of what is here")
    apps = defaultdict(list)
    for app, text in read_sources(parser.parse_args().commit):
        apps[app].append(Source(text))
    print("app               tokens  files    lines  largest  functions  median  p90  largest")
    for name, sources in sorted(apps.items()):
        print(format_row(name, sources))
    print(format_row("all", [source for sources in apps.values() for source in sources]))


if __name__ == "__main__":
    main()
