"""Sphinx directives that write reference tables from the declarations in the code.

`{settings}` lists the environment variables, `{pack-columns}` the columns of a city's tables, and
`{open311-operations}` the addresses of the OpenAPI document.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "read_text": "text",
    "read_flag": "0 or 1",
    "read_number": "whole number",
    "read_list": "list, separated by commas",
    "read_folder": "folder",
    "read_json_object": "JSON object",
    "read_choices": "list of given words",
    "read_pairs": "pairs `name=value`",
    "read_rate_limits": "pairs `name=limit`",
    "read_all_or_none": "text",
}
_SETTING = re.compile(r"#?([A-Z][A-Z0-9_]*)=(.*)")
_SECTION = re.compile(r"# --- (.+?) -+$")


class Setting(NamedTuple):
    """A line of `.env.example` with the comment above it."""

    section: str
    name: str
    example: str
    explanation: str


def read_settings(text: str) -> Iterator[Setting]:
    """Yield the settings of `.env.example` in their order.

    A comment belongs to the settings below it, up to the next comment.
    """
    section, comment, is_finished = "", [], False
    for line in text.splitlines():
        if found := _SECTION.match(line):
            section, comment = found[1], []
        elif found := _SETTING.fullmatch(line):
            yield Setting(section, found[1], found[2], " ".join(comment))
            is_finished = True
        elif line.startswith("# "):
            comment = [line[2:]] if is_finished else [*comment, line[2:]]
            is_finished = False


def find_kinds() -> dict[str, str]:
    """Return the kind of each environment variable that the product reads, by its name."""
    found = {}
    for folder in ("santa311", "lib"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for function, name in _names_read(node):
                    found[name] = KINDS[function]
    return found


def _names_read(node: ast.AST) -> list[tuple[str, str]]:
    """Return (function, name of the variable) of a call of `lib.env`; else an empty list."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return []
    is_of_env = isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
    if not is_of_env or node.func.attr not in KINDS:
        return []
    names = node.args if node.func.attr == "read_all_or_none" else node.args[:1]
    return [(node.func.attr, each.value) for each in names if isinstance(each, ast.Constant)]


class Settings(SphinxDirective):
    """Render a table of settings for each section of `.env.example`."""

    def run(self) -> list[nodes.Node]:
        kinds = find_kinds()
        example = ROOT / ".env.example"
        self.env.note_dependency(str(example))
        settings = list(read_settings(example.read_text(encoding="utf-8")))
        if missing := sorted(kinds.keys() - {each.name for each in settings}):
            raise self.error(f".env.example does not explain {', '.join(missing)}")
        lines, section = [], None
        for each in settings:
            if each.section != section:
                section = each.section
                lines += ["", f"## {section}", ""]
                lines += ["| name | kind | example or default | meaning |", "|---|---|---|---|"]
            kind = kinds.get(each.name, "text; Compose or nginx reads it")
            example_cell = f"`{each.example}`" if each.example else ""
            lines.append(_row(f"`{each.name}`", kind, example_cell, _escape(each.explanation)))
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class PackColumns(SphinxDirective):
    """Render a table of columns for each file of a city's folder."""

    def run(self) -> list[nodes.Node]:
        from city.pack.tables import STREETS, TABLES, ZONES
        from lib.tabular import REQUIRED
        from routing.rules.pack import RULES

        lines = []
        for table in [ZONES, *TABLES, STREETS, RULES]:
            lines += ["", f"## {table.file}", "", _describe(table), ""]
            lines += ["| column | blank means | explanation |", "|---|---|---|"]
            for column in table.columns:
                blank = "not allowed" if column.default is REQUIRED else _format(column.default)
                lines.append(
                    _row(f"`{column.name}`", blank, _escape(_help(table.model, column.attribute)))
                )
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _describe(table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    optional = " The file is optional." if table.is_optional else ""
    return f"The {table.noun} of the city. The key of a row: {key}.{optional}"


def _help(model, name: str) -> str:
    """Return the help text of a field; its label where it has none; "" without such a field."""
    fields = {field.name: field for field in model._meta.get_fields()}
    field = fields.get(name)
    return str(getattr(field, "help_text", "") or getattr(field, "verbose_name", ""))


def _format(default) -> str:
    if default is True or default is False:
        return "yes" if default else "no"
    return f"`{default}`" if default not in (None, "", [], ()) else "none"


class Operations(SphinxDirective):
    """Render each address of the OpenAPI document with its parameters."""

    def run(self) -> list[nodes.Node]:
        from open311.openapi import build_document

        described = build_document()
        lines = []
        for path, methods in described["paths"].items():
            if path.endswith(".xml"):
                continue  # the same as JSON
            for method, operation in methods.items():
                lines += ["", f"## {method.upper()} {path}", "", _escape(operation["summary"]), ""]
                lines += _parameters(operation)
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _parameters(operation: dict) -> list[str]:
    rows = [
        _row(f"`{each['name']}`", each["in"], _escape(each.get("description", "")))
        for each in operation["parameters"]
        if "name" in each
    ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        fields = content["schema"].get("properties", {})
        rows += [
            _row(f"`{name}`", "form", _escape(field.get("description", "")))
            for name, field in fields.items()
        ]
        break  # the other kinds of form have the same fields
    answers = ", ".join(sorted(operation["responses"]))
    table = ["| parameter | in | meaning |", "|---|---|---|", *rows] if rows else []
    return [*table, "", f"Answers: {answers}."]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _escape(text: str) -> str:
    """Return text of the code as Markdown that shows it unchanged."""
    return re.sub(r"([\\`*_<>\[\]{}~$^#])", r"\\\1", str(text).replace("\n", " "))


def setup(app: Sphinx) -> dict[str, bool]:
    import django

    django.setup()
    app.add_directive("settings", Settings)
    app.add_directive("pack-columns", PackColumns)
    app.add_directive("open311-operations", Operations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
