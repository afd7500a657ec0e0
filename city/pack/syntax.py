"""Messages for files that cannot be parsed: what a clerk typed, and what would be right."""

import json
import re
import tomllib
from typing import NamedTuple

_CURLY_QUOTE = re.compile("[\u201c\u201d\u201e\u2018\u2019]")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_SET_TWICE = re.compile(r"Can(?:not) (?:overwrite|declare)")  # messages of tomllib
_CURLY_QUOTE_ADVICE = (
    'the quotes are curly (“ ”); type straight ones (") in a text editor: a word processor makes '
    "curly ones"
)
_LONGEST_SNIPPET = 40


class SyntaxProblem(NamedTuple):
    """A syntax error with its line."""

    line: int
    reason: str


def explain_toml(content: str, error: tomllib.TOMLDecodeError) -> SyntaxProblem:
    """Return the line and the reason of a TOML error, in words for a clerk.

    The line is the last one if the error names none.
    """
    where = re.search(r"at line (\d+)", str(error))
    lines = content.splitlines() or [""]
    line = min(int(where[1]), len(lines)) if where else len(lines)
    return SyntaxProblem(line, _explain_toml_line(str(error), lines, line))


def _explain_toml_line(message: str, lines: list[str], line: int) -> str:
    """Return the reason of a TOML error for a clerk, by the message and the text of the line."""
    text = lines[line - 1].strip()
    key, _sign, value = (part.strip() for part in text.partition("="))
    if _CURLY_QUOTE.search(_remove_quoted_parts(value)):
        return f"{key}: {_CURLY_QUOTE_ADVICE}"
    if _SET_TWICE.search(message):
        return (
            f"“{key}” is set twice{_describe_first_line(lines, line, key)}; delete one of the two"
        )
    if _TIME.fullmatch(value):
        return f"{key}: a time has hours, minutes and seconds without quotes, like 08:00:00"
    if value.startswith("[") or "Unclosed array" in message:
        return (
            'the list is not complete: each text stands in quotes, a comma between two, and a "]" '
            'at its end, like ["en", "es"]'
        )
    if value.startswith(('"', "'")):
        return _explain_quotes(message, key)
    if text.startswith("["):
        return "a part of the file has its name in brackets, like [map]"
    if not key or not value:
        return f'“{_shorten(text)}” must be a name, “=” and a value, like name = "Spring Falls"'
    return f'{key}: “{_shorten(value)}” must stand in quotes, like "{_shorten(value)}"'


def _explain_quotes(message: str, key: str) -> str:
    """Return “key: …” for a clerk, by the TOML error: open quote, text behind it, or backslash."""
    if "Illegal character" in message or 'Expected "\'"' in message or "Unterminated" in message:
        return f'{key}: a quote opens on this line and is never closed; end the text with "'
    if "newline" in message:
        return (
            f"{key}: something stands behind the closing quote; a quote inside the text is written "
            '\\", and a remark begins with #'
        )
    return f"{key}: the text holds a \\, which is written twice: \\\\"


def _remove_quoted_parts(value: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", value)


def _describe_first_line(lines: list[str], line: int, key: str) -> str:
    """Return “, first on line N” for an earlier line that sets `key`; "" if there is none."""
    pattern = re.compile(rf"\s*{re.escape(key)}\s*(=|$)")
    first = next((n for n, each in enumerate(lines[: line - 1], 1) if pattern.match(each)), None)
    return f", first on line {first}" if first else ""


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SNIPPET else f"{text[:_LONGEST_SNIPPET]}…"


def explain_json(content: str, error: json.JSONDecodeError) -> SyntaxProblem:
    """Return the line and the reason of a JSON error, in words for a clerk."""
    return SyntaxProblem(error.lineno, f"this is not GeoJSON: {_explain_json(content, error)}")


def _explain_json(content: str, error: json.JSONDecodeError) -> str:
    """Return what is wrong with the JSON and what to do, as a phrase for a clerk."""
    if content.lstrip().startswith("<"):
        return (
            "it is a web page or a KML file; download the GeoJSON itself, or open the KML in "
            "geojson.io and save it as GeoJSON"
        )
    if not content[error.pos :].strip() or error.msg.startswith("Unterminated"):
        return "the file ends in the middle; download or save it again"
    here = content[error.pos :].split("\n", 1)[0].strip()
    if _CURLY_QUOTE.match(here):
        return _CURLY_QUOTE_ADVICE
    if error.msg == "Extra data":
        return f"behind its end stands something else: “{_shorten(here)}”"
    # Before Python 3.13 the position is after the comma, since then at the comma.
    last_comma = max(content.rfind(",", 0, error.pos + 1), 0)
    if comma := re.match(r",\s*([\]}])", content[last_comma:]):
        return f"the comma before “{comma[1]}” is one too many"
    return (
        f"before or at “{_shorten(here)}” a comma, a quote or a bracket is missing, or is one too "
        "many; save it again from geojson.io"
    )
